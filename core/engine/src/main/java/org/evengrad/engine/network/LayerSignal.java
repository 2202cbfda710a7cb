package org.evengrad.engine.network;

/**
 * What one layer does to signals, measured on one batch with a random direction v at the last
 * pre-activation y. Delta is the gradient of v·y with respect to the layer's output, as an L2 norm
 * over units and examples.
 *
 * <p>For the output layer delta is the norm of v itself, and the gains are those of its weights. An
 * activation that stands behind a layer on its own, and reads nothing else, is that layer's. So
 *
 * <pre>
 * logDelta of the layer before = logDelta + ln activationGain + ln weightGain + ln structureGain
 * </pre>
 *
 * <p>up to rounding. All is NaN from where numbers were no longer finite.
 *
 * @param layer the layer's name
 * @param logDelta the natural logarithm of the norm of the gradient with respect to the layer's
 *     output, which may be far below what a float holds; negative infinity if nothing arrived
 * @param activationGain |f'(z) * delta_h| / |delta_h|; NaN if nothing arrived
 * @param weightGain |W' delta_z| / |delta_z|, which is the step to the layer before; NaN if nothing
 *     arrived or for the first layer
 * @param structureGain what lies between this layer's input and the output of the layer before
 *     does: pooling, a path around a block; 1 if nothing does, NaN as for the weights
 * @param expectedStructureGain what an average over m cells does to a random direction, 1/sqrt(m),
 *     for all averages that lie between: no layer's fault
 * @param preActivationVariance the variance of the layer's pre-activation over units and examples
 * @param forwardVariance the variance of the layer's output over units and examples
 * @param largestOutput the largest magnitude among the layer's outputs
 * @param width how many numbers it gives for one example
 * @param kind what it is, as far as judging goes
 * @param deadShare the share of units whose slope f'(z) is zero on all examples, at all pixels and
 *     time steps; a unit of a convolution is a filter; 0 for a layer without a hidden activation
 * @param saturatedShare the share of pairs of unit and example, pixel by pixel and step by step,
 *     whose |f'(z)| is below 5% of its maximum, where the activation is bounded; 0 elsewhere
 * @param slopePeak the largest |f'(z)| that the layer's activation has anywhere; 1 without one
 */
public record LayerSignal(
        String layer,
        double logDelta,
        double activationGain,
        double weightGain,
        double structureGain,
        double expectedStructureGain,
        double preActivationVariance,
        double forwardVariance,
        double largestOutput,
        int width,
        Kind kind,
        double deadShare,
        double saturatedShare,
        double slopePeak) {
    /** What a layer is, as far as judging goes. */
    public enum Kind {
        /** Dense, convolution, and all else with weights. */
        WEIGHTS,
        /**
         * Normalization: its weight gain is that of its Jacobian, to be judged together with that
         * of the layer that it follows, whose scale it cancels.
         */
        NORMALIZATION,
        /** Recurrent: gates and states inside, looked at along time. */
        RECURRENT,
        /** Takes symbols: nothing flows through it. */
        EMBEDDING,
        /** The last one, with the loss. */
        OUTPUT
    }
}
