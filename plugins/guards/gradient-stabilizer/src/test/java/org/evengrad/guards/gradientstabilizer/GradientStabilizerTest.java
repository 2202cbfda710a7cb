package org.evengrad.guards.gradientstabilizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.evengrad.spi.Tensor;
import org.evengrad.testkit.ArrayStatistics;
import org.evengrad.testkit.GuardContract;
import org.evengrad.testkit.GuardRun;
import org.junit.jupiter.api.Test;

final class GradientStabilizerTest implements GuardContract<GradientStabilizer> {
    @Override
    public List<GradientStabilizer> strategies() {
        return List.of(new GradientStabilizer(), new GradientStabilizer(0.7, 0.9, 1e-8));
    }

    @Override
    public boolean changesEveryGradient(GradientStabilizer stabilizer) {
        return true;
    }

    /** The largest that the ratio of both averages can get, by Cauchy and Schwarz. */
    @Override
    public double largest(
            GradientStabilizer stabilizer, Part part, Tensor tensor, double parameterNorm) {
        double first = stabilizer.normDecay();
        double second = stabilizer.squareDecay();
        return part == Part.TENSOR
                ? (1 - first) / Math.sqrt((1 - second) * (1 - first * first / second))
                : Double.POSITIVE_INFINITY;
    }

    @Override
    public Optional<Part> keepsDirectionOf(GradientStabilizer stabilizer) {
        return Optional.of(Part.TENSOR);
    }

    @Test
    void followsThePublishedRule() {
        List<Tensor> layout = GuardContract.layout();
        for (GradientStabilizer stabilizer : strategies()) {
            GuardRun run = new GuardRun(stabilizer, layout);
            double[][] norms = new double[layout.size()][120];
            for (int step = 0; step < 120; step++) {
                float[][] gradient = GuardContract.gradient(layout, step, step == 90 ? 1e6 : 0.1);
                run.step(gradient, step);
                for (int tensor = 0; tensor < norms.length; tensor++) {
                    norms[tensor][step] =
                            Math.sqrt(ArrayStatistics.of(gradient).sumOfSquares(tensor));
                    double mean = average(norms[tensor], step, stabilizer.normDecay(), 1);
                    double square = average(norms[tensor], step, stabilizer.squareDecay(), 2);
                    double expected = mean / (Math.sqrt(square) + stabilizer.epsilon());
                    double actual =
                            Math.sqrt(ArrayStatistics.of(run.gradient()).sumOfSquares(tensor));

                    assertEquals(expected, actual, 1e-5 * expected);
                }
            }
        }
    }

    @Test
    void leavesATensorWithoutAGradientAndForgetsIt() {
        List<Tensor> layout = GuardContract.layout();
        GuardRun run = new GuardRun(new GradientStabilizer(), layout);
        float[][] gradient = GuardContract.gradient(layout, 1, 1);
        gradient[2] = new float[gradient[2].length];
        double[] before = run.guard().save();
        run.step(gradient, 0);

        assertArrayEquals(gradient[2], run.gradient()[2]);
        double[] after = run.guard().save();
        for (int i = 6; i < 9; i++) {
            assertEquals(before[i], after[i]);
        }
        assertTrue(after[2] == 1 && after[11] == 1, "the others are remembered");
    }

    /** The weighted mean of a power of all norms so far, the newest weighing most. */
    private static double average(double[] norms, int last, double decay, double power) {
        double sum = 0;
        double weights = 0;
        for (int i = 0; i <= last; i++) {
            double weight = Math.pow(decay, last - i);
            sum += weight * Math.pow(norms[i], power);
            weights += weight;
        }
        return sum / weights;
    }
}
