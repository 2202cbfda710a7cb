package org.evengrad.engine.executor.layers;

import java.util.Arrays;
import java.util.List;
import org.evengrad.engine.executor.Floats;
import org.evengrad.engine.executor.GradientTask;
import org.evengrad.engine.executor.Layer;
import org.evengrad.engine.executor.Pass;
import org.evengrad.engine.executor.Program;
import org.evengrad.engine.executor.Shard;
import org.evengrad.engine.executor.Value;
import org.evengrad.engine.executor.Worker;

/**
 * Layer normalization: Ba, Kiros and Hinton 2016, arXiv 1607.06450. Each row by itself; a gain and
 * a bias for each feature or channel. A time step that is padding gives zeros.
 */
public final class LayerNormalization implements Layer {
    /** So many rows are added up as floats before doubles take over. */
    private static final int ROWS = 256;

    private final Value.Use input;
    private final Value output;
    private final int gain;
    private final int bias;
    private final double epsilon;
    private final Floats parameters;
    private final Channels channels;
    private final List<GradientTask> gradients;
    private float[] means = new float[0];
    private float[] inverseDeviations = new float[0];
    private Part[] parts = new Part[0];

    /** What a shard adds up for each channel. */
    private record Part(double[] errors, double[] products) {
        Part(int channels) {
            this(new double[channels], new double[channels]);
        }
    }

    /**
     * A layer between two values of the same shape.
     *
     * @param gain where the gains lie among the parameters
     * @param bias where the biases lie
     * @param epsilon what is added to a variance
     */
    public LayerNormalization(
            Program program, Value.Use input, Value output, int gain, int bias, double epsilon) {
        this.input = input;
        this.output = output;
        this.gain = gain;
        this.bias = bias;
        this.epsilon = epsilon;
        parameters = program.parameters();
        channels = new Channels(output.shape());
        int count = channels.count();
        gradients =
                List.of(
                        new ChannelGradient(
                                program.gradient(),
                                gain,
                                count,
                                false,
                                channel -> sum(channel, true)),
                        new ChannelGradient(
                                program.gradient(),
                                bias,
                                count,
                                false,
                                channel -> sum(channel, false)));
    }

    private double sum(int channel, boolean products) {
        double sum = 0;
        for (Part part : parts) {
            sum += (products ? part.products() : part.errors())[channel];
        }
        return sum;
    }

    @Override
    public void prepare(Pass pass) {
        int rows = pass.examples().rows() * (output.isSequence() ? pass.examples().steps() : 1);
        if (means.length < rows) {
            means = new float[rows];
            inverseDeviations = new float[rows];
        }
        if (parts.length != pass.shards()) {
            parts = new Part[pass.shards()];
            for (int i = 0; i < parts.length; i++) {
                parts[i] = new Part(channels.count());
            }
        }
    }

    @Override
    public void forward(Pass pass, Shard shard) {
        Worker worker = shard.worker();
        int width = output.width();
        float[] x = worker.scratch(0, width);
        float[] gains = worker.scratch(1, width);
        float[] biases = worker.scratch(2, width);
        read(gain, gains, worker);
        read(bias, biases, worker);
        for (int row = 0; row < shard.rows(output); row++) {
            int at = shard.start(output) + row * width;
            input.value().data().buffer().get(at, x, 0, width);
            float mean = RowSums.sum(x, 0, width) / width;
            subtract(x, mean, width);
            double variance = RowSums.product(x, x, 0, width) / (double) width;
            float inverse = (float) (1 / Math.sqrt(variance + epsilon));
            means[at / width] = mean;
            inverseDeviations[at / width] = inverse;
            if (counts(pass, shard, row)) {
                scale(x, inverse, gains, biases, width);
            } else {
                Arrays.fill(x, 0, width, 0);
            }
            output.data().buffer().put(at, x, 0, width);
        }
    }

