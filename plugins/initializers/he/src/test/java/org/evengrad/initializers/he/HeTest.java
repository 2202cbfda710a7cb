package org.evengrad.initializers.he;

import java.util.List;
import org.evengrad.spi.Distribution;
import org.evengrad.spi.Fan;
import org.evengrad.spi.Tensor;
import org.evengrad.testkit.RandomInitializerContract;

final class HeTest implements RandomInitializerContract<He> {
    @Override
    public List<He> strategies() {
        return List.of(
                new He(),
                new He(0.2, Fan.FAN_OUT, Distribution.UNIFORM),
                new He(1, Fan.AVERAGE, Distribution.TRUNCATED_NORMAL));
    }

    @Override
    public double variance(He he, Tensor tensor) {
        return 2 / ((1 + Math.pow(he.slope(), 2)) * fan(he.mode(), tensor));
    }

    private static double fan(Fan mode, Tensor tensor) {
        return switch (mode) {
            case FAN_IN -> tensor.fanIn();
            case FAN_OUT -> tensor.fanOut();
            case AVERAGE -> 0.5 * (tensor.fanIn() + tensor.fanOut());
        };
    }
}
