package org.evengrad.engine.step;

import static org.evengrad.engine.step.StepFixture.ROWS;
import static org.evengrad.engine.step.StepFixture.guard;
import static org.evengrad.engine.step.StepFixture.run;
import static org.evengrad.engine.step.StepFixture.step;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import java.util.Random;
import org.evengrad.spi.Chunk;
import org.evengrad.spi.GradientGuard;
import org.evengrad.spi.GradientStatistics;
import org.evengrad.spi.Grain;
import org.evengrad.spi.Guard;
import org.evengrad.spi.Ruling;
import org.evengrad.spi.StepContext;
import org.evengrad.spi.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a guard is told about the gradient, against plain double arithmetic. */
class StatisticsTest {
    private static final int[] WIDTHS = {100, 90, 3};

    private final HeapNetwork network = new HeapNetwork(HeapNetwork.constant(), WIDTHS);
    private final float[] gradient = new float[network.parameters().limit()];
    private final Seen seen = new Seen();

    /** What a guard saw. */
    private final class Seen implements Guard {
        final double[] sumOfSquares = new double[network.tensors().size()];
        final double[] largest = new double[sumOfSquares.length];
        final long[] zeros = new long[sumOfSquares.length];
        final long[] nonFinite = new long[sumOfSquares.length];
        final double[] parameterSumOfSquares = new double[sumOfSquares.length];
        double globalNorm;
        double normInContext;

        @Override
        public void inspect(GradientStatistics statistics, StepContext at, Ruling ruling) {
            for (int t = 0; t < sumOfSquares.length; t++) {
                sumOfSquares[t] = statistics.sumOfSquares(t);
                largest[t] = statistics.largest(t);
                zeros[t] = statistics.zeros(t);
                nonFinite[t] = statistics.nonFinite(t);
                parameterSumOfSquares[t] = statistics.parameterSumOfSquares(t);
            }
            globalNorm = statistics.globalNorm();
            normInContext = at.gradientNorm();
        }
    }

    private void look() {
        network.rule(HeapNetwork.constant(gradient));
        run(step(network, new StepFixture.Descent(), guard(seen)), network, 1, 1);
    }

    private void fill(double scale) {
        Random random = new Random(5);
        for (int i = 0; i < gradient.length; i++) {
            gradient[i] = (float) (scale * random.nextGaussian());
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-30, 1e-20, 1e-12, 1e-3, 1, 1e10, 1e15, 1e20, 1e35})
    void countsInDoublesWhateverTheScale(double scale) {
        fill(scale);
        look();
        double all = 0;
        int at = 0;
        for (Tensor tensor : network.tensors()) {
            double sum = 0;
            double largest = 0;
            for (int i = 0; i < tensor.size(); i++, at++) {
                sum += (double) gradient[at] * gradient[at];
                largest = Math.max(largest, Math.abs(gradient[at]));
            }
            assertEquals(sum, seen.sumOfSquares[tensor.index()], 2e-6 * sum);
            assertEquals(largest, seen.largest[tensor.index()], 1e-6 * largest);
            assertEquals(0, seen.zeros[tensor.index()]);
            assertEquals(0, seen.nonFinite[tensor.index()]);
            all += sum;
        }
        assertEquals(Math.sqrt(all), seen.globalNorm, 2e-6 * Math.sqrt(all));
        assertEquals(seen.globalNorm, seen.normInContext);
    }

    @Test
    void keepsTinyAndHugeElementsOfOneTensorApart() {
        fill(1);
        gradient[0] = 1e20f;
        gradient[1] = 1e-30f;
        look();
        assertEquals(1e40, seen.sumOfSquares[0], 1e34);
        assertEquals(1e20, seen.largest[0], 1e14);
    }

    @Test
    void countsZerosOfBothSigns() {
        fill(1);
        gradient[3] = 0;
        gradient[5000] = -0f;
        gradient[9000] = 0; // the first bias
        look();
        assertEquals(2, seen.zeros[0]);
        assertEquals(1, seen.zeros[1]);
        assertEquals(0, seen.zeros[2]);
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void countsWhatIsNotFiniteAndLooksAtTheRest(float bad) {
        fill(1e-3);
        gradient[17] = bad;
        gradient[8999] = bad;
        gradient[4] = 3;
        look();
        assertEquals(2, seen.nonFinite[0]);
        assertEquals(0, seen.nonFinite[1]);
        assertEquals(3, seen.largest[0], 1e-6);
        assertFalse(Double.isFinite(seen.sumOfSquares[0]));
        assertFalse(Double.isFinite(seen.globalNorm));
    }

    @Test
    void saysZeroIsTheLargestWhereNothingIsFinite() {
        fill(1);
        for (int i = 9000; i < 9090; i++) {
            gradient[i] = Float.NaN;
        }
        look();
        assertEquals(0, seen.largest[1]);
        assertEquals(90, seen.nonFinite[1]);
    }

    @Test
    void knowsTheParametersBeforeTheStep() {
        float[] values = new float[gradient.length];
        Random random = new Random(6);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        network.set(values);
        fill(0.1);
        network.rule(HeapNetwork.constant(gradient));
        TrainingStep step = step(network, new StepFixture.Descent(), guard(seen));
        for (int i = 0; i < 3; i++) {
            float[] before = network.values();
            run(step, network, 1, 1);
            double sum = 0;
            for (int j = 0; j < 9000; j++) {
                sum += (double) before[j] * before[j];
            }
            assertEquals(sum, seen.parameterSumOfSquares[0], 2e-6 * sum);
        }
    }

    @Test
    void staysExactWhenATransformSeesALargeTensorInOnePiece() {
        HeapNetwork wide = new HeapNetwork(HeapNetwork.constant(), 1000, 1000);
        float[] values = new float[wide.parameters().limit()];
        Random random = new Random(8);
        double expected = 0;
        for (int i = 0; i < 1_000_000; i++) {
            values[i] = 1 + 0.1f * random.nextFloat();
            expected += (double) values[i] * values[i];
        }
        wide.rule(HeapNetwork.constant(values));
        GradientGuard whole =
                new GradientGuard() {
                    @Override
                    public Guard start(List<Tensor> layout) {
                        return new Guard() {
                            @Override
                            public void inspect(
                                    GradientStatistics statistics, StepContext at, Ruling ruling) {
                                ruling.transform("always");
                            }

                            @Override
                            public void transform(Chunk chunk, StepContext at) {}
                        };
                    }

                    @Override
                    public Grain grain() {
                        return Grain.TENSORS;
                    }
                };
        StepRecord record = run(step(wide, new StepFixture.Descent(), whole), wide, 1, 1);
        assertEquals(
                Math.sqrt(expected), record.gradientNormAfterGuards(0), 2e-6 * Math.sqrt(expected));
        assertEquals(ROWS, record.rows());
    }
}
