package org.evengrad.engine.executor.layers;

import java.util.ArrayList;
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
 * Batch normalization: Ioffe and Szegedy 2015, arXiv 1502.03167. Over all rows of the batch,
 * however it is cut: the shards meet, and each combines the means and squares of all in the same
 * order.
 */
public final class BatchNormalization implements Layer {
    private final Value.Use input;
    private final Value output;
    private final Options options;
    private final Floats parameters;
    private final Channels channels;
    private final List<GradientTask> gradients = new ArrayList<>();
    private Part[] parts = new Part[0];

    /**
     * What a layer computes with.
     *
     * @param gamma where the scales lie among the parameters; negative if all are fixed
     * @param beta where the shifts lie; negative if all are fixed
     * @param fixedGamma the scale if it is fixed
     * @param fixedBeta the shift if it is fixed
     * @param mean where the running means lie
     * @param variance where the running variances lie
     * @param logarithms whether what lies there is log10 of the standard deviations
     * @param decay what a step keeps of the running statistics
     * @param epsilon what is added to a variance
     */
    public record Options(
            int gamma,
            int beta,
            double fixedGamma,
            double fixedBeta,
            int mean,
            int variance,
            boolean logarithms,
            double decay,
            double epsilon) {}

    /** What a shard knows of each channel. */
    private static final class Part {
        private final double[] means;
        private final double[] squares;
        private final double[] errors;
        private final double[] products;
        private final double[] scratch;
        private final float[] mean;
        private final float[] variance;
        private final float[] scale;
        private final float[] shift;
        private final float[] error;
        private final float[] product;
        private final float[] meanError;
        private final float[] slope;
        private int rows;

        Part(int channels) {
            means = new double[channels];
            squares = new double[channels];
            errors = new double[channels];
            products = new double[channels];
            scratch = new double[channels];
            mean = new float[channels];
            variance = new float[channels];
            scale = new float[channels];
            shift = new float[channels];
            error = new float[channels];
            product = new float[channels];
            meanError = new float[channels];
            slope = new float[channels];
        }
    }

    /** A layer between two values of the same shape. */
    public BatchNormalization(Program program, Value.Use input, Value output, Options options) {
        this.input = input;
        this.output = output;
        this.options = options;
        parameters = program.parameters();
        channels = new Channels(output.shape());
        Floats gradient = program.gradient();
        if (options.gamma() >= 0) {
            gradients.add(
                    new ChannelGradient(
                            gradient, options.gamma(), channels.count(), false, this::ofGamma));
            gradients.add(
                    new ChannelGradient(
                            gradient,
                            options.beta(),
                            channels.count(),
                            false,
                            channel -> parts[0].error[channel]));
        }
        gradients.add(
                new ChannelGradient(
                        gradient, options.mean(), channels.count(), true, this::ofMean));
        gradients.add(
                new ChannelGradient(
                        gradient, options.variance(), channels.count(), true, this::ofVariance));
    }

    @Override
    public void prepare(Pass pass) {
        if (parts.length < pass.shards()) {
            parts = new Part[pass.shards()];
            for (int i = 0; i < parts.length; i++) {
                parts[i] = new Part(channels.count());
            }
        }
    }

    @Override
    public void forward(Pass pass, Shard shard) {
        Part part = parts[shard.index()];
        if (pass.isTraining()) {
            part.rows = shard.rows(output);
            addUp(shard, part);
            shard.meet();
            combine(shard.count(), part);
        } else {
            readRunning(part);
        }
        for (int channel = 0; channel < channels.count(); channel++) {
            part.scale[channel] =
                    (float) (gamma(channel) * inverseDeviation(part.variance[channel]));
            part.shift[channel] =
                    options.beta() < 0
                            ? (float) options.fixedBeta()
                            : parameters.buffer().get(options.beta() + channel);
        }
        normalize(shard, part);
    }

    private double gamma(int channel) {
        return options.gamma() < 0
                ? options.fixedGamma()
                : parameters.buffer().get(options.gamma() + channel);
    }

    private double inverseDeviation(double variance) {
        return 1 / Math.sqrt(variance + options.epsilon());
    }

    private void readRunning(Part part) {
        for (int channel = 0; channel < channels.count(); channel++) {
            part.mean[channel] = parameters.buffer().get(options.mean() + channel);
            part.variance[channel] = (float) runningVariance(channel);
        }
    }

    private double runningVariance(int channel) {
        double value = parameters.buffer().get(options.variance() + channel);
        return options.logarithms() ? Math.pow(10, 2 * value) : value;
    }

