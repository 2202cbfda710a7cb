package org.evengrad.guards.clipglobalnorm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.evengrad.spi.Tensor;
import org.evengrad.testkit.ArrayStatistics;
import org.evengrad.testkit.GuardContract;
import org.evengrad.testkit.RecordedRuling;
import org.evengrad.testkit.Tensors;
import org.junit.jupiter.api.Test;

final class ClipGlobalNormTest implements GuardContract<ClipGlobalNorm> {
    @Override
    public List<ClipGlobalNorm> strategies() {
        return List.of(new ClipGlobalNorm(), new ClipGlobalNorm(0.3));
    }

    @Override
    public double largest(ClipGlobalNorm clip, Part part, Tensor tensor, double parameterNorm) {
        return clip.maxNorm();
    }

    @Override
    public Optional<Part> keepsDirectionOf(ClipGlobalNorm clip) {
        return Optional.of(Part.WHOLE);
    }

    @Test
    void scalesTheWholeGradientToTheLargestNorm() {
        float[][] gradient = GuardContract.gradient(Tensors.twoLayers(), 1, 10);
        double norm = ArrayStatistics.of(gradient).globalNorm();
        for (ClipGlobalNorm clip : strategies()) {
            RecordedRuling ruling = inspect(clip, gradient);

            assertEquals(List.of(RecordedRuling.Action.SCALE), ruling.actions());
            for (int tensor = 0; tensor < 4; tensor++) {
                assertEquals(clip.maxNorm(), norm * ruling.factor(tensor), 1e-12);
            }
        }
    }

    @Test
    void letsANormAtTheLimitPass() {
        float[][] gradient = {{0.6f}, {0}, {0}, {-0.8f}};
        double norm = ArrayStatistics.of(gradient).globalNorm();

        assertEquals(List.of(), inspect(new ClipGlobalNorm(norm), gradient).actions());
    }

    @Test
    void skipsAStepWhoseNormIsNotFinite() {
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            float[][] gradient = GuardContract.gradient(Tensors.twoLayers(), 1, 10);
            gradient[2][3] = bad;

            assertEquals(
                    List.of(RecordedRuling.Action.SKIP),
                    inspect(new ClipGlobalNorm(), gradient).actions());
        }
    }

    private static RecordedRuling inspect(ClipGlobalNorm clip, float[][] gradient) {
        return GuardContract.inspect(clip.start(Tensors.twoLayers()), gradient, 0);
    }
}
