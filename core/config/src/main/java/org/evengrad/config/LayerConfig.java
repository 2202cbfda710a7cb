package org.evengrad.config;

import java.util.Optional;
import org.evengrad.config.bind.Key;
import org.evengrad.config.bind.Variants;
import org.evengrad.spi.Activation;
import org.evengrad.spi.Initializer;

/**
 * A layer of the network: exactly one type key, and what belongs to it.
 *
 * @since 0.1.0
 */
@Variants(
        noun = "layer",
        planned = {
            "conv",
            "depthwise-conv",
            "max-pool",
            "avg-pool",
            "global-avg-pool",
            "batch-norm",
            "layer-norm",
            "dropout",
            "lstm",
            "gru",
            "simple-rnn",
            "residual",
            "dense-block",
            "squeeze-excite",
            "bidirectional",
            "embedding"
        })
public sealed interface LayerConfig {
    /** How many times the layer stands in the network, each time with fresh weights. */
    int repeat();

    /**
     * A fully connected layer.
     *
     * @param units outputs; the key {@code dense}
     * @param activation what follows; empty: the network's
     * @param initializer the first weights; empty: the network's
     * @param l1 penalty on the magnitude of the weights; empty: the model's
     * @param l2 penalty on the square of the weights; empty: the model's
     * @param repeat how many times
     */
    record Dense(
            @Key(name = "dense", range = "[1, inf)") int units,
            Optional<Activation> activation,
            Optional<Initializer> initializer,
            @Key(range = "[0, inf)") Optional<Double> l1,
            @Key(range = "[0, inf)") Optional<Double> l2,
            @Key(range = "[1, inf)", absent = "1") int repeat)
            implements LayerConfig {}
}
