package org.evengrad.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.evengrad.spi.Optimizer;
import org.evengrad.spi.Role;
import org.evengrad.spi.StepContext;
import org.evengrad.spi.Tensor;
import org.junit.jupiter.api.Test;

/**
 * What every optimizer keeps to whose step is {@link Optimizer#update} alone.
 *
 * @param <S> the optimizer's record
 * @since 0.1.0
 */
public interface OptimizerContract<S extends Record & Optimizer> extends StrategyContract<S> {
    /**
     * The rule in double precision, written from its source and not from the record. It starts
     * without memory and is used for one tensor.
     */
    Reference reference(S optimizer, Tensor tensor);

    /** Whether weights shrink although their gradient is zero. */
    default boolean decays(S optimizer) {
        return false;
    }

    /** One tensor's optimizer in double precision. */
    @FunctionalInterface
    interface Reference {
        /**
         * Takes a step.
         *
         * @param parameters changed in place
         * @param gradient the mean gradient
         * @param rate the learning rate of this step
         * @param step 1 in the first step
         */
        void update(double[] parameters, double[] gradient, double rate, long step);
    }

    /** Agrees with the reference over many steps, for tiny and large gradients and any rate. */
    @Test
    default void agreesWithTheReference() {
        int steps = 40;
        for (S optimizer : strategies()) {
            for (Tensor tensor : List.of(Tensors.dense(0, 13, 17), Tensors.bias(1, 5, 17))) {
                float[] start = SeededRandom.spread(1, tensor.size(), -6, 0);
                ArrayTensor actual = new ArrayTensor(tensor, start, optimizer.slots());
                double[] expected = doubles(start);
                double[] path = new double[tensor.size()];
                Reference reference = reference(optimizer, tensor);
                for (int step = 0; step < steps; step++) {
                    float[] gradient = SeededRandom.spread(100 + step, tensor.size(), -9, 1);
                    double rate = optimizer.learningRate() * (1 + Math.sin(step)) / 2;
                    double[] before = expected.clone();
                    reference.update(expected, doubles(gradient), rate, step + 1);
                    for (int i = 0; i < path.length; i++) {
                        path[i] += Math.abs(expected[i] - before[i]);
                    }
                    actual.gradient(gradient);
                    update(optimizer, actual, context(step).withRate(rate), tensor.size());
                }
                for (int i = 0; i < path.length; i++) {
                    // Each step rounds the parameter once or twice, and the step itself a few
                    // times.
                    double scale = Math.max(Math.abs(start[i]), Math.abs(expected[i])) + path[i];
                    double rounding = 2 * steps * Math.ulp((float) scale);
                    assertEquals(
                            expected[i],
                            actual.parameters()[i],
                            rounding + 1e-5 * path[i],
                            optimizer + ", element " + i + " of " + tensor.name());
                }
            }
        }
    }

    /** However a tensor is cut into chunks, each bit of the result is the same. */
    @Test
    default void givesTheSameBitsHoweverATensorIsCut() {
        Tensor tensor = Tensors.dense(0, 17, 263);
        for (S optimizer : strategies()) {
            ArrayTensor whole = trained(optimizer, tensor, tensor.size());
            int smallest = whole.smallestChunk(optimizer.grain());
            Set<Integer> sizes = new LinkedHashSet<>();
            for (int multiple : new int[] {1, 2, 3, 7, 64, 1000}) {
                sizes.add(Math.min(tensor.size(), multiple * smallest));
            }
            for (int size : sizes) {
                ArrayTensor cut = trained(optimizer, tensor, size);
                assertArrayEquals(
                        whole.parameters(),
                        cut.parameters(),
                        () -> optimizer + " in chunks of " + size);
                for (int slot = 0; slot < optimizer.slots(); slot++) {
                    assertArrayEquals(whole.state(slot), cut.state(slot), "slot " + slot);
                }
            }
        }
    }

    /** The gradient is the engine's: it comes out as it went in. */
    @Test
    default void leavesTheGradientAsItIs() {
        Tensor tensor = Tensors.dense(0, 3, 11);
        for (S optimizer : strategies()) {
            ArrayTensor model = start(optimizer, tensor);
            float[] gradient = SeededRandom.normal(2, tensor.size(), 1);
            model.gradient(gradient);
            update(optimizer, model, context(0), tensor.size());

            assertArrayEquals(gradient, model.gradient(), optimizer::toString);
        }
    }

