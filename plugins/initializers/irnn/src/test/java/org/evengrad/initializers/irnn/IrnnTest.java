package org.evengrad.initializers.irnn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.List;
import org.evengrad.spi.Role;
import org.evengrad.spi.Tensor;
import org.evengrad.testkit.PlainAlgebra;
import org.evengrad.testkit.RandomInitializerContract;
import org.evengrad.testkit.SeededRandom;
import org.evengrad.testkit.Tensors;
import org.junit.jupiter.api.Test;

final class IrnnTest implements RandomInitializerContract<Irnn> {
    @Override
    public List<Irnn> strategies() {
        return List.of(new Irnn(), new Irnn(0.01, 0.1));
    }

    @Override
    public double mean(Irnn irnn, Tensor tensor) {
        return tensor.role() == Role.RECURRENT
                ? irnn.scale() * tensor.shape().get(1) / tensor.size()
                : 0;
    }

    @Override
    public double variance(Irnn irnn, Tensor tensor) {
        double mean = mean(irnn, tensor);
        return switch (tensor.role()) {
            case RECURRENT -> mean * irnn.scale() - mean * mean;
            case BIAS -> 0;
            default -> Math.pow(irnn.standardDeviation(), 2);
        };
    }

    @Test
    void beginsRecurrentWeightsWithTheIdentity() {
        Tensor tensor = Tensors.recurrent(0, 3, 3);
        float[] values = new float[9];
        new Irnn(0.5, 1).fill(values, tensor, SeededRandom.of(1), new PlainAlgebra());

        assertArrayEquals(new float[] {0.5f, 0, 0, 0, 0.5f, 0, 0, 0, 0.5f}, values);
    }
}
