package org.evengrad.initializers.deltaorthogonal;

import com.google.auto.service.AutoService;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.evengrad.spi.Algebra;
import org.evengrad.spi.Initializer;
import org.evengrad.spi.Option;
import org.evengrad.spi.Orthonormal;
import org.evengrad.spi.Role;
import org.evengrad.spi.Strategy;
import org.evengrad.spi.Tensor;

/**
 * A convolution that begins as a random orthogonal mix of channels at each place: an orthogonal
 * matrix at the center of the kernel, 0 elsewhere. It keeps the length of every signal, which let
 * its authors train 10,000 layers without normalization. Xiao et al., 2018, algorithm 2.
 *
 * <p>The paper asks for at least as many units as channels. With fewer, no matrix keeps the length
 * of every input; then the rows are orthonormal instead, which keeps that of every gradient. A
 * kernel of even size has its center before the middle, as in TensorFlow. Dense and recurrent
 * weights are a kernel of one place: they become orthogonal. Biases become 0.
 *
 * @param gain the factor of the orthonormal matrix
 * @since 0.1.0
 */
@Strategy(
        name = "delta-orthogonal",
        summary = "An orthogonal matrix at the center of each kernel, zero around it",
        formula =
                "w[center] = gain * Q, with Q R = a normal random matrix, diag(R) > 0;"
                        + " 0 at all other places; biases 0",
        useWhen = "for very deep convolutional networks without normalization",
        avoidWhen = "for convolutions with fewer units than channels",
        reference = "https://arxiv.org/abs/1806.05393",
        since = "0.1.0")
@AutoService(Initializer.class)
public record DeltaOrthogonal(
        @Option(help = "Factor of the orthonormal matrix", range = "(0, inf)") double gain)
        implements Initializer {
    /** Orthonormal: a gain of 1. */
    public DeltaOrthogonal() {
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
        int center = center(shape);
        double[][] matrix = Orthonormal.matrix(units, channels, random);
        for (int unit = 0; unit < units; unit++) {
            for (int channel = 0; channel < channels; channel++) {
                values[(unit * channels + channel) * area + center] =
                        (float) (gain * matrix[unit][channel]);
            }
        }
    }

    /** The place in the middle of a kernel. */
    private static int center(List<Integer> shape) {
        int center = 0;
        for (int i = 2; i < shape.size(); i++) {
            center = center * shape.get(i) + (shape.get(i) - 1) / 2;
        }
        return center;
    }
}
