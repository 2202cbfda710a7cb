package org.evengrad.initializers.orthogonal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.evengrad.spi.Tensor;
import org.evengrad.testkit.OrthogonalInitializerContract;
import org.evengrad.testkit.PlainAlgebra;
import org.evengrad.testkit.SeededRandom;
import org.evengrad.testkit.Tensors;
import org.junit.jupiter.api.Test;

final class OrthogonalTest implements OrthogonalInitializerContract<Orthogonal> {
    @Override
    public List<Orthogonal> strategies() {
        return List.of(new Orthogonal(), new Orthogonal(Math.sqrt(2)));
    }

    @Override
    public double gain(Orthogonal orthogonal) {
        return orthogonal.gain();
    }

    @Override
    public List<Tensor> orthogonalShapes() {
        List<Tensor> shapes =
                new ArrayList<>(OrthogonalInitializerContract.super.orthogonalShapes());
        shapes.add(Tensors.convolution(8, 20, 8, 3));
        shapes.add(Tensors.convolution(9, 100, 8, 3));
        return shapes;
    }

    /** An uncorrected sign of R would make the first element of every column negative. */
    @Test
    void favorsNoSign() {
        Tensor tensor = Tensors.dense(0, 3, 3);
        double[] sums = new double[9];
        int seeds = 4000;
        for (int seed = 0; seed < seeds; seed++) {
            float[] values = new float[9];
            new Orthogonal().fill(values, tensor, SeededRandom.of(seed), new PlainAlgebra());
            for (int i = 0; i < 9; i++) {
                sums[i] += Math.signum(values[i]);
            }
        }

        for (double sum : sums) {
            assertEquals(0, sum / seeds, 5 / Math.sqrt(seeds));
        }
    }
}
