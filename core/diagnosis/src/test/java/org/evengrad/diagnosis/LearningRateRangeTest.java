package org.evengrad.diagnosis;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.evengrad.config.ConfigLoader;
import org.evengrad.config.plugins.PluginLoader;
import org.evengrad.config.plugins.StrategyRegistry;
import org.evengrad.diagnosis.RangeResult.Point;
import org.evengrad.diagnosis.RangeResult.Rule;
import org.evengrad.engine.dl4j.Dl4jNetworkBuilder;
import org.evengrad.engine.plan.Planner;
import org.evengrad.engine.plan.TrainingPlan;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LearningRateRangeTest {
    private static final StrategyRegistry REGISTRY =
            PluginLoader.load(LearningRateRangeTest.class.getClassLoader(), List.of(), List.of());

    private static final String BLOBS =
            """
            data { source = blobs, samples = 320, classes = 3, features = 4, batch-size = 32 }
            model { layers = [ { dense = 8 }, { dropout = 0.1 }, { batch-norm = true } ] }
            activation = tanh, initializer = xavier
            optimizer { use = adam, learning-rate = 0.0001 }
            training { steps = 200 }
            """;

    /** The whole data set is one batch, and the loss a quadratic function of the weights. */
    private static final String QUADRATIC =
            """
            data { source = linear, samples = 200, batch-size = 200, validation = 0, test = 0 }
            model { layers = [], loss = mse }
            optimizer { use = sgd, learning-rate = 0.001 }
            guards = []
            training { steps = 200 }
            """;

    private static final RangeOptions SHORT =
            new RangeOptions(OptionalDouble.empty(), OptionalDouble.empty(), 60, 3);

    @TempDir Path folder;

    private RangeResult find(String config, RangeOptions options) throws IOException {
        Path file = Files.writeString(folder.resolve("net.conf"), config);
        Planner planner = new Planner(REGISTRY, new Dl4jNetworkBuilder(REGISTRY));
        try (TrainingPlan plan = planner.plan(new ConfigLoader(REGISTRY).load(file, Map.of()))) {
            float[] before = parameters(plan);
            RangeResult result = new LearningRateRange(plan, options).run();
            assertArrayEquals(before, parameters(plan));
            return result;
        }
    }

    private static float[] parameters(TrainingPlan plan) {
        float[] values = new float[plan.network().parameters().limit()];
        plan.network().parameters().get(0, values);
        return values;
    }

    @Test
    void suggestsARateBelowWhereAQuadraticDiverges() throws IOException {
        RangeResult result = find(QUADRATIC, RangeOptions.DEFAULTS);
        // Standard normal inputs: the curvature of mse is about 2, so gradient descent is stable
        // below
        // a rate of about 1 and at its best at about one half.
        assertEquals(Rule.LEAST_THAT_WINS_MOST, result.rule(), result.why());
        double rate = result.suggestion().orElseThrow();
        assertTrue(rate > 0.01 && rate < 1, result.toString());
        double diverges = result.divergesAt().orElseThrow();
        assertTrue(diverges > 0.8 && diverges < 10, "diverges at " + diverges);
    }

    @Test
    void isTheSameEachTimeAndCoversItsRates() throws IOException {
        RangeResult first = find(BLOBS, SHORT);
        RangeResult second = find(BLOBS, SHORT);
        assertEquals(first.curve(), second.curve());
        assertEquals(first.trials(), second.trials());
        assertEquals(first.suggestion(), second.suggestion());
        assertEquals(1e-7, first.curve().get(0).rate());
        assertEquals(0.0001, first.current(), 1e-12);
        assertTrue(first.suggestion().orElseThrow() > 0.001, first.why());
        for (Point point : first.curve()) {
            assertTrue(point.low() <= point.loss() && point.loss() <= point.high());
        }
    }

    @Test
    void theSuggestionIsThatOfTheStepsWhateverTheSchedule() throws IOException {
        RangeResult plain = find(BLOBS, SHORT);
        RangeResult warm = find(BLOBS + "scheduler { use = cosine, warmup = 50% }", SHORT);
        assertEquals(plain.curve(), warm.curve());
        assertEquals(plain.suggestion(), warm.suggestion());
    }

    @Test
    void aNetworkThatLearnsNothingGetsNoSuggestion() throws IOException {
        RangeResult result =
                find(
                        """
                        data { source = iris, batch-size = 16 }
                        model { layers = [ { dense = 8, repeat = 20 } ] }
                        activation = sigmoid, initializer = xavier
                        optimizer { use = sgd, learning-rate = 0.1 }
                        training { epochs = 20 }
                        """,
                        SHORT);
        assertTrue(result.suggestion().isEmpty(), result.why());
        assertTrue(result.setting().isEmpty());
        assertTrue(result.why().contains("run check"), result.why());
    }

    @Test
    void ratesThatAreAllTooLargeAreSaidToBe() throws IOException {
        RangeResult result =
                find(
                        QUADRATIC,
                        new RangeOptions(OptionalDouble.of(50), OptionalDouble.of(5000), 40, 2));
        assertEquals(Rule.DIVERGES_AT_ONCE, result.rule(), result.why());
        assertTrue(result.suggestion().isEmpty());
    }

    @Test
    void saysThatGuardsHideWhatTooLargeARateDoes() throws IOException {
        RangeResult result =
                find(
                        QUADRATIC.replace(
                                "guards = []",
                                "guards = [ { use = clip-global-norm, max-norm = 0.001 } ]"),
                        SHORT);
        assertTrue(
                result.notes().stream().anyMatch(note -> note.startsWith("Guards changed")),
                result.notes().toString());
    }

    @Test
    void aCurveOfSeveralOrdersFindsItsFallInNoise() {
        double[] rates = new double[100];
        Arrays.setAll(rates, i -> Math.pow(10, -7 + 8.0 * i / 99));
        java.util.SplittableRandom random = new java.util.SplittableRandom(4);
        List<double[]> losses =
                IntStream.range(0, 5)
                        .mapToObj(
                                order ->
                                        Arrays.stream(rates)
                                                .map(
                                                        rate ->
                                                                1
                                                                        - 0.8 / (1 + 1e-3 / rate)
                                                                        + rate
                                                                        + 0.2 * random.nextDouble())
                                                .toArray())
                        .toList();
        RangeCurve curve = new RangeCurve(rates, losses);
        assertTrue(curve.falls());
        // 0.8 / (1 + 1e-3 / rate) changes fastest along the logarithm of the rate at 1e-3.
        assertEquals(-3, Math.log10(curve.steepestRate()), 0.5);
        double half = rates[curve.divergence().orElseThrow()];
        assertTrue(half > 0.2 && half < 0.7, "half is lost again at " + half);
        List<double[]> flat =
                IntStream.range(0, 5)
                        .mapToObj(order -> random.doubles(100, 0.9, 1.1).toArray())
                        .toList();
        assertTrue(!new RangeCurve(rates, flat).falls());
    }

    @Test
    void smoothingLeavesAStraightLineStraightInItsMiddle() {
        double[] rates = new double[61];
        Arrays.setAll(rates, i -> Math.pow(10, -4 + i / 20.0));
        double[] line = IntStream.rangeClosed(0, 60).mapToDouble(i -> 2 - i / 60.0).toArray();
        List<Point> points = new RangeCurve(rates, List.of(line)).points();
        assertEquals(1.5, points.get(30).loss(), 1e-9, "nothing is shifted");
        double[] constant = new double[61];
        Arrays.fill(constant, 0.7);
        for (Point point : new RangeCurve(rates, List.of(constant)).points()) {
            assertEquals(0.7, point.loss(), 1e-12, "biased at no end");
        }
    }
}
