package org.evengrad.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.evengrad.spi.Tensor;
import org.junit.jupiter.api.Test;

final class SmallNetworkTest {
    @Test
    void givesTheGradientOfItsLoss() {
        SmallNetwork network = network();
        for (Tensor tensor : network.layout()) {
            network.gradient(1);
            float[] gradient = network.gradient(tensor);
            for (int i = 0; i < gradient.length; i += 7) {
                float[] values = network.parameters(tensor);
                float value = values[i];
                // So near that no unit of ReLU changes sides.
                float above = value + 1e-5f;
                float below = value - 1e-5f;
                values[i] = above;
                network.write(tensor, values);
                double change = network.gradient(1);
                values[i] = below;
                network.write(tensor, values);
                change -= network.gradient(1);
                values[i] = value;
                network.write(tensor, values);

                double slope = change / ((double) above - below);
                assertEquals(slope, gradient[i], 1e-5, tensor.name());
            }
        }
    }

    @Test
    void quadruplesTheVarianceOfALayerWhoseWeightsDouble() {
        SmallNetwork network = network();
        Tensor weights = network.layout().get(4);
        network.write(network.layout().get(5), new float[network.layout().get(5).size()]);
        double before = network.outputVariance(weights, 2);
        float[] values = network.parameters(weights);
        for (int i = 0; i < values.length; i++) {
            values[i] *= 2;
        }
        network.write(weights, values);

        assertEquals(4 * before, network.outputVariance(weights, 2), 1e-9 * before);
    }

    @Test
    void repeatsItself() {
        Tensor tensor = network().layout().get(0);

        assertArrayEquals(network().parameters(tensor), network().parameters(tensor));
        assertEquals(network().gradient(3), network().gradient(3));
    }

    private static SmallNetwork network() {
        SmallNetwork network = SmallNetwork.deep(1);
        network.fill(
                (values, tensor, random, algebra) -> {
                    for (int i = 0; i < tensor.size(); i++) {
                        values[i] = (float) (0.4 * random.nextGaussian());
                    }
                });
        return network;
    }
}
