package org.evengrad.guards.gradientstabilizer;

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
 * Keeps the direction of each tensor's gradient and replaces its norm by a steady one: the moving
 * average of its norms over the root of the moving average of their squares, both with Adam's bias
 * correction. It is near 1 whatever the size of the gradient, and stays bounded when a gradient
 * spikes: GradientStabilizer, Huang et al., 2026, version 3 of the paper, which no longer has the
 * cap on single elements of version 1 (Stable-SPAM, decays 0.7 and 0.9). A tensor whose gradient is
 * zero is left alone; a step whose gradient is not finite is skipped; neither is remembered.
 *
 * @param normDecay of the moving average of the norm
 * @param squareDecay of the moving average of the squared norm
 * @param epsilon added to the root, and the smallest norm that is divided by
 * @since 0.1.0
 */
@Strategy(
        name = "gradient-stabilizer",
        summary = "Replaces the norm of each tensor's gradient by one that does not jump",
        formula =
                "g = g / norm(g) * m / (sqrt(v) + epsilon), m = mean of norm(g) with norm-decay,"
                        + " v = mean of norm(g)^2 with square-decay, for each tensor",
        useWhen = "before Adam and its kin in low precision or with spiking gradients",
        avoidWhen = "before plain SGD at its usual rate, since every norm becomes about 1",
        reference = "https://arxiv.org/abs/2502.17055",
        since = "0.1.0")
@AutoService(GradientGuard.class)
public record GradientStabilizer(
        @Option(help = "Decay of the average of the norm", range = "[0, 1)") double normDecay,
        @Option(help = "Decay of the average of the squared norm", range = "[0, 1)")
                double squareDecay,
        @Option(
                        help = "Added to the root, and the smallest norm that is divided by",
                        range = "[1e-30, inf)")
                double epsilon)
        implements GradientGuard {
    /** The authors': decays 0.6 and 0.999, epsilon 1e-12. */
    public GradientStabilizer() {
        this(0.6, 0.999, 1e-12);
    }

    @Override
    public Guard start(List<Tensor> layout) {
        return new Averages(this, layout.size());
    }

    private static final class Averages implements Guard {
        private static final int COLUMNS = 3;

        private final GradientStabilizer options;

        /** For each tensor: the mean norm, the mean squared norm, and how many norms. */
        private final double[] memory;

        Averages(GradientStabilizer options, int tensors) {
            this.options = options;
            memory = new double[COLUMNS * tensors];
        }

        @Override
        public void inspect(GradientStatistics gradient, StepContext at, Ruling ruling) {
            if (!Double.isFinite(gradient.globalNorm())) {
                ruling.skip("the gradient is not finite and has no norm");
                return;
            }
            for (int row = 0; row < memory.length; row += COLUMNS) {
                int tensor = row / COLUMNS;
                double norm = Math.sqrt(gradient.sumOfSquares(tensor));
                if (norm > 0) {
                    double factor = steady(row, norm) / Math.max(norm, options.epsilon);
                    ruling.scale(tensor, factor, "every norm is replaced by a steady one");
                }
            }
        }

        private double steady(int row, double norm) {
            double normDecay = options.normDecay;
            double squareDecay = options.squareDecay;
            memory[row] = normDecay * memory[row] + (1 - normDecay) * norm;
            memory[row + 1] = squareDecay * memory[row + 1] + (1 - squareDecay) * norm * norm;
            memory[row + 2]++;
            double mean = memory[row] / (1 - Math.pow(normDecay, memory[row + 2]));
            double meanSquare = memory[row + 1] / (1 - Math.pow(squareDecay, memory[row + 2]));
            return mean / (Math.sqrt(meanSquare) + options.epsilon);
        }

        @Override
        public double[] save() {
            return memory.clone();
        }

        @Override
        public void restore(double[] saved) {
            System.arraycopy(saved, 0, memory, 0, memory.length);
        }
    }
}
