package org.evengrad.testkit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.evengrad.spi.Initializer;
import org.evengrad.spi.Probe;
import org.evengrad.spi.Role;
import org.evengrad.spi.Tensor;

/**
 * A network of dense layers with ReLU between them and cross-entropy behind the last, with its
 * data: small, in double precision, and by hand. It counts its passes.
 *
 * @since 0.1.0
 */
public final class SmallNetwork implements Probe {
    private static final int BATCHES = 4;
    private static final int ROWS = 24;

    private final int[] sizes;
    private final long seed;
    private final List<Tensor> tensors = new ArrayList<>();
    private final List<float[]> values = new ArrayList<>();
    private final double[][] gradients;
    private final double[][][] features = new double[BATCHES][ROWS][];
    private final int[][] targets = new int[BATCHES][ROWS];
    private List<Tensor> own;
    private int passes;

    private SmallNetwork(long seed, int... sizes) {
        this.seed = seed;
        this.sizes = sizes;
        for (int layer = 0; layer + 1 < sizes.length; layer++) {
            boolean last = layer + 2 == sizes.length;
            Role role = last ? Role.OUTPUT : Role.WEIGHT;
            add(layer, role, List.of(sizes[layer + 1], sizes[layer]));
            add(layer, Role.BIAS, List.of(sizes[layer + 1]));
        }
        own = List.copyOf(tensors);
        gradients = new double[tensors.size()][];
        RandomGenerator random = SeededRandom.of(seed);
        for (int batch = 0; batch < BATCHES; batch++) {
            for (int row = 0; row < ROWS; row++) {
                features[batch][row] = random.doubles(sizes[0], -1.7, 1.7).toArray();
                targets[batch][row] = features[batch][row][0] > features[batch][row][1] ? 1 : 0;
            }
        }
    }

    /** A network of six layers and two classes. */
    public static SmallNetwork deep(long seed) {
        return new SmallNetwork(seed, 10, 16, 14, 12, 12, 8, 2);
    }

    private void add(int layer, Role role, List<Integer> shape) {
        boolean last = layer + 2 == sizes.length;
        Tensor tensor =
                new Tensor(
                        "dense-" + layer + (role == Role.BIAS ? ".b" : ".W"),
                        tensors.size(),
                        layer,
                        layer + 1,
                        role,
                        shape,
                        sizes[layer + 1],
                        sizes[layer],
                        sizes[layer + 1],
                        0,
                        0,
                        0,
                        last ? 1 : Math.sqrt(2),
                        layer == 0 ? 1 : 0.5);
        tensors.add(tensor);
        values.add(new float[tensor.size()]);
    }

    /** Fills all tensors. */
    public void fill(Initializer initializer) {
        for (Tensor tensor : tensors) {
            initializer.fill(
                    values.get(tensor.index()),
                    tensor,
                    SeededRandom.of(seed + tensor.index()),
                    new PlainAlgebra());
        }
    }

    /** Multiplies all weights. */
    public void scale(double factor) {
        for (float[] of : values) {
            for (int i = 0; i < of.length; i++) {
                of[i] *= (float) factor;
            }
        }
    }

    /** Tells the initializer about some tensors only, as if another had filled the others. */
    public SmallNetwork only(Predicate<Tensor> filled) {
        own = tensors.stream().filter(filled).toList();
        return this;
    }

    /** All tensors: weights, biases, weights, biases. */
    public List<Tensor> layout() {
        return List.copyOf(tensors);
    }

    /** All values, tensor by tensor. */
    public List<float[]> values() {
        return values;
    }

    /** How often data went through the network. */
    public int passes() {
        return passes;
    }

    @Override
    public List<Tensor> tensors() {
        return own;
    }

    @Override
    public float[] parameters(Tensor tensor) {
        return values.get(tensor.index()).clone();
    }

    @Override
    public void write(Tensor tensor, float[] written) {
        if (written.length != tensor.size()) {
            throw new IllegalArgumentException(
                    written.length + " values for " + tensor.size() + " of " + tensor.name());
        }
        values.set(tensor.index(), written.clone());
    }

    @Override
    public int batches() {
        return BATCHES;
    }

    @Override
    public double gradient(int batch) {
        passes++;
        for (Tensor tensor : tensors) {
            gradients[tensor.index()] = new double[tensor.size()];
        }
        double loss = 0;
        for (int row = 0; row < ROWS; row++) {
            loss += backward(features[batch][row], targets[batch][row]) / ROWS;
        }
        return loss;
    }

    @Override
    public float[] gradient(Tensor tensor) {
        double[] sum = gradients[tensor.index()];
        float[] mean = new float[sum.length];
        for (int i = 0; i < mean.length; i++) {
            mean[i] = (float) (sum[i] / ROWS);
        }
        return mean;
    }

    @Override
    public double outputVariance(Tensor tensor, int batch) {
        passes++;
        double sum = 0;
        double squares = 0;
        for (double[] row : features[batch]) {
            for (double value : forward(row).get(tensor.layer() + 1)) {
                sum += value;
                squares += value * value;
            }
        }
        double count = ROWS * (double) sizes[tensor.layer() + 1];
        return squares / count - sum / count * (sum / count);
    }

    @Override
    public RandomGenerator random() {
        return SeededRandom.of(seed);
    }

    /** The input, then what each layer gives before its activation. */
    private List<double[]> forward(double[] row) {
        List<double[]> outputs = new ArrayList<>();
        outputs.add(row);
        for (int layer = 0; layer + 1 < sizes.length; layer++) {
            float[] weights = values.get(2 * layer);
            float[] biases = values.get(2 * layer + 1);
            double[] inputs = inputs(outputs, layer);
            double[] output = new double[sizes[layer + 1]];
            for (int unit = 0; unit < output.length; unit++) {
                output[unit] = biases[unit];
                for (int in = 0; in < inputs.length; in++) {
                    output[unit] += weights[unit * inputs.length + in] * inputs[in];
                }
            }
            outputs.add(output);
        }
        return outputs;
    }

    /** What a layer receives: the data, or what ReLU left of the layer before. */
    private static double[] inputs(List<double[]> outputs, int layer) {
        double[] before = outputs.get(layer);
        return layer == 0
                ? before
                : Arrays.stream(before).map(value -> Math.max(0, value)).toArray();
    }

    /** Adds the gradient of one example, and gives its loss. */
    private double backward(double[] row, int target) {
        List<double[]> outputs = forward(row);
        double[] scores = outputs.get(outputs.size() - 1);
        double largest = Math.max(scores[0], scores[1]);
        double sum = 0;
        for (double score : scores) {
            sum += Math.exp(score - largest);
        }
        double[] delta = new double[scores.length];
        for (int i = 0; i < delta.length; i++) {
            delta[i] = Math.exp(scores[i] - largest) / sum - (i == target ? 1 : 0);
        }
        for (int layer = sizes.length - 2; layer >= 0; layer--) {
            float[] weights = values.get(2 * layer);
            double[] inputs = inputs(outputs, layer);
            double[] before = new double[inputs.length];
            for (int unit = 0; unit < delta.length; unit++) {
                gradients[2 * layer + 1][unit] += delta[unit];
                for (int in = 0; in < inputs.length; in++) {
                    int at = unit * inputs.length + in;
                    gradients[2 * layer][at] += delta[unit] * inputs[in];
                    before[in] += inputs[in] > 0 ? delta[unit] * weights[at] : 0;
                }
            }
            delta = before;
        }
        return largest + Math.log(sum) - scores[target];
    }
}
