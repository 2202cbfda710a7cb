package org.evengrad.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.evengrad.config.LayerConfig.Padding;
import org.evengrad.spi.Activation;

/** The layers of a preset, put one behind the other. Convolutions keep the image, or divide it. */
final class PresetLayers {
    private final List<LayerConfig> layers = new ArrayList<>();

    /** A preset that begins with nothing. */
    static PresetLayers begin() {
        return new PresetLayers();
    }

    /** Appends a layer. */
    PresetLayers add(LayerConfig layer) {
        layers.add(layer);
        return this;
    }

    /** Appends a layer and batch normalization before its activation. */
    PresetLayers addNormalized(LayerConfig layer) {
        return add(layer).add(new LayerConfig.BatchNorm(true));
    }

    /** Appends the means of the channels, the end of a network for images. */
    PresetLayers addGlobalAveragePool() {
        return add(new LayerConfig.GlobalAvgPool(true));
    }

    /** All of them. */
    List<LayerConfig> toList() {
        return List.copyOf(layers);
    }

    /** A block with a path around all layers so far. */
    LayerConfig.Residual toResidual() {
        return new LayerConfig.Residual(toList(), true, 1);
    }

    static LayerConfig.Dense dense(int units, int repeat) {
        return new LayerConfig.Dense(
                units,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                repeat);
    }

    static LayerConfig.Conv conv(int filters, int kernel, int stride) {
        return conv(filters, kernel, stride, 1, Optional.empty());
    }

    static LayerConfig.Conv conv(
            int filters, int kernel, int stride, int groups, Optional<Activation> activation) {
        return new LayerConfig.Conv(
                filters,
                kernel,
                stride,
                Padding.SAME,
                groups,
                activation,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                1);
    }

    static LayerConfig.Conv conv(
            int filters, int kernel, int stride, int groups, Activation activation) {
        return conv(filters, kernel, stride, groups, Optional.of(activation));
    }

    static LayerConfig.DepthwiseConv depthwise(
            int kernel, int stride, Optional<Activation> activation) {
        return new LayerConfig.DepthwiseConv(
                kernel,
                stride,
                Padding.SAME,
                activation,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                1);
    }
}
