package org.evengrad.engine.executor.layers;

import java.nio.FloatBuffer;
import org.evengrad.engine.executor.Nonlinearity;
import org.evengrad.engine.executor.Value;
import org.evengrad.engine.executor.Worker;

/** The way back through an activation. */
final class Slopes {
    private Slopes() {}

    /**
     * Multiplies the error of a value by the slope of the activation that made it.
     *
     * @param preActivation what the activation was given; read only if its slope needs it
     * @param start the first element
     * @param size how many elements
     */
    static void multiply(
            Nonlinearity activation,
            Value preActivation,
            Value output,
            int start,
            int size,
            Worker worker) {
        float[] x = worker.scratch(0, Worker.CHUNK);
        float[] y = worker.scratch(1, Worker.CHUNK);
        float[] slope = worker.scratch(2, Worker.CHUNK);
        FloatBuffer errors = output.error().buffer();
        for (int at = start; at < start + size; at += Worker.CHUNK) {
            int piece = Math.min(Worker.CHUNK, start + size - at);
            if (activation.readsInput()) {
                preActivation.data().buffer().get(at, x, 0, piece);
            }
            output.data().buffer().get(at, y, 0, piece);
            errors.get(at, slope, 0, piece);
            activation.backward(x, y, slope, piece);
            errors.put(at, slope, 0, piece);
        }
    }
}
