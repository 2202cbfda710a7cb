package org.evengrad.initializers.identity;

import com.google.auto.service.AutoService;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.evengrad.spi.Algebra;
import org.evengrad.spi.Initializer;
import org.evengrad.spi.Option;
import org.evengrad.spi.Role;
import org.evengrad.spi.Strategy;
import org.evengrad.spi.Tensor;

/**
 * Weights that begin by handing their inputs on. Where units and inputs differ in number, the first
 * ones are handed on, and the units left over begin at 0. A convolution hands its channels on from
 * the center of the kernel, which lies before the middle of an even size. Biases become 0.
 *
 * <p>The initialization of recurrent networks that is made of it is {@code irnn}.
 *
 * @param scale what stands on the diagonal
 * @since 0.1.0
 */
@Strategy(
        name = "identity",
        summary = "Hands inputs on as they are",
        formula = "w[unit][input] = scale if unit = input, else 0; biases 0",
        useWhen = "for added layers that should begin by changing nothing",
        avoidWhen = "for layers with more units than inputs, where the surplus units begin at 0",
        reference = "https://keras.io/api/layers/initializers/#identity-class",
        since = "0.1.0")
@AutoService(Initializer.class)
public record Identity(@Option(help = "Value on the diagonal") double scale)
        implements Initializer {
    /** Ones on the diagonal. */
    public Identity() {
        this(1);
    }

    @Override
    public void fill(float[] values, Tensor tensor, RandomGenerator random, Algebra algebra) {
        int size = tensor.size();
        Arrays.fill(values, 0, size, 0);
        if (tensor.role() == Role.BIAS) {
            return;
        }
        List<Integer> shape = tensor.shape();
        int units = shape.get(0);
        int channels = shape.size() > 1 ? shape.get(1) : 1;
        int area = size / (units * channels);
        int center = 0;
        for (int i = 2; i < shape.size(); i++) {
            center = center * shape.get(i) + (shape.get(i) - 1) / 2;
        }
        for (int i = 0; i < Math.min(units, channels); i++) {
            values[(i * channels + i) * area + center] = (float) scale;
        }
    }
}
