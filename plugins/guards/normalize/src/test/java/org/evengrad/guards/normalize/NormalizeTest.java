package org.evengrad.guards.normalize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.evengrad.spi.Tensor;
import org.evengrad.testkit.ArrayStatistics;
import org.evengrad.testkit.GuardContract;
import org.evengrad.testkit.GuardRun;
import org.junit.jupiter.api.Test;

final class NormalizeTest implements GuardContract<Normalize> {
    @Override
    public List<Normalize> strategies() {
        return List.of(
                new Normalize(),
                new Normalize(Normalize.Scope.LAYER),
                new Normalize(Normalize.Scope.TENSOR));
    }

    @Override
    public boolean changesEveryGradient(Normalize normalize) {
        return true;
    }

    @Override
    public double largest(Normalize normalize, Part part, Tensor tensor, double parameterNorm) {
        return part == part(normalize) ? 1 : Double.POSITIVE_INFINITY;
    }

    @Override
    public Optional<Part> keepsDirectionOf(Normalize normalize) {
        return Optional.of(part(normalize));
    }

    private static Part part(Normalize normalize) {
        return switch (normalize.scope()) {
            case WHOLE -> Part.WHOLE;
            case LAYER -> Part.LAYER;
            case TENSOR -> Part.TENSOR;
        };
    }

    @Test
    void givesANormOfOneToWhatTheScopeNames() {
        for (double size : new double[] {1e-30, 1e-4, 1, 1e30}) {
            ArrayStatistics whole = after(Normalize.Scope.WHOLE, size);
            assertEquals(1, whole.globalNorm(), 1e-5);

            ArrayStatistics layers = after(Normalize.Scope.LAYER, size);
            assertEquals(1, layers.sumOfSquares(0) + layers.sumOfSquares(1), 1e-5);
            assertEquals(Math.sqrt(3), layers.globalNorm(), 1e-5);

            ArrayStatistics tensors = after(Normalize.Scope.TENSOR, size);
            for (int tensor = 0; tensor < 6; tensor++) {
                assertEquals(1, tensors.sumOfSquares(tensor), 1e-5);
            }
        }
    }

    @Test
    void leavesAGradientOfZero() {
        float[][] zeros = GuardContract.gradient(GuardContract.layout(), 1, 0);
        for (Normalize normalize : strategies()) {
            GuardRun run = new GuardRun(normalize, GuardContract.layout());
            run.step(zeros, 0);

            assertArrayEquals(zeros, run.gradient());
        }
    }

    private static ArrayStatistics after(Normalize.Scope scope, double size) {
        GuardRun run = new GuardRun(new Normalize(scope), GuardContract.layout());
        run.step(GuardContract.gradient(GuardContract.layout(), 1, size), 0);
        return ArrayStatistics.of(run.gradient());
    }
}
