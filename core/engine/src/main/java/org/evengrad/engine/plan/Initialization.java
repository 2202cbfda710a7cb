package org.evengrad.engine.plan;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.evengrad.engine.network.FirstWeights;
import org.evengrad.engine.network.Network;
import org.evengrad.engine.random.KeyedRandom;
import org.evengrad.engine.step.JavaAlgebra;
import org.evengrad.spi.Initializer;
import org.evengrad.spi.Probe;
import org.evengrad.spi.Tensor;

/** Gives a network its first weights. */
final class Initialization implements FirstWeights {
    /** Keeps the random numbers of weights apart from those of data and strategies. */
    private static final long PURPOSE = 0x1717;

    private static final int PROBE_BATCHES = 4;

    private final Network network;
    private final Function<Tensor, Optional<Initializer>> initializers;
    private final Batches batches;
    private final float[] untouched;
    private long seed;

    /**
     * For a network that has what no initializer fills.
     *
     * @param network whose parameters are drawn
     * @param initializers what fills a tensor; empty for one that stays as it is
     * @param batches training batches of the same size, for initializers that look at data
     */
    Initialization(
            Network network,
            Function<Tensor, Optional<Initializer>> initializers,
            Batches batches) {
        this.network = network;
        this.initializers = initializers;
        this.batches = batches;
        untouched = new float[network.parameters().limit() - filledSize()];
        betweenFilled(
                (offset, from, size) -> network.parameters().get(offset, untouched, from, size));
    }

    @Override
    public void draw(long seedOfDraw) {
        seed = seedOfDraw;
        betweenFilled(
                (offset, from, size) -> network.parameters().put(offset, untouched, from, size));
        Map<Initializer, List<Tensor>> filled = new LinkedHashMap<>();
        for (Tensor tensor : network.tensors()) {
            Initializer initializer = initializer(tensor);
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

    /** Null for what stays as the network comes. */
    private Initializer initializer(Tensor tensor) {
        return initializers.apply(tensor).orElse(null);
    }

    private int filledSize() {
        return network.tensors().stream()
                .filter(tensor -> initializer(tensor) != null)
                .mapToInt(Tensor::size)
                .sum();
    }

    /** A stretch of parameters, and where it lies among those that no initializer fills. */
    @FunctionalInterface
    private interface Stretch {
        void at(int offset, int from, int size);
    }

    /** What no initializer fills: norms, running statistics, biases that begin at zero. */
    private void betweenFilled(Stretch stretch) {
        int at = 0;
        int from = 0;
        for (Tensor tensor : network.tensors()) {
            if (initializer(tensor) != null) {
                int offset = network.offset(tensor.index());
                stretch.at(at, from, offset - at);
                from += offset - at;
                at = offset + tensor.size();
            }
        }
        stretch.at(at, from, network.parameters().limit() - at);
    }

    private void write(Tensor tensor, float[] values) {
        network.parameters().put(network.offset(tensor.index()), values, 0, tensor.size());
    }

    private float[] read(FloatBuffer from, Tensor tensor, float factor) {
        float[] values = new float[tensor.size()];
        from.get(network.offset(tensor.index()), values, 0, values.length);
        for (int i = 0; i < values.length; i++) {
            values[i] *= factor;
        }
        return values;
    }

    /** The network as an initializer sees it. */
    private final class NetworkProbe implements Probe {
        private final List<Tensor> tensors;
        private final Batches batches;
        private float meanFactor = 1;

        NetworkProbe(List<Tensor> tensors, Batches batches) {
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
            int whole = batches.examples() / batches.get(0, 0).rows();
            return Math.min(PROBE_BATCHES, whole);
        }

        @Override
        public double gradient(int batch) {
            Network.Batch rows = batches.get(0, batch);
            meanFactor = (float) (1 / rows.terms());
            return network.gradient(rows);
        }

        @Override
        public float[] gradient(Tensor tensor) {
            return read(network.gradient(), tensor, meanFactor);
        }

        @Override
        public double outputVariance(Tensor tensor, int batch) {
            return network.signals(batches.get(0, batch), seed)
                    .layers()
                    .get(tensor.layer())
                    .preActivationVariance();
        }

        @Override
        public RandomGenerator random() {
            return new KeyedRandom(seed, PURPOSE, -1);
        }
    }
}
