package org.evengrad.initializers.rezero;

import java.util.ArrayList;
import java.util.List;
import org.evengrad.spi.Distribution;
import org.evengrad.spi.Fan;
import org.evengrad.spi.Role;
import org.evengrad.spi.Tensor;
import org.evengrad.testkit.RandomInitializerContract;
import org.evengrad.testkit.Tensors;

final class ReZeroTest implements RandomInitializerContract<ReZero> {
    @Override
    public List<ReZero> strategies() {
        return List.of(
                new ReZero(), new ReZero(0.1, 1, Fan.AVERAGE, Distribution.TRUNCATED_NORMAL));
    }

    /** Besides the usual ones, a residual network. */
    @Override
    public List<Tensor> shapes() {
        List<Tensor> shapes = new ArrayList<>(RandomInitializerContract.super.shapes());
        shapes.add(Tensors.branch(0, Role.WEIGHT, 200, 100, 4, 9, 2));
        shapes.add(Tensors.branch(1, Role.BRANCH_END, 200, 100, 4, 9, 2));
        shapes.add(Tensors.branch(2, Role.OUTPUT, 200, 100, 0, 9, 0));
        return shapes;
    }

    @Override
    public double variance(ReZero reZero, Tensor tensor) {
        double fan =
                reZero.mode() == Fan.FAN_IN
                        ? tensor.fanIn()
                        : 0.5 * (tensor.fanIn() + tensor.fanOut());
        return switch (tensor.role()) {
            case BIAS -> 0;
            case BRANCH_END -> Math.pow(reZero.branchScale(), 2) * reZero.scale() / fan;
            default -> reZero.scale() / fan;
        };
    }
}
