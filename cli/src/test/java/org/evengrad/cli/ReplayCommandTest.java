package org.evengrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String EXPLODING =
            """
            name = exploding
            data { source = csv, file = rows.csv, label = last, task = classification, batch-size = 8 }
            model { layers = [ { dense = 8, repeat = 2 }, { dropout = 0.3 } ] }
            activation = relu, initializer = he
            optimizer { use = sgd, learning-rate = 1e15 }
            training { epochs = 1 }
            """;

    @TempDir private Path temporary;
    private Path run;
    private Path data;

    @BeforeEach
    void writeData() throws IOException {
        run = temporary.resolve("run");
        data = temporary.resolve("rows.csv");
        StringBuilder rows = new StringBuilder("x,y,kind\n");
        for (int i = 0; i < 60; i++) {
            rows.append(i % 7).append(',').append(i * i % 11).append(i % 2 == 0 ? ",a\n" : ",b\n");
        }
        Files.writeString(data, rows);
    }

    private CommandRun train(String... more) throws IOException {
        Path config = Files.writeString(temporary.resolve("net.conf"), EXPLODING);
        Stream<String> start = Stream.of("train", config.toString(), "--run-dir", run.toString());
        return CommandRun.of(Stream.concat(start, Arrays.stream(more)).toArray(String[]::new));
    }

    private Path first() throws IOException {
        try (Stream<Path> files = Files.list(run.resolve("bad-batches"))) {
            return files.filter(file -> file.toString().endsWith(".parameters"))
                    .map(file -> Path.of(file.toString().replace(".parameters", ".json")))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static Map<Path, Long> contents(Path folder) throws IOException {
        Map<Path, Long> contents = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            files.filter(Files::isRegularFile).forEach(file -> contents.put(file, modified(file)));
        }
        return contents;
    }

    private static long modified(Path file) {
        try {
            return Files.getLastModifiedTime(file).toMillis() + Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void showsTheFirstBadValueOfARunAgain() throws IOException {
        CommandRun trained = train();
        assertEquals(ExitCode.UNHEALTHY, trained.exitCode(), trained.err());
        assertTrue(trained.out().contains("error: non-finite"), trained.out());
        assertTrue(
                trained.out().contains("train --replay ")
                        && trained.out().contains(first().getFileName().toString()),
                trained.out());
        JsonNode kept = JSON.readTree(first().toFile());
        String where = kept.path("bad").path("where").asText();
        assertTrue(trained.out().contains(where), trained.out());
        assertEquals("overflow", kept.path("bad").path("cause").asText());
        assertEquals(8, kept.path("rows").size());
        assertTrue(kept.path("data").isNull());
        assertFalse(Files.exists(run.resolve("set-aside")), "the rows were kept unasked");
        Map<Path, Long> before = contents(run);

        CommandRun replayed = CommandRun.of("train", "--replay", first().toString());
        assertEquals(ExitCode.UNHEALTHY, replayed.exitCode(), replayed.err());
        assertEquals(1, replayed.out().lines().filter(line -> line.startsWith("  >")).count());
        assertTrue(replayed.out().contains("First bad value: " + where), replayed.out());

        CommandRun json = CommandRun.of("train", "--json", "--replay", first().toString());
        assertEquals(ExitCode.UNHEALTHY, json.exitCode(), json.err());
        JsonNode again = JSON.readTree(json.out());
        assertTrue(again.path("repeated").asBoolean());
        assertEquals(kept.path("bad"), again.path("bad"));
        assertEquals(kept.path("trace"), again.path("trace"));
        assertEquals(before, contents(run));
    }

    @Test
    void keepsTheRowsIfTheConfigurationSaysSo() throws IOException {
        train("-D", "health.bad-batch=data");
        String rows = JSON.readTree(first().toFile()).path("data").asText();
        assertEquals(1 + 8, Files.readAllLines(run.resolve(rows)).size());
    }

    @Test
    void refusesWhatIsMissingDamagedOrChanged() throws IOException {
        train();
        Path file = first();
        CommandRun.of("train", "--replay", file + "x").assertRefused("does not exist");
        CommandRun.of("train", "--replay", file.toString(), "net.conf").assertRefused("--replay");
        CommandRun.of("train").assertRefused("CONFIG");

        String text = Files.readString(file);
        Files.writeString(file, text.replaceFirst("\"batch\" : \\d+", "\"batch\" : 3"));
        CommandRun.of("train", "--replay", file.toString()).assertRefused("damaged", "checksum");
        Files.writeString(file, text.substring(0, text.length() / 2));
        CommandRun.of("train", "--replay", file.toString()).assertRefused("damaged");
        Files.writeString(file, text);

        String rows = Files.readString(data);
        Files.writeString(data, rows.replace("1,1,b", "1,2,b"));
        CommandRun.of("train", "--replay", file.toString()).assertRefused("changed");
        Files.writeString(data, rows);

        Path parameters = Path.of(file.toString().replace(".json", ".parameters"));
        byte[] bytes = Files.readAllBytes(parameters);
        bytes[9] ^= 1;
        Files.write(parameters, bytes);
        CommandRun.of("train", "--replay", file.toString()).assertRefused("damaged");
    }
}
