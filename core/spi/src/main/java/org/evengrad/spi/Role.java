package org.evengrad.spi;

/**
 * What a tensor does in the network. Running statistics are no tensors.
 *
 * @since 0.1.0
 */
public enum Role {
    /** Weights of a hidden layer. */
    WEIGHT,
    /** Weights from one time step to the next. */
    RECURRENT,
    /** Biases. */
    BIAS,
    /** Scale and shift of a normalization layer. */
    NORM,
    /** Rows that are looked up by index. */
    EMBEDDING,
    /** The last weights of a residual branch. */
    BRANCH_END,
    /** Weights of the output layer. */
    OUTPUT;

    /** Whether weight decay applies: not to biases, and not to normalization. */
    public boolean decays() {
        return this != BIAS && this != NORM;
    }
}
