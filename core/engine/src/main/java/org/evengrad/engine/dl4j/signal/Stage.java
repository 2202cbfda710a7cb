package org.evengrad.engine.dl4j.signal;

import java.util.function.Supplier;

/** A node of a model between arrays on the heap, without the activation at its end. */
interface Stage {
    /** What it gives for a batch, and where that lies. */
    record Output(float[] values, Layout layout, long[] shape) {}

    /**
     * Runs forward.
     *
     * @param inputs what the nodes before gave, with their activations
     * @return the pre-activations
     */
    Output forward(Output[] inputs);

    /**
     * Goes the way back.
     *
     * @param inputs the same as on the way forward, for those who need them again
     * @param errors at the pre-activations
     * @return the errors at the inputs, in new memory; null at one that takes none, and at one that
     *     came before in the list
     */
    float[][] backward(Supplier<Output[]> inputs, float[] errors);
}
