package org.evengrad.initializers.autoinit;

import com.google.auto.service.AutoService;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.evengrad.spi.Algebra;
import org.evengrad.spi.Distribution;
import org.evengrad.spi.Initializer;
import org.evengrad.spi.Option;
import org.evengrad.spi.Role;
import org.evengrad.spi.Strategy;
import org.evengrad.spi.Tensor;

/**
 * Fits the scale of every layer to the activation in front of it: the mean square of what the
 * activation gives for a standard normal input says what variance the weights need so that the
 * outputs have mean 0 and variance 1 again. Bingham and Miikkulainen, 2023.
 *
 * <p>As in the paper the input data count as having mean 0 and variance 1. The paper follows mean
 * and variance through every kind of layer; here it is the activation alone, so what dropout,
 * pooling or the sum behind a residual branch does to them is left out. The authors' code leaves
 * recurrent layers as they are; here recurrent weights are drawn like others. Biases become 0.
 *
 * @param distribution what the weights are drawn from; that of the authors' code is truncated
 *     normal
 * @since 0.1.0
 */
@Strategy(
        name = "auto-init",
        summary = "Variance worked out from the activation in front, whichever it is",
        formula =
                "w ~ distribution(mean 0, variance 1 / (fan-in * E[f(z)^2])), z ~ normal(0, 1),"
                        + " f the activation in front; biases 0",
        useWhen = "for activations that no other initializer was made for, mixed ones included",
        avoidWhen = "for data that are not normalized, and for recurrent layers",
        reference = "https://arxiv.org/abs/2109.08958",
        since = "0.1.0")
@AutoService(Initializer.class)
public record AutoInit(@Option(help = "What the weights are drawn from") Distribution distribution)
        implements Initializer {
    /** Truncated normal. */
    public AutoInit() {
        this(Distribution.TRUNCATED_NORMAL);
    }

    @Override
    public void fill(float[] values, Tensor tensor, RandomGenerator random, Algebra algebra) {
        if (tensor.role() == Role.BIAS) {
            Arrays.fill(values, 0, tensor.size(), 0);
            return;
        }
        double meanSquare = tensor.inputSecondMoment();
        // An activation that gives nothing at all cannot be made up for.
        double deviation = Math.sqrt(1 / (tensor.fanIn() * (meanSquare > 0 ? meanSquare : 1)));
        distribution.fill(values, tensor.size(), deviation, random);
    }
}
