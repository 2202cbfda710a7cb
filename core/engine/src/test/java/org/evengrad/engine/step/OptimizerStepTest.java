package org.evengrad.engine.step;

import static org.evengrad.engine.step.StepFixture.CONSTANT;
import static org.evengrad.engine.step.StepFixture.HORIZON;
import static org.evengrad.engine.step.StepFixture.guard;
import static org.evengrad.engine.step.StepFixture.run;
import static org.evengrad.engine.step.StepFixture.step;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.evengrad.engine.step.StepRecord.Outcome;
import org.evengrad.optimizers.momentum.Momentum;
import org.evengrad.spi.Chunk;
import org.evengrad.spi.GradientGuard;
import org.evengrad.spi.Grain;
import org.evengrad.spi.Optimizer;
import org.evengrad.spi.Step;
import org.evengrad.spi.StepContext;
import org.junit.jupiter.api.Test;

/** What an optimizer can do within a step. */
class OptimizerStepTest {
    private static final float[] TARGET = {1, -2, 3, -4, 5, -6, 0.5f, 0.25f};

    private final HeapNetwork network = new HeapNetwork(HeapNetwork.pullTo(TARGET), 3, 2);

    /** Descent whose step is what a test says. */
    private abstract static class Stepping extends StepFixture.Descent {
        @Override
        public abstract void step(Step step);
    }

    /** Another optimizer, and every {@code PERIOD} steps halfway back to where that began. */
    static final class Lookahead implements Optimizer {
        static final int PERIOD = 3;

        private final Optimizer fast;

        Lookahead(Optimizer fast) {
            this.fast = fast;
        }

        @Override
        public double learningRate() {
            return fast.learningRate();
        }

        @Override
        public int slots() {
            return 1 + fast.slots();
        }

        @Override
        public int scalars() {
            return 1 + fast.scalars();
        }

        @Override
        public void update(Chunk chunk, StepContext at) {
            throw new IllegalStateException("step does it");
        }

        @Override
        public void step(Step step) {
            if (step.at().updates() == 0) {
                step.each(Grain.ELEMENTS, Lookahead::remember);
            }
            fast.step(step.inner(1, 1));
            step.scalar(0, step.scalar(0) + 1);
            if (step.scalar(0) == PERIOD) {
                step.each(Grain.ELEMENTS, Lookahead::goHalfway);
                step.scalar(0, 0);
            }
        }

        private static void remember(Chunk chunk, StepContext at) {
            System.arraycopy(chunk.parameters(), 0, chunk.state(0), 0, chunk.size());
        }

        private static void goHalfway(Chunk chunk, StepContext at) {
            float[] slow = chunk.state(0);
            for (int i = 0; i < chunk.size(); i++) {
                slow[i] += 0.5f * (chunk.parameters()[i] - slow[i]);
                chunk.parameters()[i] = slow[i];
            }
        }
    }

    /** Takes the gradient a fixed way uphill, and another optimizer steps with that. */
    static final class SharpnessAware implements Optimizer {
        static final double RADIUS = 0.5;

        private final Optimizer inner;
        boolean refused;

        SharpnessAware(Optimizer inner) {
            this.inner = inner;
        }

        @Override
        public double learningRate() {
            return inner.learningRate();
        }

        @Override
        public int slots() {
            return 1 + inner.slots();
        }

        @Override
        public void update(Chunk chunk, StepContext at) {
            throw new IllegalStateException("step does it");
        }

        @Override
        public void step(Step step) {
            double norm = Math.sqrt(step.sums(Grain.ELEMENTS, 1, SharpnessAware::addSquares)[0]);
            step.each(
                    Grain.ELEMENTS,
                    (chunk, at) -> {
                        for (int i = 0; i < chunk.size(); i++) {
                            chunk.state(0)[i] = chunk.parameters()[i];
                            chunk.parameters()[i] += (float) (RADIUS / norm * chunk.gradient()[i]);
                        }
                    });
            boolean usable = step.gradient();
            refused = !usable;
            step.each(
                    Grain.ELEMENTS,
                    (chunk, at) ->
                            System.arraycopy(
                                    chunk.state(0), 0, chunk.parameters(), 0, chunk.size()));
            if (usable) {
                inner.step(step.inner(1, 0));
            }
        }

        private static void addSquares(Chunk chunk, StepContext at, double[] sums) {
            for (int i = 0; i < chunk.size(); i++) {
                sums[0] += (double) chunk.gradient()[i] * chunk.gradient()[i];
            }
        }
    }

