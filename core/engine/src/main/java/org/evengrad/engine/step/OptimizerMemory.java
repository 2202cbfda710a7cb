package org.evengrad.engine.step;

import java.util.Arrays;
import org.evengrad.spi.Optimizer;

/**
 * What an optimizer remembers: floats per parameter, and doubles for the model. The floats lie in
 * one array for each chunk of the optimizer's own cut, which it then reads and writes without a
 * copy.
 */
final class OptimizerMemory {
    final double[] scalars;
    private final float[][][] slots;
    private final int[] starts;
    private final int total;

    OptimizerMemory(Optimizer optimizer, Layout layout, Cut own) {
        total = layout.total();
        starts = new int[own.count()];
        slots = new float[optimizer.slots()][own.count()][];
        for (int piece = 0; piece < starts.length; piece++) {
            starts[piece] = layout.offset(own.tensor(piece)) + own.start(piece);
            for (float[][] slot : slots) {
                slot[piece] = new float[own.size(piece)];
            }
        }
        scalars = new double[optimizer.scalars()];
    }

    private OptimizerMemory(OptimizerMemory other) {
        total = other.total;
        starts = other.starts;
        slots = new float[other.slots.length][starts.length][];
        for (int slot = 0; slot < slots.length; slot++) {
            for (int piece = 0; piece < starts.length; piece++) {
                slots[slot][piece] = other.slots[slot][piece].clone();
            }
        }
        scalars = other.scalars.clone();
    }

    /** How many floats there are for each parameter. */
    int slots() {
        return slots.length;
    }

    /** The floats of one chunk of the optimizer's own cut; no copy. */
    float[] piece(int slot, int chunk) {
        return slots[slot][chunk];
    }

    /** Copies the floats of neighboring parameters of one tensor. */
    void read(int slot, int flat, float[] into, int size) {
        int done = 0;
        for (int piece = pieceOf(flat); done < size; piece++) {
            float[] values = slots[slot][piece];
            int from = flat + done - starts[piece];
            int count = Math.min(size - done, values.length - from);
            System.arraycopy(values, from, into, done, count);
            done += count;
        }
    }

    /** Replaces the floats of neighboring parameters of one tensor. */
    void write(int slot, int flat, float[] values, int size) {
        int done = 0;
        for (int piece = pieceOf(flat); done < size; piece++) {
            float[] own = slots[slot][piece];
            int to = flat + done - starts[piece];
            int count = Math.min(size - done, own.length - to);
            System.arraycopy(values, done, own, to, count);
            done += count;
        }
    }

    private int pieceOf(int flat) {
        int found = Arrays.binarySearch(starts, flat);
        return found >= 0 ? found : -found - 2;
    }

    /** Copies of all slots, each as long as the flat parameters. */
    float[][] flatSlots() {
        float[][] flat = new float[slots.length][total];
        for (int slot = 0; slot < slots.length; slot++) {
            for (int piece = 0; piece < starts.length; piece++) {
                float[] values = slots[slot][piece];
                System.arraycopy(values, 0, flat[slot], starts[piece], values.length);
            }
        }
        return flat;
    }

    /** Goes back to what {@link #flatSlots()} and the scalars were. */
    void restore(float[][] flatSlots, double[] savedScalars) {
        for (int slot = 0; slot < slots.length; slot++) {
            for (int piece = 0; piece < starts.length; piece++) {
                float[] values = slots[slot][piece];
                System.arraycopy(flatSlots[slot], starts[piece], values, 0, values.length);
            }
        }
        System.arraycopy(savedScalars, 0, scalars, 0, scalars.length);
    }

    OptimizerMemory copy() {
        return new OptimizerMemory(this);
    }

    void copyFrom(OptimizerMemory other) {
        for (int slot = 0; slot < slots.length; slot++) {
            for (int piece = 0; piece < starts.length; piece++) {
                float[] values = slots[slot][piece];
                System.arraycopy(other.slots[slot][piece], 0, values, 0, values.length);
            }
        }
        System.arraycopy(other.scalars, 0, scalars, 0, scalars.length);
    }

    void clear() {
        for (float[][] slot : slots) {
            for (float[] values : slot) {
                Arrays.fill(values, 0);
            }
        }
        Arrays.fill(scalars, 0);
    }
}
