package org.evengrad.initializers.constant;

import com.google.auto.service.AutoService;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.evengrad.spi.Algebra;
import org.evengrad.spi.Initializer;
import org.evengrad.spi.Option;
import org.evengrad.spi.Strategy;
import org.evengrad.spi.Tensor;

/**
 * Sets every element to one value. Meant for biases: the default is the small positive one that
 * lets ReLU begin open, as Goodfellow, Bengio and Courville, 2016, section 8.4 mention it. Weights
 * that begin so leave all units of a layer alike.
 *
 * @param value the value
 * @since 0.1.0
 */
@Strategy(
        name = "constant",
        summary = "One value everywhere, for biases",
        formula = "w = value",
        useWhen = "for biases in front of ReLU, or 1 for the forget gates of an LSTM",
        avoidWhen = "for weights, whose units would all stay alike",
        reference = "https://www.deeplearningbook.org/contents/optimization.html",
        since = "0.1.0")
@AutoService(Initializer.class)
public record Constant(@Option(help = "What every element becomes") double value)
        implements Initializer {
    /** The value 0.1. */
    public Constant() {
        this(0.1);
    }

    @Override
    public void fill(float[] values, Tensor tensor, RandomGenerator random, Algebra algebra) {
        Arrays.fill(values, 0, tensor.size(), (float) value);
    }
}
