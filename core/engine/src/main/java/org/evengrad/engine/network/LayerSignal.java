package org.evengrad.engine.network;

/**
 * What one layer does to signals, measured on one batch with a random direction v at the last
 * pre-activation y. Delta is the gradient of v·y with respect to the layer's output, as an L2 norm
 * over units and examples.
 *
 * <p>For the output layer delta is the norm of v itself, and the gains are those of its weights.
 *
 * @param layer the layer's name
 * @param logDelta the natural logarithm of the norm of the gradient with respect to the layer's
 *     output, which may be far below what a float holds; negative infinity if nothing arrived
 * @param activationGain |f'(z) * delta_h| / |delta_h|; NaN if nothing arrived
 * @param weightGain |W' delta_z| / |delta_z|, which is the step to the layer before; NaN if nothing
 *     arrived or for the first layer
 * @param structureGain what lies between this layer's input and the output of the layer before
 *     does: pooling, a path around a block; 1 if nothing does, NaN as for the weights
 * @param preActivationVariance the variance of the layer's pre-activation over units and examples
 * @param forwardVariance the variance of the layer's output over units and examples
 * @param largestOutput the largest magnitude among the layer's outputs
 * @param width how many numbers it gives for one example
 */
public record LayerSignal(
        String layer,
        double logDelta,
        double activationGain,
        double weightGain,
        double structureGain,
        double preActivationVariance,
        double forwardVariance,
        double largestOutput,
        int width) {}
