package org.evengrad.guards.nonfinite;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.evengrad.spi.Guard;
import org.evengrad.testkit.ArrayStatistics;
import org.evengrad.testkit.ContextAt;
import org.evengrad.testkit.GuardContract;
import org.evengrad.testkit.RecordedRuling;
import org.evengrad.testkit.Tensors;
import org.junit.jupiter.api.Test;

final class NonfiniteTest implements GuardContract<Nonfinite> {
    @Override
    public List<Nonfinite> strategies() {
        return List.of(new Nonfinite());
    }

    @Test
    void skipsAStepWithANonFiniteElementInAnyTensor() {
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, -1 / 0f}) {
            for (int tensor = 0; tensor < 4; tensor++) {
                float[][] gradient = GuardContract.gradient(Tensors.twoLayers(), 1, 1);
                gradient[tensor][gradient[tensor].length - 1] = bad;
                RecordedRuling ruling = GuardContract.inspect(guard(), gradient, 0);

                assertEquals(List.of(RecordedRuling.Action.SKIP), ruling.actions());
            }
        }
    }

    @Test
    void skipsAStepWithANonFiniteLoss() {
        float[][] gradient = GuardContract.gradient(Tensors.twoLayers(), 1, 1);
        RecordedRuling ruling = new RecordedRuling();
        ContextAt at = ContextAt.step(0).withLoss(Double.NaN);
        guard().inspect(ArrayStatistics.of(gradient), at, ruling);

        assertEquals(List.of(RecordedRuling.Action.SKIP), ruling.actions());
    }

    @Test
    void letsALargeGradientPass() {
        float[][] gradient = GuardContract.gradient(Tensors.twoLayers(), 1, 1e30);

        assertEquals(List.of(), GuardContract.inspect(guard(), gradient, 0).actions());
    }

    private static Guard guard() {
        return new Nonfinite().start(Tensors.twoLayers());
    }
}
