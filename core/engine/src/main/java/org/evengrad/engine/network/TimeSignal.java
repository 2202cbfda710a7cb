package org.evengrad.engine.network;

import java.util.List;

/**
 * What a recurrent layer does to the gradient with respect to its state, from the last time step
 * that counts back to earlier ones. The state of an LSTM is its cell and its output together. The
 * gradient starts as a random direction at the output of the last step, on a few examples.
 *
 * @param layer the layer's name
 * @param logGain by lag, from 0: the natural logarithm of the norm of the gradient at that many
 *     steps before the last one, over that at the last one; negative infinity where nothing arrived
 * @param carriedGain the geometric mean per step of what is carried by the gate (LSTM: forget gate;
 *     GRU: the gate that keeps the state) or, in a simple layer, of the activation's slope
 * @param remainingGain the geometric mean per step of all else: the recurrent weights
 * @param gated whether {@code carriedGain} is a gate's
 */
public record TimeSignal(
        String layer,
        List<Double> logGain,
        double carriedGain,
        double remainingGain,
        boolean gated) {
    /** Keeps a copy. */
    public TimeSignal {
        logGain = List.copyOf(logGain);
    }
}
