package org.evengrad.engine.step;

import static org.evengrad.engine.step.StepFixture.guard;
import static org.evengrad.engine.step.StepFixture.record;
import static org.evengrad.engine.step.StepFixture.run;
import static org.evengrad.engine.step.StepFixture.step;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.evengrad.engine.step.StepRecord.Action;
import org.evengrad.engine.step.StepRecord.Outcome;
import org.evengrad.guards.clipglobalnorm.ClipGlobalNorm;
import org.evengrad.guards.nonfinite.Nonfinite;
import org.evengrad.optimizers.adam.Adam;
import org.evengrad.spi.Chunk;
import org.evengrad.spi.GradientGuard;
import org.evengrad.spi.GradientStatistics;
import org.evengrad.spi.Grain;
import org.evengrad.spi.Guard;
import org.evengrad.spi.Ruling;
import org.evengrad.spi.Step;
import org.evengrad.spi.StepContext;
import org.evengrad.spi.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class GuardChainTest {
    private static final int[] WIDTHS = {3, 2, 2};

    private final float[] gradient = randoms(1, parameters(WIDTHS));
    private final HeapNetwork network = network(gradient);

    private static int parameters(int... widths) {
        return HeapNetwork.dense(widths).stream().mapToInt(Tensor::size).sum();
    }

    private static float[] randoms(long seed, int size) {
        Random random = new Random(seed);
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static HeapNetwork network(float[] mean) {
        HeapNetwork network = new HeapNetwork(HeapNetwork.constant(mean), WIDTHS);
        network.set(randoms(2, mean.length));
        return network;
    }

    private static float[] times(float[] values, double factor) {
        float[] scaled = values.clone();
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] *= (float) factor;
        }
        return scaled;
    }

    /** Rewrites the gradient in one chunk at a time. */
    private static GradientGuard rewriting(Grain grain, int slots, Rewrite rewrite) {
        return new GradientGuard() {
            @Override
            public Guard start(List<Tensor> layout) {
                return new Guard() {
                    @Override
                    public void inspect(
                            GradientStatistics statistics, StepContext at, Ruling ruling) {
                        ruling.transform("a test");
                    }

                    @Override
                    public void transform(Chunk chunk, StepContext at) {
                        rewrite.chunk(chunk);
                    }
                };
            }

            @Override
            public Grain grain() {
                return grain;
            }

            @Override
            public int slots() {
                return slots;
            }
        };
    }

    @FunctionalInterface
    private interface Rewrite {
        void chunk(Chunk chunk);
    }

    private static void add(Chunk chunk, float what) {
        for (int i = 0; i < chunk.size(); i++) {
            chunk.gradient()[i] += what;
        }
    }

    @Test
    void scalingIsTheSameAsAGradientThatWasScaledBefore() {
        HeapNetwork scaledBefore = network(times(gradient, 0.25));
        TrainingStep plain = step(scaledBefore, new Adam());
        TrainingStep guarded =
                step(network, new Adam(), guard((g, at, ruling) -> ruling.scale(0.25, "")));
        StepRecord expected = run(plain, scaledBefore, 0, 5);
        StepRecord record = run(guarded, network, 1, 5);
        assertArrayEquals(scaledBefore.values(), network.values(), 1e-7f);
        for (int t = 0; t < record.tensors(); t++) {
            double norm = expected.gradientNorm(t);
            assertEquals(norm, record.gradientNormAfterGuards(t), 1e-6 * norm);
            assertEquals(4 * norm, record.gradientNorm(t), 4e-6 * norm);
        }
        assertTrue(record.clipped());
        assertFalse(expected.clipped());
    }

    @Test
    void scalesMultiplyAndTheNextGuardSeesTheResult() {
        List<Double> norms = new ArrayList<>();
        List<Double> largest = new ArrayList<>();
        GradientGuard halving =
                guard(
                        (g, at, ruling) -> {
                            norms.add(at.gradientNorm());
                            largest.add(g.largest(0));
                            ruling.scale(0.5, "half");
                            ruling.scale(0.5, "and half again");
                        });
        run(step(network, new StepFixture.Descent(), halving, halving), network, 2, 1);
        assertEquals(norms.get(0) / 4, norms.get(1), 1e-12);
        assertEquals(largest.get(0) / 4, largest.get(1), 1e-12);
    }

    @Test
    void scalesOneTensorAlone() {
        float[] before = network.values();
        GradientGuard guard = guard((g, at, ruling) -> ruling.scale(2, 0.125, "the third"));
        StepRecord record = run(step(network, new StepFixture.Descent(), guard), network, 1, 1);
        float[] after = network.values();
        int from = 3 * 2 + 2;
        for (int i = 0; i < after.length; i++) {
            boolean third = i >= from && i < from + 4;
            float expected = before[i] - 0.5f * (third ? 0.125f : 1) * gradient[i];
            assertEquals(expected, after[i], 1e-6f);
        }
        assertEquals(1, record.actions());
        assertEquals(0, record.actionGuard(0));
        assertEquals(Action.SCALE, record.actionKind(0));
        assertEquals(2, record.actionTensor(0));
        assertEquals(0.125, record.actionFactor(0));
        assertEquals("the third", record.actionReason(0));
    }

    @Test
    void clipsTheGlobalNormToItsLimit() {
        float[] before = network.values();
        double norm = 0;
        for (float element : gradient) {
            norm += (double) element * element;
        }
        norm = Math.sqrt(norm);
        StepRecord record =
                run(
                        step(network, new StepFixture.Descent(), new ClipGlobalNorm(0.1)),
                        network,
                        1,
                        1);
        double after = 0;
        for (int t = 0; t < record.tensors(); t++) {
            after += Math.pow(record.gradientNormAfterGuards(t), 2);
        }
        assertEquals(0.1, Math.sqrt(after), 1e-7);
        for (int i = 0; i < before.length; i++) {
            assertEquals(before[i] - 0.5 * 0.1 / norm * gradient[i], network.values()[i], 1e-7);
        }
    }

    @ParameterizedTest
    @EnumSource(Grain.class)
    void theNextGuardSeesFreshStatisticsAfterATransform(Grain grain) {
        List<Double> sums = new ArrayList<>();
        GradientGuard watching =
                guard(
                        (g, at, ruling) -> {
                            sums.add(g.sumOfSquares(0));
                            sums.add(g.largest(0));
                            sums.add((double) g.zeros(0));
                        });
        GradientGuard zeroThenOnes =
                rewriting(
                        grain,
                        0,
                        chunk -> {
                            for (int i = 0; i < chunk.size(); i++) {
                                chunk.gradient()[i] = (chunk.start() + i) % 2 == 0 ? 0 : 2;
                            }
                        });
        run(step(network, new StepFixture.Descent(), zeroThenOnes, watching), network, 2, 1);
        assertEquals(List.of(12.0, 2.0, 3.0), sums);
    }

    @Test
    void aTransformSeesTheMeanGradientWithTheScalesBeforeIt() {
        float[] seen = new float[gradient.length];
        GradientGuard copying =
                rewriting(
                        Grain.ELEMENTS,
                        0,
                        chunk -> {
                            int offset =
                                    network.tensors().stream()
                                            .limit(chunk.tensor().index())
                                            .mapToInt(Tensor::size)
                                            .sum();
                            System.arraycopy(
                                    chunk.gradient(),
                                    0,
                                    seen,
                                    offset + chunk.start(),
                                    chunk.size());
                        });
        GradientGuard tenth = guard((g, at, ruling) -> ruling.scale(0.1, ""));
        float[] before = network.values();
        run(step(network, new StepFixture.Descent(), tenth, copying, tenth), network, 3, 1);
        assertArrayEquals(times(gradient, 0.1), seen, 1e-7f);
        for (int i = 0; i < before.length; i++) {
            assertEquals(before[i] - 0.5f * 0.01f * gradient[i], network.values()[i], 1e-6f);
        }
    }

    @Test
    void aTransformHasItsOwnSlotsBesideThoseOfTheOptimizer() {
        // More slots than the optimizer, and smaller pieces: neither may lose the other's room.
        GradientGuard counting =
                rewriting(
                        Grain.ELEMENTS,
                        3,
                        chunk -> {
                            for (int i = 0; i < chunk.size(); i++) {
                                chunk.state(2)[i] += 1;
                                chunk.gradient()[i] = chunk.state(2)[i];
                            }
                        });
        StepFixture.Descent wholeTensors =
                new StepFixture.Descent() {
                    @Override
                    public int slots() {
                        return 1;
                    }

                    @Override
                    public Grain grain() {
                        return Grain.TENSORS;
                    }

                    @Override
                    public void update(Chunk chunk, StepContext at) {
                        for (int i = 0; i < chunk.size(); i++) {
                            chunk.state(0)[i] -= 1;
                        }
                        super.update(chunk, at);
                    }
                };
        HeapNetwork wide = new HeapNetwork(HeapNetwork.constant(), 100, 100);
        TrainingStep step = step(wide, wholeTensors, counting);
        run(step, wide, 1, 3);
        for (float value : wide.values()) {
            assertEquals(-0.5f * (1 + 2 + 3), value);
        }
        assertEquals(-3, step.save().slots()[0][0]);
        assertEquals(3, step.save().guardSlots()[0][2][0]);
        assertEquals(0, step.save().guardSlots()[0][0][0]);
    }

    @Test
    void skippingLeavesParametersAndOptimizerBitIdenticalAndIsNoUpdate() {
        boolean[] skip = {false};
        GradientGuard guard =
                guard(
                        (g, at, ruling) -> {
                            if (skip[0]) {
                                ruling.scale(3, "does not matter");
                                ruling.skip("told to");
                            }
                        });
        TrainingStep step = step(network, new Adam(), guard);
        run(step, network, 1, 3);
        TrainingState before = step.save();
        skip[0] = true;
        StepRecord record = run(step, network, 1, 2);
        TrainingState after = step.save();
        assertEquals(Outcome.SKIPPED, record.outcome());
        assertEquals(0, record.learningRate());
        assertEquals(0, record.updateRatio(0));
        assertArrayEquals(before.parameters(), after.parameters());
        assertTrue(Arrays.deepEquals(before.slots(), after.slots()));
        assertArrayEquals(before.scalars(), after.scalars());
        assertEquals(3, after.updates());
        assertEquals(5, after.step());
        // The one that goes on counts from its third update, as if the others had not been.
        skip[0] = false;
        run(step, network, 1, 1);
        HeapNetwork other = network(gradient);
        run(step(other, new Adam()), other, 0, 4);
        assertArrayEquals(other.values(), network.values());
    }

    @Test
    void aGuardAfterOneThatSkipsIsNotAsked() {
        List<String> asked = new ArrayList<>();
        GradientGuard first =
                guard(
                        (g, at, ruling) -> {
                            asked.add("first");
                            ruling.skip("no");
                        });
        GradientGuard second = guard((g, at, ruling) -> asked.add("second"));
        run(step(network, new StepFixture.Descent(), first, second), network, 2, 1);
        assertEquals(List.of("first"), asked);
    }

    @Test
    void theStrongestRulingCounts() {
        GradientGuard guard =
                guard(
                        (g, at, ruling) -> {
                            ruling.stop("enough");
                            ruling.rollBack(1, 0.5, "and back");
                            ruling.skip("and away");
                        });
        float[] before = network.values();
        StepRecord record = run(step(network, new StepFixture.Descent(), guard), network, 1, 1);
        assertEquals(Outcome.STOPPED, record.outcome());
        assertEquals(3, record.actions());
        assertArrayEquals(before, network.values());
    }

    @Test
    void resettingTheOptimizerForgetsBeforeTheStep() {
        boolean[] reset = {false};
        GradientGuard guard =
                guard(
                        (g, at, ruling) -> {
                            if (reset[0]) {
                                ruling.resetOptimizer("afresh");
                            }
                        });
        StepFixture.Descent counting =
                new StepFixture.Descent() {
                    @Override
                    public int slots() {
                        return 1;
                    }

                    @Override
                    public int scalars() {
                        return 1;
                    }

                    @Override
                    public void update(Chunk chunk, StepContext at) {
                        for (int i = 0; i < chunk.size(); i++) {
                            chunk.state(0)[i] += 1;
                        }
                    }

                    @Override
                    public void step(Step step) {
                        step.scalar(0, step.scalar(0) + 1);
                        step.apply(this);
                    }
                };
        TrainingStep step = step(network, counting, guard);
        run(step, network, 1, 4);
        assertEquals(4, step.save().slots()[0][0]);
        assertEquals(4, step.save().scalars()[0]);
        reset[0] = true;
        StepRecord record = run(step, network, 1, 1);
        assertEquals(Outcome.APPLIED, record.outcome());
        assertEquals(Action.RESET_OPTIMIZER, record.actionKind(0));
        assertEquals(1, step.save().slots()[0][0]);
        assertEquals(1, step.save().scalars()[0]);
    }

    @Test
    void notesEveryScaleOfEveryGuardAndForgetsThemInTheNextStep() {
        boolean[] on = {true};
        GradientGuard each =
                guard(
                        (g, at, ruling) -> {
                            for (int t = 0; on[0] && t < 4; t++) {
                                ruling.scale(t, 0.5, "each");
                            }
                        });
        TrainingStep step = step(network, new StepFixture.Descent(), each, each);
        StepRecord record = record(network, 2);
        step.run(network.batch(4), 0, record);
        assertEquals(8, record.actions());
        assertEquals(1, record.actionGuard(7));
        assertEquals(3, record.actionTensor(7));
        on[0] = false;
        step.run(network.batch(4), 0, record);
        assertEquals(0, record.actions());
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void noBadElementEverReachesAParameter(float bad) {
        TrainingStep step = step(network, new Adam(), new Nonfinite());
        run(step, network, 1, 2);
        float[] before = network.values();
        TrainingState state = step.save();
        for (int i = 0; i < gradient.length; i++) {
            float[] damaged = gradient.clone();
            damaged[i] = bad;
            network.rule(HeapNetwork.constant(damaged));
            StepRecord record = run(step, network, 1, 1);
            assertEquals(Outcome.SKIPPED, record.outcome());
            assertTrue(record.firstNonFiniteTensor() >= 0);
            assertArrayEquals(before, network.values());
            assertTrue(Arrays.deepEquals(state.slots(), step.save().slots()));
        }
    }

    @Test
    void aLossThatIsNotFiniteIsSkippedToo() {
        network.rule(
                (parameters, batch, into) -> {
                    HeapNetwork.constant(gradient).compute(parameters, batch, into);
                    return Double.NaN;
                });
        float[] before = network.values();
        StepRecord record = run(step(network, new Adam(), new Nonfinite()), network, 1, 1);
        assertEquals(Outcome.SKIPPED, record.outcome());
        assertEquals(-1, record.firstNonFiniteTensor());
        assertArrayEquals(before, network.values());
    }

    @Test
    void namesTheFirstBadTensor() {
        float[] damaged = gradient.clone();
        damaged[6] = Float.NaN; // the first bias
        damaged[8] = Float.NaN;
        network.rule(HeapNetwork.constant(damaged));
        StepRecord record = run(step(network, new Adam(), new Nonfinite()), network, 1, 1);
        assertEquals(1, record.firstNonFiniteTensor());
    }
}
