package org.evengrad.engine.step;

import java.util.Arrays;
import org.evengrad.spi.Optimizer;

/** What an optimizer remembers: floats per parameter, and doubles for the model. */
final class OptimizerMemory {
    final float[][] slots;
    final double[] scalars;

    OptimizerMemory(Optimizer optimizer, int parameters) {
        slots = new float[optimizer.slots()][parameters];
        scalars = new double[optimizer.scalars()];
    }

    OptimizerMemory(float[][] slots, double[] scalars) {
        this.slots = slots;
        this.scalars = scalars;
    }

    OptimizerMemory copy() {
        float[][] copies = new float[slots.length][];
        for (int i = 0; i < slots.length; i++) {
            copies[i] = slots[i].clone();
        }
        return new OptimizerMemory(copies, scalars.clone());
    }

    void copyFrom(OptimizerMemory other) {
        for (int i = 0; i < slots.length; i++) {
            System.arraycopy(other.slots[i], 0, slots[i], 0, slots[i].length);
        }
        System.arraycopy(other.scalars, 0, scalars, 0, scalars.length);
    }

    void clear() {
        for (float[] slot : slots) {
            Arrays.fill(slot, 0);
        }
        Arrays.fill(scalars, 0);
    }
}
