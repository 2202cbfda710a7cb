package org.evengrad.initializers.variancescaling;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.evengrad.spi.Distribution;
import org.evengrad.spi.Fan;
import org.evengrad.spi.Tensor;
import org.evengrad.testkit.PlainAlgebra;
import org.evengrad.testkit.RandomInitializerContract;
import org.evengrad.testkit.SeededRandom;
import org.evengrad.testkit.Tensors;
import org.junit.jupiter.api.Test;

final class VarianceScalingTest implements RandomInitializerContract<VarianceScaling> {
    @Override
    public List<VarianceScaling> strategies() {
        return List.of(
                new VarianceScaling(),
                new VarianceScaling(2, Fan.FAN_OUT, Distribution.NORMAL),
                new VarianceScaling(0.5, Fan.AVERAGE, Distribution.UNIFORM));
    }

    @Override
    public double variance(VarianceScaling scaling, Tensor tensor) {
        return scaling.scale() / fan(scaling.mode(), tensor);
    }

    private static double fan(Fan mode, Tensor tensor) {
        return switch (mode) {
            case FAN_IN -> tensor.fanIn();
            case FAN_OUT -> tensor.fanOut();
            case AVERAGE -> 0.5 * (tensor.fanIn() + tensor.fanOut());
        };
    }

    @Test
    void cutsTheNormalDistributionAtTwoOfItsStandardDeviations() {
        Tensor tensor = Tensors.dense(0, 400, 100);
        float[] values = new float[tensor.size()];
        new VarianceScaling().fill(values, tensor, SeededRandom.of(1), new PlainAlgebra());
        double largest = 0;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }

        // The uncut distribution is wider by 1 / 0.8796, so that 0.1 is left after the cut.
        double cut = 2 * 0.1 / 0.8796256610342398;
        assertTrue(largest <= cut + 1e-7 && largest > 0.99 * cut, "largest " + largest);
    }
}
