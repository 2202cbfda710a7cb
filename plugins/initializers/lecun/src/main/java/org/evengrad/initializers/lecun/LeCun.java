package org.evengrad.initializers.lecun;

import com.google.auto.service.AutoService;
import java.util.random.RandomGenerator;
import org.evengrad.spi.Algebra;
import org.evengrad.spi.Distribution;
import org.evengrad.spi.Initializer;
import org.evengrad.spi.Option;
import org.evengrad.spi.Strategy;
import org.evengrad.spi.Tensor;

/**
 * Draws weights with variance 1 / fan-in, which keeps the forward signal level of linear units.
 * Made for tanh scaled to keep variance 1; what SELU asks for. LeCun, Bottou, Orr and Mueller,
 * 1998, section 4.6. Biases are drawn like the weights that feed their units.
 *
 * @param distribution what the weights are drawn from
 * @since 0.1.0
 */
@Strategy(
        name = "lecun",
        summary = "Variance 1 / fan-in, for linear units and SELU",
        formula = "w ~ distribution(mean 0, variance 1 / fan-in)",
        useWhen = "for SELU, and for linear layers",
        avoidWhen = "for ReLU, where every layer would halve the variance of the signal",
        reference = "https://doi.org/10.1007/3-540-49430-8_2",
        since = "0.1.0",
        helpsAgainst = {"vanishing-gradient/weights", "exploding-gradient/weights"})
@AutoService(Initializer.class)
public record LeCun(@Option(help = "What the weights are drawn from") Distribution distribution)
        implements Initializer {
    /** Normal. */
    public LeCun() {
        this(Distribution.NORMAL);
    }

    @Override
    public void fill(float[] values, Tensor tensor, RandomGenerator random, Algebra algebra) {
        double deviation = Math.sqrt(1.0 / tensor.fanIn());
        distribution.fill(values, tensor.size(), deviation, random);
    }
}
