package org.evengrad.engine.executor.layers;

import java.nio.FloatBuffer;
import org.evengrad.engine.executor.Nonlinearity;

/** An activation of the input's product and the recurrent product: Elman 1990. */
final class SimpleCell implements Cell {
    private static final float[] NOTHING = {};

    private final Nonlinearity activation;
    private final int units;
    private int rows;
    private int size;
    private float[] biases = {};
    private float[][] preActivations = {};
    private float[][] outputs = {};

    SimpleCell(Nonlinearity activation, int units) {
        this.activation = activation;
        this.units = units;
    }

    @Override
    public void begin(int steps, int newRows, FloatBuffer all, int atBiases) {
        rows = newRows;
        size = rows * units;
        biases = Parts.reserve(biases, size);
        Parts.repeat(all, atBiases, biases, rows, units);
        if (activation.readsInput()) {
            preActivations = Parts.reserve(preActivations, steps, size);
        }
        outputs = Parts.reserve(outputs, steps + 1, size);
    }

    @Override
    public int states() {
        return 1;
    }

    @Override
    public float[] state(int which, int steps) {
        return outputs[steps];
    }

    @Override
    public void forward(
            int step, FloatBuffer own, int atOwn, FloatBuffer recurrent, int atRecurrent) {
        float[] output = outputs[step + 1];
        own.get(atOwn, output, 0, size);
        Biases.add(output, biases, size);
        if (activation.readsInput()) {
            System.arraycopy(output, 0, preActivations[step], 0, size);
        }
        activation.forward(output, output, size);
    }

    @Override
    public float[] carried() {
        return NOTHING;
    }

    @Override
    public void backward(
            int step,
            float[] error,
            FloatBuffer own,
            int atOwn,
            FloatBuffer recurrent,
            int atRecurrent) {
        float[] preActivation = activation.readsInput() ? preActivations[step] : outputs[step + 1];
        activation.backward(preActivation, outputs[step + 1], error, size);
        own.put(atOwn, error, 0, size);
    }
}
