package org.evengrad.engine.network;

import java.util.List;

/**
 * What became of a random direction on its way from the last pre-activation back through a network.
 *
 * @param layers one for each layer, in order, the output layer last
 * @param branches one for each residual block, in order
 * @param alongTime one for each recurrent layer, in order
 */
public record Signals(
        List<LayerSignal> layers, List<BranchSignal> branches, List<TimeSignal> alongTime) {
    /** Keeps copies. */
    public Signals {
        layers = List.copyOf(layers);
        branches = List.copyOf(branches);
        alongTime = List.copyOf(alongTime);
    }
}
