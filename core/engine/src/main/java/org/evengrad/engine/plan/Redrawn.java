package org.evengrad.engine.plan;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.evengrad.config.ModelConfig.OverrideConfig;
import org.evengrad.config.plugins.StrategyRegistry;
import org.evengrad.engine.network.FirstWeights;
import org.evengrad.engine.network.Network;
import org.evengrad.spi.Initializer;
import org.evengrad.spi.Role;
import org.evengrad.spi.Tensor;

/**
 * What an override draws anew in a model that was brought along. Biases of such layers begin at
 * zero; those of recurrent layers stay, since gates begin elsewhere. Scales, shifts and statistics
 * of normalization stay.
 */
public final class Redrawn {
    private final Network network;
    private final OverrideConfig override;
    private final Optional<Initializer> biases;
    private final Set<Integer> withWeights;
    private final Set<Integer> recurrent;

    Redrawn(Network network, OverrideConfig override, Optional<Initializer> biases) {
        this.network = network;
        this.override = override;
        this.biases = biases;
        withWeights =
                network.tensors().stream()
                        .filter(tensor -> tensor.role() != Role.NORM)
                        .map(Tensor::layer)
                        .collect(Collectors.toSet());
        recurrent =
                network.tensors().stream()
                        .filter(tensor -> tensor.role() == Role.RECURRENT)
                        .map(Tensor::layer)
                        .collect(Collectors.toSet());
    }

    /**
     * What draws first weights of a whole network anew with each seed.
     *
     * @param own how the network itself draws them; empty if they were given to it, and stay where
     *     nothing else fills them
     * @param weights what fills weights; empty: they stay
     * @param biases what fills biases; empty: zeros where weights are filled
     * @param batches training batches of the same size, for initializers that look at data
     */
    public static FirstWeights of(
            Network network,
            Optional<FirstWeights> own,
            Optional<Initializer> weights,
            Optional<Initializer> biases,
            Batches batches) {
        Redrawn redrawn =
                new Redrawn(network, new OverrideConfig(Optional.empty(), weights), biases);
        return seed -> {
            own.ifPresent(first -> first.draw(seed));
            new Initialization(network, redrawn::initializer, batches).draw(seed);
        };
    }

    private boolean covers(int layer) {
        return override.covers(network.layers().get(layer));
    }

    /** What fills a tensor; empty for one that stays. */
    Optional<Initializer> initializer(Tensor tensor) {
        if (tensor.role() == Role.NORM || !covers(tensor.layer())) {
            return Optional.empty();
        }
        if (tensor.role() != Role.BIAS) {
            return override.initializer();
        }
        return biases.or(
                () ->
                        recurrent.contains(tensor.layer())
                                ? Optional.empty()
                                : Optional.of((values, of, random, algebra) -> {}));
    }

    /** How many layers are drawn anew, for people. */
    String note(StrategyRegistry registry) {
        List<Integer> layers = withWeights.stream().filter(this::covers).toList();
        int others = withWeights.size() - layers.size();
        return "model.override.initializer: "
                + registry.typeOf(override.initializer().orElseThrow()).name()
                + " draws the weights of "
                + layers.size()
                + (layers.size() == 1 ? " layer" : " layers")
                + " anew"
                + (others == 0
                        ? ""
                        : "; " + others + (others == 1 ? " keeps its own" : " keep theirs"));
    }
}
