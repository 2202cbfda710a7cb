package org.evengrad.spi;

/**
 * An elementwise function between layers. Softmax belongs to the loss.
 *
 * <p>Both methods are pure, run in parallel, and must not allocate. NaN in gives NaN out.
 *
 * @since 0.1.0
 */
public interface Activation {
    /**
     * Computes {@code y[i] = f(x[i])}.
     *
     * @param x pre-activations
     * @param y receives the outputs; may be the same array as {@code x}
     * @param size how many elements count
     */
    void forward(float[] x, float[] y, int size);

    /**
     * Computes {@code gradient[i] *= f'(x[i])}. Where f has a kink, any value between the slopes on
     * its two sides is right.
     *
     * @param x pre-activations
     * @param y the outputs that {@link #forward} gave for them
     * @param gradient the gradient of the loss by the outputs; becomes that by the pre-activations
     * @param size how many elements count
     */
    void backward(float[] x, float[] y, float[] gradient, int size);

    /**
     * The activation to use in a network of this depth. What is returned is what is saved with the
     * model.
     *
     * @param depth how many layers with weights the network has
     * @return this, or a record of the same type with other options
     */
    default Activation tuned(int depth) {
        return this;
    }
}
