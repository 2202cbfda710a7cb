package org.evengrad.engine.executor.layers;

import java.util.ArrayList;
import java.util.List;
import org.evengrad.engine.executor.Floats;
import org.evengrad.engine.executor.GradientTask;
import org.evengrad.engine.executor.Layer;
import org.evengrad.engine.executor.Nonlinearity;
import org.evengrad.engine.executor.Pass;
import org.evengrad.engine.executor.Products;
import org.evengrad.engine.executor.Program;
import org.evengrad.engine.executor.Shard;
import org.evengrad.engine.executor.Value;
import org.evengrad.engine.executor.Worker;

/**
 * A convolution of images that lie in groups, with biases and an activation. Some lines of the
 * output at a time are products of the filters and of {@link Columns}, for all examples of a group.
 */
public final class Convolution implements Layer {
    /** About how many numbers such a matrix has: strips overlap, and so should not be low. */
    private static final int STRIP = 262_144;

    private final Value.Use input;
    private final Value output;
    private final Value preActivation;
    private final Window window;
    private final Columns columns;
    private final ChannelBiases biases;
    private final boolean biased;
    private final Floats parameters;
    private final int weights;
    private final FilterLayout layout;
    private final boolean packed;
    private final Floats filters;
    private final PerShard filterSums;
    private final PerShard biasSums;
    private final Floats ones;
    private final float[] zeros;
    private final List<GradientTask> gradients = new ArrayList<>();

    /**
     * What the filters read.
     *
     * @param channels of the input
     * @param filters channels of the output
     */
    public record Window(int channels, int filters, Axis down, Axis across) {}

    /**
     * A layer between two values.
     *
     * @param weights where they begin, as {@code [filters][channels][down][across]}
     * @param biases where they begin; -1 if there are none
     */
    public Convolution(
            Program program,
            Value.Use input,
            Value output,
            Window window,
            int weights,
            int biases,
            Nonlinearity activation) {
        this.input = input;
        this.output = output;
        this.window = window;
        this.weights = weights;
        parameters = program.parameters();
        columns = new Columns(window.channels(), window.down(), window.across());
        preActivation = activation.readsInput() ? program.value(output.shape(), false) : output;
        this.biases = new ChannelBiases(parameters, biases, activation, preActivation, output);
        biased = biases >= 0;
        int products = columns.products();
        int taps = window.down().kernel() * window.across().kernel();
        layout = new FilterLayout(window.filters(), window.channels(), products, taps / products);
        packed = products > 1;
        int size = window.filters() * layout.size();
        filters = packed ? Floats.allocate(size) : parameters;
        filterSums = new PerShard(size);
        biasSums = new PerShard(window.filters());
        int line = window.across().output() * Groups.LARGEST;
        zeros = new float[line];
        ones = Floats.allocate(line + STRIP);
        for (int i = 0; i < ones.size(); i++) {
            ones.buffer().put(i, 1);
        }
        gradients.addAll(
                FilterGradient.tasks(
                        program.gradient(), filterSums, window.filters(), weights, layout));
        if (biased) {
            gradients.add(new ShardSum(program.gradient(), biasSums, biases, window.filters()));
        }
    }

    @Override
    public void forward(Pass pass, Shard shard) {
        if (packed) {
            pack(shard);
        }
        for (int group = 0; group < Groups.count(shard); group++) {
            int lines = linesAtATime(Groups.examples(shard, group));
            for (int first = 0; first < window.down().output(); first += lines) {
                int count = Math.min(lines, window.down().output() - first);
                forward(shard, group, first, count);
            }
        }
    }

    /** Each shard lays out some of the filters for all. */
    private void pack(Shard shard) {
        float[] from = shard.worker().scratch(0, layout.size());
        float[] to = shard.worker().scratch(1, layout.size());
        for (int i = shard.index(); i < window.filters(); i += shard.count()) {
            parameters.buffer().get(weights + i * layout.size(), from, 0, layout.size());
            layout.pack(from, to);
            layout.write(filters, i, to);
        }
        shard.meet();
    }

    private int linesAtATime(int examples) {
        int line = window.across().output() * examples;
        int lines = Math.max(1, STRIP / (columns.depth() * line));
        int strips = (window.down().output() + lines - 1) / lines;
        return (window.down().output() + strips - 1) / strips;
    }

    private void forward(Shard shard, int group, int first, int count) {
        Worker worker = shard.worker();
        int line = window.across().output() * Groups.examples(shard, group);
        Floats matrix = matrix(shard, group, first, count);
        int start = matrixStart(shard, group, first);
        int at = Groups.start(shard, group, output) + first * line;
        int stride = window.down().output() * line;
        int depth = columns.depth();
        for (int product = 0; product < columns.products(); product++) {
            worker.products()
                    .multiply(
                            false,
                            false,
                            window.filters(),
                            count * line,
                            depth,
                            filters,
                            filtersStart(product),
                            depth,
                            matrix,
                            start + columns.line(product, count) * line,
                            columns.lines(count) * line,
                            product == 0 ? 0 : 1,
                            preActivation.data(),
                            at,
                            stride);
        }
        biases.forward(window.filters(), at, count * line, stride, worker);
    }

