package org.evengrad.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TimeZone;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.evengrad.Evengrad;
import org.evengrad.operations.EvaluateRequest;
import org.evengrad.operations.EvaluateRequest.Part;
import org.evengrad.operations.TrainRequest;
import org.evengrad.operations.TrainedRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOps;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * What an application relies on: training and evaluating print nothing and leave the process as it
 * was. This class has a JVM of its own, so that the first of its tests starts ND4J.
 */
class UnchangedProcessTest {
    private static final Path CONFIG = Path.of("../../first-run.conf");

    @TempDir private Path folder;

    /** Trains, saves, opens what was saved, and evaluates it. */
    private void trainAndEvaluate() {
        Evengrad evengrad = Evengrad.create();
        TrainedRun run =
                evengrad.train(TrainRequest.of(CONFIG).with("training.epochs", "3").below(folder));
        assertEquals(21, run.result().ending().steps());
        evengrad.evaluate(new EvaluateRequest(run.folder().path(), Optional.empty(), Part.TEST));
    }

    /** What Java keeps for the whole process or for this thread. */
    private record JavaState(
            Properties properties,
            Locale locale,
            TimeZone timeZone,
            ClassLoader contextLoader,
            Thread.UncaughtExceptionHandler handler,
            PrintStream out,
            PrintStream err,
            Set<String> threads) {
        static JavaState now() {
            TimeZone zone = TimeZone.getDefault(); // sets a property when it is first asked for
            return new JavaState(
                    (Properties) System.getProperties().clone(),
                    Locale.getDefault(),
                    zone,
                    Thread.currentThread().getContextClassLoader(),
                    Thread.getDefaultUncaughtExceptionHandler(),
                    System.out,
                    System.err,
                    liveThreads());
        }

        /** The threads that keep a process alive. */
        private static Set<String> liveThreads() {
            return Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> !thread.isDaemon())
                    .map(Thread::getName)
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    @Test
    void printsNothingAndLeavesJavaAsItWas() {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream capture = new PrintStream(printed, true, StandardCharsets.UTF_8);
        System.setOut(capture);
        System.setErr(capture);
        JavaState before;
        JavaState after;
        try {
            before = JavaState.now();
            trainAndEvaluate();
            after = JavaState.now();
        } finally {
            System.setOut(out);
            System.setErr(err);
        }

        assertEquals("", printed.toString(StandardCharsets.UTF_8));
        assertEquals(before, after);
    }

    @Test
    void leavesNativeThreadCountsAndRandomNumbersAsTheyWere() {
        float[] undisturbed = drawnBeforeAndAfter(() -> {});
        NativeOps operations = NativeOpsHolder.getInstance().getDeviceNativeOps();
        int blas = Nd4j.factory().blas().getMaxThreads();
        int openMp = operations.ompGetMaxThreads();
        try {
            Nd4j.factory().blas().setMaxThreads(3);
            operations.setOmpNumThreads(2);

            assertArrayEquals(undisturbed, drawnBeforeAndAfter(this::trainAndEvaluate));
            assertEquals(3, Nd4j.factory().blas().getMaxThreads());
            assertEquals(2, operations.ompGetMaxThreads());
        } finally {
            Nd4j.factory().blas().setMaxThreads(blas);
            operations.setOmpNumThreads(openMp);
        }
    }

    /** Random numbers of the application's own. */
    private static float[] drawnBeforeAndAfter(Runnable work) {
        Nd4j.getRandom().setSeed(7);
        float before = Nd4j.rand(1).getFloat(0);
        work.run();
        return new float[] {before, Nd4j.rand(1).getFloat(0), Nd4j.rand(1).getFloat(0)};
    }
}