    @Test
    void aWrapperAndWhatItWrapsHaveSlotsAndScalarsOfTheirOwn() {
        double rate = 0.1;
        double kept = 0.9;
        run(step(network, new Lookahead(new Momentum(rate, kept))), network, 0, 7);
        for (int i = 0; i < TARGET.length; i++) {
            double fast = 0;
            double slow = 0;
            double velocity = 0;
            for (int n = 1; n <= 7; n++) {
                velocity = kept * velocity + (fast - TARGET[i]);
                fast -= rate * velocity;
                if (n % Lookahead.PERIOD == 0) {
                    slow += 0.5 * (fast - slow);
                    fast = slow;
                }
            }
            assertEquals(fast, network.values()[i], 1e-5);
        }
    }

    @Test
    void wrappersNest() {
        TrainingStep nested =
                step(network, new Lookahead(new SharpnessAware(new Momentum(0.1, 0.9))));
        run(nested, network, 0, 4);
        TrainingState state = nested.save();
        assertEquals(3, state.slots().length);
        // Slow weights, where the last ascent began, velocity. The third step ended at the slow
        // weights, so that is where the ascent of the fourth began.
        assertEquals(1, state.scalars()[0]);
        for (int i = 0; i < TARGET.length; i++) {
            float slow = state.slots()[0][i];
            float ascendedFrom = state.slots()[1][i];
            assertEquals(slow, ascendedFrom, 1e-7);
            double moved = ascendedFrom - 0.1 * state.slots()[2][i];
            assertEquals(moved, state.parameters()[i], 1e-6);
        }
    }

    @Test
    void aSecondGradientIsTakenAtTheParametersAsTheyAreThen() {
        double distance = 0;
        for (float target : TARGET) {
            distance += (double) target * target;
        }
        distance = Math.sqrt(distance);
        run(step(network, new SharpnessAware(new StepFixture.Descent())), network, 0, 1);
        assertEquals(2, network.gradients());
        for (int i = 0; i < TARGET.length; i++) {
            double ascended = SharpnessAware.RADIUS * -TARGET[i] / distance;
            assertEquals(-0.5 * (ascended - TARGET[i]), network.values()[i], 1e-6);
        }
    }

    @Test
    void aSecondGradientGoesThroughTheGuards() {
        List<Double> norms = new ArrayList<>();
        GradientGuard clipping =
                guard(
                        (gradient, at, ruling) -> {
                            norms.add(gradient.globalNorm());
                            ruling.scale(2 / gradient.globalNorm(), "to two");
                        });
        SharpnessAware optimizer = new SharpnessAware(new StepFixture.Descent());
        StepRecord record = run(step(network, optimizer, clipping), network, 1, 1);
        assertEquals(2, norms.size());
        assertEquals(norms.get(0) + SharpnessAware.RADIUS, norms.get(1), 1e-5);
        double moved = 0;
        for (float value : network.values()) {
            moved += (double) value * value;
        }
        assertEquals(0.5 * 2, Math.sqrt(moved), 1e-6);
        // The record is that of the step's own gradient: one action, not two.
        assertEquals(1, record.actions());
        assertEquals(2 / norms.get(0), record.actionFactor(0), 1e-12);
    }

    @Test
    void aRefusedSecondGradientMakesASkippedStep() {
        int[] asked = {0};
        GradientGuard refusingTheSecond =
                guard(
                        (gradient, at, ruling) -> {
                            if (++asked[0] == 2) {
                                ruling.skip("the second");
                            }
                        });
        SharpnessAware optimizer = new SharpnessAware(new Momentum(0.1, 0.9));
        network.set(0.1f, 0.2f, 0.3f, 0.4f, 0.5f, 0.6f, 0.7f, 0.8f);
        float[] before = network.values();
        TrainingStep step = step(network, optimizer, refusingTheSecond);
        StepRecord record = run(step, network, 1, 1);
        assertEquals(Outcome.SKIPPED, record.outcome());
        assertArrayEquals(before, network.values());
        assertEquals(0, step.at().updates());
        run(step, network, 1, 1);
        assertFalse(optimizer.refused);
        assertEquals(1, step.at().updates());
    }

    @Test
    void aSampledGradientIsSeenWithoutGuardsAndPenaltiesAndDiffersFromStepToStep() {
        List<Float> slopes = new ArrayList<>();
        Stepping sampling =
                new Stepping() {
                    @Override
                    public void step(Step step) {
                        step.each(Grain.TENSORS, (chunk, at) -> slopes.add(chunk.gradient()[0]));
                        step.sampledGradient();
                        step.each(Grain.TENSORS, (chunk, at) -> slopes.add(chunk.gradient()[0]));
                    }
                };
        network.set(2, 2, 2, 2, 2, 2, 2, 2);
        Penalties penalties = new Penalties(new float[2], new float[] {0.5f, 0});
        GradientGuard quarter = guard((gradient, at, ruling) -> ruling.scale(0.25, "a quarter"));
        TrainingStep step =
                new TrainingStep(
                        network, sampling, CONSTANT, List.of(quarter), penalties, HORIZON, 7);
        run(step, network, 1, 2);
        // The network's sampled gradient is the opposite of the other one: 2 - 1 and 2 - 0.5.
        List<Float> once = List.of(0.25f * 1 + 0.5f * 2, 0.25f * 1.5f, -1f, -1.5f);
        assertEquals(once, slopes.subList(0, 4));
        assertEquals(once, slopes.subList(4, 8));
        assertEquals(2, network.sampledFrom().stream().distinct().count());
    }

