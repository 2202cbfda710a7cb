package org.evengrad.engine.dl4j.layers;

import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Addresses of ND4J's arrays, and memory of our own outside of DL4J's workspaces. The array must
 * stay reachable as long as its address is used.
 */
final class NativeMemory {
    private NativeMemory() {}

    /** The first element of a contiguous array of floats; a view's offset is in it. */
    static FloatPointer address(INDArray array) {
        if (array.dataType() != DataType.FLOAT
                || !hasRowStrides(array) && !hasColumnStrides(array)) {
            throw new IllegalStateException(
                    "not one piece of floats: " + array.shapeInfoToString());
        }
        return new FloatPointer((FloatPointer) array.data().addressPointer())
                .capacity(array.length());
    }

    /** Whether the elements lie in order 'f', whatever the array says of itself. */
    static boolean hasColumnStrides(INDArray array) {
        long expected = 1;
        for (int axis = 0; axis < array.rank(); axis++) {
            if (array.size(axis) > 1 && array.stride(axis) != expected) {
                return false;
            }
            expected *= array.size(axis);
        }
        return true;
    }

    /** Whether the elements lie in order 'c', whatever the array says of itself. */
    static boolean hasRowStrides(INDArray array) {
        long expected = 1;
        for (int axis = array.rank() - 1; axis >= 0; axis--) {
            if (array.size(axis) > 1 && array.stride(axis) != expected) {
                return false;
            }
            expected *= array.size(axis);
        }
        return true;
    }

    static FloatBuffer floats(INDArray array) {
        return floats(address(array));
    }

    static FloatBuffer floats(FloatPointer pointer) {
        return pointer.asByteBuffer().order(ByteOrder.nativeOrder()).asFloatBuffer();
    }

    /** The element at an offset. */
    static FloatPointer at(FloatPointer pointer, long offset) {
        return new FloatPointer(pointer).position(offset);
    }
}
