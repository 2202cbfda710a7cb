package org.evengrad.engine.plan;

import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.evengrad.spi.Algebra;
import org.evengrad.spi.Initializer;
import org.evengrad.spi.Option;
import org.evengrad.spi.Probe;
import org.evengrad.spi.Strategy;
import org.evengrad.spi.Tensor;

/** Small waves, and then one step down the gradient of each batch that it may look at. */
@Strategy(
        name = "downhill",
        summary = "Takes a step down the gradient of each batch",
        formula = "w -= step * g",
        useWhen = "in tests",
        avoidWhen = "elsewhere",
        reference = "https://example.org/downhill",
        since = "0.1.0")
public record Downhill(@Option(help = "The step", range = "[0, inf)") double step)
        implements Initializer {
    /** A step of 0.5. */
    public Downhill() {
        this(0.5);
    }

    @Override
    public void fill(float[] values, Tensor tensor, RandomGenerator random, Algebra algebra) {
        for (int i = 0; i < tensor.size(); i++) {
            values[i] = wave(i);
        }
    }

    static float wave(int index) {
        return 0.3f * (float) Math.sin(index + 1);
    }

    @Override
    public void refine(Probe probe) {
        for (int batch = 0; batch < probe.batches(); batch++) {
            if (!Double.isFinite(probe.gradient(batch))) {
                throw new IllegalStateException("no loss");
            }
            Map<Tensor, float[]> moved = new HashMap<>();
            for (Tensor tensor : probe.tensors()) {
                float[] values = probe.parameters(tensor);
                float[] gradient = probe.gradient(tensor);
                for (int i = 0; i < values.length; i++) {
                    values[i] -= (float) step * gradient[i];
                }
                moved.put(tensor, values);
            }
            moved.forEach(probe::write);
        }
    }
}
