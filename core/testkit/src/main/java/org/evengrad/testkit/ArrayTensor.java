package org.evengrad.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.function.Consumer;
import org.evengrad.spi.Chunk;
import org.evengrad.spi.Grain;
import org.evengrad.spi.Tensor;

/**
 * A whole tensor on the heap: parameters, gradient and slots, which it hands out in chunks as an
 * engine does.
 *
 * @since 0.1.0
 */
public final class ArrayTensor {
    /** How far a chunk's arrays reach beyond its size. */
    private static final int MARGIN = 9;

    /** What stands there: a number that any rule changes which runs too far. */
    private static final float BEYOND = 3;

    private final Tensor tensor;
    private final float[] parameters;
    private final float[] gradient;
    private final float[][] state;

    /**
     * A tensor with a gradient of zero and empty slots.
     *
     * @param parameters its first values, copied
     * @param slots how many floats are remembered for each parameter
     */
    public ArrayTensor(Tensor tensor, float[] parameters, int slots) {
        this.tensor = tensor;
        this.parameters = Arrays.copyOf(parameters, tensor.size());
        this.gradient = new float[tensor.size()];
        this.state = new float[slots][tensor.size()];
    }

    /** What it is. */
    public Tensor tensor() {
        return tensor;
    }

    /** The parameters themselves. */
    public float[] parameters() {
        return parameters;
    }

    /** The gradient itself. */
    public float[] gradient() {
        return gradient;
    }

    /** A slot itself. */
    public float[] state(int slot) {
        return state[slot];
    }

    /** Replaces the gradient. */
    public void gradient(float[] values) {
        System.arraycopy(values, 0, gradient, 0, gradient.length);
    }

    /** The smallest chunk that a grain allows. */
    public int smallestChunk(Grain grain) {
        return switch (grain) {
            case ELEMENTS -> 1;
            case UNITS -> tensor.size() / tensor.units();
            case TENSORS -> tensor.size();
        };
    }

    /**
     * Hands the tensor to a kernel, chunk by chunk.
     *
     * @param chunkSize the size of all chunks but the last
     * @throws AssertionError if the kernel wrote beyond the size of a chunk
     */
    public void each(int chunkSize, Consumer<Chunk> kernel) {
        for (int start = 0; start < tensor.size(); start += chunkSize) {
            int size = Math.min(chunkSize, tensor.size() - start);
            float[] chunkParameters = slice(parameters, start, size);
            float[] chunkGradient = slice(gradient, start, size);
            float[][] chunkState = new float[state.length][];
            for (int slot = 0; slot < state.length; slot++) {
                chunkState[slot] = slice(state[slot], start, size);
            }
            kernel.accept(
                    new ArrayChunk(
                            tensor, start, size, chunkParameters, chunkGradient, chunkState));
            copyBack(chunkParameters, parameters, start, size);
            copyBack(chunkGradient, gradient, start, size);
            for (int slot = 0; slot < state.length; slot++) {
                copyBack(chunkState[slot], state[slot], start, size);
            }
        }
    }

    private static float[] slice(float[] whole, int start, int size) {
        float[] slice = new float[size + MARGIN];
        System.arraycopy(whole, start, slice, 0, size);
        Arrays.fill(slice, size, slice.length, BEYOND);
        return slice;
    }

    private static void copyBack(float[] slice, float[] whole, int start, int size) {
        for (int i = size; i < slice.length; i++) {
            assertEquals(BEYOND, slice[i], "element " + i + " of a chunk of size " + size);
        }
        System.arraycopy(slice, 0, whole, start, size);
    }
}
