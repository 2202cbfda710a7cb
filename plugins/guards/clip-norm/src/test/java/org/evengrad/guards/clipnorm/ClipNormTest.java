package org.evengrad.guards.clipnorm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.evengrad.spi.Tensor;
import org.evengrad.testkit.ArrayStatistics;
import org.evengrad.testkit.GuardContract;
import org.evengrad.testkit.RecordedRuling;
import org.evengrad.testkit.Tensors;
import org.junit.jupiter.api.Test;

final class ClipNormTest implements GuardContract<ClipNorm> {
    @Override
    public List<ClipNorm> strategies() {
        return List.of(new ClipNorm(), new ClipNorm(0.3));
    }

    @Override
    public double largest(ClipNorm clip, Part part, Tensor tensor, double parameterNorm) {
        return part == Part.TENSOR ? clip.maxNorm() : Double.POSITIVE_INFINITY;
    }

    @Override
    public Optional<Part> keepsDirectionOf(ClipNorm clip) {
        return Optional.of(Part.TENSOR);
    }

    @Test
    void scalesOnlyTheTensorsAboveTheLargestNorm() {
        float[][] gradient = {{3, 4}, {0.1f}, {0, -2}, {1}};
        for (ClipNorm clip : strategies()) {
            RecordedRuling ruling = inspect(clip, gradient);
            ArrayStatistics statistics = ArrayStatistics.of(gradient);
            for (int tensor = 0; tensor < 4; tensor++) {
                double norm = Math.sqrt(statistics.sumOfSquares(tensor));
                double expected = Math.min(norm, clip.maxNorm());

                assertEquals(expected, norm * ruling.factor(tensor), 1e-12);
            }
        }
        assertEquals(2, inspect(new ClipNorm(), gradient).entries().size());
    }

    @Test
    void skipsAStepWhoseNormIsNotFinite() {
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            float[][] gradient = GuardContract.gradient(Tensors.twoLayers(), 1, 10);
            gradient[2][3] = bad;

            assertEquals(
                    List.of(RecordedRuling.Action.SKIP),
                    inspect(new ClipNorm(), gradient).actions());
        }
    }

    private static RecordedRuling inspect(ClipNorm clip, float[][] gradient) {
        return GuardContract.inspect(clip.start(Tensors.twoLayers()), gradient, 0);
    }
}
