package org.evengrad.guards.noise;

import com.google.auto.service.AutoService;
import java.util.List;
import java.util.random.RandomGenerator;
import org.evengrad.spi.Chunk;
import org.evengrad.spi.GradientGuard;
import org.evengrad.spi.GradientStatistics;
import org.evengrad.spi.Guard;
import org.evengrad.spi.Option;
import org.evengrad.spi.Ruling;
import org.evengrad.spi.StepContext;
import org.evengrad.spi.Strategy;
import org.evengrad.spi.Tensor;

/**
 * Adds normal random numbers to every element of the gradient, fewer as training goes on:
 * Neelakantan et al., 2015, equation 1, with t the batches seen before this one. A step whose
 * gradient is not finite is skipped.
 *
 * @param eta the variance of the noise in the first step
 * @param gamma how fast the variance falls
 * @since 0.1.0
 */
@Strategy(
        name = "noise",
        summary = "Adds random numbers to the gradient, smaller ones as training goes on",
        formula = "g = g + N(0, eta / (1 + t)^gamma)",
        useWhen = "for very deep or hard to train networks that stay stuck early on",
        avoidWhen = "when gradients are much smaller than sqrt(eta), since noise then leads",
        reference = "https://arxiv.org/abs/1511.06807",
        since = "0.1.0")
@AutoService(GradientGuard.class)
public record Noise(
        @Option(help = "Variance of the noise in the first step", range = "(0, inf)") double eta,
        @Option(help = "How fast the variance falls: the power of the steps", range = "[0, inf)")
                double gamma)
        implements GradientGuard {
    /** The smallest of the paper's variances, 0.01, and its power of 0.55. */
    public Noise() {
        this(0.01, 0.55);
    }

    @Override
    public Guard start(List<Tensor> layout) {
        return new Adding(eta, gamma);
    }

    private record Adding(double eta, double gamma) implements Guard {
        /** Chunks whose start lies in the same block draw from one sequence. */
        private static final int BLOCK = 4096;

        @Override
        public void inspect(GradientStatistics gradient, StepContext at, Ruling ruling) {
            if (Double.isFinite(gradient.globalNorm())) {
                ruling.transform("every gradient gets noise");
            } else {
                ruling.skip("the gradient is not finite");
            }
        }

        @Override
        public void transform(Chunk chunk, StepContext at) {
            double deviation = Math.sqrt(eta / Math.pow(1 + at.step(), gamma));
            RandomGenerator random = chunk.random();
            for (int i = chunk.start() % BLOCK; i > 0; i--) {
                random.nextGaussian();
            }
            float[] gradient = chunk.gradient();
            int size = chunk.size();
            for (int i = 0; i < size; i++) {
                gradient[i] += (float) (deviation * random.nextGaussian());
            }
        }
    }
}
