package org.evengrad.initializers.sparse;

import com.google.auto.service.AutoService;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.evengrad.spi.Algebra;
import org.evengrad.spi.Initializer;
import org.evengrad.spi.Option;
import org.evengrad.spi.Role;
import org.evengrad.spi.Strategy;
import org.evengrad.spi.Tensor;

/**
 * Connects each unit to a few inputs, chosen at random, whose weights may then be large: units
 * differ from each other, and none begins saturated however wide the layer before it. Martens,
 * 2010, section 5.
 *
 * <p>The deviation is that of Sutskever et al., 2013. A unit with fewer inputs than connections
 * gets all of them. In a convolution every place of a kernel counts as an input. Biases become 0;
 * for tanh Martens takes 0.5, which the initializer {@code constant} gives.
 *
 * @param connections how many inputs a unit is connected to
 * @param standardDeviation that of the weights of these connections
 * @since 0.1.0
 */
@Strategy(
        name = "sparse",
        summary = "A few connections for each unit, with large weights",
        formula =
                "w ~ normal(0, standard-deviation^2) for connections inputs of each unit,"
                        + " 0 for the others; biases 0",
        useWhen = "for wide layers with tanh or sigmoid and for second-order optimizers",
        avoidWhen = "for ReLU, and for layers with fewer than a hundred inputs",
        reference = "https://www.cs.toronto.edu/~jmartens/docs/Deep_HessianFree.pdf",
        since = "0.1.0")
@AutoService(Initializer.class)
public record Sparse(
        @Option(help = "Inputs that each unit is connected to", range = "[1, inf)") int connections,
        @Option(help = "Standard deviation of the weights of connections", range = "(0, inf)")
                double standardDeviation)
        implements Initializer {
    /** Fifteen connections with standard normal weights. */
    public Sparse() {
        this(15, 1);
    }

    @Override
    public void fill(float[] values, Tensor tensor, RandomGenerator random, Algebra algebra) {
        int size = tensor.size();
        Arrays.fill(values, 0, size, 0);
        if (tensor.role() == Role.BIAS) {
            return;
        }
        int inputs = size / tensor.shape().get(0);
        int[] order = new int[inputs];
        for (int i = 0; i < inputs; i++) {
            order[i] = i;
        }
        for (int unit = 0; unit < size; unit += inputs) {
            for (int i = 0; i < Math.min(connections, inputs); i++) {
                int chosen = random.nextInt(i, inputs);
                int input = order[chosen];
                order[chosen] = order[i];
                order[i] = input;
                values[unit + input] = (float) (standardDeviation * random.nextGaussian());
            }
        }
    }
}
