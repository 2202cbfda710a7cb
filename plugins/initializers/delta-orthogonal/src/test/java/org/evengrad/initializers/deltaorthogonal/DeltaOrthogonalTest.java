package org.evengrad.initializers.deltaorthogonal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.evengrad.spi.Role;
import org.evengrad.spi.Tensor;
import org.evengrad.testkit.OrthogonalInitializerContract;
import org.evengrad.testkit.PlainAlgebra;
import org.evengrad.testkit.SeededRandom;
import org.evengrad.testkit.Tensors;
import org.junit.jupiter.api.Test;

final class DeltaOrthogonalTest implements OrthogonalInitializerContract<DeltaOrthogonal> {
    @Override
    public List<DeltaOrthogonal> strategies() {
        return List.of(new DeltaOrthogonal(), new DeltaOrthogonal(1.5));
    }

    @Override
    public double gain(DeltaOrthogonal orthogonal) {
        return orthogonal.gain();
    }

    @Override
    public double variance(DeltaOrthogonal orthogonal, Tensor tensor) {
        double vectors =
                tensor.role() == Role.BIAS
                        ? 0
                        : Math.min(tensor.shape().get(0), tensor.shape().get(1));
        return Math.pow(orthogonal.gain(), 2) * vectors / tensor.size();
    }

    @Test
    void isOrthogonalAtTheCenterOfTheKernelAndZeroAroundIt() {
        isOrthogonalAt(4, Tensors.convolution(0, 20, 20, 3));
        isOrthogonalAt(12, Tensors.convolution(0, 30, 7, 5));
        isOrthogonalAt(0, Tensors.convolution(0, 30, 7, 2));
        isOrthogonalAt(0, Tensors.convolution(0, 6, 6, 1));
    }

    @Test
    void hasOrthogonalRowsWhereThereAreFewerUnitsThanChannels() {
        isOrthogonalAt(4, Tensors.convolution(0, 5, 12, 3));
    }

    private void isOrthogonalAt(int center, Tensor tensor) {
        float[] values = new float[tensor.size()];
        new DeltaOrthogonal(2).fill(values, tensor, SeededRandom.of(3), new PlainAlgebra());
        int units = tensor.shape().get(0);
        int channels = tensor.shape().get(1);
        int area = values.length / units / channels;
        float[] matrix = new float[units * channels];
        for (int i = 0; i < values.length; i++) {
            if (i % area == center) {
                matrix[i / area] = values[i];
            } else {
                assertEquals(0, values[i]);
            }
        }

        assertOrthogonal(matrix, units, channels, 2, tensor.toString());
    }
}
