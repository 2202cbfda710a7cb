package org.evengrad.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.evengrad.spi.Initializer;
import org.evengrad.spi.Role;
import org.evengrad.spi.Tensor;
import org.junit.jupiter.api.Test;

/**
 * What every initializer keeps to: it writes every element and nothing random but what it is given,
 * has the mean and the variance of its formula, and leaves a network whole when it looks at data.
 *
 * @param <S> the initializer's record
 * @since 0.1.0
 * @see RandomInitializerContract
 * @see OrthogonalInitializerContract
 */
public interface InitializerContract<S extends Record & Initializer> extends StrategyContract<S> {
    /** The mean of the values by the published formula. */
    default double mean(S initializer, Tensor tensor) {
        return 0;
    }

    /** The mean square of the distance from that mean, by the published formula. */
    double variance(S initializer, Tensor tensor);

    /** How far the mean of one tensor may lie from that of the formula. */
    default double meanError(S initializer, Tensor tensor) {
        return 1e-7 + 1e-6 * Math.abs(mean(initializer, tensor));
    }

    /** How far the variance of one tensor may lie from that of the formula. */
    default double varianceError(S initializer, Tensor tensor) {
        return 1e-10 + 1e-5 * variance(initializer, tensor);
    }

    /** What is filled to measure mean and variance; a test may add to it. */
    default List<Tensor> shapes() {
        return List.of(
                Tensors.dense(0, 300, 200),
                Tensors.dense(1, 40, 1500),
                Tensors.dense(2, 1500, 40),
                Tensors.convolution(3, 96, 64, 3),
                Tensors.convolution(4, 32, 64, 3),
                Tensors.recurrent(5, 200, 200),
                Tensors.recurrent(6, 400, 100),
                Tensors.bias(7, 2000, 30));
    }

    /** Mean and variance are those of the formula, for several shapes and random numbers. */
    @Test
    default void hasTheMeanAndVarianceOfTheFormula() {
        for (S initializer : strategies()) {
            for (Tensor tensor : shapes()) {
                for (long seed = 1; seed <= 3; seed++) {
                    float[] values = fill(initializer, tensor, seed);
                    double expected = mean(initializer, tensor);
                    double sum = 0;
                    double squares = 0;
                    for (float value : values) {
                        sum += value - expected;
                        squares += (value - expected) * (value - expected);
                    }
                    String what = initializer + " on " + tensor + " with seed " + seed;

                    assertEquals(
                            0, sum / values.length, meanError(initializer, tensor), "mean " + what);
                    assertEquals(
                            variance(initializer, tensor),
                            squares / values.length,
                            varianceError(initializer, tensor),
                            "variance " + what);
                }
            }
        }
    }

    /** The same random numbers give the same values, whatever the array held before. */
    @Test
    default void repeatsItselfForTheSameRandomNumbers() {
        for (S initializer : strategies()) {
            for (Tensor tensor : smallShapes()) {
                float[] zeros = new float[tensor.size()];
                initializer.fill(zeros, tensor, SeededRandom.of(5), new PlainAlgebra());

                assertArrayEquals(
                        fill(initializer, tensor, 5), zeros, () -> initializer + " on " + tensor);
            }
        }
    }

    /** Every element is written, and finite, whatever the shape and the role. */
    @Test
    default void fillsEveryElement() {
        for (S initializer : strategies()) {
            for (Tensor tensor : smallShapes()) {
                for (float value : fill(initializer, tensor, 1)) {
                    assertTrue(Float.isFinite(value), () -> initializer + " on " + tensor);
                }
            }
        }
    }

    /** After a look at data all is finite, and the same again for the same seed. */
    @Test
    default void leavesANetworkFiniteAndRepeatsItselfOnData() {
        for (S initializer : strategies()) {
            List<float[]> first = refined(initializer, tensor -> true).values();
            List<float[]> again = refined(initializer, tensor -> true).values();

            for (int i = 0; i < first.size(); i++) {
                for (float value : first.get(i)) {
                    assertTrue(Float.isFinite(value), initializer::toString);
                }
                assertArrayEquals(first.get(i), again.get(i), initializer::toString);
            }
        }
    }

    /** Values that another initializer gave stay as they are. */
    @Test
    default void changesOnlyWhatItFilled() {
        for (S initializer : strategies()) {
            for (Role own : List.of(Role.BIAS, Role.WEIGHT, Role.OUTPUT)) {
                SmallNetwork before = SmallNetwork.deep(1);
                before.fill(initializer);
                SmallNetwork after = refined(initializer, tensor -> tensor.role() == own);

                for (Tensor tensor : before.layout()) {
                    if (tensor.role() != own) {
                        assertArrayEquals(
                                before.parameters(tensor),
                                after.parameters(tensor),
                                () -> initializer + " on " + tensor);
                    }
                }
            }
        }
    }

    /**
     * A small network that an initializer filled and refined.
     *
     * @param own the tensors that the initializer is told about
     */
    private SmallNetwork refined(S initializer, Predicate<Tensor> own) {
        SmallNetwork network = SmallNetwork.deep(1);
        network.fill(initializer);
        initializer.refine(network.only(own));
        return network;
    }

    /** A tensor of one element, and one of every role and dimension. */
    private static List<Tensor> smallShapes() {
        List<Tensor> shapes = new ArrayList<>();
        shapes.add(Tensors.dense(0, 1, 1));
        for (Role role : Role.values()) {
            shapes.add(Tensors.dense(shapes.size(), role, 7, 3));
            shapes.add(Tensors.branch(shapes.size(), role, 4, 9, 1, 3, 2));
        }
        shapes.add(Tensors.bias(shapes.size(), 5, 3));
        shapes.add(Tensors.recurrent(shapes.size(), 6, 6));
        shapes.add(Tensors.convolution(shapes.size(), 6, 3, 1));
        shapes.add(Tensors.convolution(shapes.size(), 3, 6, 2));
        shapes.add(Tensors.convolution(shapes.size(), 4, 4, 3));
        return shapes;
    }

    private float[] fill(S initializer, Tensor tensor, long seed) {
        float[] values = new float[tensor.size()];
        Arrays.fill(values, Float.NaN);
        initializer.fill(values, tensor, SeededRandom.of(seed), new PlainAlgebra());
        return values;
    }
}
