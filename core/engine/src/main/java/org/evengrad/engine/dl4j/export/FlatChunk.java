package org.evengrad.engine.dl4j.export;

import java.util.List;
import java.util.random.RandomGenerator;
import org.evengrad.spi.Algebra;
import org.evengrad.spi.Chunk;
import org.evengrad.spi.Role;
import org.evengrad.spi.Tensor;

/** One small tensor on the heap, with what an optimizer remembers about it. */
record FlatChunk(Tensor tensor, float[] parameters, float[] gradient, float[][] slots)
        implements Chunk {
    /** All zero. */
    static FlatChunk of(int size, int slots) {
        Tensor tensor =
                new Tensor(
                        "probe", 0, 0, 1, Role.WEIGHT, List.of(1, size), 1, size, 1, 0, 0, 0, 1, 1);
        return new FlatChunk(tensor, new float[size], new float[size], new float[slots][size]);
    }

    @Override
    public int start() {
        return 0;
    }

    @Override
    public int size() {
        return parameters.length;
    }

    @Override
    public float[] state(int slot) {
        return slots[slot];
    }

    @Override
    public RandomGenerator random() {
        throw new UnsupportedOperationException("no updater of DL4J's draws");
    }

    @Override
    public Algebra algebra() {
        throw new UnsupportedOperationException("no updater of DL4J's multiplies matrices");
    }
}
