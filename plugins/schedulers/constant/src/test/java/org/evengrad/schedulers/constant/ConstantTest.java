package org.evengrad.schedulers.constant;

import java.util.List;
import java.util.Map;
import org.evengrad.spi.Horizon;
import org.evengrad.testkit.SchedulerContract;

final class ConstantTest implements SchedulerContract<Constant> {
    @Override
    public List<Constant> strategies() {
        return List.of(new Constant());
    }

    @Override
    public double factor(Constant constant, long step, Horizon horizon) {
        return 1;
    }

    @Override
    public Map<Long, Double> landmarks(Constant constant, Horizon horizon) {
        return Map.of(0L, 1.0, 1000L, 1.0);
    }
}
