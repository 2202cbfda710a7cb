package org.evengrad.engine.step;

/**
 * What the penalties add to the gradient, tensor by tensor: {@code l1 * sign(w) + l2 * w}.
 *
 * @param l1 the weight of the sum of magnitudes, per tensor
 * @param l2 the weight of half the sum of squares, per tensor
 */
public record Penalties(float[] l1, float[] l2) {
    /** No penalties. */
    public static Penalties none(int tensors) {
        return new Penalties(new float[tensors], new float[tensors]);
    }
}
