package org.evengrad.engine.dl4j.layers;

import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The arithmetic of a {@link GruLayer}, forward and backward, over a batch of sequences. Keeps from
 * the forward pass what the backward pass needs, outside of DL4J's workspaces.
 */
sealed interface GruPasses permits FloatGru, DoubleGru {
    /** Arrays in the layer's shapes: parameters, or their gradients. */
    record Arrays(INDArray inputWeights, INDArray recurrentWeights, INDArray biases) {}

    /**
     * Computes the states of all steps.
     *
     * @param input {@code [rows, nIn, steps]}
     * @param initial the state before the first step, {@code [rows, n]}; empty for zeros
     * @param mask {@code [rows, steps]}
     * @param training as the activation is told
     * @param output filled: {@code [rows, n, steps]}, in order 'f' and contiguous
     */
    void forward(
            Arrays parameters,
            INDArray input,
            Optional<INDArray> initial,
            Optional<INDArray> mask,
            boolean training,
            INDArray output);

    /** Fills {@code [rows, n]} with the state after the last step of the last forward pass. */
    void lastState(INDArray state);

    /**
     * Computes the gradient behind the last forward pass, which cannot be used a second time.
     *
     * @param epsilon the gradient at the output, {@code [rows, n, steps]}
     * @param firstStep where to stop: earlier steps add nothing and get zeros
     * @param gradient filled, not added to
     * @param inputGradient filled: {@code [rows, nIn, steps]}, in order 'f' and contiguous
     */
    void backward(
            Arrays parameters,
            INDArray epsilon,
            int firstStep,
            Arrays gradient,
            INDArray inputGradient);
}
