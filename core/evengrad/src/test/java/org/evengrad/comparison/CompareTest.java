package org.evengrad.comparison;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.evengrad.Evengrad;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.engine.train.StopRequest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompareTest {
    private static final String NET =
            """
            name = net
            data { source = iris, batch-size = 16 }
            model { layers = [ { dense = 8 } ] }
            training { epochs = 2 }
            """;

    @TempDir private Path temporary;
    private final Evengrad evengrad = Evengrad.create();
    private CompareRequest request;

    @BeforeEach
    void writeConfig() throws IOException {
        Path config = Files.writeString(temporary.resolve("net.conf"), NET);
        request =
                CompareRequest.of(config)
                        .vary("optimizer.learning-rate", "0.001", "0.1")
                        .seeds(2)
                        .below(temporary.resolve("runs"));
    }

    /** Asks to stop when some runs have ended. */
    private static CompareListener stopping(StopRequest stop, int after) {
        return new CompareListener() {
            private int ended;

            @Override
            public void ended(Cell cell, ComparedRun run) {
                if (++ended == after) {
                    stop.request();
                }
            }
        };
    }

    private static List<String> numbers(Comparison comparison) {
        return comparison.cells().stream()
                .flatMap(cell -> cell.runs().stream())
                .map(run -> run.seed() + " " + run.validation() + run.test())
                .toList();
    }

    @Test
    void trainsEveryCombinationWithEverySeedIntoAFolderOfItsOwn() {
        Comparison comparison = evengrad.compare(request);
        assertTrue(comparison.isWhole());
        assertEquals("accuracy", comparison.metric());
        assertEquals(List.of(42L, 43L), comparison.seeds());
        assertEquals(4, numbers(comparison).size());
        assertEquals(
                "0.1", comparison.best().orElseThrow().values().get("optimizer.learning-rate"));
        for (Cell cell : comparison.cells()) {
            for (ComparedRun run : cell.runs()) {
                assertTrue(Files.exists(run.folder().resolve("model.zip")));
            }
        }
        for (String file : List.of("comparison.json", "comparison.csv", "comparison.svg")) {
            assertTrue(Files.exists(comparison.folder().resolve(file)), file);
        }
    }

    @Test
    void oneThatStoppedGoesOnAndEndsLikeOneThatDidNot() throws IOException {
        StopRequest stop = new StopRequest();
        Comparison half = evengrad.compare(request.listener(stopping(stop, 1)).stop(stop));
        assertFalse(half.isWhole());
        assertEquals(1, numbers(half).size());
        Path first = half.cells().get(0).runs().get(0).folder().resolve("summary.json");
        String before = Files.readString(first);

        Comparison whole = evengrad.compare(request.resuming());
        assertEquals(half.folder(), whole.folder());
        assertTrue(whole.isWhole());
        assertEquals(before, Files.readString(first), "a run that had ended was left alone");
        assertEquals(
                numbers(evengrad.compare(request.into(temporary.resolve("other")))),
                numbers(whole));
    }

    @Test
    void doesNotGoOnWithAComparisonOfSomethingElse() {
        StopRequest stop = new StopRequest();
        evengrad.compare(request.listener(stopping(stop, 1)).stop(stop));
        InvalidInputException refused =
                assertThrows(
                        InvalidInputException.class,
                        () -> evengrad.compare(request.seeds(3).resuming()));
        assertTrue(refused.getMessage().contains("compares something else"), refused.getMessage());
    }

    @Test
    void aValueThatIsNoneIsRefusedBeforeAnythingIsWritten() throws IOException {
        assertThrows(
                InvalidInputException.class,
                () -> evengrad.compare(request.vary("optimizer.use", "adam", "adamm")));
        assertThrows(
                InvalidInputException.class,
                () -> evengrad.compare(request.vary("seed", "1", "2")));
        assertThrows(
                InvalidInputException.class,
                () -> evengrad.compare(request.with("data.validation", "0")));
        try (Stream<Path> files = Files.list(temporary)) {
            assertEquals(List.of("net.conf"), files.map(f -> f.getFileName().toString()).toList());
        }
    }

    @Test
    void aRunThatWasKilledBeforeItsFirstCheckpointBeginsAnew() throws IOException {
        StopRequest stop = new StopRequest();
        Comparison half = evengrad.compare(request.listener(stopping(stop, 1)).stop(stop));
        Path killed = half.cells().get(0).runs().get(0).folder().resolveSibling("seed-43");
        Files.createDirectories(killed);
        Files.writeString(killed.resolve("metrics.jsonl"), "{ \"step\": 1, \"lo");
        Comparison whole = evengrad.compare(request.resuming());
        assertTrue(whole.isWhole());
        assertNotEquals(0, Files.size(killed.resolve("summary.json")));
    }
}
