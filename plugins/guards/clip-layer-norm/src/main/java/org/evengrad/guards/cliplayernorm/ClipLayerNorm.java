package org.evengrad.guards.cliplayernorm;

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
 * Scales the gradient of each layer, weights and biases together, down to a largest L2 norm. The
 * rule of Pascanu, Mikolov and Bengio, 2013, algorithm 1, layer by layer: within a layer the
 * direction stays, that of the whole gradient may change. A step whose gradient is not finite is
 * skipped.
 *
 * @param maxNorm the largest L2 norm of the gradient of one layer
 * @since 0.1.0
 */
@Strategy(
        name = "clip-layer-norm",
        summary = "Scales the gradient of each layer down to a largest norm",
        formula = "g = g * min(1, max-norm / norm(g)), over all tensors of a layer together",
        useWhen = "when single layers explode and the others should keep their size",
        avoidWhen = "when the direction of the whole gradient must stay: clip-global-norm",
        reference = "https://arxiv.org/abs/1211.5063",
        since = "0.1.0",
        helpsAgainst = {"exploding-gradient", "learning-rate-too-high"})
@AutoService(GradientGuard.class)
public record ClipLayerNorm(
        @Option(help = "Largest L2 norm of the gradient of one layer", range = "(0, inf)")
                double maxNorm)
        implements GradientGuard {
    /** A largest norm of 1. */
    public ClipLayerNorm() {
        this(1);
    }

    @Override
    public Guard start(List<Tensor> layout) {
        return new Clip(layout, maxNorm);
    }

    private static final class Clip implements Guard {
        private final double maxNorm;
        private final int[] layers;
        private final double[] squares;

        Clip(List<Tensor> layout, double maxNorm) {
            this.maxNorm = maxNorm;
            layers = layout.stream().mapToInt(Tensor::layer).toArray();
            squares = new double[Arrays.stream(layers).max().orElse(0) + 1];
        }

        @Override
        public void inspect(GradientStatistics gradient, StepContext at, Ruling ruling) {
            if (!Double.isFinite(gradient.globalNorm())) {
                ruling.skip("the gradient is not finite and cannot be clipped");
                return;
            }
            Arrays.fill(squares, 0);
            for (int tensor = 0; tensor < layers.length; tensor++) {
                squares[layers[tensor]] += gradient.sumOfSquares(tensor);
            }
            for (int tensor = 0; tensor < layers.length; tensor++) {
                double norm = Math.sqrt(squares[layers[tensor]]);
                if (norm > maxNorm) {
                    ruling.scale(tensor, maxNorm / norm, "a layer's norm is above max-norm");
                }
            }
        }
    }
}
