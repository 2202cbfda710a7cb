package org.evengrad.engine.executor;

/**
 * The loss of rows, and what they predict. Runs on several threads at once; keeps nothing.
 *
 * @see org.evengrad.engine.executor.layers.Output
 */
public interface RowLoss {
    /**
     * Turns pre-activations into predictions, in place.
     *
     * @param values {@code [rows][width]}
     * @param scratch memory for the moment, as large
     */
    void predict(float[] values, float[] scratch, int rows, int width);

    /**
     * Adds up losses, and computes the errors of the pre-activations.
     *
     * @param preActivations {@code [rows][width]}; receives the errors
     * @param predictions what {@link #predict} made of them
     * @param targets {@code [rows][width]}; may be overwritten
     * @param factors {@code [rows][width]}, what each number's loss is multiplied by; null for 1
     */
    double loss(
            float[] preActivations,
            float[] predictions,
            float[] targets,
            float[] factors,
            int rows,
            int width);
}