    /** One number for each number of a row. */
    private void read(int from, float[] numbers, Worker worker) {
        int pixels = channels.pixels();
        if (pixels == 1) {
            parameters.buffer().get(from, numbers, 0, output.width());
            return;
        }
        float[] each = worker.scratch(6, channels.count());
        parameters.buffer().get(from, each, 0, channels.count());
        for (int channel = 0; channel < channels.count(); channel++) {
            Arrays.fill(numbers, channel * pixels, (channel + 1) * pixels, each[channel]);
        }
    }

    private boolean counts(Pass pass, Shard shard, int row) {
        if (!output.isSequence() || pass.examples().featureMask().isEmpty()) {
            return true;
        }
        int step = row / shard.rows();
        int example = shard.from() + row % shard.rows();
        Floats mask = pass.examples().featureMask().get();
        return mask.buffer().get(example * shard.steps() + step) != 0;
    }

    @Override
    public void backward(Pass pass, Shard shard) {
        Worker worker = shard.worker();
        int width = output.width();
        float[] x = worker.scratch(0, width);
        float[] gains = worker.scratch(1, width);
        float[] errors = worker.scratch(2, width);
        float[] sums = worker.scratch(3, width);
        float[] products = worker.scratch(4, width);
        Part part = parts[shard.index()];
        Arrays.fill(part.errors(), 0);
        Arrays.fill(part.products(), 0);
        Arrays.fill(sums, 0, width, 0);
        Arrays.fill(products, 0, width, 0);
        read(gain, gains, worker);
        for (int row = 0; row < shard.rows(output); row++) {
            int at = shard.start(output) + row * width;
            if (counts(pass, shard, row)) {
                input.value().data().buffer().get(at, x, 0, width);
                output.error().buffer().get(at, errors, 0, width);
                float inverse = inverseDeviations[at / width];
                normalize(x, means[at / width], inverse, width);
                addProducts(x, errors, sums, products, width);
                multiply(errors, gains, width);
                float meanError = RowSums.sum(errors, 0, width) / width;
                float slope = RowSums.product(errors, x, 0, width) / width;
                differentiate(errors, x, meanError, slope, inverse, width);
            } else {
                Arrays.fill(errors, 0, width, 0);
            }
            if (input.wantsError()) {
                input.give(errors, at, width, worker);
            }
            if (row % ROWS == ROWS - 1) {
                gather(part, sums, products, worker);
            }
        }
        gather(part, sums, products, worker);
    }

    private void gather(Part part, float[] sums, float[] products, Worker worker) {
        int width = output.width();
        int pixels = channels.pixels();
        for (int i = 0; i < width; i++) {
            part.errors()[i / pixels] += sums[i];
            part.products()[i / pixels] += products[i];
        }
        Arrays.fill(sums, 0, width, 0);
        Arrays.fill(products, 0, width, 0);
    }

    @Override
    public List<GradientTask> gradients() {
        return gradients;
    }

    private static void subtract(float[] x, float mean, int size) {
        for (int i = 0; i < size; i++) {
            x[i] -= mean;
        }
    }

    private static void scale(float[] x, float by, float[] gains, float[] biases, int size) {
        for (int i = 0; i < size; i++) {
            x[i] = x[i] * by * gains[i] + biases[i];
        }
    }

    private static void normalize(float[] x, float mean, float inverse, int size) {
        for (int i = 0; i < size; i++) {
            x[i] = (x[i] - mean) * inverse;
        }
    }

    private static void addProducts(
            float[] x, float[] errors, float[] sums, float[] products, int size) {
        for (int i = 0; i < size; i++) {
            sums[i] += errors[i];
            products[i] += errors[i] * x[i];
        }
    }

    private static void multiply(float[] x, float[] by, int size) {
        for (int i = 0; i < size; i++) {
            x[i] *= by[i];
        }
    }

    /** With n the normalized input: (error - mean(error) - n mean(error n)) / deviation. */
    private static void differentiate(
            float[] errors, float[] n, float meanError, float slope, float inverse, int size) {
        for (int i = 0; i < size; i++) {
            errors[i] = (errors[i] - meanError - n[i] * slope) * inverse;
        }
    }
}
