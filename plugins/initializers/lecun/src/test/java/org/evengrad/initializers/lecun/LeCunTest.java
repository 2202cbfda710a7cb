package org.evengrad.initializers.lecun;

import java.util.List;
import org.evengrad.spi.Distribution;
import org.evengrad.spi.Tensor;
import org.evengrad.testkit.RandomInitializerContract;

final class LeCunTest implements RandomInitializerContract<LeCun> {
    @Override
    public List<LeCun> strategies() {
        return List.of(
                new LeCun(),
                new LeCun(Distribution.UNIFORM),
                new LeCun(Distribution.TRUNCATED_NORMAL));
    }

    @Override
    public double variance(LeCun lecun, Tensor tensor) {
        return 1.0 / tensor.fanIn();
    }
}
