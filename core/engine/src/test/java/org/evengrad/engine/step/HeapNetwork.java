package org.evengrad.engine.step;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.evengrad.engine.network.Machine;
import org.evengrad.engine.network.Network;
import org.evengrad.engine.network.PassTrace;
import org.evengrad.engine.network.Signals;
import org.evengrad.engine.parallel.Workers;
import org.evengrad.spi.Role;
import org.evengrad.spi.Tensor;

/**
 * A network in heap memory whose gradient is whatever a test says. Unless told otherwise it
 * predicts its first parameters for every example.
 */
public final class HeapNetwork implements Network {
    /** Where gradient and loss come from. */
    @FunctionalInterface
    public interface Rule {
        /**
         * Computes loss and gradient.
         *
         * @param gradient receives the sum over the examples; null when only the loss is wanted
         * @return the mean loss
         */
        double compute(FloatBuffer parameters, Batch batch, FloatBuffer gradient);
    }

    private final List<Tensor> tensors;
    private final List<Integer> inputShape;
    private final int outputs;
    private final FloatBuffer parameters;
    private final FloatBuffer gradient;
    private final Map<Integer, HeapBatch> batches = new HashMap<>();
    private Rule rule;
    private UnaryOperator<float[]> prediction;
    private final List<Long> sampledFrom = new ArrayList<>();
    private int gradients;
    private final int[] offsets;
    private Workers workers = new Workers(1);

    /**
     * A chain of dense layers; the first width is that of the input, the last that of the output.
     */
    public HeapNetwork(Rule rule, int... widths) {
        this.rule = rule;
        tensors = dense(widths);
        inputShape = List.of(this.tensors.get(0).fanIn());
        outputs = widths[widths.length - 1];
        offsets = new int[tensors.size() + 1];
        for (Tensor tensor : tensors) {
            offsets[tensor.index() + 1] = offsets[tensor.index()] + tensor.size();
        }
        int total = offsets[tensors.size()];
        parameters = FloatBuffer.allocate(total);
        gradient = FloatBuffer.allocate(total);
        prediction = features -> firstParameters();
    }

    private float[] firstParameters() {
        float[] first = new float[outputs];
        parameters.get(0, first, 0, outputs);
        return first;
    }

    /** The tensors of a chain of dense layers: weights, then biases, layer by layer. */
    static List<Tensor> dense(int... widths) {
        List<Tensor> tensors = new ArrayList<>();
        for (int layer = 0; layer + 1 < widths.length; layer++) {
            boolean last = layer + 2 == widths.length;
            String name = last ? "output" : "dense-" + (layer + 1);
            Role role = last ? Role.OUTPUT : Role.WEIGHT;
            tensors.add(tensor(name + ".W", tensors.size(), layer, role, widths));
            tensors.add(tensor(name + ".b", tensors.size(), layer, Role.BIAS, widths));
        }
        return tensors;
    }

    private static Tensor tensor(String name, int index, int layer, Role role, int[] widths) {
        int inputs = widths[layer];
        int units = widths[layer + 1];
        List<Integer> shape = role == Role.BIAS ? List.of(units) : List.of(units, inputs);
        return new Tensor(
                name, index, layer, layer + 1, role, shape, units, inputs, units, 0, 0, 0, 1, 1);
    }

    /** The same mean gradient everywhere on the way, and a loss of 1. */
    public static Rule constant(float... mean) {
        return (parameters, batch, gradient) -> {
            for (int i = 0; gradient != null && i < mean.length; i++) {
                gradient.put(i, mean[i] * batch.rows());
            }
            return 1;
        };
    }

    /** Half the squared distance to a point. */
    public static Rule pullTo(float... target) {
        return (parameters, batch, gradient) -> {
            double loss = 0;
            for (int i = 0; i < target.length; i++) {
                float distance = parameters.get(i) - target[i];
                loss += 0.5 * distance * distance;
                if (gradient != null) {
                    gradient.put(i, distance * batch.rows());
                }
            }
            return loss;
        };
    }

    /** Changes where the gradient comes from. */
    public void rule(Rule next) {
        rule = next;
    }

    /** Changes who computes. */
    public void workers(Workers next) {
        workers = next;
    }

    /** Changes what is predicted for the features of an example. */
    public void predicting(UnaryOperator<float[]> next) {
        prediction = next;
    }

