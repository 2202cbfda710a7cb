package org.evengrad.initializers.randomnormal;

import java.util.List;
import org.evengrad.spi.Tensor;
import org.evengrad.testkit.RandomInitializerContract;

final class RandomNormalTest implements RandomInitializerContract<RandomNormal> {
    @Override
    public List<RandomNormal> strategies() {
        return List.of(new RandomNormal(), new RandomNormal(-0.3, 0.2));
    }

    @Override
    public double mean(RandomNormal normal, Tensor tensor) {
        return normal.mean();
    }

    @Override
    public double variance(RandomNormal normal, Tensor tensor) {
        return Math.pow(normal.standardDeviation(), 2);
    }
}
