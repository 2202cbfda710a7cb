package org.evengrad.activations.softsign;

import java.util.List;
import org.evengrad.testkit.ActivationContract;

final class SoftsignTest implements ActivationContract<Softsign> {
    @Override
    public List<Softsign> strategies() {
        return List.of(new Softsign());
    }

    @Override
    public double value(Softsign softsign, double x) {
        return Double.isInfinite(x) ? Math.signum(x) : x / (1 + Math.abs(x));
    }

    @Override
    public double slope(Softsign softsign, double x) {
        return 1 / Math.pow(1 + Math.abs(x), 2);
    }
}
