package org.evengrad.benchmarks.race;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * How long a user waits for the first step: from the start of the program to the first line about a
 * step in the run folder, seen from outside. Needs the JDK alone, so that the command is short.
 */
public final class StartUp {
    private static final int STARTS = 9;
    private static final int POLL_MILLIS = 2;
    private static final String STEP = "\"type\":\"step\"";

    private StartUp() {}

    /**
     * Starts a training run several times, and prints the median.
     *
     * @param arguments the program, and a configuration
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("evengrad-start-up");
        try {
            // The first start reads everything from the disk, and may build the program.
            start(arguments[0], arguments[1], folder.resolve("first"));
            double[] seconds = new double[STARTS];
            for (int i = 0; i < STARTS; i++) {
                seconds[i] = start(arguments[0], arguments[1], folder.resolve("run" + i));
            }
            Arrays.sort(seconds);
            System.out.printf(
                    Locale.ROOT,
                    "from the start to the first step: %.2f s (median of %d starts, %.2f to"
                            + " %.2f)%n",
                    seconds[STARTS / 2],
                    STARTS,
                    seconds[0],
                    seconds[STARTS - 1]);
        } finally {
            delete(folder);
        }
    }

    private static double start(String program, String config, Path run)
            throws IOException, InterruptedException {
        List<String> command =
                List.of(program, "train", config, "--quiet", "--run-dir", run.toString());
        long begin = System.nanoTime();
        Process process =
                new ProcessBuilder(command)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        double seconds = Double.NaN;
        boolean ended;
        do {
            ended = process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS);
            if (Double.isNaN(seconds) && hasStep(run.resolve("metrics.jsonl"))) {
                seconds = (System.nanoTime() - begin) / 1e9;
            }
        } while (!ended);
        if (Double.isNaN(seconds)) {
            throw new IllegalStateException(
                    program + " ended with " + process.exitValue() + " and took no step");
        }
        return seconds;
    }

    private static boolean hasStep(Path metrics) throws IOException {
        return Files.exists(metrics) && Files.readString(metrics).contains(STEP);
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
