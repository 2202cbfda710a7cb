package org.evengrad.diagnosis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.evengrad.engine.network.LayerSignal;
import org.junit.jupiter.api.Test;

class SignalPathTest {
    /**
     * Layers whose activation and weights multiply the signal by the given factors, front first.
     */
    private static SignalPath path(double[] activation, double[] weights) {
        double[] nothing = new double[weights.length];
        java.util.Arrays.fill(nothing, 1);
        return path(activation, weights, nothing);
    }

    /** With averages between the layers that multiply the signal by what is expected of them. */
    private static SignalPath path(double[] activation, double[] weights, double[] averages) {
        List<LayerSignal> signals = new ArrayList<>();
        double log = 0;
        for (int i = activation.length - 1; i >= 0; i--) {
            signals.add(
                    0,
                    new LayerSignal(
                            "dense-" + (i + 1),
                            log,
                            activation[i],
                            weights[i],
                            averages[i],
                            averages[i],
                            1,
                            1,
                            i,
                            64,
                            LayerSignal.Kind.WEIGHTS,
                            0,
                            0,
                            1));
            double gain = activation[i] * weights[i] * averages[i];
            log += Double.isNaN(gain) ? Double.NEGATIVE_INFINITY : Math.log(gain);
        }
        return new SignalPath(signals);
    }

    @Test
    void multipliesTheGainsOfAllLayersButTheFirst() {
        SignalPath path = path(new double[] {9, 0.5, 1}, new double[] {9, 0.2, 0.3});
        assertEquals(0.5 * 0.2 * 0.3, path.total(), 1e-12);
    }

    @Test
    void blamesTheOneLayerThatDoesItAll() {
        SignalPath path = path(new double[] {1, 1, 1e-6, 1, 1}, new double[] {1, 0.9, 1, 0.9, 1});
        Blame blamed = path.blame();
        assertEquals(List.of("dense-3"), blamed.names());
        assertEquals("activation", blamed.cause());
        assertEquals("dense-3", path.spoken(blamed.layers()));
    }

    @Test
    void blamesAllLayersOfAUniformDecay() {
        double[] half = new double[10];
        double[] one = new double[10];
        java.util.Arrays.fill(half, 0.5);
        java.util.Arrays.fill(one, 1);
        SignalPath path = path(one, half);
        Blame blamed = path.blame();
        assertEquals("dense-2 to dense-10", path.spoken(blamed.layers()));
        assertEquals("weights", blamed.cause());
        assertTrue(blamed.why().contains("multiply the signal by 0.5 on average"), blamed.why());
    }

    @Test
    void blamesNoLayerForAnAverageBeforeIt() {
        double[] one = {1, 1, 1, 1};
        SignalPath path = path(one, new double[] {1, 1, 0.1, 1}, new double[] {1, 1, 1, 0.05});
        Blame blamed = path.blame();
        assertEquals(List.of("dense-3"), blamed.names());
        assertEquals("weights", blamed.cause());
        assertEquals(0.1 * 0.05, path.total(), 1e-12);
    }

    @Test
    void blamesGrowthWhenTheSignalGrows() {
        SignalPath path = path(new double[] {1, 1, 1, 1}, new double[] {1, 10, 0.5, 10});
        Blame blamed = path.blame();
        assertEquals(List.of("dense-2", "dense-4"), blamed.names());
        assertEquals("dense-2, dense-4", path.spoken(blamed.layers()));
    }

    @Test
    void namesBothCausesWhenNeitherHasMost() {
        SignalPath path = path(new double[] {1, 0.1}, new double[] {1, 0.1});
        assertEquals("activation-and-weights", path.blame().cause());
    }

    @Test
    void blamesTheLayerThatLetsNothingThroughAndNotThoseThatNothingReached() {
        double nothing = Double.NaN;
        SignalPath path =
                path(new double[] {1, nothing, 0, 0.9}, new double[] {1, nothing, nothing, 0.8});
        Blame blamed = path.blame();
        assertEquals(0, path.total());
        assertEquals(List.of("dense-3"), blamed.names());
        assertEquals("activation", blamed.cause());
        assertTrue(blamed.why().endsWith("1 by the weights"), blamed.why());
    }
}
