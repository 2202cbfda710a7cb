package org.evengrad.engine.dl4j;

import java.nio.FloatBuffer;
import org.bytedeco.javacpp.FloatPointer;
import org.evengrad.engine.executor.Floats;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Views of ND4J's memory as Java buffers. */
final class NativeFloats {
    private NativeFloats() {}

    /**
     * A view of a whole array in its own order. The array must stay reachable as long as the view
     * is used.
     *
     * @throws IllegalStateException if the array is not one piece of 32-bit floats
     */
    static FloatBuffer of(INDArray array) {
        return memory(array).buffer();
    }

    /** The same, with its address. */
    static Floats memory(INDArray array) {
        if (array.dataType() != DataType.FLOAT
                || array.length() > 1 && array.elementWiseStride() != 1 && array.isView()) {
            throw new IllegalStateException(
                    "not one piece of floats: " + array.shapeInfoToString());
        }
        // The address is that of the view: the offset in the underlying buffer is in it.
        FloatPointer pointer = (FloatPointer) array.data().addressPointer();
        return Floats.of(new FloatPointer(pointer).capacity(array.length()));
    }
}
