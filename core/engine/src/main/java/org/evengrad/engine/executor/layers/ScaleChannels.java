package org.evengrad.engine.executor.layers;

import org.evengrad.engine.executor.Layer;
import org.evengrad.engine.executor.Pass;
import org.evengrad.engine.executor.Shard;
import org.evengrad.engine.executor.Value;
import org.evengrad.engine.executor.Worker;

/**
 * Multiplies each channel of an image by a number of its own: squeeze and excitation (Hu et al.
 * 2018, arXiv 1709.01507).
 */
public final class ScaleChannels implements Layer {
    private final Value.Use image;
    private final Value.Use scales;
    private final Value output;

    /**
     * A scaled image.
     *
     * @param scales one number for each channel
     * @param output of the image's shape
     */
    public ScaleChannels(Value.Use image, Value.Use scales, Value output) {
        this.image = image;
        this.scales = scales;
        this.output = output;
    }

    @Override
    public void forward(Pass pass, Shard shard) {
        Worker worker = shard.worker();
        int width = output.width();
        int channels = scales.value().width();
        float[] x = worker.scratch(0, width);
        float[] scale = worker.scratch(1, channels);
        for (int row = 0; row < shard.rows(); row++) {
            int at = shard.start(output) + row * width;
            image.value().data().buffer().get(at, x, 0, width);
            readScales(shard, row, scale);
            multiply(x, scale, channels, width / channels);
            output.data().buffer().put(at, x, 0, width);
        }
    }

    @Override
    public void backward(Pass pass, Shard shard) {
        Worker worker = shard.worker();
        int width = output.width();
        int channels = scales.value().width();
        int pixels = width / channels;
        float[] errors = worker.scratch(0, width);
        float[] scale = worker.scratch(1, channels);
        float[] x = worker.scratch(2, width);
        for (int row = 0; row < shard.rows(); row++) {
            int at = shard.start(output) + row * width;
            output.error().buffer().get(at, errors, 0, width);
            if (scales.wantsError()) {
                image.value().data().buffer().get(at, x, 0, width);
                for (int channel = 0; channel < channels; channel++) {
                    scale[channel] = RowSums.product(errors, x, channel * pixels, pixels);
                }
                int scaleAt = shard.start(scales.value()) + row * channels;
                scales.give(scale, scaleAt, channels, worker);
            }
            if (image.wantsError()) {
                readScales(shard, row, scale);
                multiply(errors, scale, channels, pixels);
                image.give(errors, at, width, worker);
            }
        }
    }

    private void readScales(Shard shard, int row, float[] scale) {
        int channels = scales.value().width();
        int at = shard.start(scales.value()) + row * channels;
        scales.value().data().buffer().get(at, scale, 0, channels);
    }

    private static void multiply(float[] x, float[] scale, int channels, int pixels) {
        for (int channel = 0; channel < channels; channel++) {
            float by = scale[channel];
            for (int i = channel * pixels; i < (channel + 1) * pixels; i++) {
                x[i] *= by;
            }
        }
    }
}
