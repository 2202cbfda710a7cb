package org.evengrad.initializers.identity;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.evengrad.spi.Role;
import org.evengrad.spi.Tensor;
import org.evengrad.testkit.InitializerContract;
import org.evengrad.testkit.PlainAlgebra;
import org.evengrad.testkit.SeededRandom;
import org.evengrad.testkit.Tensors;
import org.junit.jupiter.api.Test;

final class IdentityTest implements InitializerContract<Identity> {
    @Override
    public List<Identity> strategies() {
        return List.of(new Identity(), new Identity(-0.25));
    }

    @Override
    public double mean(Identity identity, Tensor tensor) {
        return identity.scale() * onDiagonal(tensor) / tensor.size();
    }

    @Override
    public double variance(Identity identity, Tensor tensor) {
        double meanSquare = Math.pow(identity.scale(), 2) * onDiagonal(tensor) / tensor.size();
        return meanSquare - Math.pow(mean(identity, tensor), 2);
    }

    private static double onDiagonal(Tensor tensor) {
        return tensor.role() == Role.BIAS
                ? 0
                : Math.min(tensor.shape().get(0), tensor.shape().get(1));
    }

    @Test
    void handsOnTheFirstInputsWhereTheLayerIsNotSquare() {
        assertArrayEquals(
                new float[] {3, 0, 0, 0, 3, 0}, fill(new Identity(3), Tensors.dense(0, 2, 3)));
        assertArrayEquals(
                new float[] {3, 0, 0, 3, 0, 0}, fill(new Identity(3), Tensors.dense(0, 3, 2)));
    }

    @Test
    void handsOnTheMiddleOfAConvolution() {
        float[] values = fill(new Identity(), Tensors.convolution(0, 2, 2, 3));

        float[] expected = new float[36];
        expected[4] = 1;
        expected[27 + 4] = 1;
        assertArrayEquals(expected, values);
        assertEquals(1, fill(new Identity(), Tensors.convolution(0, 1, 1, 4))[5]);
    }

    private static float[] fill(Identity identity, Tensor tensor) {
        float[] values = new float[tensor.size()];
        identity.fill(values, tensor, SeededRandom.of(1), new PlainAlgebra());
        return values;
    }
}
