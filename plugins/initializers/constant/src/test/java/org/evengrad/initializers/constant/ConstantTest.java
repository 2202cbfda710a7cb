package org.evengrad.initializers.constant;

import java.util.List;
import org.evengrad.spi.Tensor;
import org.evengrad.testkit.InitializerContract;

final class ConstantTest implements InitializerContract<Constant> {
    @Override
    public List<Constant> strategies() {
        return List.of(new Constant(), new Constant(-2.5), new Constant(0));
    }

    @Override
    public double mean(Constant constant, Tensor tensor) {
        return constant.value();
    }

    @Override
    public double variance(Constant constant, Tensor tensor) {
        return 0;
    }
}
