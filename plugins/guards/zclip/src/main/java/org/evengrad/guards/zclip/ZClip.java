package org.evengrad.guards.zclip;

import com.google.auto.service.AutoService;
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
 * Scales the whole gradient down when its norm lies far above the recent ones: ZClip, Kumar, Owen,
 * Chowdhury and Güra, 2025. Far is a z-score above a threshold; the further, the lower the new
 * norm. Mean and variance start with the first norms and then are moving averages, fed with the new
 * norm instead of the outlying one. A largest norm holds at any time and does not enter the
 * averages, as in the authors' code. While all norms are equal there is no z-score, and they pass.
 * A step whose gradient is not finite is skipped, and not remembered.
 *
 * @param zThreshold the z-score above which a norm is scaled down
 * @param decay of the moving averages of the norm and of its variance
 * @param warmupSteps how many norms the first mean and variance are taken from
 * @param maxNorm the largest norm in any case; infinite for none
 * @since 0.1.0
 */
@Strategy(
        name = "zclip",
        summary = "Scales the whole gradient down when its norm lies far above the recent ones",
        formula =
                "if z > z-threshold: norm(g) becomes mean + z-threshold^2 / z * deviation,"
                        + " z = (norm(g) - mean) / deviation; at most max-norm",
        useWhen = "for long runs with rare spikes whose gradients have no fixed size",
        avoidWhen = "when the norms of healthy batches scatter by orders of magnitude",
        reference = "https://arxiv.org/abs/2504.02507",
        since = "0.1.0",
        helpsAgainst = "exploding-gradient/spikes")
@AutoService(GradientGuard.class)
public record ZClip(
        @Option(help = "z-score above which a norm is scaled down", range = "(0, inf)")
                double zThreshold,
        @Option(help = "Decay of the moving averages of the norm", range = "[0, 1)") double decay,
        @Option(help = "How many norms the first averages are taken from", range = "[2, inf)")
                int warmupSteps,
        @Option(help = "Largest norm in any case; inf for none", range = "(0, inf]") double maxNorm)
        implements GradientGuard {
    /** The authors': a threshold of 2.5, a decay of 0.97, 25 first norms, a largest norm of 1. */
    public ZClip() {
        this(2.5, 0.97, 25, 1);
    }

    @Override
    public Guard start(List<Tensor> layout) {
        return new Averages(this);
    }

    private static final class Averages implements Guard {
        /** Added to the deviation, as the authors do. */
        private static final double EPSILON = 1e-6;

        private final ZClip clip;
        private double steps;
        private double mean;

        /** During the warm-up the sum of squared differences from the mean. */
        private double variance;

        Averages(ZClip clip) {
            this.clip = clip;
        }

        @Override
        public void inspect(GradientStatistics gradient, StepContext at, Ruling ruling) {
            double norm = gradient.globalNorm();
            if (!Double.isFinite(norm)) {
                ruling.skip("the gradient is not finite and cannot be clipped");
                return;
            }
            double kept = norm;
            if (steps < clip.warmupSteps) {
                warmUp(norm);
            } else {
                double deviation = Math.sqrt(variance);
                double z = (norm - mean) / (deviation + EPSILON);
                if (z > clip.zThreshold && deviation > 0) {
                    kept = mean + clip.zThreshold * clip.zThreshold / z * deviation;
                }
                mean = clip.decay * mean + (1 - clip.decay) * kept;
                double off = kept - mean;
                variance = clip.decay * variance + (1 - clip.decay) * off * off;
            }
            if (kept < norm && kept <= clip.maxNorm) {
                ruling.scale(kept / norm, "the gradient's norm is far above the recent ones");
            } else if (norm > clip.maxNorm) {
                ruling.scale(clip.maxNorm / norm, "the gradient's norm is above max-norm");
            }
        }

        private void warmUp(double norm) {
            steps++;
            double off = norm - mean;
            mean += off / steps;
            variance += off * (norm - mean);
            if (steps == clip.warmupSteps) {
                variance /= steps;
            }
        }

        @Override
        public double[] save() {
            return new double[] {steps, mean, variance};
        }

        @Override
        public void restore(double[] saved) {
            steps = saved[0];
            mean = saved[1];
            variance = saved[2];
        }
    }
}
