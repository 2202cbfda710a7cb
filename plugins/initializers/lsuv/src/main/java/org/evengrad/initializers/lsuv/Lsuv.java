package org.evengrad.initializers.lsuv;

import com.google.auto.service.AutoService;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.evengrad.spi.Algebra;
import org.evengrad.spi.Initializer;
import org.evengrad.spi.Option;
import org.evengrad.spi.Orthonormal;
import org.evengrad.spi.Probe;
import org.evengrad.spi.Role;
import org.evengrad.spi.Strategy;
import org.evengrad.spi.Tensor;

/**
 * Begins with orthonormal weights, then sends one batch through the network and divides the weights
 * of each layer, from the input on, by the standard deviation of what the layer gives, until that
 * is 1. Layer-sequential unit variance: Mishkin and Matas, 2016, algorithm 1.
 *
 * <p>The output is taken before the activation, of all layers with weights, the last one included.
 * Recurrent weights stay orthonormal: those from the input of the same layer are scaled. A layer
 * whose output does not vary, or is not finite, stays as it is. Biases become 0.
 *
 * @param tolerance how far the variance may be from 1
 * @param iterations how often a layer's weights are divided at most
 * @since 0.1.0
 */
@Strategy(
        name = "lsuv",
        summary = "Measures one batch and gives every layer outputs of variance 1",
        formula =
                "w = Q, with Q R = a normal random matrix, diag(R) > 0; then, layer by layer,"
                        + " w /= sqrt(Var[w x]) at most iterations times,"
                        + " while abs(Var[w x] - 1) >= tolerance; biases 0",
        useWhen = "for deep stacks whose activations or data no formula was made for",
        avoidWhen = "for batches too small to measure a variance",
        reference = "https://arxiv.org/abs/1511.06422",
        since = "0.1.0",
        helpsAgainst = {"vanishing-gradient/weights", "exploding-gradient/weights"})
@AutoService(Initializer.class)
public record Lsuv(
        @Option(help = "How far the variance of a layer may be from 1", range = "(0, inf)")
                double tolerance,
        @Option(help = "How often a layer is scaled at most", range = "[1, inf)") int iterations)
        implements Initializer {
    /** The paper's: within 0.1, at most ten times. */
    public Lsuv() {
        this(0.1, 10);
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
            values[i] = (float) matrix[i / inputs][i % inputs];
        }
    }

    @Override
    public void refine(Probe probe) {
        for (Tensor tensor : probe.tensors()) {
            switch (tensor.role()) {
                case WEIGHT, EMBEDDING, BRANCH_END, OUTPUT -> scale(tensor, probe);
                case RECURRENT, BIAS, NORM -> {}
            }
        }
    }

    private void scale(Tensor tensor, Probe probe) {
        for (int i = 0; i < iterations; i++) {
            double variance = probe.outputVariance(tensor, 0);
            boolean varies = variance > 0 && Double.isFinite(variance);
            if (!varies || Math.abs(variance - 1) < tolerance) {
                return;
            }
            float[] values = probe.parameters(tensor);
            double factor = 1 / Math.sqrt(variance);
            for (int k = 0; k < values.length; k++) {
                values[k] = (float) (values[k] * factor);
            }
            probe.write(tensor, values);
        }
    }
}
