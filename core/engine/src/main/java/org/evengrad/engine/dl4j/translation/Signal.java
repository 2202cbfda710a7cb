package org.evengrad.engine.dl4j.translation;

import org.evengrad.engine.executor.Value;
import org.evengrad.engine.executor.Value.Shape;

/**
 * What flows from one node to the next.
 *
 * @param value the memory
 * @param shape what a row of it holds for its reader; as long as what the value itself says
 */
record Signal(Value value, Shape shape) {
    /** Notes that a layer reads it. */
    Value.Use use() {
        return value.use();
    }
}
