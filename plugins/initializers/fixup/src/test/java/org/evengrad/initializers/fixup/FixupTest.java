package org.evengrad.initializers.fixup;

import java.util.ArrayList;
import java.util.List;
import org.evengrad.spi.Distribution;
import org.evengrad.spi.Fan;
import org.evengrad.spi.Role;
import org.evengrad.spi.Tensor;
import org.evengrad.testkit.RandomInitializerContract;
import org.evengrad.testkit.Tensors;

final class FixupTest implements RandomInitializerContract<Fixup> {
    @Override
    public List<Fixup> strategies() {
        return List.of(new Fixup(), new Fixup(Fan.FAN_OUT, Distribution.UNIFORM));
    }

    /** Besides the usual ones, a residual network, and an output layer without branches. */
    @Override
    public List<Tensor> shapes() {
        List<Tensor> shapes = new ArrayList<>(RandomInitializerContract.super.shapes());
        shapes.add(Tensors.branch(0, Role.WEIGHT, 200, 100, 0, 27, 0));
        shapes.add(Tensors.branch(1, Role.WEIGHT, 200, 100, 1, 27, 2));
        shapes.add(Tensors.branch(2, Role.WEIGHT, 200, 100, 9, 27, 3));
        shapes.add(Tensors.branch(3, Role.BRANCH_END, 200, 100, 9, 27, 3));
        shapes.add(Tensors.branch(4, Role.BRANCH_END, 200, 100, 10, 27, 1));
        shapes.add(Tensors.branch(5, Role.OUTPUT, 200, 100, 0, 27, 0));
        shapes.add(Tensors.dense(6, Role.OUTPUT, 200, 100));
        return shapes;
    }

    /** The factors are those of 27 branches: 27^(-1/2) for two layers, 27^(-1/4) for three. */
    @Override
    public double variance(Fixup fixup, Tensor tensor) {
        boolean residual = tensor.branches() == 27;
        boolean zero = tensor.role() == Role.BRANCH_END || tensor.role() == Role.OUTPUT;
        if (tensor.role() == Role.BIAS || residual && zero) {
            return 0;
        }
        double he = 2.0 / (fixup.mode() == Fan.FAN_IN ? tensor.fanIn() : tensor.fanOut());
        return switch (tensor.layersInBranch()) {
            case 2 -> he / 27;
            case 3 -> he / Math.sqrt(27);
            default -> he;
        };
    }
}
