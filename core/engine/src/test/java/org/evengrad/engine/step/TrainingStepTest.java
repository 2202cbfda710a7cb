package org.evengrad.engine.step;

import static org.evengrad.engine.step.StepFixture.CONSTANT;
import static org.evengrad.engine.step.StepFixture.HORIZON;
import static org.evengrad.engine.step.StepFixture.ROWS;
import static org.evengrad.engine.step.StepFixture.guard;
import static org.evengrad.engine.step.StepFixture.record;
import static org.evengrad.engine.step.StepFixture.run;
import static org.evengrad.engine.step.StepFixture.scheduled;
import static org.evengrad.engine.step.StepFixture.step;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.evengrad.engine.step.StepRecord.Outcome;
import org.evengrad.guards.clipglobalnorm.ClipGlobalNorm;
import org.evengrad.optimizers.adam.Adam;
import org.evengrad.optimizers.momentum.Momentum;
import org.evengrad.optimizers.sgd.Sgd;
import org.evengrad.spi.Chunk;
import org.evengrad.spi.GradientGuard;
import org.evengrad.spi.GradientStatistics;
import org.evengrad.spi.Grain;
import org.evengrad.spi.Guard;
import org.evengrad.spi.Ruling;
import org.evengrad.spi.Schedule;
import org.evengrad.spi.Step;
import org.evengrad.spi.StepContext;
import org.evengrad.spi.Tensor;
import org.junit.jupiter.api.Test;

class TrainingStepTest {
    private static final float[] TARGET = {1, -2, 3, -4, 5, -6, 0.5f, 0.25f};

    private final HeapNetwork network = new HeapNetwork(HeapNetwork.pullTo(TARGET), 3, 2);

