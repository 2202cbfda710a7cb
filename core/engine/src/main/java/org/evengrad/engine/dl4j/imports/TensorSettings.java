package org.evengrad.engine.dl4j.imports;

/**
 * What a model says about one tensor of parameters. The tensors of a model come in the order of its
 * flat parameter array.
 *
 * @param layer the name of the layer or vertex
 * @param parameter DL4J's key within the layer: {@code W}, {@code b}, {@code RW}, {@code gamma}
 * @param elements how many parameters
 * @param motion how it moves
 * @param rateFactor what the optimizer's learning rate is multiplied by; 1 for most
 * @param l1 the weight of the sum of magnitudes
 * @param l2 the weight of half the sum of squares
 * @param weightDecay what is taken off in each step besides the optimizer's step, as a share of the
 *     parameter: decoupled, after the optimizer
 * @param decayFollowsRate whether that share is multiplied by the learning rate
 */
public record TensorSettings(
        String layer,
        String parameter,
        long elements,
        Motion motion,
        double rateFactor,
        double l1,
        double l2,
        double weightDecay,
        boolean decayFollowsRate) {
    /** How a tensor moves. */
    public enum Motion {
        /** By the optimizer. */
        TRAINED,
        /** Not at all: no step, no penalty, no memory. */
        FROZEN,
        /**
         * By its "gradient" as it comes, {@code p -= g}, without division, guards and optimizer:
         * the running statistics of batch normalization.
         */
        STATISTIC
    }
}
