package org.evengrad.initializers.autoinit;

import java.util.ArrayList;
import java.util.List;
import org.evengrad.spi.Distribution;
import org.evengrad.spi.Role;
import org.evengrad.spi.Tensor;
import org.evengrad.testkit.RandomInitializerContract;

final class AutoInitTest implements RandomInitializerContract<AutoInit> {
    @Override
    public List<AutoInit> strategies() {
        return List.of(
                new AutoInit(),
                new AutoInit(Distribution.NORMAL),
                new AutoInit(Distribution.UNIFORM));
    }

    /** Besides the usual ones, a layer behind ReLU and one behind tanh. */
    @Override
    public List<Tensor> shapes() {
        List<Tensor> shapes = new ArrayList<>(RandomInitializerContract.super.shapes());
        shapes.add(behind(0.5));
        shapes.add(behind(0.394));
        return shapes;
    }

    @Override
    public double variance(AutoInit autoInit, Tensor tensor) {
        return tensor.role() == Role.BIAS ? 0 : 1 / (tensor.fanIn() * tensor.inputSecondMoment());
    }

    private static Tensor behind(double secondMoment) {
        List<Integer> shape = List.of(150, 120);
        return new Tensor(
                "b.W", 2, 1, 2, Role.WEIGHT, shape, 150, 120, 150, 0, 0, 0, 1, secondMoment);
    }
}
