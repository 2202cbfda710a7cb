package org.evengrad.initializers.sparse;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.evengrad.spi.Role;
import org.evengrad.spi.Tensor;
import org.evengrad.testkit.PlainAlgebra;
import org.evengrad.testkit.RandomInitializerContract;
import org.evengrad.testkit.SeededRandom;
import org.evengrad.testkit.Tensors;
import org.junit.jupiter.api.Test;

final class SparseTest implements RandomInitializerContract<Sparse> {
    @Override
    public List<Sparse> strategies() {
        return List.of(new Sparse(), new Sparse(50, 0.1));
    }

    @Override
    public double variance(Sparse sparse, Tensor tensor) {
        return Math.pow(sparse.standardDeviation(), 2) * draws(sparse, tensor) / tensor.size();
    }

    @Override
    public int draws(Sparse sparse, Tensor tensor) {
        int units = tensor.shape().get(0);
        return tensor.role() == Role.BIAS
                ? 0
                : units * Math.min(sparse.connections(), tensor.size() / units);
    }

    @Test
    void givesEachUnitTheSameNumberOfConnections() {
        float[] values = fill(new Sparse(4, 1), Tensors.dense(0, 50, 9), 1);
        for (int unit = 0; unit < 50; unit++) {
            assertEquals(4, connections(values, unit * 9, 9));
        }
        assertEquals(9, connections(fill(new Sparse(), Tensors.dense(0, 1, 9), 1), 0, 9));
    }

    @Test
    void choosesEveryInputAsOften() {
        int units = 20_000;
        float[] values = fill(new Sparse(3, 1), Tensors.dense(0, units, 10), 1);
        for (int input = 0; input < 10; input++) {
            int chosen = 0;
            for (int i = input; i < values.length; i += 10) {
                chosen += values[i] == 0 ? 0 : 1;
            }
            assertEquals(0.3, chosen / (double) units, 5 * Math.sqrt(0.3 * 0.7 / units));
        }
    }

    private static int connections(float[] values, int from, int inputs) {
        int count = 0;
        for (int i = from; i < from + inputs; i++) {
            count += values[i] == 0 ? 0 : 1;
        }
        return count;
    }

    private static float[] fill(Sparse sparse, Tensor tensor, long seed) {
        float[] values = new float[tensor.size()];
        sparse.fill(values, tensor, SeededRandom.of(seed), new PlainAlgebra());
        return values;
    }
}
