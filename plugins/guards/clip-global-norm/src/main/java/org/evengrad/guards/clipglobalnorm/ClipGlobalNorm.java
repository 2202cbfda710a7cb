package org.evengrad.guards.clipglobalnorm;

import com.google.auto.service.AutoService;
import java.util.List;
import org.evengrad.spi.GradientGuard;
import org.evengrad.spi.Guard;
import org.evengrad.spi.Option;
import org.evengrad.spi.Strategy;
import org.evengrad.spi.Tensor;

/**
 * Scales the whole gradient down to a largest L2 norm and keeps its direction. Pascanu, Mikolov and
 * Bengio, 2013, algorithm 1. A norm that is not finite cannot be scaled: the step is skipped.
 *
 * @param maxNorm the largest L2 norm of the whole gradient
 * @since 0.1.0
 */
@Strategy(
        name = "clip-global-norm",
        summary = "Scales the whole gradient down to a largest norm",
        formula = "g = g * min(1, max-norm / norm(g)), over all tensors together",
        useWhen = "as the first remedy for exploding gradients, above all in recurrent networks",
        avoidWhen = "when one exploding layer would shrink all others: clip-layer-norm",
        reference = "https://arxiv.org/abs/1211.5063",
        since = "0.1.0",
        helpsAgainst = {"exploding-gradient", "learning-rate-too-high"})
@AutoService(GradientGuard.class)
public record ClipGlobalNorm(
        @Option(help = "Largest L2 norm of the whole gradient", range = "(0, inf)") double maxNorm)
        implements GradientGuard {
    /** A largest norm of 1. */
    public ClipGlobalNorm() {
        this(1);
    }

    @Override
    public Guard start(List<Tensor> layout) {
        return (gradient, at, ruling) -> {
            double norm = gradient.globalNorm();
            if (!Double.isFinite(norm)) {
                ruling.skip("the gradient's norm is not finite and cannot be clipped");
            } else if (norm > maxNorm) {
                ruling.scale(maxNorm / norm, "the gradient's norm is above max-norm");
            }
        };
    }
}