    private static double norm(float[] values, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += (double) values[i] * values[i];
        }
        return Math.sqrt(sum);
    }

    @Test
    void appliesTheMeanGradientAtTheScheduledRate() {
        Schedule schedule = at -> at.step() == 0 ? 1 : 0.5;
        TrainingStep step = scheduled(network, new Sgd(0.1), schedule);
        StepRecord record = record(network, 0);
        for (int rows : new int[] {1, 64}) {
            float[] before = network.values();
            double rate = step.at().step() == 0 ? 0.1 : 0.05;
            assertEquals(Outcome.APPLIED, step.run(network.batch(rows), 2, record));
            assertEquals(rate, record.learningRate(), 1e-15);
            assertEquals(rows, record.rows());
            assertEquals(3, record.epoch());
            for (int i = 0; i < before.length; i++) {
                double expected = before[i] - rate * (before[i] - TARGET[i]);
                assertEquals(expected, network.values()[i], 1e-6);
            }
        }
        assertEquals(2, record.step());
        assertEquals(2, step.at().updates());
    }

    @Test
    void recordsTheLossBeforeTheStep() {
        network.set(new float[TARGET.length]);
        StepRecord record = run(step(network, new Sgd(0.1)), network, 0, 1);
        assertEquals(0.5 * Math.pow(norm(TARGET, 0, TARGET.length), 2), record.loss(), 1e-6);
    }

    @Test
    void theScheduleSeesTheRateOfTheStepBeforeAndIsAskedInSkippedStepsToo() {
        List<Double> rates = new ArrayList<>();
        Schedule schedule =
                at -> {
                    rates.add(at.rate());
                    return at.step() + 1;
                };
        GradientGuard skipsTheSecond =
                guard(
                        (gradient, at, ruling) -> {
                            if (at.step() == 1) {
                                ruling.skip("the second");
                            }
                        });
        run(scheduled(network, new Sgd(0.1), schedule, skipsTheSecond), network, 1, 4);
        assertEquals(4, rates.size());
        assertEquals(0.1, rates.get(1), 1e-15);
        assertEquals(0.1, rates.get(2), 1e-15);
        assertEquals(0.3, rates.get(3), 1e-15);
    }

    @Test
    void penaltiesEnterAfterTheGuardsAndNotForBiases() {
        float[] start = {1, -1, 2, -2, 0, 3, 5, 5};
        network.set(start);
        network.rule(HeapNetwork.constant(1, 1, 1, 1, 1, 1, 1, 1));
        Penalties penalties = new Penalties(new float[] {0.25f, 0}, new float[] {0.5f, 0});
        GradientGuard half = guard((gradient, at, ruling) -> ruling.scale(0.5, "half"));
        TrainingStep step =
                new TrainingStep(
                        network, new Sgd(0.1), CONSTANT, List.of(half), penalties, HORIZON, 7);
        StepRecord record = run(step, network, 1, 1);
        for (int i = 0; i < start.length; i++) {
            double penalty = i < 6 ? 0.25 * Math.signum(start[i]) + 0.5 * start[i] : 0;
            assertEquals(start[i] - 0.1 * (0.5 + penalty), network.values()[i], 1e-6);
        }
        assertEquals(Math.sqrt(6), record.gradientNorm(0), 1e-6);
        assertEquals(0.5 * Math.sqrt(6), record.gradientNormAfterGuards(0), 1e-6);
        assertEquals(1, record.loss());
    }

    @Test
    void theUpdateRatioHoldsTheUpdateAgainstTheWeightsBeforeIt() {
        float[] start = {3, 0, 0, 0, 0, 4, 0, 0};
        network.set(start);
        network.rule(HeapNetwork.constant(1, 1, 1, 1, 1, 1, 1, 1));
        StepRecord record = run(step(network, new Sgd(10)), network, 0, 1);
        assertEquals(10 * Math.sqrt(6) / 5, record.updateRatio(0), 1e-6);
        // Biases at zero count as if each were 1e-3.
        assertEquals(10 * Math.sqrt(2) / (1e-3 * Math.sqrt(2)), record.updateRatio(1), 1e-2);
    }

    @Test
    void theUpdateRatioIsThatOfTheWholeStepHoweverManyPassesItTook() {
        float[] start = {3, 0, 0, 0, 0, 4, 1, 1};
        network.set(start);
        network.rule(HeapNetwork.constant(1, 1, 1, 1, 1, 1, 1, 1));
        StepFixture.Descent thereAndBackAndThere =
                new StepFixture.Descent() {
                    @Override
                    public void step(Step step) {
                        for (int quarters : new int[] {4, -2, 1}) {
                            step.each(
                                    Grain.ELEMENTS,
                                    (chunk, at) -> {
                                        for (int i = 0; i < chunk.size(); i++) {
                                            chunk.parameters()[i] += quarters * 0.25f;
                                        }
                                    });
                        }
                    }
                };
        StepRecord record = run(step(network, thereAndBackAndThere), network, 0, 1);
        assertEquals(0.75 * Math.sqrt(6) / 5, record.updateRatio(0), 1e-6);
    }

    @Test
    void aRestoredStepGoesOnBitIdentically() {
        GradientGuard clip = new ClipGlobalNorm(2);
        Remembering remembering = new Remembering();
        TrainingStep step =
                scheduled(
                        network, new Adam().withLearningRate(0.1), remembering, clip, remembering);
        run(step, network, 2, 7);
        TrainingState saved = step.save();
        run(step, network, 2, 9);
        TrainingState expected = step.save();

        HeapNetwork other = new HeapNetwork(HeapNetwork.pullTo(TARGET), 3, 2);
        Remembering fresh = new Remembering();
        TrainingStep resumed =
                scheduled(other, new Adam().withLearningRate(0.1), fresh, clip, fresh);
        resumed.restore(saved);
        StepRecord record = run(resumed, other, 2, 9);
        assertArrayEquals(network.values(), other.values());
        assertEquals(16, record.step());
        TrainingState actual = resumed.save();
        assertEquals(expected.updates(), actual.updates());
        assertEquals(expected.rate(), actual.rate());
        assertTrue(Arrays.deepEquals(expected.slots(), actual.slots()));
        assertTrue(Arrays.deepEquals(expected.guards(), actual.guards()));
        assertTrue(Arrays.deepEquals(expected.guardSlots(), actual.guardSlots()));
        assertArrayEquals(expected.schedule(), actual.schedule());
    }

    /** A schedule and a guard in one whose decisions depend on all that they saw before. */
    private static final class Remembering implements Schedule, GradientGuard, Guard {
        private double rates;
        private double norms;

        @Override
        public double factor(StepContext at) {
            rates = 0.5 * rates + at.rate() + at.loss();
            return 1 / (1 + rates);
        }

        @Override
        public Guard start(List<Tensor> layout) {
            return this;
        }

        @Override
        public int slots() {
            return 1;
        }

        @Override
        public void inspect(GradientStatistics gradient, StepContext at, Ruling ruling) {
            norms = 0.9 * norms + gradient.globalNorm();
            ruling.scale(1 / (1 + norms), "by what was seen");
            ruling.transform("with memory");
        }

        @Override
        public void transform(Chunk chunk, StepContext at) {
            for (int i = 0; i < chunk.size(); i++) {
                chunk.state(0)[i] = 0.5f * chunk.state(0)[i] + chunk.gradient()[i];
                chunk.gradient()[i] = chunk.state(0)[i];
            }
        }

        @Override
        public double[] save() {
            return new double[] {rates, norms};
        }

        @Override
        public void restore(double[] saved) {
            rates = saved[0];
            norms = saved[1];
        }
    }

    @Test
    void refusesTheStateOfAnotherOptimizer() {
        TrainingState saved = step(network, new Adam()).save();
        TrainingStep other = step(network, new Momentum());
        assertThrows(IllegalArgumentException.class, () -> other.restore(saved));
    }

    @Test
    void aSavedStateIsLeftAloneByLaterSteps() {
        TrainingStep step = step(network, new Momentum(0.1, 0.9));
        run(step, network, 0, 2);
        TrainingState saved = step.save();
        float[] parameters = saved.parameters().clone();
        float[] slot = saved.slots()[0].clone();
        run(step, network, 0, 2);
        assertArrayEquals(parameters, saved.parameters());
        assertArrayEquals(slot, saved.slots()[0]);
        step.restore(saved);
        assertArrayEquals(parameters, network.values());
    }

    @Test
    void randomNumbersRepeatAndDifferByStepTensorAndPiece() {
        HeapNetwork wide = new HeapNetwork(HeapNetwork.constant(), 100, 100, 100);
        List<Long> first = draws(wide, 7);
        assertEquals(first, draws(wide, 7));
        assertNotEquals(first, draws(wide, 8));
        assertEquals(first.size(), first.stream().distinct().count());
    }

    /** The first number that each chunk draws in each of two steps; it draws it twice. */
    private static List<Long> draws(HeapNetwork network, long seed) {
        List<Long> drawn = new ArrayList<>();
        StepFixture.Descent drawing =
                new StepFixture.Descent() {
                    @Override
                    public void update(Chunk chunk, StepContext at) {
                        long number = chunk.random().nextLong();
                        assertEquals(number, chunk.random().nextLong());
                        drawn.add(number);
                    }
                };
        TrainingStep step =
                new TrainingStep(
                        network, drawing, CONSTANT, List.of(), Penalties.none(4), HORIZON, seed);
        run(step, network, 0, 2);
        assertEquals(2 * 8, drawn.size());
        return drawn;
    }

    @Test
    void evaluationParametersAreWhatTheOptimizerMakesOfThem() {
        StepFixture.Descent averaging =
                new StepFixture.Descent() {
                    @Override
                    public int slots() {
                        return 1;
                    }

                    @Override
                    public void update(Chunk chunk, StepContext at) {
                        super.update(chunk, at);
                        for (int i = 0; i < chunk.size(); i++) {
                            chunk.state(0)[i] += chunk.parameters()[i];
                        }
                    }

                    @Override
                    public void evaluationParameters(Chunk copy, StepContext at) {
                        for (int i = 0; i < copy.size(); i++) {
                            copy.parameters()[i] = copy.state(0)[i] / at.updates();
                        }
                    }
                };
        TrainingStep step = step(network, averaging);
        double[] sum = new double[TARGET.length];
        for (int n = 0; n < 3; n++) {
            run(step, network, 0, 1);
            for (int i = 0; i < sum.length; i++) {
                sum[i] += network.values()[i];
            }
        }
        step.showEvaluationParameters();
        for (int i = 0; i < sum.length; i++) {
            assertEquals(sum[i] / 3, network.values()[i], 1e-6);
        }
    }

    @Test
    void aChunkRefusesASlotThatTheOptimizerDidNotAskFor() {
        StepFixture.Descent greedy =
                new StepFixture.Descent() {
                    @Override
                    public void update(Chunk chunk, StepContext at) {
                        chunk.state(0);
                    }
                };
        TrainingStep step = step(network, greedy);
        StepRecord record = record(network, 0);
        assertThrows(
                IndexOutOfBoundsException.class, () -> step.run(network.batch(ROWS), 0, record));
    }
}
