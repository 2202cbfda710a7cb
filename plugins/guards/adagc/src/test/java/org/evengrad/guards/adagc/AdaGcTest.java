package org.evengrad.guards.adagc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.evengrad.spi.Guard;
import org.evengrad.testkit.ArrayStatistics;
import org.evengrad.testkit.GuardContract;
import org.evengrad.testkit.RecordedRuling;
import org.evengrad.testkit.Tensors;
import org.junit.jupiter.api.Test;

final class AdaGcTest implements GuardContract<AdaGc> {
    @Override
    public List<AdaGc> strategies() {
        return List.of(new AdaGc(), new AdaGc(1.2, 0.9, 10, 0.5));
    }

    @Override
    public Optional<Part> keepsDirectionOf(AdaGc clip) {
        return Optional.of(Part.TENSOR);
    }

    @Test
    void followsThePublishedRule() {
        for (AdaGc clip : strategies()) {
            Guard guard = clip.start(Tensors.twoLayers());
            double[] mean = new double[4];
            Arrays.fill(mean, Double.POSITIVE_INFINITY);
            for (int step = 0; step < 250; step++) {
                float[][] gradient =
                        GuardContract.gradient(
                                Tensors.twoLayers(), step, step % 17 == 16 ? 5 : 0.02);
                ArrayStatistics statistics = ArrayStatistics.of(gradient);
                RecordedRuling ruling = GuardContract.inspect(guard, gradient, step);
                for (int tensor = 0; tensor < 4; tensor++) {
                    double norm = Math.sqrt(statistics.sumOfSquares(tensor));
                    double clipped;
                    if (step < clip.warmupSteps()) {
                        double h = Math.min(clip.maxNorm() / statistics.globalNorm(), 1);
                        clipped = h * norm;
                        mean[tensor] = Math.min(mean[tensor], clipped);
                    } else {
                        double h = Math.min(clip.maxRatio() * mean[tensor] / norm, 1);
                        clipped = h * norm;
                        mean[tensor] = clip.decay() * mean[tensor] + (1 - clip.decay()) * clipped;
                    }
                    assertEquals(clipped, norm * ruling.factor(tensor), 1e-9 * clipped);
                }
            }
        }
    }

    @Test
    void doesNotHoldATensorAtZeroThatBeginsWithoutAGradient() {
        Guard guard = new AdaGc(1.05, 0.98, 3, 1).start(Tensors.twoLayers());
        float[][] zero = {{0.5f}, {0}, {0}, {0}};
        for (int step = 0; step < 10; step++) {
            GuardContract.inspect(guard, zero, step);
        }
        float[][] gradient = {{0.5f}, {0.3f}, {0}, {0}};

        assertEquals(1, GuardContract.inspect(guard, gradient, 10).factor(1));
        assertEquals(1, GuardContract.inspect(guard, gradient, 11).factor(1));
        gradient[1][0] = 3;
        assertEquals(0.3 * 1.05 / 3, GuardContract.inspect(guard, gradient, 12).factor(1), 1e-6);
    }
}
