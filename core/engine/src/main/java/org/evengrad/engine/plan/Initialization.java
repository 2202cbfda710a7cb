package org.evengrad.engine.plan;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.evengrad.engine.network.Network;
import org.evengrad.engine.random.KeyedRandom;
import org.evengrad.engine.step.JavaAlgebra;
import org.evengrad.spi.Initializer;
import org.evengrad.spi.Probe;
import org.evengrad.spi.Role;
import org.evengrad.spi.Tensor;

/** Gives a network its first weights. */
final class Initialization {
    /** Keeps the random numbers of weights apart from those of data and strategies. */
    private static final long PURPOSE = 0x1717;

    private final Network network;
    private final long seed;
    private final Map<Tensor, Integer> offsets = new LinkedHashMap<>();

    Initialization(Network network, long seed) {
        this.network = network;
        this.seed = seed;
        int offset = 0;
        for (Tensor tensor : network.tensors()) {
            offsets.put(tensor, offset);
            offset += tensor.size();
        }
    }

    /**
     * Fills every tensor, then lets the initializers look at data.
     *
     * @param weights the initializer of each layer, in order
     * @param biases fills the biases; zero without it
     * @param batches training batches, filled when asked for
     */
    void run(List<Initializer> weights, Optional<Initializer> biases, ProbeBatches batches) {
        Map<Initializer, List<Tensor>> filled = new LinkedHashMap<>();
        for (Tensor tensor : network.tensors()) {
            Initializer initializer =
                    tensor.role() == Role.BIAS ? biases.orElse(null) : weights.get(tensor.layer());
            if (initializer != null) {
                float[] values = new float[tensor.size()];
                RandomGenerator random = new KeyedRandom(seed, PURPOSE, tensor.index());
                initializer.fill(values, tensor, random, JavaAlgebra.INSTANCE);
                write(tensor, values);
                filled.computeIfAbsent(initializer, key -> new ArrayList<>()).add(tensor);
            }
        }
        filled.forEach(
                (initializer, tensors) -> initializer.refine(new NetworkProbe(tensors, batches)));
    }

    private void write(Tensor tensor, float[] values) {
        network.parameters().put(offsets.get(tensor), values, 0, tensor.size());
    }

    private float[] read(FloatBuffer from, Tensor tensor, float factor) {
        float[] values = new float[tensor.size()];
        from.get(offsets.get(tensor), values, 0, values.length);
        for (int i = 0; i < values.length; i++) {
            values[i] *= factor;
        }
        return values;
    }

    /** Training batches to look at before the first step. */
    interface ProbeBatches {
        int count();

        Network.Batch get(int index);
    }

    /** The network as an initializer sees it. */
    private final class NetworkProbe implements Probe {
        private final List<Tensor> tensors;
        private final ProbeBatches batches;
        private float meanFactor = 1;

        NetworkProbe(List<Tensor> tensors, ProbeBatches batches) {
            this.tensors = List.copyOf(tensors);
            this.batches = batches;
        }

        @Override
        public List<Tensor> tensors() {
            return tensors;
        }

        @Override
        public float[] parameters(Tensor tensor) {
            return read(network.parameters(), tensor, 1);
        }

        @Override
        public void write(Tensor tensor, float[] values) {
            Initialization.this.write(tensor, values);
        }

        @Override
        public int batches() {
            return batches.count();
        }

        @Override
        public double gradient(int batch) {
            Network.Batch rows = batches.get(batch);
            meanFactor = 1f / rows.rows();
            return network.gradient(rows);
        }

        @Override
        public float[] gradient(Tensor tensor) {
            return read(network.gradient(), tensor, meanFactor);
        }

        @Override
        public double outputVariance(Tensor tensor, int batch) {
            return network.signals(batches.get(batch), seed)
                    .get(tensor.layer())
                    .preActivationVariance();
        }

        @Override
        public RandomGenerator random() {
            return new KeyedRandom(seed, PURPOSE, -1);
        }
    }
}
