package org.evengrad.engine.executor.layers;

import java.nio.FloatBuffer;
import org.evengrad.engine.executor.Floats;
import org.evengrad.engine.executor.Nonlinearity;
import org.evengrad.engine.executor.Value;
import org.evengrad.engine.executor.Worker;

/** What follows a convolution, for each channel of a group: a bias and an activation. */
final class ChannelBiases {
    private final Floats parameters;
    private final int offset;
    private final Nonlinearity activation;
    private final Value preActivation;
    private final Value output;

    /** Biases at an offset; none if it is negative. */
    ChannelBiases(
            Floats parameters,
            int offset,
            Nonlinearity activation,
            Value preActivation,
            Value output) {
        this.parameters = parameters;
        this.offset = offset;
        this.activation = activation;
        this.preActivation = preActivation;
        this.output = output;
    }

    /**
     * Adds the biases, and computes the activation.
     *
     * @param channels from 0 on
     * @param at where the numbers of the first channel begin
     * @param size how many numbers of each channel
     * @param stride from one channel to the next
     */
    void forward(int channels, int at, int size, int stride, Worker worker) {
        if (offset < 0 && activation.isIdentity()) {
            return;
        }
        // Where channels are neighbors, small ones are done together.
        int atATime = size == stride ? Math.max(1, Worker.CHUNK / size) : 1;
        float[] x = worker.scratch(0, atATime * size);
        FloatBuffer from = preActivation.data().buffer();
        for (int channel = 0; channel < channels; channel += atATime) {
            int count = Math.min(atATime, channels - channel);
            int start = at + channel * stride;
            from.get(start, x, 0, count * size);
            for (int i = 0; i < count && offset >= 0; i++) {
                add(x, i * size, (i + 1) * size, parameters.buffer().get(offset + channel + i));
            }
            if (preActivation != output) {
                from.put(start, x, 0, count * size);
            }
            if (!activation.isIdentity()) {
                activation.forward(x, x, count * size);
            }
            output.data().buffer().put(start, x, 0, count * size);
        }
    }

    private static void add(float[] values, int from, int to, float bias) {
        for (int i = from; i < to; i++) {
            values[i] += bias;
        }
    }

    /** Multiplies the errors by the slope of the activation. */
    void backward(int channels, int at, int size, int stride, Worker worker) {
        if (activation.isIdentity()) {
            return;
        }
        if (size == stride) {
            Slopes.multiply(activation, preActivation, output, at, channels * size, worker);
            return;
        }
        for (int channel = 0; channel < channels; channel++) {
            Slopes.multiply(activation, preActivation, output, at + channel * stride, size, worker);
        }
    }
}
