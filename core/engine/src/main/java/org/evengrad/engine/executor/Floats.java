package org.evengrad.engine.executor;

import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.bytedeco.javacpp.FloatPointer;

/**
 * Native memory for floats, for BLAS through its address and for Java through a buffer.
 *
 * @param address of the first element; its position is never moved
 * @param buffer the same memory
 */
public record Floats(FloatPointer address, FloatBuffer buffer) {
    /** New memory, filled with zeros. */
    public static Floats allocate(long size) {
        FloatPointer memory = new FloatPointer(Math.max(1, size));
        FloatPointer.memset(memory, 0, Math.max(1, size) * Float.BYTES);
        return of(memory);
    }

    /**
     * Memory that somebody else has, and that must stay reachable from there.
     *
     * @param memory its capacity is its size
     */
    public static Floats of(FloatPointer memory) {
        return new Floats(
                memory, memory.asByteBuffer().order(ByteOrder.nativeOrder()).asFloatBuffer());
    }

    /** How many floats there are. */
    public int size() {
        return buffer.limit();
    }
}
