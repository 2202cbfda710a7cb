package org.evengrad.engine.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import de.siegmar.fastcsv.reader.CsvReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.evengrad.config.DataConfig;
import org.evengrad.config.DataConfig.Label;
import org.evengrad.config.DataConfig.LabelPer;
import org.evengrad.config.DataConfig.Missing;
import org.evengrad.config.DataConfig.Normalize;
import org.evengrad.config.DataConfig.Source;
import org.evengrad.config.DataConfig.Split;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.spi.Span;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.Logger;

class StreamingTest {
    private static final long SEED = 42;
    private static final int WIDE = 400;
    private static final int MANY = 16_000;

    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource({
        "NONE, ZERO, STRATIFIED",
        "STANDARD, MEAN, RANDOM",
        "MIN_MAX, MEDIAN, TIME",
        "STANDARD, MEDIAN, GROUP"
    })
    void givesTheSameNumbersAsInMemory(Normalize normalize, Missing missing, Split split)
            throws IOException {
        Path file = folder.resolve("data.csv");
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            out.write("who,x,y,z,kind\n");
            Draws draws = new Draws(SEED, Draws.Purpose.GENERATION, 0);
            for (int row = 0; row < 500; row++) {
                String z = row % 7 == 0 ? "" : Double.toString(draws.gaussian());
                out.write(
                        String.format(
                                "p%d,%s,%s,%s,%s%n",
                                row % 23,
                                draws.uniform(),
                                1e6 * draws.gaussian(),
                                z,
                                row % 3 == 0 ? "cat" : "dog"));
            }
        }

        assertSame(
                DataLoader.load(config(csv(file, normalize, missing, false), split), SEED),
                DataLoader.load(config(csv(file, normalize, missing, true), split), SEED));
    }

    @ParameterizedTest
    @EnumSource(LabelPer.class)
    void givesTheSameSequencesAsInMemory(LabelPer labelPer) throws IOException {
        StringBuilder text = new StringBuilder("id,t,x,z,y\n");
        for (int line = 0; line < 600; line++) {
            int id = line % 50 * line % 41;
            text.append(id).append(',').append(line * 37 % 600).append(',').append(line / 7.0);
            text.append(',').append(line % 9 == 0 ? "?" : line % 11).append(',').append(id / 2.0);
            text.append('\n');
        }
        Path file = Files.writeString(folder.resolve("data.csv"), text);

        assertSame(
                DataLoader.load(config(sequences(file, labelPer, false), null), SEED),
                DataLoader.load(config(sequences(file, labelPer, true), null), SEED));
    }

    @Test
    void loadsAFileThatIsLargerThanTheHeap() throws Exception {
        Path file = folder.resolve("large.csv");
        String line =
                IntStream.range(0, WIDE)
                        .mapToObj(i -> Integer.toString(i % 10))
                        .collect(Collectors.joining(","));
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            for (int row = 0; row < MANY; row++) {
                out.write(line);
                out.write(row % 3 == 0 ? ",a\n" : ",b\n");
            }
        }

        String output = run(List.of("-Xmx20m"), file);

        assertEquals(MANY + " rows, more than the heap: true", output);
    }

    @Test
    void saysWhereTheRowsCannotBeKept() throws Exception {
        Path file = Files.writeString(folder.resolve("data.csv"), "1,2\n3,4\n");
        Path nowhere = folder.resolve("nowhere");

        String output = run(List.of("-Djava.io.tmpdir=" + nowhere), file);

        assertTrue(
                output.startsWith(
                        "data.streaming: cannot keep the rows of "
                                + file
                                + " in the temporary folder "
                                + nowhere
                                + ", after 0 MB: "),
                output);
        assertTrue(
                output.endsWith("Choose a folder with room: java -Djava.io.tmpdir=FOLDER"), output);
    }

    /** Loads a file in another JVM; what {@link Loading} writes. */
    private static String run(List<String> flags, Path file)
            throws IOException, InterruptedException {
        List<String> command =
                Stream.of(
                                Stream.of(
                                        Path.of(System.getProperty("java.home"), "bin", "java")
                                                .toString(),
                                        "-XX:+UseSerialGC"),
                                flags.stream(),
                                Stream.of(
                                        "-cp",
                                        classPath(),
                                        Loading.class.getName(),
                                        file.toString()))
                        .flatMap(each -> each)
                        .toList();
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        String output = new String(process.getInputStream().readAllBytes()).strip();
        process.waitFor();
        return output;
    }

    /** What {@link Loading} needs; the class path of this JVM may be that of a launcher. */
    private static String classPath() {
        return Stream.of(
                        Loading.class,
                        DataLoader.class,
                        DataConfig.class,
                        Span.class,
                        CsvReader.class,
                        Logger.class)
                .map(type -> type.getProtectionDomain().getCodeSource().getLocation())
                .map(location -> Path.of(URI.create(location.toString())).toString())
                .distinct()
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** Loads a file, in a JVM of its own. */
    static final class Loading {
        private Loading() {}

        public static void main(String[] arguments) {
            try {
                DataConfig config =
                        config(
                                csv(
                                        Path.of(arguments[0]),
                                        Optional.empty(),
                                        Normalize.STANDARD,
                                        Missing.REFUSE,
                                        true),
                                null);
                Dataset data = DataLoader.load(config, SEED).dataset();
                long bytes = (long) data.rows() * data.featureCount() * Float.BYTES;
                System.out.printf(
                        "%d rows, more than the heap: %b%n",
                        data.rows(), bytes > Runtime.getRuntime().maxMemory());
            } catch (InvalidInputException invalid) {
                System.out.println(invalid.getMessage());
            }
        }
    }

    private static void assertSame(SplitData memory, SplitData streamed) {
        assertEquals(memory.sha256(), streamed.sha256());
        assertEquals(memory.normalizer(), streamed.normalizer());
        assertArrayEquals(memory.train().rows(), streamed.train().rows());
        assertArrayEquals(memory.validation().rows(), streamed.validation().rows());
        assertArrayEquals(memory.test().rows(), streamed.test().rows());
        assertArrayEquals(
                Configs.floats(memory.dataset().features()),
                Configs.floats(streamed.dataset().features()));
        assertArrayEquals(
                Configs.floats(memory.dataset().targets()),
                Configs.floats(streamed.dataset().targets()));
    }

    private static DataConfig config(Source source, Split split) {
        return Configs.of(source, 1, null, null, 0.2, split);
    }

    private static Source csv(Path file, Normalize normalize, Missing missing, boolean streaming) {
        return csv(file, Optional.of("who"), normalize, missing, streaming);
    }

    private static Source csv(
            Path file,
            Optional<String> group,
            Normalize normalize,
            Missing missing,
            boolean streaming) {
        return new Source.Csv(
                file,
                new Label.One("last"),
                Optional.empty(),
                Optional.empty(),
                normalize,
                missing,
                group,
                Optional.empty(),
                streaming);
    }

    private static Source sequences(Path file, LabelPer labelPer, boolean streaming) {
        return new Source.SequenceCsv(
                file,
                "id",
                "t",
                new Label.One("y"),
                labelPer,
                Optional.empty(),
                Normalize.STANDARD,
                Missing.MEAN,
                Optional.empty(),
                streaming);
    }
}
