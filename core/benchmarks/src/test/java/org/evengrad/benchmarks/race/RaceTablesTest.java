package org.evengrad.benchmarks.race;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class RaceTablesTest {
    @Test
    void takesQuartilesBetweenNumbersInProportion() {
        double[] numbers = {4, 1, 3, 2};

        assertEquals(
                new Spread(1.75, 2.5, 3.25), Spread.of(numbers.length, round -> numbers[round]));
        assertEquals(new Spread(7, 7, 7), Spread.of(1, round -> 7));
    }

    @Test
    void dividesTimesOfTheSameRound() {
        HeatResult result = result(RaceModel.MLP, 10);

        // 2/4, 6/10, 3/10 of milliseconds.
        assertEquals(0.5, result.ratio(Lineup.EVENGRAD, Lineup.PYTORCH).orElseThrow().median());
        assertTrue(result.ratio(Lineup.EVENGRAD, "python fused").isEmpty());
    }

    @Test
    void measuresTheShareOfProductsByTheRateOfTheSameRound() {
        HeatResult result = result(RaceModel.MLP, 10);
        double flops = RaceModel.MLP.stepFlops();
        // The products reach their operations in 1 ms, the step its own in 2, 6 and 3 ms.
        double expected = (flops / 3) / 1e9;

        assertEquals(
                expected,
                result.shareOfProducts(Lineup.EVENGRAD).orElseThrow().median(),
                1e-9 * expected);
    }

    @Test
    void writesTheTablesAndNamesWhatMissesItsTarget() {
        RaceTables tables = RaceTables.of(List.of(result(RaceModel.MLP, 10)));

        assertTrue(
                tables.text()
                        .contains(
                                "| MLP 784-10x256-10, batch 64 | 0.50 (0.40 to 0.55) | 0.80 | yes |"
                                        + " 10 (10 to 10) | 6.0 | yes |"),
                tables.text());
        assertTrue(tables.text().contains("| 0.50 (0.50 to 0.50) | no |"), tables.text());
        assertFalse(tables.text().contains("Python"), tables.text());
        assertFalse(tables.text().contains("Where the step goes"), tables.text());
        assertEquals(
                List.of(
                        "mlp, one thread over all cores: 0.50 (0.50 to 0.50)",
                        "mlp: dl4j keeps 0.30 cores busy while others run"),
                tables.misses());
    }

    @Test
    void judgesNoSecondThreadThatDoesNotCompute() {
        double[] same = {1.2, 1.1, 1.3};
        HeatResult result =
                result(RaceModel.TINY, 10, Map.of(Lineup.EVENGRAD, same, Lineup.ONE_THREAD, same));

        RaceTables tables = RaceTables.of(List.of(result));

        assertTrue(
                tables.text().contains("| 0.50 (0.50 to 0.50) | one thread in both | 1.2 ("),
                tables.text());
        assertTrue(tables.misses().stream().noneMatch(miss -> miss.contains("over all cores")));
    }

    @Test
    void writesTheSharesOfPhasesWhereTheyAreTold() {
        HeatResult result =
                new HeatResult(
                        RaceModel.TINY,
                        Map.of(Lineup.EVENGRAD, new double[] {1, 1}),
                        Map.of(),
                        Map.of(),
                        0,
                        Map.of(
                                Lineup.EVENGRAD,
                                List.of(
                                        Map.of("forward", 10L, "backward", 50L),
                                        Map.of("forward", 15L, "backward", 25L))),
                        1);

        assertEquals(Map.of("forward", 0.25, "backward", 0.75), result.phaseShares());
        assertTrue(RaceTables.of(List.of(result)).text().contains("25%"));
    }

    @Test
    void findsWhereAParameterGetsDearer() {
        Memory memory = new Memory(10 << 20, 200 << 20);
        GrowthPoint small = GrowthPoint.of(GrowthPoint.Sweep.WIDTH, 2, 10, 4).measured(1e6, memory);
        GrowthPoint wide = GrowthPoint.of(GrowthPoint.Sweep.WIDTH, 2, 20, 4).measured(8e6, memory);
        assertEquals(65 * 10 + 11 * 10 + 11 * 10, small.parameters());

        GrowthTables tables = GrowthTables.of(List.of(small, wide));

        assertEquals(
                List.of("from width 10 to 20 a parameter and example takes 3.6 times as long"),
                tables.cliffs());
        assertTrue(
                tables.table()
                        .contains("| width | 2 x 10, 4 | 870 | 1.00 | 287356 | - | 10 | 200 |"),
                tables.table());
    }

    @Test
    void drawsAPanelForEachSweepAndQuantity() {
        Memory memory = new Memory(10 << 20, 200 << 20);
        String svg =
                Plot.of(
                        List.of(
                                GrowthPoint.of(GrowthPoint.Sweep.DEPTH, 10, 10, 4)
                                        .measured(1e6, memory),
                                GrowthPoint.of(GrowthPoint.Sweep.DEPTH, 100, 10, 4)
                                        .measured(1e7, memory),
                                GrowthPoint.of(GrowthPoint.Sweep.WIDTH, 2, 20, 4)
                                        .measured(8e6, memory)));

        assertEquals(3 * 2, svg.split("<polyline").length - 1);
        assertEquals(3 * 3, svg.split("<circle").length - 1);
        // The first panel goes from 10 to 100 layers, and from 1 to 10 ms.
        assertTrue(svg.contains("points=\"52.0,146.0 246.0,28.0\""), svg);
    }

    /** Three rounds. */
    private static HeatResult result(RaceModel model, double dl4jOverOurs) {
        double[] two = {1.8, 1.9, 1.9};
        double[] one = {1, 1.1, 1.1};
        return result(model, dl4jOverOurs, Map.of(Lineup.EVENGRAD, two, Lineup.ONE_THREAD, one));
    }

    private static HeatResult result(
            RaceModel model, double dl4jOverOurs, Map<String, double[]> cores) {
        Map<String, double[]> nanos = new LinkedHashMap<>();
        double[] ours = {2e6, 6e6, 3e6};
        nanos.put(Lineup.EVENGRAD, ours);
        nanos.put(Lineup.ONE_THREAD, new double[] {1e6, 3e6, 1.5e6});
        nanos.put(
                Lineup.DL4J,
                new double[] {ours[0] * dl4jOverOurs, ours[1] * dl4jOverOurs, 3e6 * dl4jOverOurs});
        nanos.put(Lineup.PYTORCH, new double[] {4e6, 10e6, 10e6});
        nanos.put(Lineup.SGEMM, new double[] {1e6, 1e6, 1e6});
        return new HeatResult(
                model,
                nanos,
                cores,
                Map.of(Lineup.DL4J, 0.3, Lineup.PYTORCH, 0.01),
                0,
                Map.of(),
                1e9);
    }
}
