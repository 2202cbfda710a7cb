package org.evengrad.testkit;

import java.util.random.RandomGenerator;
import org.evengrad.spi.Algebra;
import org.evengrad.spi.Chunk;
import org.evengrad.spi.Tensor;

/**
 * A chunk on given arrays.
 *
 * @since 0.1.0
 */
public final class ArrayChunk implements Chunk {
    private static final int RANDOM_BLOCK = 4096;

    private final Tensor tensor;
    private final int start;
    private final int size;
    private final float[] parameters;
    private final float[] gradient;
    private final float[][] state;

    /**
     * A piece of a tensor.
     *
     * @param tensor the tensor
     * @param start the index within the tensor of element 0
     * @param size how many elements of each array count; an array may be longer
     * @param parameters not copied
     * @param gradient not copied
     * @param state one array for each slot, not copied
     */
    public ArrayChunk(
            Tensor tensor,
            int start,
            int size,
            float[] parameters,
            float[] gradient,
            float[]... state) {
        this.tensor = tensor;
        this.start = start;
        this.size = size;
        this.parameters = parameters;
        this.gradient = gradient;
        this.state = state;
    }

    @Override
    public Tensor tensor() {
        return tensor;
    }

    @Override
    public int start() {
        return start;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public float[] parameters() {
        return parameters;
    }

    @Override
    public float[] gradient() {
        return gradient;
    }

    @Override
    public float[] state(int slot) {
        return state[slot];
    }

    /** The same sequence for the same tensor and block of 4096 elements, whatever the step. */
    @Override
    public RandomGenerator random() {
        return SeededRandom.of(((long) tensor.index() << 32) + start / RANDOM_BLOCK);
    }

    @Override
    public Algebra algebra() {
        return new PlainAlgebra();
    }
}
