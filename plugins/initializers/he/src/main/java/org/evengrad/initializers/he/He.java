package org.evengrad.initializers.he;

import com.google.auto.service.AutoService;
import java.util.random.RandomGenerator;
import org.evengrad.spi.Algebra;
import org.evengrad.spi.Distribution;
import org.evengrad.spi.Fan;
import org.evengrad.spi.Initializer;
import org.evengrad.spi.Option;
import org.evengrad.spi.Strategy;
import org.evengrad.spi.Tensor;

/**
 * Draws weights with variance 2 / ((1 + slope^2) fan), which makes up for the half of the signal
 * that ReLU drops. He, Zhang, Ren and Sun, 2015, equations 10, 14 and 15. Biases are drawn like the
 * weights that feed their units.
 *
 * @param slope the activation's slope for negative inputs: 0 for ReLU
 * @param mode which fan counts
 * @param distribution what the weights are drawn from; the paper's is normal
 * @since 0.1.0
 */
@Strategy(
        name = "he",
        summary = "Variance 2 / fan, for ReLU and its leaky forms",
        formula = "w ~ distribution(mean 0, variance 2 / ((1 + slope^2) * mode))",
        useWhen = "for hidden layers with ReLU, leaky ReLU and their smooth relatives",
        avoidWhen = "for tanh and SELU, and for residual networks without normalization",
        reference = "https://arxiv.org/abs/1502.01852",
        since = "0.1.0",
        helpsAgainst = {
            "vanishing-gradient/weights",
            "vanishing-gradient/activation-and-weights",
            "exploding-gradient/weights",
            "dead-units/weights"
        })
@AutoService(Initializer.class)
public record He(
        @Option(
                        help = "Slope of the activation for negative inputs, 0 for ReLU",
                        range = "[0, inf)")
                double slope,
        @Option(help = "Which fan counts") Fan mode,
        @Option(help = "What the weights are drawn from") Distribution distribution)
        implements Initializer {
    /** The paper's form for ReLU: normal, by fan-in. */
    public He() {
        this(0, Fan.FAN_IN, Distribution.NORMAL);
    }

    @Override
    public void fill(float[] values, Tensor tensor, RandomGenerator random, Algebra algebra) {
        double deviation = Math.sqrt(2 / ((1 + slope * slope) * mode.of(tensor)));
        distribution.fill(values, tensor.size(), deviation, random);
    }
}
