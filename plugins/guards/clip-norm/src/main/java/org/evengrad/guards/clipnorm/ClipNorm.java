package org.evengrad.guards.clipnorm;

import com.google.auto.service.AutoService;
import java.util.List;
import org.evengrad.spi.GradientGuard;
import org.evengrad.spi.Guard;
import org.evengrad.spi.Option;
import org.evengrad.spi.Strategy;
import org.evengrad.spi.Tensor;

/**
 * Scales the gradient of each tensor down to a largest L2 norm. The rule of Pascanu, Mikolov and
 * Bengio, 2013, algorithm 1, tensor by tensor: the others keep their size, so the direction of the
 * whole gradient may change. A norm that is not finite cannot be scaled: the step is skipped.
 *
 * @param maxNorm the largest L2 norm of the gradient of one tensor
 * @since 0.1.0
 */
@Strategy(
        name = "clip-norm",
        summary = "Scales the gradient of each tensor down to a largest norm",
        formula = "g = g * min(1, max-norm / norm(g)), for each tensor",
        useWhen = "when the gradient explodes in a few tensors and the others should stay",
        avoidWhen = "when the tensors differ much in size, since one limit serves them all",
        reference = "https://arxiv.org/abs/1211.5063",
        since = "0.1.0",
        helpsAgainst = {"exploding-gradient", "learning-rate-too-high"})
@AutoService(GradientGuard.class)
public record ClipNorm(
        @Option(help = "Largest L2 norm of the gradient of one tensor", range = "(0, inf)")
                double maxNorm)
        implements GradientGuard {
    /** A largest norm of 1. */
    public ClipNorm() {
        this(1);
    }

    @Override
    public Guard start(List<Tensor> layout) {
        int tensors = layout.size();
        return (gradient, at, ruling) -> {
            if (!Double.isFinite(gradient.globalNorm())) {
                ruling.skip("the gradient's norm is not finite and cannot be clipped");
                return;
            }
            for (int tensor = 0; tensor < tensors; tensor++) {
                double norm = Math.sqrt(gradient.sumOfSquares(tensor));
                if (norm > maxNorm) {
                    ruling.scale(tensor, maxNorm / norm, "a tensor's norm is above max-norm");
                }
            }
        };
    }
}
