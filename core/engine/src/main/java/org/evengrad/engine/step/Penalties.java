package org.evengrad.engine.step;

/**
 * What each tensor has of its own: penalties, which add {@code l1 * sign(w) + l2 * w} to the
 * gradient, a rate, and a decay beside the optimizer's.
 *
 * @param l1 the weight of the sum of magnitudes, per tensor
 * @param l2 the weight of half the sum of squares, per tensor
 * @param rateFactors what the learning rate is multiplied by, per tensor; null if 1 for all
 * @param decay what share of each parameter is taken off after a step, per tensor; null if none
 * @param decayFollowsRate whether that share is multiplied by the tensor's learning rate; null if
 *     there is no decay
 */
public record Penalties(
        float[] l1, float[] l2, double[] rateFactors, double[] decay, boolean[] decayFollowsRate) {
    /** Penalties alone. */
    public Penalties(float[] l1, float[] l2) {
        this(l1, l2, null, null, null);
    }

    /** No penalties. */
    public static Penalties none(int tensors) {
        return new Penalties(new float[tensors], new float[tensors]);
    }

    double rateFactor(int tensor) {
        return rateFactors == null ? 1 : rateFactors[tensor];
    }

    /** Whether tensors lose a share of what they were. */
    boolean decays() {
        return decay != null;
    }

    /** What share of each parameter is taken off after a step at a rate; 0 for none. */
    float decayShare(int tensor, double rate) {
        if (decay == null) {
            return 0;
        }
        double factor = decayFollowsRate[tensor] ? rate * rateFactor(tensor) : 1;
        return (float) (factor * decay[tensor]);
    }
}
