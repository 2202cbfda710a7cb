package org.evengrad.engine.executor.layers;

import java.nio.FloatBuffer;
import org.evengrad.engine.executor.Nonlinearity;
import org.evengrad.engine.executor.SmoothSteps;

/**
 * A gated recurrent unit: Cho et al. 2014, arXiv 1406.1078, in the form that multiplies the reset
 * gate with the recurrent product. With the parts r, z, a of the input's product, in this order,
 * those of the recurrent product r', z', a', and biases in both:
 *
 * <pre>
 * c  = act(a + sigmoid(r + r') * a')
 * h' = c + sigmoid(z + z') * (h - c)
 * </pre>
 */
final class GruCell implements Cell {
    private static final int PARTS = 3;
    private static final int RESET = 0;
    private static final int UPDATE = 1;
    private static final int CANDIDATE = 2;

    private final Nonlinearity activation;
    private final int units;
    private int rows;
    private int size;

    /** Activated, for each part and step. */
    private final float[][][] gates = new float[PARTS][0][0];

    /** The biases of the two products together for the gates, else those of the input's. */
    private final float[][] biases = new float[PARTS][0];

    private float[] recurrentBias = {};
    private float[][] recurrentCandidates = {};
    private float[][] preActivations = {};
    private float[][] outputs = {};
    private float[] stateError = {};
    private float[] partError = {};
    private float[] candidateError = {};

    GruCell(Nonlinearity activation, int units) {
        this.activation = activation;
        this.units = units;
    }

    @Override
    public void begin(int steps, int newRows, FloatBuffer all, int atBiases) {
        rows = newRows;
        size = rows * units;
        partError = Parts.reserve(partError, size);
        for (int part = 0; part < PARTS; part++) {
            gates[part] = Parts.reserve(gates[part], steps, size);
            biases[part] = Parts.reserve(biases[part], size);
            Parts.repeat(all, atBiases + part * units, biases[part], rows, units);
            if (part != CANDIDATE) {
                Parts.repeat(all, atBiases + (PARTS + part) * units, partError, rows, units);
                Biases.add(biases[part], partError, size);
            }
        }
        recurrentBias = Parts.reserve(recurrentBias, size);
        Parts.repeat(all, atBiases + (PARTS + CANDIDATE) * units, recurrentBias, rows, units);
        recurrentCandidates = Parts.reserve(recurrentCandidates, steps, size);
        if (activation.readsInput()) {
            preActivations = Parts.reserve(preActivations, steps, size);
        }
        outputs = Parts.reserve(outputs, steps + 1, size);
        stateError = Parts.reserve(stateError, size);
        candidateError = Parts.reserve(candidateError, size);
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
        for (int part = 0; part < PARTS; part++) {
            float[] gate = gates[part][step];
            float[] other = part == CANDIDATE ? recurrentCandidates[step] : partError;
            Parts.read(own, atOwn, rows, PARTS, part, gate, units);
            Parts.read(recurrent, atRecurrent, rows, PARTS, part, other, units);
            Biases.add(gate, biases[part], size);
            if (part == CANDIDATE) {
                Biases.add(other, recurrentBias, size);
            } else {
                Biases.add(gate, other, size);
                SmoothSteps.sigmoid(gate, size);
            }
        }
        float[] candidate = gates[CANDIDATE][step];
        addProduct(candidate, gates[RESET][step], recurrentCandidates[step], size);
        if (activation.readsInput()) {
            System.arraycopy(candidate, 0, preActivations[step], 0, size);
        }
        activation.forward(candidate, candidate, size);
        mix(candidate, gates[UPDATE][step], outputs[step], outputs[step + 1], size);
    }

    private static void addProduct(float[] sum, float[] a, float[] b, int size) {
        for (int i = 0; i < size; i++) {
            sum[i] += a[i] * b[i];
        }
    }

    private static void mix(
            float[] candidate, float[] update, float[] before, float[] after, int size) {
        for (int i = 0; i < size; i++) {
            after[i] = candidate[i] + update[i] * (before[i] - candidate[i]);
        }
    }

    @Override
    public float[] carried() {
        return stateError;
    }

    @Override
    public void backward(
            int step,
            float[] error,
            FloatBuffer own,
            int atOwn,
            FloatBuffer recurrent,
            int atRecurrent) {
        float[] reset = gates[RESET][step];
        float[] update = gates[UPDATE][step];
        float[] candidate = gates[CANDIDATE][step];
        Biases.add(error, stateError, size);

        updateError(error, outputs[step], candidate, update, partError, size);
        Parts.write(own, atOwn, rows, PARTS, UPDATE, partError, units);
        Parts.write(recurrent, atRecurrent, rows, PARTS, UPDATE, partError, units);

        rest(error, update, candidateError, stateError, size);
        float[] preActivation = activation.readsInput() ? preActivations[step] : candidate;
        activation.backward(preActivation, candidate, candidateError, size);
        Parts.write(own, atOwn, rows, PARTS, CANDIDATE, candidateError, units);

        resetError(candidateError, recurrentCandidates[step], reset, partError, size);
        Parts.write(own, atOwn, rows, PARTS, RESET, partError, units);
        Parts.write(recurrent, atRecurrent, rows, PARTS, RESET, partError, units);

        multiply(candidateError, reset, size);
        Parts.write(recurrent, atRecurrent, rows, PARTS, CANDIDATE, candidateError, units);
    }

    private static void updateError(
            float[] error, float[] before, float[] candidate, float[] z, float[] atZ, int size) {
        for (int i = 0; i < size; i++) {
            atZ[i] = error[i] * (before[i] - candidate[i]) * (z[i] * (1 - z[i]));
        }
    }

    /** What the update gate lets through to the candidate and to the state before. */
    private static void rest(
            float[] error, float[] update, float[] toCandidate, float[] toBefore, int size) {
        for (int i = 0; i < size; i++) {
            toCandidate[i] = error[i] * (1 - update[i]);
            toBefore[i] = error[i] * update[i];
        }
    }

    private static void resetError(float[] error, float[] other, float[] r, float[] atR, int size) {
        for (int i = 0; i < size; i++) {
            atR[i] = error[i] * other[i] * (r[i] * (1 - r[i]));
        }
    }

    private static void multiply(float[] values, float[] by, int size) {
        for (int i = 0; i < size; i++) {
            values[i] *= by[i];
        }
    }
}
