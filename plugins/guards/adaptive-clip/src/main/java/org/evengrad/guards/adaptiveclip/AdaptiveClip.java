package org.evengrad.guards.adaptiveclip;

import com.google.auto.service.AutoService;
import java.util.List;
import org.evengrad.spi.Chunk;
import org.evengrad.spi.GradientGuard;
import org.evengrad.spi.GradientStatistics;
import org.evengrad.spi.Grain;
import org.evengrad.spi.Guard;
import org.evengrad.spi.Option;
import org.evengrad.spi.Role;
import org.evengrad.spi.Ruling;
import org.evengrad.spi.StepContext;
import org.evengrad.spi.Strategy;
import org.evengrad.spi.Tensor;

/**
 * Scales the gradient of each unit down to a share of the size of its weights: adaptive gradient
 * clipping (AGC), Brock, De, Smith and Simonyan, 2021, equation 3. A tensor with one dimension,
 * such as biases or the scale of a normalization, counts as one unit, as in the authors' code. The
 * output layer is left alone (section 4.1), weights and biases. A step whose gradient is not finite
 * is skipped.
 *
 * <p>The statistics of a step hold no norms of units, so that the guard reads the gradient of
 * almost every step; what lies below the limit keeps each bit.
 *
 * @param maxRatio the largest norm of a unit's gradient as a share of the norm of its weights
 * @param smallestNorm weights with a smaller norm count as that large, so that a unit at zero can
 *     learn
 * @since 0.1.0
 */
@Strategy(
        name = "adaptive-clip",
        summary = "Scales the gradient of each unit down to a share of the size of its weights",
        formula =
                "g = g * min(1, max-ratio * max(norm(w), smallest-norm) / norm(g)), for each unit",
        useWhen = "for deep networks without normalization and with large batches",
        avoidWhen = "for small weights that must grow, such as branches that start at zero",
        reference = "https://arxiv.org/abs/2102.06171",
        since = "0.1.0",
        helpsAgainst = {"exploding-gradient", "learning-rate-too-high"})
@AutoService(GradientGuard.class)
public record AdaptiveClip(
        @Option(
                        help = "Largest norm of a unit's gradient, as a share of its weights' norm",
                        range = "(0, inf)")
                double maxRatio,
        @Option(help = "Weights with a smaller norm count as that large", range = "(0, inf)")
                double smallestNorm)
        implements GradientGuard {
    /** The paper's: a share of 0.01, and a smallest norm of 0.001. */
    public AdaptiveClip() {
        this(0.01, 1e-3);
    }

    @Override
    public Grain grain() {
        return Grain.UNITS;
    }

    @Override
    public Guard start(List<Tensor> layout) {
        return new Clip(layout, maxRatio, smallestNorm);
    }

    private static final class Clip implements Guard {
        private final double maxRatio;
        private final double smallestNorm;
        private final Judged[] judged;
        private final int[] unitSizes;

        Clip(List<Tensor> layout, double maxRatio, double smallestNorm) {
            this.maxRatio = maxRatio;
            this.smallestNorm = smallestNorm;
            judged = new Judged[layout.size()];
            unitSizes = new int[layout.size()];
            for (Tensor tensor : layout) {
                judged[tensor.index()] = judge(layout, tensor);
                unitSizes[tensor.index()] = tensor.size() / tensor.units();
            }
        }

        private static Judged judge(List<Tensor> layout, Tensor tensor) {
            for (Tensor other : layout) {
                if (other.role() == Role.OUTPUT && other.layer() == tensor.layer()) {
                    return Judged.NOT_AT_ALL;
                }
            }
            return tensor.shape().size() == 1 ? Judged.AS_ONE : Judged.BY_UNIT;
        }

        @Override
        public void inspect(GradientStatistics gradient, StepContext at, Ruling ruling) {
            if (!Double.isFinite(gradient.globalNorm())) {
                ruling.skip("the gradient is not finite and cannot be clipped");
                return;
            }
            boolean unitsMayBeAbove = false;
            for (int tensor = 0; tensor < judged.length; tensor++) {
                double norm = Math.sqrt(gradient.sumOfSquares(tensor));
                if (judged[tensor] == Judged.AS_ONE) {
                    double limit = limit(gradient.parameterSumOfSquares(tensor));
                    if (norm > limit) {
                        ruling.scale(tensor, limit / norm, "a tensor's norm is above its share");
                    }
                } else if (judged[tensor] == Judged.BY_UNIT) {
                    unitsMayBeAbove |= norm > limit(0);
                }
            }
            if (unitsMayBeAbove) {
                ruling.transform("the norm of a unit may be above its share");
            }
        }

        @Override
        public void transform(Chunk chunk, StepContext at) {
            int tensor = chunk.tensor().index();
            if (judged[tensor] != Judged.BY_UNIT) {
                return;
            }
            float[] gradient = chunk.gradient();
            int unit = unitSizes[tensor];
            for (int from = 0; from < chunk.size(); from += unit) {
                double norm = Math.sqrt(squares(gradient, from, unit));
                double limit = limit(squares(chunk.parameters(), from, unit));
                if (norm > limit) {
                    float factor = (float) (limit / norm);
                    for (int i = from; i < from + unit; i++) {
                        gradient[i] *= factor;
                    }
                }
            }
        }

        private double limit(double parameterSumOfSquares) {
            return maxRatio * Math.max(Math.sqrt(parameterSumOfSquares), smallestNorm);
        }

        private static double squares(float[] values, int from, int size) {
            double sum = 0;
            for (int i = from; i < from + size; i++) {
                sum += (double) values[i] * values[i];
            }
            return sum;
        }
    }

    private enum Judged {
        NOT_AT_ALL,
        AS_ONE,
        BY_UNIT
    }
}
