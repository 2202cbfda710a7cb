package org.evengrad.engine.step;

import static org.evengrad.engine.step.StepFixture.CONSTANT;
import static org.evengrad.engine.step.StepFixture.HORIZON;
import static org.evengrad.engine.step.StepFixture.ROWS;
import static org.evengrad.engine.step.StepFixture.record;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.evengrad.engine.parallel.Workers;
import org.evengrad.guards.centralization.Centralization;
import org.evengrad.guards.clipglobalnorm.ClipGlobalNorm;
import org.evengrad.guards.clipvalue.ClipValue;
import org.evengrad.guards.nonfinite.Nonfinite;
import org.evengrad.optimizers.adam.Adam;
import org.evengrad.optimizers.momentum.Momentum;
import org.evengrad.spi.Chunk;
import org.evengrad.spi.GradientGuard;
import org.evengrad.spi.Grain;
import org.evengrad.spi.Optimizer;
import org.evengrad.spi.Step;
import org.evengrad.spi.StepContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A step does the same to the last bit, however many workers share it. */
class SharedStepTest {
    private static final int[] WIDTHS = {300, 310, 70, 5};
    private static final int STEPS = 4;

    /** What a run leaves behind. */
    private record Left(
            float[] parameters, float[][] slots, double[] after, double[] updateRatios) {}

    private static HeapNetwork network(Workers workers) {
        HeapNetwork network = new HeapNetwork(HeapNetwork.constant(), WIDTHS);
        network.workers(workers);
        Random random = new Random(11);
        float[] start = new float[network.parameters().limit()];
        float[] mean = new float[start.length];
        for (int i = 0; i < start.length; i++) {
            start[i] = 0.1f * (float) random.nextGaussian();
            mean[i] = 0.3f * (float) random.nextGaussian();
        }
        network.set(start);
        network.rule(HeapNetwork.constant(mean));
        return network;
    }

    private static Penalties penalties(boolean decay) {
        return new Penalties(
                new float[6],
                new float[] {0.1f, 0, 0.2f, 0, 0, 0},
                new double[] {1, 2, 0.5, 1, 3, 1},
                decay ? new double[] {0.1, 0, 0, 0.2, 0.1, 0} : null,
                decay ? new boolean[] {true, false, false, false, true, false} : null);
    }

    private static Left run(
            int count, Optimizer optimizer, Penalties penalties, GradientGuard... guards) {
        try (Workers workers = new Workers(count)) {
            HeapNetwork network = network(workers);
            TrainingStep step =
                    new TrainingStep(
                            network, optimizer, CONSTANT, List.of(guards), penalties, HORIZON, 7);
            StepRecord record = record(network, guards.length);
            for (int i = 0; i < STEPS; i++) {
                step.run(network.batch(ROWS), 0, record);
            }
            double[] after = new double[record.tensors()];
            double[] updateRatios = new double[record.tensors()];
            for (int t = 0; t < after.length; t++) {
                after[t] = record.gradientNormAfterGuards(t);
                updateRatios[t] = record.updateRatio(t);
            }
            return new Left(network.values(), step.save().slots(), after, updateRatios);
        }
    }

    private static void assertTheSame(
            Optimizer optimizer, Penalties penalties, GradientGuard... guards) {
        Left alone = run(1, optimizer, penalties, guards);
        for (double ratio : alone.updateRatios) {
            assertTrue(ratio > 0 && ratio < 10, "ratio " + ratio);
        }
        for (int count = 2; count <= 3; count++) {
            Left shared = run(count, optimizer, penalties, guards);
            assertArrayEquals(alone.parameters, shared.parameters);
            assertArrayEquals(alone.slots, shared.slots);
            assertArrayEquals(alone.after, shared.after);
            assertArrayEquals(alone.updateRatios, shared.updateRatios);
        }
    }

    @Test
    void withAdamAndAGlobalNorm() {
        assertTheSame(new Adam(), penalties(false), new Nonfinite(), new ClipGlobalNorm(1));
    }

