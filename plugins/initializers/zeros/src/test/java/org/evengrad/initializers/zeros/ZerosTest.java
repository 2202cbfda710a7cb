package org.evengrad.initializers.zeros;

import java.util.List;
import org.evengrad.spi.Tensor;
import org.evengrad.testkit.InitializerContract;

final class ZerosTest implements InitializerContract<Zeros> {
    @Override
    public List<Zeros> strategies() {
        return List.of(new Zeros());
    }

    @Override
    public double variance(Zeros zeros, Tensor tensor) {
        return 0;
    }
}
