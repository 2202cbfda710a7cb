package org.evengrad.engine.step;

import java.nio.FloatBuffer;
import java.util.random.RandomGenerator;
import org.evengrad.engine.random.KeyedRandom;
import org.evengrad.spi.Algebra;
import org.evengrad.spi.Chunk;
import org.evengrad.spi.Tensor;

/**
 * The chunk that strategies see: a window on native memory, copied to the heap and back. Each
 * worker has one for a whole run.
 */
final class ModelChunk implements Chunk {
    /**
     * Keeps arrays from lying a multiple of 4 KiB apart, where a processor takes reads of one for
     * reads of what was just written to the other.
     */
    private static final int APART = 256;

    private final Layout layout;
    private final long seed;
    private final KeyedRandom random = new KeyedRandom();
    private float[] parameters = new float[0];
    private float[] gradient = new float[0];
    private float[][] states = new float[0][];
    private float[][] shown = new float[0][];

    private int tensor;
    private int start;
    private int size;
    private long step;
    private int firstSlot;
    private int slots;

    ModelChunk(Layout layout, long seed) {
        this.layout = layout;
        this.seed = seed;
    }

    /**
     * Makes room for the chunks of a cut and for copies of slots; allocates on first use of a cut
     * only.
     */
    void reserve(int largest, int copiedSlots) {
        int most = Math.max(copiedSlots, states.length);
        if (parameters.length < largest + APART) {
            parameters = new float[largest + APART];
            gradient = new float[largest + 2 * APART];
            states = new float[0][];
        }
        if (states.length < most) {
            states = new float[most][parameters.length];
            shown = new float[most][];
        }
    }

    /** Moves the window. */
    void at(Cut cut, int chunk, long step) {
        this.tensor = cut.tensor(chunk);
        this.start = cut.start(chunk);
        this.size = cut.size(chunk);
        this.step = step;
    }

    /** Which of the reserved slots a strategy sees as its own. */
    void showSlots(int first, int count) {
        firstSlot = first;
        slots = count;
    }

    int tensorIndex() {
        return tensor;
    }

    /** The place of the first element in the flat arrays. */
    int flatStart() {
        return layout.offset(tensor) + start;
    }

    void loadParameters(FloatBuffer from) {
        from.get(flatStart(), parameters, 0, size);
    }

    /** Shows parameters of another time, which lie flat as in the network. */
    void takeParameters(float[] flat) {
        System.arraycopy(flat, flatStart(), parameters, 0, size);
    }

    void loadGradient(FloatBuffer from, float factor) {
        from.get(flatStart(), gradient, 0, size);
        if (factor != 1) {
            scale(gradient, size, factor);
        }
    }

    private static void scale(float[] values, int size, float factor) {
        for (int i = 0; i < size; i++) {
            values[i] *= factor;
        }
    }

    void loadStates(float[][] from) {
        int flat = flatStart();
        for (int slot = 0; slot < from.length; slot++) {
            System.arraycopy(from[slot], flat, states[slot], 0, size);
            shown[slot] = states[slot];
        }
    }

    /** Shows what an optimizer remembers about a chunk of its own cut: the very arrays. */
    void showStates(OptimizerMemory memory, int ownChunk) {
        if (shown.length < memory.slots()) {
            shown = new float[memory.slots()][];
        }
        for (int slot = 0; slot < memory.slots(); slot++) {
            shown[slot] = memory.piece(slot, ownChunk);
        }
    }

    /** Copies what an optimizer remembers about a chunk of another cut. */
    void loadStates(OptimizerMemory memory) {
        for (int slot = 0; slot < memory.slots(); slot++) {
            memory.read(slot, flatStart(), states[slot], size);
            shown[slot] = states[slot];
        }
    }

    /** Copies back what {@link #loadStates(OptimizerMemory)} copied. */
    void storeStates(OptimizerMemory memory) {
        for (int slot = 0; slot < memory.slots(); slot++) {
            memory.write(slot, flatStart(), states[slot], size);
        }
    }

    void storeParameters(FloatBuffer to) {
        to.put(flatStart(), parameters, 0, size);
    }

    void storeGradient(FloatBuffer to) {
        to.put(flatStart(), gradient, 0, size);
    }

    void storeStates(float[][] to) {
        int flat = flatStart();
        for (int slot = 0; slot < to.length; slot++) {
            System.arraycopy(states[slot], 0, to[slot], flat, size);
        }
    }

    /** Takes a share of what the parameters were off them. */
    void subtract(float share, float[] flatEarlier) {
        System.arraycopy(flatEarlier, flatStart(), gradient, 0, size);
        for (int i = 0; i < size; i++) {
            parameters[i] -= share * gradient[i];
        }
    }

    /** Adds the gradients of the penalties l1·|w| and l2/2·w² to the gradient. */
    void addPenalties(float l1, float l2) {
        if (l2 != 0) {
            for (int i = 0; i < size; i++) {
                gradient[i] += l2 * parameters[i];
            }
        }
        if (l1 != 0) {
            for (int i = 0; i < size; i++) {
                gradient[i] += l1 * Math.signum(parameters[i]);
            }
        }
    }

    @Override
    public Tensor tensor() {
        return layout.tensor(tensor);
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
        if (slot < 0 || slot >= slots) {
            throw new IndexOutOfBoundsException("slot " + slot + " of " + slots);
        }
        return shown[firstSlot + slot];
    }

    @Override
    public RandomGenerator random() {
        random.key(seed, step, tensor, start / Cut.CHUNK);
        return random;
    }

    @Override
    public Algebra algebra() {
        return JavaAlgebra.INSTANCE;
    }
}
