package org.evengrad.initializers.xavier;

import java.util.List;
import org.evengrad.spi.Distribution;
import org.evengrad.spi.Tensor;
import org.evengrad.testkit.RandomInitializerContract;

final class XavierTest implements RandomInitializerContract<Xavier> {
    @Override
    public List<Xavier> strategies() {
        return List.of(
                new Xavier(),
                new Xavier(Distribution.NORMAL),
                new Xavier(Distribution.TRUNCATED_NORMAL));
    }

    @Override
    public double variance(Xavier xavier, Tensor tensor) {
        return 2.0 / (tensor.fanIn() + tensor.fanOut());
    }
}