    @Test
    void withGuardsThatRewriteTheGradientByElementAndByUnit() {
        assertTheSame(new Momentum(), penalties(false), new ClipValue(0.2), new Centralization());
    }

    @Test
    void withADecayOfWhatTheParametersWere() {
        assertTheSame(new Adam(), penalties(true), new Nonfinite());
    }

    /** Sums, several passes, and a grain that is not its own. */
    private record Summing(Grain own, Grain other) implements Optimizer {
        @Override
        public double learningRate() {
            return 0.01;
        }

        @Override
        public int slots() {
            return 1;
        }

        @Override
        public Grain grain() {
            return own;
        }

        @Override
        public void update(Chunk chunk, StepContext at) {
            for (int i = 0; i < chunk.size(); i++) {
                chunk.state(0)[i] += chunk.gradient()[i];
                chunk.parameters()[i] -= (float) at.rate() * chunk.state(0)[i];
            }
        }

        @Override
        public void step(Step step) {
            double[] sums =
                    step.sums(
                            other,
                            2,
                            (chunk, at, total) -> {
                                for (int i = 0; i < chunk.size(); i++) {
                                    total[0] += Math.abs(chunk.gradient()[i]);
                                    total[1] += Math.abs(chunk.parameters()[i]);
                                }
                            });
            float shrink = (float) (1e-3 * sums[1] / sums[0]);
            step.apply(this);
            step.each(
                    other,
                    (chunk, at) -> {
                        for (int i = 0; i < chunk.size(); i++) {
                            chunk.parameters()[i] *= 1 - shrink;
                            chunk.state(0)[i] *= 0.9f;
                        }
                    });
        }
    }

    @ParameterizedTest
    @EnumSource(Grain.class)
    void withSeveralPassesAndSums(Grain other) {
        assertTheSame(new Summing(Grain.ELEMENTS, other), penalties(false));
        assertTheSame(new Summing(other, Grain.ELEMENTS), penalties(false));
    }

    /** The parameters' squares are measured anew there, and guards act on them. */
    @ParameterizedTest
    @EnumSource(Grain.class)
    void aRunThatGoesOnFromASavedStateIsTheSame(Grain other) {
        for (Penalties penalties : List.of(penalties(false), penalties(true))) {
            for (Optimizer optimizer :
                    List.of(new Adam(), new Summing(Grain.ELEMENTS, other), new Whole())) {
                assertGoesOn(optimizer, penalties);
            }
        }
    }

    private static void assertGoesOn(Optimizer optimizer, Penalties penalties) {
        GradientGuard guard =
                StepFixture.guard(
                        (gradient, at, ruling) -> {
                            for (int t = 0; t < 6; t++) {
                                double size = Math.sqrt(gradient.parameterSumOfSquares(t));
                                ruling.scale(t, 0.1 * size, "as large as the parameters");
                            }
                        });
        try (Workers workers = new Workers(2)) {
            HeapNetwork network = network(workers);
            TrainingStep[] steps = new TrainingStep[2];
            for (int i = 0; i < 2; i++) {
                steps[i] =
                        new TrainingStep(
                                network,
                                optimizer,
                                CONSTANT,
                                List.of(guard),
                                penalties,
                                HORIZON,
                                7);
            }
            StepFixture.run(steps[0], network, 1, 3);
            TrainingState saved = steps[0].save();
            StepFixture.run(steps[0], network, 1, 2);
            float[] straight = network.values();
            steps[1].restore(saved);
            StepFixture.run(steps[1], network, 1, 2);
            assertArrayEquals(straight, network.values());
        }
    }

    /** A tensor in one piece, which is larger than what a worker remembers. */
    private static final class Whole extends StepFixture.Descent {
        private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

        @Override
        public double learningRate() {
            return 0.01;
        }

        @Override
        public Grain grain() {
            return Grain.TENSORS;
        }

        @Override
        public void update(Chunk chunk, StepContext at) {
            threads.add(Thread.currentThread());
            super.update(chunk, at);
        }
    }

