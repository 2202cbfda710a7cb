package org.evengrad.guards.zclip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.evengrad.spi.Guard;
import org.evengrad.spi.Tensor;
import org.evengrad.testkit.GuardContract;
import org.evengrad.testkit.SeededRandom;
import org.evengrad.testkit.Tensors;
import org.junit.jupiter.api.Test;

final class ZClipTest implements GuardContract<ZClip> {
    @Override
    public List<ZClip> strategies() {
        return List.of(new ZClip(), new ZClip(3, 0.9, 10, Double.POSITIVE_INFINITY));
    }

    @Override
    public double largest(ZClip clip, Part part, Tensor tensor, double parameterNorm) {
        return clip.maxNorm();
    }

    @Override
    public Optional<Part> keepsDirectionOf(ZClip clip) {
        return Optional.of(Part.WHOLE);
    }

    @Test
    void followsThePublishedRule() {
        for (ZClip clip : strategies()) {
            Guard guard = clip.start(Tensors.twoLayers());
            int first = clip.warmupSteps();
            float[] norms = new float[300];
            double mean = 0;
            double variance = 0;
            int outliers = 0;
            for (int step = 0; step < norms.length; step++) {
                double spike = step % 40 == 39 ? 3 : 0;
                norms[step] = (float) (0.5 + spike + 0.1 * SeededRandom.of(step).nextGaussian());
                double norm = norms[step];
                double adaptive = norm;
                if (step == first) {
                    mean = IntStream.range(0, first).mapToDouble(i -> norms[i]).average().orElse(0);
                    double center = mean;
                    variance =
                            IntStream.range(0, first)
                                    .mapToDouble(i -> Math.pow(norms[i] - center, 2))
                                    .average()
                                    .orElse(0);
                }
                if (step >= first) {
                    double deviation = Math.sqrt(variance);
                    double z = (norm - mean) / (deviation + 1e-6);
                    if (z > clip.zThreshold()) {
                        double eta = z / clip.zThreshold();
                        adaptive = mean + clip.zThreshold() * deviation / eta;
                        outliers++;
                    }
                    mean = clip.decay() * mean + (1 - clip.decay()) * adaptive;
                    variance =
                            clip.decay() * variance
                                    + (1 - clip.decay()) * Math.pow(adaptive - mean, 2);
                }
                double expected = Math.min(adaptive, clip.maxNorm());

                assertEquals(expected, after(guard, norms[step], step), 1e-9 * expected);
            }
            assertTrue(outliers >= 5, "too few outliers to test with: " + outliers);
        }
    }

    @Test
    void bringsAFartherOutlierCloserToTheMean() {
        double far = afterWarmup(2);
        double farther = afterWarmup(200);

        assertTrue(farther < far, farther + " and " + far);
        assertTrue(farther > 0.49, "below the mean: " + farther);
    }

    @Test
    void letsNormsPassThatAreAllTheSame() {
        Guard guard = new ZClip().start(Tensors.twoLayers());
        for (int step = 0; step < 100; step++) {
            assertEquals(0.37f, after(guard, 0.37f, step));
        }
    }

    @Test
    void doesNotHoldANetworkAtZeroThatBeginsWithoutAGradient() {
        Guard guard = new ZClip().start(Tensors.twoLayers());
        for (int step = 0; step < 30; step++) {
            after(guard, 0, step);
        }
        assertEquals(0.5f, after(guard, 0.5f, 30));
    }

    private static double afterWarmup(float norm) {
        Guard guard = new ZClip().start(Tensors.twoLayers());
        for (int step = 0; step < 25; step++) {
            after(guard, 0.5f + 0.1f * (step % 3 - 1), step);
        }
        return after(guard, norm, 25);
    }

    private static double after(Guard guard, float norm, int step) {
        float[][] gradient = {{norm}, {0}, {0}, {0}};
        return norm * GuardContract.inspect(guard, gradient, step).factor(0);
    }
}