    private int filtersStart(int product) {
        return packed ? layout.start(product) : weights;
    }

    private Floats matrix(Shard shard, int group, int first, int count) {
        Floats data = input.value().data();
        if (columns.isInput()) {
            return data;
        }
        int examples = Groups.examples(shard, group);
        Floats matrix = shard.worker().memory(0, matrixSize(examples, count));
        int at = Groups.start(shard, group, input.value());
        columns.fill(matrix, data, at, examples, first, count, zeros);
        return matrix;
    }

    private int matrixSize(int examples, int count) {
        return columns.depth() * columns.lines(count) * window.across().output() * examples;
    }

    private int matrixStart(Shard shard, int group, int first) {
        if (!columns.isInput()) {
            return 0;
        }
        int line = window.across().output() * Groups.examples(shard, group);
        return Groups.start(shard, group, input.value()) + first * line;
    }

    @Override
    public void backward(Pass pass, Shard shard) {
        Value read = input.value();
        if (input.wantsError() && !input.adds()) {
            shard.worker()
                    .products()
                    .clear(shard.rows(read) * read.width(), read.error(), shard.start(read));
        }
        boolean isFirst = true;
        for (int group = 0; group < Groups.count(shard); group++) {
            int lines = linesAtATime(Groups.examples(shard, group));
            for (int first = 0; first < window.down().output(); first += lines) {
                int count = Math.min(lines, window.down().output() - first);
                backward(pass, shard, group, first, count, isFirst ? 0 : 1);
                isFirst = false;
            }
        }
    }

    private void backward(Pass pass, Shard shard, int group, int first, int count, float beta) {
        int line = window.across().output() * Groups.examples(shard, group);
        int at = Groups.start(shard, group, output) + first * line;
        int stride = window.down().output() * line;
        biases.backward(window.filters(), at, count * line, stride, shard.worker());
        if (pass.wantsGradients()) {
            addGradients(shard, group, first, count, beta);
        }
        if (input.wantsError()) {
            sendBack(shard, group, first, count);
        }
    }

    private void addGradients(Shard shard, int group, int first, int count, float beta) {
        Products products = shard.worker().products();
        int line = window.across().output() * Groups.examples(shard, group);
        int at = Groups.start(shard, group, output) + first * line;
        int stride = window.down().output() * line;
        int depth = columns.depth();
        int lines = columns.lines(count);
        if (biased) {
            products.sumColumns(
                    window.filters(),
                    count * line,
                    output.error(),
                    at,
                    stride,
                    ones,
                    beta,
                    biasSums.of(shard));
        }
        Floats matrix = matrix(shard, group, first, count);
        int start = matrixStart(shard, group, first);
        for (int product = 0; product < columns.products(); product++) {
            products.multiply(
                    false,
                    true,
                    window.filters(),
                    depth,
                    count * line,
                    output.error(),
                    at,
                    stride,
                    matrix,
                    start + columns.line(product, count) * line,
                    lines * line,
                    beta,
                    filterSums.of(shard),
                    layout.start(product),
                    depth);
        }
    }

    private void sendBack(Shard shard, int group, int first, int count) {
        Products products = shard.worker().products();
        int examples = Groups.examples(shard, group);
        int line = window.across().output() * examples;
        int at = Groups.start(shard, group, output) + first * line;
        int stride = window.down().output() * line;
        int start = matrixStart(shard, group, first);
        int depth = columns.depth();
        int lines = columns.lines(count);
        // What was read is no longer needed: its errors take its place.
        Floats errors =
                columns.isInput()
                        ? input.value().error()
                        : shard.worker().memory(0, matrixSize(examples, count));
        if (!columns.isInput() && columns.products() > 1) {
            products.clear(matrixSize(examples, count), errors, 0);
        }
        boolean adds = columns.isInput() || columns.products() > 1;
        for (int product = 0; product < columns.products(); product++) {
            products.multiply(
                    true,
                    false,
                    depth,
                    count * line,
                    window.filters(),
                    filters,
                    filtersStart(product),
                    depth,
                    output.error(),
                    at,
                    stride,
                    adds ? 1 : 0,
                    errors,
                    start + columns.line(product, count) * line,
                    lines * line);
        }
        if (!columns.isInput()) {
            columns.add(
                    errors,
                    input.value().error(),
                    Groups.start(shard, group, input.value()),
                    examples,
                    first,
                    count,
                    products);
        }
    }

    @Override
    public List<GradientTask> gradients() {
        return gradients;
    }

    @Override
    public long work(int steps) {
        return (long) layout.size() * output.width();
    }
}
