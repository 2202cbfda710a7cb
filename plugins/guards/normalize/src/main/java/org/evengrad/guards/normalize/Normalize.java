package org.evengrad.guards.normalize;

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
 * Scales the gradient to an L2 norm of 1, so that the learning rate alone says how long a step is:
 * normalized gradient descent, Hazan, Levy and Shalev-Shwartz, 2015, algorithm 1; by layer, Yu et
 * al., 2017 (arXiv 1707.04822). A norm that is zero, not finite, or too small for its inverse to be
 * a float stays as it is.
 *
 * @param scope what has a norm of 1 afterwards
 * @since 0.1.0
 */
@Strategy(
        name = "normalize",
        summary = "Scales every gradient to a norm of 1",
        formula = "g = g / norm(g), over what scope names",
        useWhen = "on plateaus and steep walls, where the size of the gradient says little",
        avoidWhen = "with a constant rate, since steps do not get smaller near a minimum",
        reference = "https://arxiv.org/abs/1507.02030",
        since = "0.1.0")
@AutoService(GradientGuard.class)
public record Normalize(@Option(help = "What has a norm of 1 afterwards") Scope scope)
        implements GradientGuard {
    /** The whole gradient. */
    public Normalize() {
        this(Scope.WHOLE);
    }

    @Override
    public Guard start(List<Tensor> layout) {
        return new Unit(layout, scope);
    }

    /** What is normalized together. */
    public enum Scope {
        /** All tensors. */
        WHOLE,
        /** The tensors of one layer. */
        LAYER,
        /** One tensor. */
        TENSOR
    }

    private static final class Unit implements Guard {
        private final int[] groups;
        private final double[] squares;

        Unit(List<Tensor> layout, Scope scope) {
            groups =
                    layout.stream()
                            .mapToInt(
                                    tensor ->
                                            switch (scope) {
                                                case WHOLE -> 0;
                                                case LAYER -> tensor.layer();
                                                case TENSOR -> tensor.index();
                                            })
                            .toArray();
            squares = new double[Arrays.stream(groups).max().orElse(0) + 1];
        }

        @Override
        public void inspect(GradientStatistics gradient, StepContext at, Ruling ruling) {
            if (!Double.isFinite(gradient.globalNorm())) {
                ruling.skip("the gradient is not finite and has no norm");
                return;
            }
            Arrays.fill(squares, 0);
            for (int tensor = 0; tensor < groups.length; tensor++) {
                squares[groups[tensor]] += gradient.sumOfSquares(tensor);
            }
            for (int tensor = 0; tensor < groups.length; tensor++) {
                double norm = Math.sqrt(squares[groups[tensor]]);
                if (norm >= Float.MIN_NORMAL) {
                    ruling.scale(tensor, 1 / norm, "every gradient is scaled to a norm of 1");
                }
            }
        }
    }
}