    /** Mean, and squares of what differs from it, of a shard's rows. */
    private void addUp(Shard shard, Part part) {
        Worker worker = shard.worker();
        float[] x = worker.scratch(0, Worker.CHUNK);
        float[] sums = worker.scratch(1, Worker.CHUNK);
        float[] squares = worker.scratch(2, Worker.CHUNK);
        float[] mean = worker.scratch(3, Worker.CHUNK);
        int rows = part.rows;
        int count = rows * channels.pixels();
        Arrays.fill(part.means, 0);
        for (int from = 0; from < output.width(); from += channels.piece()) {
            int size = channels.size(from, rows);
            Arrays.fill(sums, 0, size, 0);
            for (int row = 0; row < rows; row += channels.rowsAtATime()) {
                add(x, sums, read(input.value().data(), shard, from, row, rows, x));
            }
            channels.gather(sums, part.means, from, size);
        }
        for (int channel = 0; channel < channels.count(); channel++) {
            part.mean[channel] = (float) (part.means[channel] / count);
        }
        // Rounding may have left the means a little off.
        Arrays.fill(part.scratch, 0);
        Arrays.fill(part.squares, 0);
        for (int from = 0; from < output.width(); from += channels.piece()) {
            int size = channels.size(from, rows);
            channels.spread(part.mean, mean, from, size);
            Arrays.fill(sums, 0, size, 0);
            Arrays.fill(squares, 0, size, 0);
            for (int row = 0; row < rows; row += channels.rowsAtATime()) {
                int read = read(input.value().data(), shard, from, row, rows, x);
                addDifferences(x, mean, sums, squares, read);
            }
            channels.gather(sums, part.scratch, from, size);
            channels.gather(squares, part.squares, from, size);
        }
        for (int channel = 0; channel < channels.count(); channel++) {
            double off = part.scratch[channel] / count;
            part.means[channel] = part.mean[channel] + off;
            part.squares[channel] -= off * off * count;
        }
    }

    /** Reads some rows, or a piece of one; gives how many numbers it has read. */
    private int read(Floats from, Shard shard, int piece, int row, int rows, float[] to) {
        int size = channels.size(piece, rows - row);
        from.buffer().get(shard.start(output) + row * output.width() + piece, to, 0, size);
        return size;
    }

    /** Mean and variance of all shards: Chan, Golub and LeVeque 1983, doi 10.2307/2683386. */
    private void combine(int shards, Part into) {
        for (int channel = 0; channel < channels.count(); channel++) {
            double rows = 0;
            double sum = 0;
            for (int i = 0; i < shards; i++) {
                rows += parts[i].rows;
                sum += parts[i].rows * parts[i].means[channel];
            }
            double mean = sum / rows;
            double squares = 0;
            for (int i = 0; i < shards; i++) {
                double off = parts[i].means[channel] - mean;
                squares +=
                        parts[i].squares[channel] + off * off * parts[i].rows * channels.pixels();
            }
            into.mean[channel] = (float) mean;
            into.variance[channel] = (float) (squares / (rows * channels.pixels()));
        }
    }

    private void normalize(Shard shard, Part part) {
        Worker worker = shard.worker();
        float[] x = worker.scratch(0, Worker.CHUNK);
        float[] mean = worker.scratch(1, Worker.CHUNK);
        float[] scale = worker.scratch(2, Worker.CHUNK);
        float[] shift = worker.scratch(3, Worker.CHUNK);
        int rows = shard.rows(output);
        for (int from = 0; from < output.width(); from += channels.piece()) {
            int size = channels.size(from, rows);
            channels.spread(part.mean, mean, from, size);
            channels.spread(part.scale, scale, from, size);
            channels.spread(part.shift, shift, from, size);
            for (int row = 0; row < rows; row += channels.rowsAtATime()) {
                int read = read(input.value().data(), shard, from, row, rows, x);
                scale(x, mean, scale, shift, read);
                int at = shard.start(output) + row * output.width() + from;
                output.data().buffer().put(at, x, 0, read);
            }
        }
    }

    @Override
    public void backward(Pass pass, Shard shard) {
        Part part = parts[shard.index()];
        addUpErrors(shard, part);
        shard.meet();
        double count = 0;
        for (int i = 0; i < shard.count(); i++) {
            count += (double) parts[i].rows * channels.pixels();
        }
        for (int channel = 0; channel < channels.count(); channel++) {
            double errors = 0;
            double products = 0;
            for (int i = 0; i < shard.count(); i++) {
                errors += parts[i].errors[channel];
                products += parts[i].products[channel];
            }
            part.error[channel] = (float) errors;
            part.product[channel] = (float) products;
        }
        if (input.wantsError()) {
            giveErrors(shard, part, count);
        }
    }

