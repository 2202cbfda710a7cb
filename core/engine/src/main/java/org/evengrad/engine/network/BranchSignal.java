package org.evengrad.engine.network;

import java.util.List;

/**
 * What a residual block, h + F(h), does to the signal v that arrives at its sum.
 *
 * @param block the name of the vertex that adds
 * @param layers the names of the layers on its paths, in order, with those on the way around
 * @param gain |v + J_F' v| / |v|, with whatever lies on the way around; NaN if nothing arrived
 * @param branchRatio |J_F' v| / |v|: what the branch alone does; NaN if nothing arrived
 */
public record BranchSignal(String block, List<String> layers, double gain, double branchRatio) {
    /** Keeps a copy. */
    public BranchSignal {
        layers = List.copyOf(layers);
    }
}
