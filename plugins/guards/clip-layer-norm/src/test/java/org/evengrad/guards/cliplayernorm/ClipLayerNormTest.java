package org.evengrad.guards.cliplayernorm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.evengrad.spi.Tensor;
import org.evengrad.testkit.GuardContract;
import org.evengrad.testkit.RecordedRuling;
import org.junit.jupiter.api.Test;

final class ClipLayerNormTest implements GuardContract<ClipLayerNorm> {
    @Override
    public List<ClipLayerNorm> strategies() {
        return List.of(new ClipLayerNorm(), new ClipLayerNorm(0.3));
    }

    @Override
    public double largest(ClipLayerNorm clip, Part part, Tensor tensor, double parameterNorm) {
        return part == Part.WHOLE ? Double.POSITIVE_INFINITY : clip.maxNorm();
    }

    @Override
    public Optional<Part> keepsDirectionOf(ClipLayerNorm clip) {
        return Optional.of(Part.LAYER);
    }

    @Test
    void scalesWeightsAndBiasesOfALayerByOneFactor() {
        float[][] gradient = {{3}, {4}, {0.6f}, {0.8f}, {0}, {-2}};
        RecordedRuling ruling =
                GuardContract.inspect(
                        new ClipLayerNorm(1).start(GuardContract.layout()), gradient, 0);
        double[] expected = {0.2, 0.2, 1, 1, 0.5, 0.5};
        for (int tensor = 0; tensor < 6; tensor++) {
            assertEquals(expected[tensor], ruling.factor(tensor), 1e-7);
        }
    }
}
