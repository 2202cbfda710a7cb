package org.evengrad.initializers.lsuv;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.evengrad.spi.Role;
import org.evengrad.spi.Tensor;
import org.evengrad.testkit.OrthogonalInitializerContract;
import org.evengrad.testkit.SmallNetwork;
import org.junit.jupiter.api.Test;

final class LsuvTest implements OrthogonalInitializerContract<Lsuv> {
    @Override
    public List<Lsuv> strategies() {
        return List.of(new Lsuv(), new Lsuv(0.001, 3));
    }

    @Override
    public double gain(Lsuv lsuv) {
        return 1;
    }

    @Test
    void givesEveryLayerUnitVariance() {
        for (Lsuv lsuv : strategies()) {
            SmallNetwork network = filled(lsuv);
            lsuv.refine(network);

            for (Tensor weights : weightsOf(network)) {
                double variance = network.outputVariance(weights, 0);
                assertEquals(1, variance, lsuv.tolerance(), weights.name());
            }
        }
    }

    @Test
    void onlyScalesTheOrthonormalWeights() {
        Lsuv lsuv = new Lsuv(1e-6, 10);
        SmallNetwork before = filled(lsuv);
        SmallNetwork after = filled(lsuv);
        lsuv.refine(after);

        for (Tensor weights : weightsOf(before)) {
            float[] unit = before.parameters(weights);
            float[] scaled = after.parameters(weights);
            double factor = scaled[0] / (double) unit[0];
            assertTrue(factor > 0, weights.name());
            for (int i = 0; i < unit.length; i++) {
                assertEquals(factor, scaled[i] / (double) unit[i], 1e-5 * factor, weights.name());
            }
        }
    }

    /** A layer needs one look to be scaled and another to see that it is right. */
    @Test
    void looksTwiceAtEachLayer() {
        SmallNetwork network = filled(new Lsuv());
        network.scale(3);
        new Lsuv().refine(network);

        assertEquals(2 * weightsOf(network).size(), network.passes());
    }

    @Test
    void givesUpAfterItsIterations() {
        SmallNetwork network = filled(new Lsuv());
        new Lsuv(1e-300, 4).refine(network);

        assertTrue(network.passes() <= 4 * weightsOf(network).size());
    }

    @Test
    void leavesALayerThatDoesNotVary() {
        SmallNetwork network = filled(new Lsuv());
        Tensor second = weightsOf(network).get(1);
        network.write(second, new float[second.size()]);
        List<float[]> before = network.values().stream().map(float[]::clone).toList();
        new Lsuv().refine(network);

        for (Tensor tensor : network.layout().subList(second.index(), before.size())) {
            assertArrayEquals(before.get(tensor.index()), network.parameters(tensor));
        }
    }

    private static SmallNetwork filled(Lsuv lsuv) {
        SmallNetwork network = SmallNetwork.deep(1);
        network.fill(lsuv);
        return network;
    }

    private static List<Tensor> weightsOf(SmallNetwork network) {
        return network.layout().stream().filter(tensor -> tensor.role() != Role.BIAS).toList();
    }
}
