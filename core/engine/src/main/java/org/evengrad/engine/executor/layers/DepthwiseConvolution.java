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

/**
 * A convolution of each channel by itself, of images that lie in groups, with biases and an
 * activation. A channel of the input may have several filters, whose outputs are neighbors.
 */
public final class DepthwiseConvolution implements Layer {
    private final Value.Use input;
    private final Value output;
    private final Value preActivation;
    private final Convolution.Window window;
    private final Layout layout;
    private final ChannelBiases biases;
    private final boolean biased;
    private final Floats parameters;
    private final PerShard weightSums;
    private final PerShard biasSums;
    private final Floats ones;
    private final List<GradientTask> gradients = new ArrayList<>();

    /**
     * Where the weights lie.
     *
     * @param offset of the first
     * @param size how many there are
     * @param tap from one tap of a filter to the next
     * @param channel from one channel of the input to the next
     * @param multiple from one filter of such a channel to the next
     */
    public record Layout(int offset, int size, int tap, int channel, int multiple) {
        /** As {@code [down][across][channels][multiples]}. */
        public static Layout tapsFirst(Convolution.Window window, int offset) {
            int multiples = window.filters() / window.channels();
            int taps = window.down().kernel() * window.across().kernel();
            return new Layout(offset, taps * window.filters(), window.filters(), multiples, 1);
        }

        /** As {@code [multiples][channels][down][across]}. */
        public static Layout multiplesFirst(Convolution.Window window, int offset) {
            int taps = window.down().kernel() * window.across().kernel();
            return new Layout(offset, taps * window.filters(), 1, taps, taps * window.channels());
        }
    }

    /**
     * A layer between two values.
     *
     * @param window whose filters are a multiple of its channels
     * @param biases where they begin; -1 if there are none
     */
    public DepthwiseConvolution(
            Program program,
            Value.Use input,
            Value output,
            Convolution.Window window,
            Layout layout,
            int biases,
            Nonlinearity activation) {
        this.input = input;
        this.output = output;
        this.window = window;
        this.layout = layout;
        parameters = program.parameters();
        preActivation = activation.readsInput() ? program.value(output.shape(), false) : output;
        this.biases = new ChannelBiases(parameters, biases, activation, preActivation, output);
        biased = biases >= 0;
        weightSums = new PerShard(layout.size());
        biasSums = new PerShard(window.filters());
        ones = Floats.allocate(area(Groups.LARGEST));
        for (int i = 0; i < ones.size(); i++) {
            ones.buffer().put(i, 1);
        }
        gradients.add(new ShardSum(program.gradient(), weightSums, layout.offset(), layout.size()));
        if (biased) {
            gradients.add(new ShardSum(program.gradient(), biasSums, biases, window.filters()));
        }
    }

    private int area(int examples) {
        return window.down().output() * window.across().output() * examples;
    }

    private int weight(int filter, int tapDown, int tapAcross) {
        int multiples = window.filters() / window.channels();
        return (tapDown * window.across().kernel() + tapAcross) * layout.tap()
                + filter / multiples * layout.channel()
                + filter % multiples * layout.multiple();
    }

    @Override
    public void forward(Pass pass, Shard shard) {
        shard.worker()
                .products()
                .clear(
                        shard.rows(output) * output.width(),
                        preActivation.data(),
                        shard.start(output));
        for (int group = 0; group < Groups.count(shard); group++) {
            int area = area(Groups.examples(shard, group));
            for (int filter = 0; filter < window.filters(); filter++) {
                walk(shard, group, filter, Walk.FORWARD);
            }
            int at = Groups.start(shard, group, output);
            biases.forward(window.filters(), at, area, area, shard.worker());
        }
    }

    @Override
    public void backward(Pass pass, Shard shard) {
        Products products = shard.worker().products();
        Value read = input.value();
        products.clear(layout.size(), weightSums.of(shard), 0);
        if (input.wantsError() && !input.adds()) {
            products.clear(shard.rows(read) * read.width(), read.error(), shard.start(read));
        }
        for (int group = 0; group < Groups.count(shard); group++) {
            int area = area(Groups.examples(shard, group));
            int at = Groups.start(shard, group, output);
            biases.backward(window.filters(), at, area, area, shard.worker());
            if (biased && pass.wantsGradients()) {
                products.sumColumns(
                        window.filters(),
                        area,
                        output.error(),
                        at,
                        area,
                        ones,
                        group == 0 ? 0 : 1,
                        biasSums.of(shard));
            }
            for (int filter = 0; filter < window.filters(); filter++) {
                if (pass.wantsGradients()) {
                    walk(shard, group, filter, Walk.WEIGHTS);
                }
                if (input.wantsError()) {
                    walk(shard, group, filter, Walk.INPUT);
                }
            }
        }
    }

    /** What to do with the numbers of the input and of the output that a weight connects. */
    private enum Walk {
        FORWARD,
        WEIGHTS,
        INPUT
    }

    private void walk(Shard shard, int group, int filter, Walk walk) {
        Axis down = window.down();
        Axis across = window.across();
        int examples = Groups.examples(shard, group);
        int channel = filter / (window.filters() / window.channels());
        int in =
                Groups.start(shard, group, input.value())
                        + channel * down.input() * across.input() * examples;
        int out = Groups.start(shard, group, output) + filter * area(examples);
        for (int y = 0; y < down.output(); y++) {
            for (int tapDown = 0; tapDown < down.kernel(); tapDown++) {
                int line = down.at(y, tapDown);
                if (!down.contains(line)) {
                    continue;
                }
                for (int tap = 0; tap < across.kernel(); tap++) {
                    int first = across.first(tap);
                    int end = across.end(tap);
                    int step = across.stride() == 1 ? end - first : 1;
                    for (int x = first; x < end; x += step) {
                        connect(
                                shard,
                                walk,
                                weight(filter, tapDown, tap),
                                in + (line * across.input() + across.at(x, tap)) * examples,
                                out + (y * across.output() + x) * examples,
                                step * examples);
                    }
                }
            }
        }
    }

    private void connect(Shard shard, Walk walk, int weight, int in, int out, int size) {
        Products products = shard.worker().products();
        float value = parameters.buffer().get(layout.offset() + weight);
        if (walk == Walk.FORWARD) {
            products.addMultiple(size, value, input.value().data(), in, preActivation.data(), out);
        } else if (walk == Walk.INPUT) {
            products.addMultiple(size, value, output.error(), out, input.value().error(), in);
        } else {
            Floats sums = weightSums.of(shard);
            float sum = products.dot(size, input.value().data(), in, output.error(), out);
            sums.buffer().put(weight, sums.buffer().get(weight) + sum);
        }
    }

    @Override
    public List<GradientTask> gradients() {
        return gradients;
    }

    @Override
    public long work(int steps) {
        return (long) window.down().kernel() * window.across().kernel() * output.width();
    }
}
