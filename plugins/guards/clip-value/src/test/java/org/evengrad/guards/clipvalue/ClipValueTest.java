package org.evengrad.guards.clipvalue;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.evengrad.spi.Guard;
import org.evengrad.spi.Tensor;
import org.evengrad.testkit.ArrayTensor;
import org.evengrad.testkit.ContextAt;
import org.evengrad.testkit.GuardContract;
import org.evengrad.testkit.RecordedRuling;
import org.evengrad.testkit.Tensors;
import org.junit.jupiter.api.Test;

final class ClipValueTest implements GuardContract<ClipValue> {
    @Override
    public List<ClipValue> strategies() {
        return List.of(new ClipValue(), new ClipValue(0.05));
    }

    @Override
    public double largest(ClipValue clip, Part part, Tensor tensor, double parameterNorm) {
        return part == Part.ELEMENT ? clip.limit() : Double.POSITIVE_INFINITY;
    }

    @Override
    public Optional<Part> keepsDirectionOf(ClipValue clip) {
        return Optional.of(Part.ELEMENT);
    }

    @Test
    void cutsEveryElementToTheLimit() {
        float[] gradient = {0.5f, -0.4f, 7, -1e30f, 0, 0.6f};
        Guard guard = new ClipValue().start(Tensors.twoLayers());
        ArrayTensor model = new ArrayTensor(Tensors.dense(0, 2, 3), new float[6], 0);
        model.gradient(gradient);
        model.each(4, chunk -> guard.transform(chunk, ContextAt.step(0)));

        assertArrayEquals(new float[] {0.5f, -0.4f, 0.5f, -0.5f, 0, 0.5f}, model.gradient());
    }

    @Test
    void rewritesOnlyWhenAnElementIsAboveTheLimit() {
        float[][] within = {{0.5f, -0.5f}, {0}, {0.1f}, {-0.2f}};
        float[][] above = {{0.5f, -0.5f}, {0}, {0.1f}, {-0.6f}};

        assertEquals(List.of(), inspect(new ClipValue(), within).actions());
        assertEquals(
                List.of(RecordedRuling.Action.TRANSFORM),
                inspect(new ClipValue(), above).actions());
    }

    @Test
    void skipsAStepWhoseNormIsNotFinite() {
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            float[][] gradient = GuardContract.gradient(Tensors.twoLayers(), 1, 10);
            gradient[2][3] = bad;

            assertEquals(
                    List.of(RecordedRuling.Action.SKIP),
                    inspect(new ClipValue(), gradient).actions());
        }
    }

    private static RecordedRuling inspect(ClipValue clip, float[][] gradient) {
        return GuardContract.inspect(clip.start(Tensors.twoLayers()), gradient, 0);
    }
}