    /** With a gradient of zero from the first step on, nothing moves but what decays. */
    @Test
    default void movesNothingWithoutAGradient() {
        for (S optimizer : strategies()) {
            for (Role role : Role.values()) {
                Tensor tensor = Tensors.dense(0, role, 3, 11);
                ArrayTensor model = start(optimizer, tensor);
                float[] before = model.parameters().clone();
                for (int step = 0; step < 3; step++) {
                    update(optimizer, model, context(step), tensor.size());
                }
                boolean decays = role.decays() && decays(optimizer);
                for (int i = 0; i < before.length; i++) {
                    float after = model.parameters()[i];
                    boolean right =
                            decays ? Math.abs(after) < Math.abs(before[i]) : after == before[i];
                    assertTrue(right, optimizer + ", " + role + ": " + before[i] + ", " + after);
                }
            }
        }
    }

    /** At a rate of zero nothing moves. */
    @Test
    default void movesNothingAtARateOfZero() {
        Tensor tensor = Tensors.dense(0, 3, 11);
        for (S optimizer : strategies()) {
            ArrayTensor model = start(optimizer, tensor);
            float[] before = model.parameters().clone();
            model.gradient(SeededRandom.normal(2, tensor.size(), 1));
            update(optimizer, model, context(0).withRate(0), tensor.size());

            assertArrayEquals(before, model.parameters(), optimizer::toString);
        }
    }

    /** Uses every slot that it asks for. */
    @Test
    default void usesEachSlotThatItAsksFor() {
        Tensor tensor = Tensors.dense(0, 3, 11);
        for (S optimizer : strategies()) {
            ArrayTensor model = trained(optimizer, tensor, tensor.size());
            for (int slot = 0; slot < optimizer.slots(); slot++) {
                boolean used = false;
                for (float value : model.state(slot)) {
                    used |= value != 0;
                }
                assertTrue(used, optimizer + " never writes slot " + slot);
            }
        }
    }

    /** Gets close to the lowest point of a parabola. */
    @Test
    default void findsTheLowestPointOfAParabola() {
        Tensor tensor = Tensors.dense(0, 2, 5);
        float[] lowest = SeededRandom.normal(3, tensor.size(), 0.5);
        for (S optimizer : strategies()) {
            ArrayTensor model = new ArrayTensor(tensor, new float[10], optimizer.slots());
            double first = distance(model.parameters(), lowest);
            for (int step = 0; step < 4000; step++) {
                for (int i = 0; i < lowest.length; i++) {
                    model.gradient()[i] = (1 + i % 3) * (model.parameters()[i] - lowest[i]);
                }
                update(
                        optimizer,
                        model,
                        context(step).withRate(optimizer.learningRate()),
                        tensor.size());
            }
            double last = distance(model.parameters(), lowest);
            assertTrue(last < 0.1 * first, optimizer + ": from " + first + " to " + last);
        }
    }

    /** A model that has seen three random gradients. */
    private ArrayTensor trained(S optimizer, Tensor tensor, int chunkSize) {
        ArrayTensor model = start(optimizer, tensor);
        for (int step = 0; step < 3; step++) {
            model.gradient(SeededRandom.normal(10 + step, tensor.size(), 1));
            update(optimizer, model, context(step).withRate(0.1), chunkSize);
        }
        return model;
    }

    private ArrayTensor start(S optimizer, Tensor tensor) {
        return new ArrayTensor(tensor, SeededRandom.normal(1, tensor.size(), 1), optimizer.slots());
    }

    /** Some steps were skipped before, so that steps and updates differ. */
    private static ContextAt context(int updates) {
        return ContextAt.step(updates + 3L).withUpdates(updates).withRate(0.01);
    }

    private static void update(
            Optimizer optimizer, ArrayTensor model, StepContext at, int chunkSize) {
        model.each(chunkSize, chunk -> optimizer.update(chunk, at));
    }

    private static double distance(float[] left, float[] right) {
        double sum = 0;
        for (int i = 0; i < left.length; i++) {
            sum += Math.pow((double) left[i] - right[i], 2);
        }
        return Math.sqrt(sum);
    }

    private static double[] doubles(float[] values) {
        double[] doubles = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            doubles[i] = values[i];
        }
        return doubles;
    }
}
