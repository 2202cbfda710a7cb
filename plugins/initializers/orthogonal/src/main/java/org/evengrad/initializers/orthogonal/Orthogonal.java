package org.evengrad.initializers.orthogonal;

import com.google.auto.service.AutoService;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.evengrad.spi.Algebra;
import org.evengrad.spi.Initializer;
import org.evengrad.spi.Option;
import org.evengrad.spi.Orthonormal;
import org.evengrad.spi.Role;
import org.evengrad.spi.Strategy;
import org.evengrad.spi.Tensor;

/**
 * Random orthogonal weights: a linear layer then keeps the length of every signal and of every
 * gradient, whatever the depth. Saxe, McClelland and Ganguli, 2014.
 *
 * <p>The weights are a matrix of units times all else, a convolution's kernel included. Its rows
 * are orthonormal times the gain; where there are more units than inputs, its columns are. It is
 * drawn evenly from all such matrices: Gram-Schmidt on normal random vectors, which is the QR
 * decomposition whose R has a positive diagonal. Biases become 0.
 *
 * @param gain the length of a row; what makes up for an activation, for example 1.41 for ReLU
 * @since 0.1.0
 */
@Strategy(
        name = "orthogonal",
        summary = "Random orthogonal matrices, which keep the length of every signal",
        formula = "w = gain * Q, with Q R = a normal random matrix, diag(R) > 0; biases 0",
        useWhen = "for recurrent weights, and for deep stacks with tanh or without activation",
        avoidWhen = "for layers of many thousands of units, where it takes cubic time",
        reference = "https://arxiv.org/abs/1312.6120",
        since = "0.1.0",
        helpsAgainst = {
            "vanishing-gradient/weights",
            "vanishing-gradient/recurrent-weights",
            "exploding-gradient/weights",
            "exploding-gradient/recurrent-weights"
        })
@AutoService(Initializer.class)
public record Orthogonal(
        @Option(help = "Factor of the orthonormal matrix", range = "(0, inf)") double gain)
        implements Initializer {
    /** Orthonormal: a gain of 1. */
    public Orthogonal() {
        this(1);
    }

    @Override
    public void fill(float[] values, Tensor tensor, RandomGenerator random, Algebra algebra) {
        int size = tensor.size();
        if (tensor.role() == Role.BIAS) {
            Arrays.fill(values, 0, size, 0);
            return;
        }
        int units = tensor.shape().get(0);
        int inputs = size / units;
        double[][] matrix = Orthonormal.matrix(units, inputs, random);
        for (int i = 0; i < size; i++) {
            values[i] = (float) (gain * matrix[i / inputs][i % inputs]);
        }
    }
}