    /** Sets the parameters. */
    public void set(float... values) {
        parameters.put(0, values, 0, values.length);
    }

    /** A copy of the parameters. */
    public float[] values() {
        float[] values = new float[parameters.limit()];
        parameters.get(0, values, 0, values.length);
        return values;
    }

    /** How often a gradient was computed. */
    public int gradients() {
        return gradients;
    }

    @Override
    public List<Tensor> tensors() {
        return tensors;
    }

    @Override
    public int offset(int tensor) {
        return offsets[tensor];
    }

    @Override
    public boolean updated(long step, int epoch) {
        return false;
    }

    @Override
    public int outputSteps() {
        return 1;
    }

    @Override
    public int segments() {
        return 1;
    }

    @Override
    public Batch segment(Batch batch, int index) {
        return batch;
    }

    @Override
    public void drawFrom(long seed) {}

    @Override
    public boolean scoresItself() {
        return false;
    }

    /** Finds nothing. */
    @Override
    public PassTrace trace(Batch batch) {
        return new PassTrace(loss(batch), List.of(), Optional.empty());
    }

    @Override
    public double evaluationLoss(Batch batch) {
        return loss(batch);
    }

    @Override
    public List<String> layers() {
        return tensors.stream().map(t -> t.name().replaceFirst("\\..*", "")).distinct().toList();
    }

    @Override
    public List<Integer> inputShape() {
        return inputShape;
    }

    @Override
    public int outputs() {
        return outputs;
    }

    @Override
    public FloatBuffer parameters() {
        return parameters;
    }

    @Override
    public void gradientSquares(double[] sumOfSquares) {
        for (int t = 0; t < sumOfSquares.length; t++) {
            double sum = 0;
            for (int i = offsets[t]; i < offsets[t + 1]; i++) {
                sum += (double) gradient.get(i) * gradient.get(i);
            }
            sumOfSquares[t] = sum;
        }
    }

    @Override
    public List<String> fallbacks() {
        return List.of();
    }

    @Override
    public Workers workers() {
        return workers;
    }

    @Override
    public FloatBuffer gradient() {
        return gradient;
    }

    @Override
    public Batch batch(int rows, boolean masked) {
        return batches.computeIfAbsent(
                rows,
                count ->
                        new HeapBatch(
                                count,
                                FloatBuffer.allocate(count * inputs()),
                                FloatBuffer.allocate(count * outputs)));
    }

    @Override
    public double gradient(Batch batch) {
        gradients++;
        return rule.compute(parameters, batch, gradient);
    }

    /** The opposite of {@link #gradient}, so that a test can tell them apart. */
    @Override
    public void sampledGradient(Batch batch, RandomGenerator random) {
        sampledFrom.add(random.nextLong());
        rule.compute(parameters, batch, gradient);
        for (int i = 0; i < gradient.limit(); i++) {
            gradient.put(i, -gradient.get(i));
        }
    }

    /** What the random numbers of sampled gradients began with. */
    public List<Long> sampledFrom() {
        return sampledFrom;
    }

    @Override
    public double loss(Batch batch) {
        return rule.compute(parameters, batch, null);
    }

    @Override
    public void predict(Batch batch, float[] into) {
        float[] features = new float[inputs()];
        for (int row = 0; row < batch.rows(); row++) {
            batch.features().get(row * features.length, features, 0, features.length);
            System.arraycopy(prediction.apply(features), 0, into, row * outputs, outputs);
        }
    }

    @Override
    public Signals signals(Batch batch, long seed) {
        return new Signals(List.of(), List.of(), List.of());
    }

    @Override
    public List<String> needsEvengrad() {
        return List.of("dense-1: activation { use = odd }");
    }

    @Override
    public Machine machine() {
        return new Machine("heap", "none", "0", 1);
    }

    @Override
    public void save(Path file, String evengradJson) throws IOException {
        Files.writeString(file, evengradJson);
    }

    @Override
    public void close() {}

    private record HeapBatch(int rows, FloatBuffer features, FloatBuffer targets) implements Batch {
        @Override
        public double terms() {
            return rows;
        }

        @Override
        public int steps() {
            return 1;
        }

        @Override
        public Optional<FloatBuffer> mask() {
            return Optional.empty();
        }
    }
}
