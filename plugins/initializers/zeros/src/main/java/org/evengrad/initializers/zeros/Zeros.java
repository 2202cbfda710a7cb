package org.evengrad.initializers.zeros;

import com.google.auto.service.AutoService;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.evengrad.spi.Algebra;
import org.evengrad.spi.Initializer;
import org.evengrad.spi.Strategy;
import org.evengrad.spi.Tensor;

/**
 * Sets every element to 0: what biases begin with. Weights that begin so leave the units of a layer
 * all alike, or without a gradient.
 *
 * @since 0.1.0
 */
@Strategy(
        name = "zeros",
        summary = "Zero everywhere, for biases",
        formula = "w = 0",
        useWhen = "for biases, and for an output layer that should begin without an opinion",
        avoidWhen = "for hidden layers, whose units would all stay alike",
        reference = "https://keras.io/api/layers/initializers/#zeros-class",
        since = "0.1.0",
        helpsAgainst = "dead-units/bias")
@AutoService(Initializer.class)
public record Zeros() implements Initializer {
    @Override
    public void fill(float[] values, Tensor tensor, RandomGenerator random, Algebra algebra) {
        Arrays.fill(values, 0, tensor.size(), 0);
    }
}