    @Test
    void withWholeTensors() {
        assertTheSame(new Whole(), penalties(false));
    }

    @Test
    void theUpdateRatioIsThatOfTheUpdateWhateverTheGrain() {
        for (Grain grain : Grain.values()) {
            Optimizer descent =
                    new StepFixture.Descent() {
                        @Override
                        public Grain grain() {
                            return grain;
                        }
                    };
            try (Workers workers = new Workers(2)) {
                HeapNetwork network = network(workers);
                TrainingStep step = StepFixture.step(network, descent);
                StepRecord record = record(network, 0);
                step.run(network.batch(ROWS), 0, record);
                float[] before = network.values();
                step.run(network.batch(ROWS), 0, record);
                float[] now = network.values();
                for (int t = 0; t < record.tensors(); t++) {
                    double update = 0;
                    double size = 0;
                    int from = network.offset(t);
                    for (int i = from; i < from + network.tensors().get(t).size(); i++) {
                        update += Math.pow((double) now[i] - before[i], 2);
                        size += (double) before[i] * before[i];
                    }
                    double expected = Math.sqrt(update / size);
                    assertEquals(expected, record.updateRatio(t), 1e-6 * expected);
                }
            }
        }
    }

    /** Whose squares are no floats: in one chunk, and in several. */
    @Test
    void countsHugeParametersAndTheTinyUpdateOfASmallTensor() {
        try (Workers workers = new Workers(2)) {
            HeapNetwork network = new HeapNetwork(HeapNetwork.constant(), 1000, 130, 3);
            network.workers(workers);
            float[] values = new float[network.parameters().limit()];
            Arrays.fill(values, 0, 130_000, 1e25f);
            network.set(values);
            float[] mean = new float[values.length];
            Arrays.fill(mean, 130_130, 130_130 + 390, 1e-30f);
            network.rule(HeapNetwork.constant(mean));
            double[] seen = new double[2];
            GradientGuard looking =
                    StepFixture.guard(
                            (gradient, at, ruling) -> {
                                seen[0] = gradient.parameterSumOfSquares(0);
                                seen[1] = gradient.parameterSumOfSquares(2);
                            });
            StepRecord record =
                    StepFixture.run(
                            StepFixture.step(network, new StepFixture.Descent(), looking),
                            network,
                            1,
                            2);
            assertEquals(130_000 * 1e50, seen[0], 1e-5 * 130_000 * 1e50);
            assertEquals(390 * 0.25e-60, seen[1], 1e-5 * 390 * 0.25e-60);
            assertEquals(0.5e-30 / 1e-3, record.updateRatio(2), 1e-5 * 0.5e-27);
        }
    }

    @Test
    void smallModelsStayOnOneThread() {
        Whole whole = new Whole();
        try (Workers workers = new Workers(2)) {
            HeapNetwork network = new HeapNetwork(HeapNetwork.constant(), 200, 200, 5);
            network.workers(workers);
            StepFixture.run(StepFixture.step(network, whole), network, 0, 20);
        }
        assertEquals(Set.of(Thread.currentThread()), whole.threads);
    }

    @Test
    void whatAStrategyThrowsOnAnotherThreadReachesTheCaller() {
        IllegalStateException broken = new IllegalStateException("broken");
        Thread caller = Thread.currentThread();
        StepFixture.Descent failing =
                new StepFixture.Descent() {
                    @Override
                    public void update(Chunk chunk, StepContext at) {
                        if (Thread.currentThread() != caller || chunk.tensor().index() > 0) {
                            throw broken;
                        }
                    }
                };
        try (Workers workers = new Workers(2)) {
            TrainingStep step = StepFixture.step(network(workers), failing);
            HeapNetwork network = network(workers);
            StepRecord record = record(network, 0);
            assertSame(
                    broken,
                    assertThrows(
                            IllegalStateException.class,
                            () -> step.run(network.batch(ROWS), 0, record)));
        }
    }
}
