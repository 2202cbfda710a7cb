package org.evengrad.engine.dl4j.imports;

import java.util.List;
import java.util.OptionalInt;

/**
 * What one input of a model takes.
 *
 * @param name the input of a graph; {@code input} for a chain of layers
 * @param shape of one example, {@code [features]}, {@code [channels, height, width]} or {@code
 *     [features, steps]}, with 0 where the data decides; empty if nothing is known
 * @param symbols how many different whole numbers an embedding takes
 * @param channelsLast whether DL4J wants arrays of {@code [rows, height, width, channels]} or
 *     {@code [rows, steps, features]}
 * @param flattened whether DL4J takes an image as a row of {@code channels * height * width}
 */
public record InputSettings(
        String name,
        List<Integer> shape,
        OptionalInt symbols,
        boolean channelsLast,
        boolean flattened) {
    /** Copies the shape. */
    public InputSettings {
        shape = List.copyOf(shape);
    }

    /** Whether every number of the shape is known. */
    public boolean complete() {
        return !shape.isEmpty() && !shape.contains(0);
    }

    /** Whether data of the given shape of one example fits, as far as the model tells. */
    public boolean takes(List<Integer> example) {
        if (shape.isEmpty()) {
            return true;
        }
        if (example.size() != shape.size()) {
            return false;
        }
        for (int i = 0; i < shape.size(); i++) {
            if (shape.get(i) != 0 && !shape.get(i).equals(example.get(i))) {
                return false;
            }
        }
        return true;
    }
}
