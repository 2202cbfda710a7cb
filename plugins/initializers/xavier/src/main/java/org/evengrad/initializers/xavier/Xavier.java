package org.evengrad.initializers.xavier;

import com.google.auto.service.AutoService;
import java.util.random.RandomGenerator;
import org.evengrad.spi.Algebra;
import org.evengrad.spi.Distribution;
import org.evengrad.spi.Initializer;
import org.evengrad.spi.Option;
import org.evengrad.spi.Strategy;
import org.evengrad.spi.Tensor;

/**
 * Draws weights with variance 2 / (fan-in + fan-out), a compromise that keeps both the forward and
 * the backward signal level where the activation's slope is 1. Made for tanh; also known as Glorot
 * initialization. Glorot and Bengio, 2010, equation 16. Biases are drawn like the weights that feed
 * their units.
 *
 * @param distribution what the weights are drawn from; the paper's is uniform
 * @since 0.1.0
 */
@Strategy(
        name = "xavier",
        summary = "Variance 2 / (fan-in + fan-out), for tanh and other activations of slope 1 at 0",
        formula = "w ~ distribution(mean 0, variance 2 / (fan-in + fan-out))",
        useWhen = "for hidden layers with tanh, softsign or no activation",
        avoidWhen = "for ReLU, where every layer would halve the variance of the signal",
        reference = "https://proceedings.mlr.press/v9/glorot10a.html",
        since = "0.1.0",
        helpsAgainst = {
            "vanishing-gradient/weights",
            "exploding-gradient/weights",
            "saturation/weights"
        })
@AutoService(Initializer.class)
public record Xavier(@Option(help = "What the weights are drawn from") Distribution distribution)
        implements Initializer {
    /** The paper's form: uniform. */
    public Xavier() {
        this(Distribution.UNIFORM);
    }

    @Override
    public void fill(float[] values, Tensor tensor, RandomGenerator random, Algebra algebra) {
        double deviation = Math.sqrt(2.0 / (tensor.fanIn() + (double) tensor.fanOut()));
        distribution.fill(values, tensor.size(), deviation, random);
    }
}
