package org.evengrad.engine.executor.layers;

import java.nio.FloatBuffer;
import org.evengrad.engine.executor.Nonlinearity;
import org.evengrad.engine.executor.SmoothSteps;

/**
 * Long short-term memory: Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al.
 * 2000. With the parts a, f, o, g of the pre-activations, in this order, and memory c:
 *
 * <pre>
 * c' = sigmoid(f) * c + sigmoid(g) * act(a)
 * h' = sigmoid(o) * act(c')
 * </pre>
 */
final class LstmCell implements Cell {
    private static final int PARTS = 4;
    private static final int CANDIDATE = 0;
    private static final int FORGET = 1;
    private static final int OUTPUT = 2;
    private static final int INPUT = 3;

    private final Nonlinearity activation;
    private final int units;
    private int rows;
    private int size;

    /** Activated, for each part and step. */
    private final float[][][] gates = new float[PARTS][0][0];

    private final float[][] biases = new float[PARTS][0];
    private float[][] preActivations = {};
    private float[][] memories = {};
    private float[][] activated = {};
    private float[][] outputs = {};
    private float[] memoryError = {};
    private float[] gateError = {};

    LstmCell(Nonlinearity activation, int units) {
        this.activation = activation;
        this.units = units;
    }

    @Override
    public void begin(int steps, int newRows, FloatBuffer all, int atBiases) {
        rows = newRows;
        size = rows * units;
        for (int part = 0; part < PARTS; part++) {
            gates[part] = Parts.reserve(gates[part], steps, size);
            biases[part] = Parts.reserve(biases[part], size);
            Parts.repeat(all, atBiases + part * units, biases[part], rows, units);
        }
        if (activation.readsInput()) {
            preActivations = Parts.reserve(preActivations, steps, size);
        }
        memories = Parts.reserve(memories, steps + 1, size);
        activated = Parts.reserve(activated, steps, size);
        outputs = Parts.reserve(outputs, steps + 1, size);
        memoryError = Parts.reserve(memoryError, size);
        gateError = Parts.reserve(gateError, size);
    }

    @Override
    public int states() {
        return 2;
    }

    @Override
    public float[] state(int which, int steps) {
        return which == 0 ? outputs[steps] : memories[steps];
    }

    @Override
    public void forward(
            int step, FloatBuffer own, int atOwn, FloatBuffer recurrent, int atRecurrent) {
        for (int part = 0; part < PARTS; part++) {
            float[] gate = gates[part][step];
            Parts.read(own, atOwn, rows, PARTS, part, gate, units);
            Biases.add(gate, biases[part], size);
            if (part != CANDIDATE) {
                SmoothSteps.sigmoid(gate, size);
            }
        }
        float[] candidate = gates[CANDIDATE][step];
        if (activation.readsInput()) {
            System.arraycopy(candidate, 0, preActivations[step], 0, size);
        }
        activation.forward(candidate, candidate, size);
        remember(
                memories[step],
                gates[FORGET][step],
                gates[INPUT][step],
                candidate,
                memories[step + 1],
                size);
        activation.forward(memories[step + 1], activated[step], size);
        product(gates[OUTPUT][step], activated[step], outputs[step + 1], size);
    }

    private static void remember(
            float[] before,
            float[] forget,
            float[] in,
            float[] candidate,
            float[] after,
            int size) {
        for (int i = 0; i < size; i++) {
            after[i] = forget[i] * before[i] + in[i] * candidate[i];
        }
    }

    private static void product(float[] a, float[] b, float[] product, int size) {
        for (int i = 0; i < size; i++) {
            product[i] = a[i] * b[i];
        }
    }

    @Override
    public float[] carried() {
        return memoryError;
    }

    @Override
    public void backward(
            int step,
            float[] error,
            FloatBuffer own,
            int atOwn,
            FloatBuffer recurrent,
            int atRecurrent) {
        float[] candidate = gates[CANDIDATE][step];
        float[] forget = gates[FORGET][step];
        float[] out = gates[OUTPUT][step];
        float[] in = gates[INPUT][step];

        gateError(error, activated[step], out, gateError, size);
        Parts.write(own, atOwn, rows, PARTS, OUTPUT, gateError, units);

        product(error, out, gateError, size);
        activation.backward(memories[step + 1], activated[step], gateError, size);
        Biases.add(memoryError, gateError, size);

        gateError(memoryError, candidate, in, gateError, size);
        Parts.write(own, atOwn, rows, PARTS, INPUT, gateError, units);

        gateError(memoryError, memories[step], forget, gateError, size);
        Parts.write(own, atOwn, rows, PARTS, FORGET, gateError, units);

        product(memoryError, in, gateError, size);
        float[] preActivation = activation.readsInput() ? preActivations[step] : candidate;
        activation.backward(preActivation, candidate, gateError, size);
        Parts.write(own, atOwn, rows, PARTS, CANDIDATE, gateError, units);

        product(memoryError, forget, memoryError, size);
    }

    /** The error before a sigmoid that something was multiplied by. */
    private static void gateError(
            float[] error, float[] other, float[] gate, float[] gateError, int size) {
        for (int i = 0; i < size; i++) {
            gateError[i] = error[i] * other[i] * (gate[i] * (1 - gate[i]));
        }
    }
}
