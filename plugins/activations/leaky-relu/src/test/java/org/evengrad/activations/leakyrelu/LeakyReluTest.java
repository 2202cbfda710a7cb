package org.evengrad.activations.leakyrelu;

import java.util.List;
import org.evengrad.testkit.ActivationContract;

final class LeakyReluTest implements ActivationContract<LeakyRelu> {
    @Override
    public List<LeakyRelu> strategies() {
        return List.of(new LeakyRelu(), new LeakyRelu(0.2));
    }

    @Override
    public double value(LeakyRelu leakyRelu, double x) {
        return x > 0 ? x : leakyRelu.slope() * x;
    }

    @Override
    public double slope(LeakyRelu leakyRelu, double x) {
        return leakyRelu.slope() + (1 - leakyRelu.slope()) * Math.max(0, Math.signum(x));
    }

    @Override
    public List<Double> kinks(LeakyRelu activation) {
        return List.of(0.0);
    }
}
