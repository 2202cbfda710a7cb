package org.evengrad.guards.centralization;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.evengrad.spi.Tensor;
import org.evengrad.testkit.GuardContract;
import org.evengrad.testkit.GuardRun;
import org.evengrad.testkit.Tensors;
import org.junit.jupiter.api.Test;

final class CentralizationTest implements GuardContract<Centralization> {
    @Override
    public List<Centralization> strategies() {
        return List.of(new Centralization());
    }

    @Override
    public boolean changesEveryGradient(Centralization centralization) {
        return true;
    }

    @Test
    void takesTheMeanOffEachUnit() {
        GuardRun run = new GuardRun(new Centralization(), List.of(Tensors.dense(0, 2, 3)));
        run.step(new float[][] {{1, 2, 6, -1, 0, 1}}, 0);

        assertArrayEquals(new float[] {-2, -1, 3, -1, 0, 1}, run.gradient()[0]);
    }

    @Test
    void leavesAMeanOfZeroAndNoLargerNorm() {
        List<Tensor> layout = GuardContract.layout();
        for (double size : new double[] {1e-30, 1, 1e30}) {
            GuardRun run = new GuardRun(new Centralization(), layout);
            float[][] gradient = GuardContract.gradient(layout, 3, size);
            run.step(gradient, 0);
            for (Tensor tensor : List.of(layout.get(0), layout.get(2), layout.get(4))) {
                int inputs = tensor.fanIn();
                for (int from = 0; from < tensor.size(); from += inputs) {
                    double sum = 0;
                    double before = 0;
                    double after = 0;
                    for (int i = from; i < from + inputs; i++) {
                        double value = run.gradient()[tensor.index()][i];
                        sum += value;
                        after += value * value;
                        before += Math.pow(gradient[tensor.index()][i], 2);
                    }
                    assertEquals(0, sum, 1e-5 * size);
                    // What is taken off stands at a right angle to what is left.
                    double taken = before - after;
                    assertEquals(Math.max(0, taken), taken, 1e-6 * before);
                }
            }
        }
    }

    @Test
    void leavesBiasesAndUnitsWithOneInput() {
        List<Tensor> layout = List.of(Tensors.bias(0, 5, 7), Tensors.dense(1, 5, 1));
        GuardRun run = new GuardRun(new Centralization(), layout);
        float[][] gradient = GuardContract.gradient(layout, 1, 1);
        run.step(gradient, 0);

        assertArrayEquals(gradient, run.gradient());
    }
}