    @Test
    void sumsRunOverTheWholeModelInAnArrayThatIsReused() {
        List<double[]> arrays = new ArrayList<>();
        Stepping summing =
                new Stepping() {
                    @Override
                    public void step(Step step) {
                        for (Grain grain : Grain.values()) {
                            double[] sums =
                                    step.sums(
                                            grain,
                                            2,
                                            (chunk, at, into) -> {
                                                for (int i = 0; i < chunk.size(); i++) {
                                                    into[0] += chunk.parameters()[i];
                                                    into[1] += chunk.gradient()[i];
                                                }
                                            });
                            arrays.add(sums);
                            assertEquals(5.0, sums[0], 1e-6);
                            // (w - target) / 4, and the penalty 0.5 * w on the six weights.
                            assertEquals(0.25 * (5 + 2.25) + 0.5 * 3, sums[1], 1e-6);
                        }
                    }
                };
        network.set(1, 1, 1, 0, 0, 0, 1, 1);
        Penalties penalties = new Penalties(new float[2], new float[] {0.5f, 0});
        GradientGuard quarter = guard((gradient, at, ruling) -> ruling.scale(0.25, "a quarter"));
        run(
                new TrainingStep(
                        network, summing, CONSTANT, List.of(quarter), penalties, HORIZON, 7),
                network,
                1,
                1);
        assertEquals(3, arrays.size());
        assertSame(arrays.get(0), arrays.get(1));
    }

    @Test
    void theLossIsTakenAtTheParametersAsTheyAreAndLeavesTheGradientAlone() {
        List<Double> losses = new ArrayList<>();
        Stepping looking =
                new Stepping() {
                    @Override
                    public void step(Step step) {
                        step.apply(this);
                        losses.add(step.loss());
                        step.apply(this);
                        losses.add(step.loss());
                    }
                };
        StepRecord record = run(step(network, looking), network, 0, 1);
        assertEquals(1, network.gradients());
        // Half of the way with the gradient, and the other half with the very same gradient.
        assertEquals(record.loss() / 4, losses.get(0), 1e-5);
        assertEquals(0, losses.get(1), 1e-5);
    }

    @Test
    void eachChangesParametersAndSlotsByTheGrainAskedFor() {
        List<Integer> sizes = new ArrayList<>();
        StepFixture.Descent byUnits =
                new Stepping() {
                    @Override
                    public int slots() {
                        return 1;
                    }

                    @Override
                    public void step(Step step) {
                        step.each(
                                Grain.TENSORS,
                                (chunk, at) -> {
                                    sizes.add(chunk.size());
                                    for (int i = 0; i < chunk.size(); i++) {
                                        chunk.state(0)[i] = chunk.tensor().index();
                                        chunk.parameters()[i] = chunk.start() + i;
                                    }
                                });
                    }
                };
        TrainingStep step = step(network, byUnits);
        run(step, network, 0, 1);
        assertEquals(List.of(6, 2), sizes);
        assertArrayEquals(new float[] {0, 1, 2, 3, 4, 5, 0, 1}, network.values());
        assertArrayEquals(new float[] {0, 0, 0, 0, 0, 0, 1, 1}, step.save().slots()[0]);
    }

    @Test
    void refusesAScalarThatTheOptimizerDidNotAskFor() {
        Stepping reaching =
                new Stepping() {
                    @Override
                    public int scalars() {
                        return 2;
                    }

                    @Override
                    public void step(Step step) {
                        Step inner = step.inner(0, 1);
                        inner.scalar(0, 3);
                        assertEquals(3, step.scalar(1));
                        assertThrows(IndexOutOfBoundsException.class, () -> step.scalar(2));
                        assertThrows(IndexOutOfBoundsException.class, () -> inner.scalar(1));
                        assertThrows(IndexOutOfBoundsException.class, () -> inner.scalar(-1));
                        assertThrows(IndexOutOfBoundsException.class, () -> inner.scalar(1, 0));
                    }
                };
        StepRecord record = run(step(network, reaching), network, 0, 1);
        assertEquals(Outcome.APPLIED, record.outcome());
    }
}