    /** The errors, and their products with what differs from the mean. */
    private void addUpErrors(Shard shard, Part part) {
        Worker worker = shard.worker();
        float[] x = worker.scratch(0, Worker.CHUNK);
        float[] errors = worker.scratch(1, Worker.CHUNK);
        float[] mean = worker.scratch(2, Worker.CHUNK);
        float[] sums = worker.scratch(3, Worker.CHUNK);
        float[] products = worker.scratch(4, Worker.CHUNK);
        int rows = part.rows;
        Arrays.fill(part.errors, 0);
        Arrays.fill(part.products, 0);
        for (int from = 0; from < output.width(); from += channels.piece()) {
            int size = channels.size(from, rows);
            channels.spread(part.mean, mean, from, size);
            Arrays.fill(sums, 0, size, 0);
            Arrays.fill(products, 0, size, 0);
            for (int row = 0; row < rows; row += channels.rowsAtATime()) {
                int read = read(input.value().data(), shard, from, row, rows, x);
                read(output.error(), shard, from, row, rows, errors);
                addProducts(x, errors, mean, sums, products, read);
            }
            channels.gather(sums, part.errors, from, size);
            channels.gather(products, part.products, from, size);
        }
    }

    /** With n the normalized input: scale * (error - mean(error) - n mean(error n)). */
    private void giveErrors(Shard shard, Part part, double count) {
        Worker worker = shard.worker();
        float[] x = worker.scratch(0, Worker.CHUNK);
        float[] errors = worker.scratch(1, Worker.CHUNK);
        float[] mean = worker.scratch(2, Worker.CHUNK);
        float[] scale = worker.scratch(3, Worker.CHUNK);
        float[] meanError = worker.scratch(4, Worker.CHUNK);
        float[] slope = worker.scratch(5, Worker.CHUNK);
        for (int channel = 0; channel < channels.count(); channel++) {
            double inverse = inverseDeviation(part.variance[channel]);
            part.meanError[channel] = (float) (part.error[channel] / count);
            part.slope[channel] = (float) (part.product[channel] * inverse * inverse / count);
        }
        int rows = part.rows;
        for (int from = 0; from < output.width(); from += channels.piece()) {
            int size = channels.size(from, rows);
            channels.spread(part.mean, mean, from, size);
            channels.spread(part.scale, scale, from, size);
            channels.spread(part.meanError, meanError, from, size);
            channels.spread(part.slope, slope, from, size);
            for (int row = 0; row < rows; row += channels.rowsAtATime()) {
                int read = read(input.value().data(), shard, from, row, rows, x);
                read(output.error(), shard, from, row, rows, errors);
                differentiate(errors, x, mean, scale, meanError, slope, read);
                int at = shard.start(output) + row * output.width() + from;
                input.give(errors, at, read, worker);
            }
        }
    }

    @Override
    public List<GradientTask> gradients() {
        return gradients;
    }

    private double ofGamma(int channel) {
        return parts[0].product[channel] * inverseDeviation(parts[0].variance[channel]);
    }

    private double ofMean(int channel) {
        double running = parameters.buffer().get(options.mean() + channel);
        return (1 - options.decay()) * (running - parts[0].mean[channel]);
    }

    private double ofVariance(int channel) {
        double running = runningVariance(channel);
        double variance = parts[0].variance[channel];
        double after = options.decay() * running + (1 - options.decay()) * variance;
        return options.logarithms() ? Math.log10(running / after) / 2 : running - after;
    }

    private static void add(float[] x, float[] sums, int size) {
        for (int i = 0; i < size; i++) {
            sums[i] += x[i];
        }
    }

    private static void addDifferences(
            float[] x, float[] mean, float[] sums, float[] squares, int size) {
        for (int i = 0; i < size; i++) {
            float difference = x[i] - mean[i];
            sums[i] += difference;
            squares[i] += difference * difference;
        }
    }

    private static void scale(float[] x, float[] mean, float[] scale, float[] shift, int size) {
        for (int i = 0; i < size; i++) {
            x[i] = (x[i] - mean[i]) * scale[i] + shift[i];
        }
    }

    private static void addProducts(
            float[] x, float[] errors, float[] mean, float[] sums, float[] products, int size) {
        for (int i = 0; i < size; i++) {
            sums[i] += errors[i];
            products[i] += errors[i] * (x[i] - mean[i]);
        }
    }

    private static void differentiate(
            float[] errors,
            float[] x,
            float[] mean,
            float[] scale,
            float[] meanError,
            float[] slope,
            int size) {
        for (int i = 0; i < size; i++) {
            errors[i] = (errors[i] - meanError[i] - (x[i] - mean[i]) * slope[i]) * scale[i];
        }
    }
}
