package org.evengrad.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

final class MeasurementsTest {
    @Test
    void takesTheMedianOfTheRatiosOfTheIterations() {
        Counts counts =
                new Counts(
                        Map.of(),
                        List.of(
                                Map.of("a", 30.0, "b", 10.0),
                                Map.of("a", 8.0, "b", 4.0),
                                Map.of("a", 900.0, "b", 1.0)));

        assertEquals(3, counts.ratio("a", "b"));
    }

    @Test
    void takesTheMeanOfTheMiddleTwoOfAnEvenNumber() {
        List<Map<String, Double>> iterations =
                DoubleStream.of(4, 1, 2, 9).mapToObj(a -> Map.of("a", a)).toList();

        assertEquals(3, new Counts(Map.of(), iterations).median(counts -> counts.get("a")));
    }

    @Test
    void keepsTheShortestTime() {
        assertEquals(5, Quickest.of(0, 5));
        assertEquals(3, Quickest.of(5, 3));
        assertEquals(3, Quickest.of(3, 5));
    }

    @Test
    void writesRatiosWithFewDigits() {
        assertEquals("0.09", PerformancePage.ratio(0.094));
        assertEquals("1.0", PerformancePage.ratio(0.999));
        assertEquals("9.9", PerformancePage.ratio(9.94));
        assertEquals("24", PerformancePage.ratio(23.6));
    }

    @Test
    void writesTheTablesAndNamesWhatMissesItsBound() {
        Measurements measured =
                Measurements.of(
                        List.of(
                                update("sgd", "1000000", 150),
                                update("sgd", "30000000", 120),
                                update("adam", "1000000", 200),
                                update("adam", "30000000", 210)),
                        List.of(adam(390)),
                        List.of(
                                pass("relu", "64x256", 500, 400),
                                pass("relu", "256x2048", 99, 300),
                                pass("tat", "64x256", 0, 0),
                                pass("tat", "256x2048", 0, 0)));

        assertEquals(
                """
                ### Optimizers against a copy

                | optimizer | slots | update, 1M | update, 30M | whole step, 1M | whole step, 30M |
                | --- | ---: | ---: | ---: | ---: | ---: |
                | `adam` | 2 | 2.0 | 2.1 | 4.0 | 4.0 |
                | `sgd` | 0 | 1.5 | 1.2 | 4.0 | 4.0 |

                ### Adam against DL4J's

                | parameters | DL4J with one thread / our update | DL4J with its threads / our update | DL4J with its threads / our whole step |
                | --- | ---: | ---: | ---: |
                | 1000000 | 3.9 | 5.0 | 2.5 |

                ### DL4J's activations over ours

                | activation | one thread, 64x256 | one thread, 256x2048 | its threads, 64x256 | its threads, 256x2048 | ours, ns per element |
                | --- | ---: | ---: | ---: | ---: | ---: |
                | `relu` | 4.0 | 3.0 | 5.0 | 0.99 | 0.01 |
                | `tat` | - | - | - | - | 0.01 |
                """,
                measured.tables());
        assertEquals(
                List.of(
                        "adam of 30000000: 2.1",
                        "adam of 1000000 against DL4J with one thread: 3.9",
                        "relu of 256x2048: 0.99"),
                measured.misses());
    }

    @Test
    void replacesOnlyWhatStandsBetweenTheMarks() {
        String page = "top\n<!-- measured: begin -->\nold\n<!-- measured: end -->\nbottom\n";

        String once = PerformancePage.replace(page, "measured", "new\n");

        assertEquals(
                "top\n<!-- measured: begin -->\n\nnew\n\n<!-- measured: end -->\nbottom\n", once);
        assertEquals(once, PerformancePage.replace(once, "measured", "new"));
    }

    @Test
    void refusesAPageWithoutMarks() {
        IllegalArgumentException refused =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> PerformancePage.replace("top", "measured", "new"));

        assertTrue(refused.getMessage().contains("<!-- measured: begin -->"));
    }

    private static Counts update(String optimizer, String parameters, double update) {
        return new Counts(
                Map.of("optimizer", optimizer, "parameters", parameters),
                List.of(Map.of("copy", 100.0, "update", update, "step", 400.0)));
    }

    private static Counts adam(double one) {
        return new Counts(
                Map.of("parameters", "1000000"),
                List.of(
                        Map.of(
                                "update",
                                100.0,
                                "step",
                                200.0,
                                "theirs",
                                500.0,
                                "theirsWithOneThread",
                                one)));
    }

    private static Counts pass(String activation, String batch, double theirs, double one) {
        return new Counts(
                Map.of("activation", activation, "batch", batch),
                List.of(Map.of("ours", 100.0, "theirs", theirs, "theirsWithOneThread", one)));
    }
}
