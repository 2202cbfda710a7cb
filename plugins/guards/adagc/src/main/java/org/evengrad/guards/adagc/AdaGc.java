package org.evengrad.guards.adagc;

import com.google.auto.service.AutoService;
import java.util.Arrays;
import java.util.List;
import org.evengrad.spi.GradientGuard;
import org.evengrad.spi.GradientStatistics;
import org.evengrad.spi.Guard;
import org.evengrad.spi.Option;
import org.evengrad.spi.Ruling;
import org.evengrad.spi.StepContext;
import org.evengrad.spi.Strategy;
import org.evengrad.spi.Tensor;

/**
 * Scales the gradient of each tensor down to a little above the moving average of its own norms:
 * AdaGC, Wang et al., 2025, algorithm 1. In the first steps the whole gradient is held below a
 * largest norm, and each tensor's average is the smallest norm that it had. The average is fed with
 * the norm after clipping.
 *
 * <p>In the first steps a norm of zero does not count, other than in the paper: an average of zero
 * would hold the tensor at zero for ever. A step whose gradient is not finite is skipped, and not
 * remembered.
 *
 * @param maxRatio how many times its average a norm may be
 * @param decay of the moving average
 * @param warmupSteps how many steps are clipped by the norm of the whole gradient
 * @param maxNorm the largest norm of the whole gradient in the first steps
 * @since 0.1.0
 */
@Strategy(
        name = "adagc",
        summary = "Scales each tensor's gradient down to a little above its own usual norm",
        formula =
                "g = g * min(1, max-ratio * mean / norm(g)), mean = decay * mean + (1 - decay) *"
                        + " norm(g), for each tensor; in the first steps g * min(1, max-norm /"
                        + " norm(g)) as a whole and the smallest norm as mean",
        useWhen = "for large models in which single tensors spike while others stay calm",
        avoidWhen = "for short runs and gradients that must grow: a mean rises 0.1 percent a step",
        reference = "https://arxiv.org/abs/2502.11034",
        since = "0.1.0",
        helpsAgainst = "exploding-gradient/spikes")
@AutoService(GradientGuard.class)
public record AdaGc(
        @Option(help = "How many times its average a norm may be", range = "[1, inf)")
                double maxRatio,
        @Option(help = "Decay of the moving average of the norm", range = "[0, 1)") double decay,
        @Option(help = "Steps clipped by the norm of the whole gradient", range = "[0, inf)")
                int warmupSteps,
        @Option(help = "Largest norm of the whole gradient in these steps", range = "(0, inf)")
                double maxNorm)
        implements GradientGuard {
    /** A ratio of 1.05, a decay of 0.98, and 100 first steps with a largest norm of 1. */
    public AdaGc() {
        this(1.05, 0.98, 100, 1);
    }

    @Override
    public Guard start(List<Tensor> layout) {
        return new Averages(this, layout.size());
    }

    private static final class Averages implements Guard {
        private final AdaGc clip;
        private final double[] means;
        private double steps;

        Averages(AdaGc clip, int tensors) {
            this.clip = clip;
            means = new double[tensors];
        }

        @Override
        public void inspect(GradientStatistics gradient, StepContext at, Ruling ruling) {
            double norm = gradient.globalNorm();
            if (!Double.isFinite(norm)) {
                ruling.skip("the gradient is not finite and cannot be clipped");
                return;
            }
            if (steps < clip.warmupSteps) {
                warmUp(gradient, norm, ruling);
            } else {
                clip(gradient, ruling);
            }
            steps++;
        }

        private void warmUp(GradientStatistics gradient, double whole, Ruling ruling) {
            double factor = Math.min(1, clip.maxNorm / whole);
            for (int tensor = 0; tensor < means.length; tensor++) {
                double norm = factor * Math.sqrt(gradient.sumOfSquares(tensor));
                if (norm > 0 && (means[tensor] == 0 || norm < means[tensor])) {
                    means[tensor] = norm;
                }
            }
            if (factor < 1) {
                ruling.scale(factor, "the gradient's norm is above max-norm");
            }
        }

        private void clip(GradientStatistics gradient, Ruling ruling) {
            for (int tensor = 0; tensor < means.length; tensor++) {
                double norm = Math.sqrt(gradient.sumOfSquares(tensor));
                if (means[tensor] == 0) {
                    means[tensor] = norm;
                }
                double limit = clip.maxRatio * means[tensor];
                if (norm > limit) {
                    ruling.scale(tensor, limit / norm, "a tensor's norm is above its average");
                }
                means[tensor] =
                        clip.decay * means[tensor] + (1 - clip.decay) * Math.min(norm, limit);
            }
        }

        @Override
        public double[] save() {
            double[] saved = Arrays.copyOf(means, means.length + 1);
            saved[means.length] = steps;
            return saved;
        }

        @Override
        public void restore(double[] saved) {
            System.arraycopy(saved, 0, means, 0, means.length);
            steps = saved[means.length];
        }
    }
}
