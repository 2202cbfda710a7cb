package org.evengrad.initializers.irnn;

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
 * Recurrent networks of ReLU that begin by remembering: recurrent weights are the identity, biases
 * 0, and all other weights small and normal. Le, Jaitly and Hinton, 2015.
 *
 * <p>For short dependencies the authors take a small multiple of the identity, 0.01 in their speech
 * task. Recurrent weights that are not square, as those of an LSTM, get the value on the diagonal
 * of their first rows; the method was not made for them.
 *
 * @param scale what stands on the diagonal of recurrent weights
 * @param standardDeviation that of all other weights
 * @since 0.1.0
 */
@Strategy(
        name = "irnn",
        summary = "Identity for recurrent weights, so that a network of ReLU begins by remembering",
        formula =
                "recurrent w[i][j] = scale if i = j, else 0;"
                        + " other w ~ normal(0, standard-deviation^2); biases 0",
        useWhen = "for simple recurrent networks with ReLU over long sequences",
        avoidWhen = "for gated cells, and for networks without recurrent layers",
        reference = "https://arxiv.org/abs/1504.00941",
        since = "0.1.0",
        helpsAgainst = {
            "vanishing-gradient/horizon",
            "vanishing-gradient/recurrent-weights",
            "vanishing-gradient/activation"
        })
@AutoService(Initializer.class)
public record Irnn(
        @Option(help = "Value on the diagonal of recurrent weights") double scale,
        @Option(help = "Standard deviation of all other weights", range = "[0, inf)")
                double standardDeviation)
        implements Initializer {
    /** The paper's: identity, and 0.001. */
    public Irnn() {
        this(1, 0.001);
    }

    @Override
    public void fill(float[] values, Tensor tensor, RandomGenerator random, Algebra algebra) {
        int size = tensor.size();
        Arrays.fill(values, 0, size, 0);
        if (tensor.role() == Role.RECURRENT) {
            int units = tensor.shape().get(0);
            int hidden = size / units;
            for (int i = 0; i < Math.min(units, hidden); i++) {
                values[i * hidden + i] = (float) scale;
            }
        } else if (tensor.role() != Role.BIAS) {
            for (int i = 0; i < size; i++) {
                values[i] = (float) (standardDeviation * random.nextGaussian());
            }
        }
    }
}
