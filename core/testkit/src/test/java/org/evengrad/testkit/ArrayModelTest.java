package org.evengrad.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.evengrad.spi.Chunk;
import org.evengrad.spi.Grain;
import org.evengrad.spi.Optimizer;
import org.evengrad.spi.Step;
import org.evengrad.spi.StepContext;
import org.evengrad.spi.Tensor;
import org.junit.jupiter.api.Test;

final class ArrayModelTest {
    private static final List<Tensor> LAYOUT =
            List.of(Tensors.dense(0, 5, 2), Tensors.bias(1, 5, 2));

    /** A loss of half the sum of squares: the gradient is the parameters. */
    private static final Objective HALF_SQUARES =
            new Objective() {
                @Override
                public double loss(double[][] parameters) {
                    double sum = 0;
                    for (double[] ofTensor : parameters) {
                        for (double value : ofTensor) {
                            sum += value * value / 2;
                        }
                    }
                    return sum;
                }

                @Override
                public double[][] gradient(double[][] parameters) {
                    return parameters;
                }

                @Override
                public double[][] sampledGradient(double[][] parameters) {
                    return new double[][] {new double[10], new double[5]};
                }
            };

    @Test
    void cutsTensorsAsTheGrainAllows() {
        List<Integer> sizes = new ArrayList<>();
        Step.Kernel kernel = (chunk, at) -> sizes.add(chunk.size());
        run(
                3,
                step -> {
                    step.each(Grain.ELEMENTS, kernel);
                    step.each(Grain.UNITS, kernel);
                    step.each(Grain.TENSORS, kernel);
                });

        assertEquals(List.of(3, 3, 3, 1, 3, 2, 2, 2, 2, 2, 2, 3, 2, 10, 5), sizes);
    }

    @Test
    void computesTheGradientAtTheParametersAsTheyAre() {
        run(
                64,
                step -> {
                    assertEquals(7.5, step.at().loss());
                    assertEquals(Math.sqrt(15), step.at().gradientNorm());

                    StepContext at = step.at();
                    step.each(Grain.ELEMENTS, (chunk, where) -> chunk.parameters()[0] = 3);

                    assertEquals(15.5, step.loss());
                    assertEquals(7.5, at.loss());
                    step.each(
                            Grain.ELEMENTS, (chunk, where) -> assertEquals(1, chunk.gradient()[0]));

                    assertTrue(step.gradient());
                    assertEquals(15.5, at.loss());
                    step.each(
                            Grain.ELEMENTS, (chunk, where) -> assertEquals(3, chunk.gradient()[0]));

                    step.sampledGradient();
                    step.each(
                            Grain.ELEMENTS, (chunk, where) -> assertEquals(0, chunk.gradient()[0]));
                });
    }

    @Test
    void addsUpInTheSameOrderIntoAnArrayThatItReuses() {
        run(
                3,
                step -> {
                    Step.Summand summand =
                            (chunk, at, sums) -> {
                                sums[0] += chunk.size();
                                sums[1] = sums[1] * 2 + 1;
                            };
                    double[] first = step.sums(Grain.ELEMENTS, 2, summand);

                    assertArrayEquals(new double[] {15, 63}, first);
                    assertSame(first, step.sums(Grain.ELEMENTS, 2, summand));
                    assertArrayEquals(new double[] {15, 63}, first);
                });
    }

    @Test
    void hidesWhatBelongsToAWrapper() {
        ArrayModel model =
                run(
                        64,
                        step -> {
                            Step inner = step.inner(1, 1).inner(1, 1);
                            inner.scalar(0, 7);
                            inner.each(Grain.ELEMENTS, (chunk, at) -> chunk.state(0)[0] = 5);

                            assertThrows(IndexOutOfBoundsException.class, () -> inner.scalar(1, 7));
                            assertThrows(
                                    IndexOutOfBoundsException.class,
                                    () ->
                                            inner.each(
                                                    Grain.ELEMENTS, (chunk, at) -> chunk.state(1)));
                        });

        assertEquals(7, model.scalar(2));
        assertEquals(5, model.slot(2)[0][0]);
    }

    @Test
    void failsAKernelThatWritesToTheGradient() {
        assertThrows(
                AssertionError.class,
                () ->
                        run(
                                64,
                                step ->
                                        step.each(
                                                Grain.ELEMENTS,
                                                (chunk, at) -> chunk.gradient()[0] = 7)));
    }

    @Test
    void failsASumThatWrites() {
        assertThrows(
                AssertionError.class,
                () ->
                        run(
                                64,
                                step ->
                                        step.sums(
                                                Grain.ELEMENTS,
                                                1,
                                                (chunk, at, sums) -> chunk.state(1)[0] = 7)));
    }

    @Test
    void countsARefusedGradientAsNoUpdate() {
        ArrayModel model = model(64, Step::gradient, (chunk, at) -> {});
        model.refuseGradients(true);

        assertFalse(model.run(HALF_SQUARES, 1));
        assertEquals(1, model.at().step());
        assertEquals(0, model.at().updates());

        model.refuseGradients(false);

        assertTrue(model.run(HALF_SQUARES, 1));
        assertEquals(2, model.at().step());
        assertEquals(1, model.at().updates());
    }

    @Test
    void evaluatesOnACopy() {
        ArrayModel model = model(64, step -> {}, (copy, at) -> copy.parameters()[0] = 9);

        assertEquals(9, model.evaluationParameters()[0][0]);
        assertEquals(1, model.parameters()[0][0]);
    }

    @Test
    void restoresAllThatItSaved() {
        Consumer<Step> rule =
                step -> {
                    step.scalar(1, step.scalar(1) + step.at().updates() + 1);
                    step.each(Grain.ELEMENTS, (chunk, at) -> chunk.state(2)[0]++);
                };
        ArrayModel model = model(64, rule, (chunk, at) -> {});
        model.skip();
        model.run(HALF_SQUARES, 0.5);
        ArrayModel restored = model(64, rule, (chunk, at) -> {});
        restored.restore(model.save());
        restored.run(HALF_SQUARES, 0.5);

        assertEquals(1 + 2, restored.scalar(1));
        assertEquals(2, restored.slot(2)[1][0]);
        assertEquals(3, restored.at().step());
        assertEquals(1, model.at().updates());
    }

    private static ArrayModel run(int chunkSize, Consumer<Step> rule) {
        ArrayModel model = model(chunkSize, rule, (chunk, at) -> {});
        model.run(HALF_SQUARES, 1);
        return model;
    }

    /** A model whose parameters are all 1, with three slots and three scalars. */
    private static ArrayModel model(
            int chunkSize, Consumer<Step> rule, BiConsumer<Chunk, StepContext> evaluation) {
        float[][] ones = {{1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, {1, 1, 1, 1, 1}};
        return new ArrayModel(LAYOUT, ones, new Rule(1, rule, evaluation), chunkSize);
    }

    private record Rule(
            double learningRate, Consumer<Step> rule, BiConsumer<Chunk, StepContext> evaluation)
            implements Optimizer {
        @Override
        public int slots() {
            return 3;
        }

        @Override
        public int scalars() {
            return 3;
        }

        @Override
        public void update(Chunk chunk, StepContext at) {}

        @Override
        public void step(Step step) {
            rule.accept(step);
        }

        @Override
        public void evaluationParameters(Chunk copy, StepContext at) {
            evaluation.accept(copy, at);
        }
    }
}
