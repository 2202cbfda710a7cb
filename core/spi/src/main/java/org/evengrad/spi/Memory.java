package org.evengrad.spi;

/**
 * What a running schedule or guard remembers, in a form that can be saved and restored exactly. One
 * that remembers nothing inherits both methods.
 *
 * @since 0.1.0
 */
public interface Memory {
    /** All that is remembered; not changed by later steps. */
    default double[] save() {
        return new double[0];
    }

    /**
     * Goes back to what {@link #save()} gave.
     *
     * @param saved an array that {@link #save()} of the same strategy with the same options gave
     */
    default void restore(double[] saved) {}
}
