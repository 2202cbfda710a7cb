package org.evengrad.engine.dl4j.layers;

import static org.bytedeco.openblas.global.openblas_nolapack.CblasColMajor;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sgemm;

import java.lang.ref.Reference;
import java.nio.FloatBuffer;
import java.util.Optional;
import org.bytedeco.javacpp.FloatPointer;
import org.evengrad.engine.executor.SmoothSteps;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The fast form in floats. One matrix product computes what the input gives to the gates of all
 * steps; then each step takes one product with the recurrent weights and plain loops over heap
 * arrays, which the JIT vectorizes. Memory is kept between batches of one shape.
 *
 * <p>Arrays are {@code [step][row][…]} row by row, which BLAS reads as columns: what is named
 * "columns" below is a row of ours, and weights in order 'f' are taken as they lie.
 */
final class FloatGru implements GruPasses {
    private final IActivation activation;

    /** Tanh has its own loops; other activations go through DL4J. */
    private final boolean tanh;

    private int rows = -1;
    private int inputs;
    private int units;
    private int steps;
    private int gates;

    /** {@code [steps][rows][inputs]}: the input, and after a backward pass its gradient. */
    private FloatPointer x;

    /** {@code [steps][rows][gates]}: from the input; in the backward pass the errors there. */
    private FloatPointer own;

    /** {@code [steps][rows][gates]}: errors at the recurrent product; forward, its first step. */
    private FloatPointer recurrent;

    /** {@code [steps + 1][rows][units]}: states, the initial one first. */
    private FloatPointer states;

    /** {@code [rows][units]}: what a step's errors give to the state before. */
    private FloatPointer carried;

    private FloatBuffer xFloats;
    private FloatBuffer ownFloats;
    private FloatBuffer recurrentFloats;
    private FloatBuffer stateFloats;
    private FloatBuffer carriedFloats;

    private float[][] reset;
    private float[][] update;
    private float[][] candidate;
    private float[][] recurrentCandidate;
    private float[][] preActivation;
    private float[][] state;
    private float[] mask;
    private boolean masked;
    private float[] biases;
    private float[] biasGradient;
    private float[] ownStep;
    private float[] recurrentStep;
    private float[] error;
    private float[] swapped;
    private float[] sequence;
    private float[] wholeInput;

    FloatGru(IActivation activation) {
        this.activation = activation;
        tanh = activation instanceof ActivationTanH;
    }

    @Override
    public void forward(
            Arrays parameters,
            INDArray input,
            Optional<INDArray> initial,
            Optional<INDArray> given,
            boolean training,
            INDArray output) {
        prepare(input, (int) parameters.recurrentWeights().size(0));
        readInput(input);
        readMask(given);
        NativeMemory.floats(parameters.biases()).get(0, biases, 0, biases.length);
        boolean startsAtZero = readInitial(initial);

        FloatPointer w = NativeMemory.address(parameters.inputWeights());
        FloatPointer u = NativeMemory.address(parameters.recurrentWeights());
        FloatBuffer outputs = NativeMemory.floats(output);
        cblas_sgemm(
                CblasColMajor,
                CblasTrans,
                CblasNoTrans,
                gates,
                steps * rows,
                inputs,
                1,
                w,
                inputs,
                x,
                inputs,
                0,
                own,
                gates);
        int stepGates = rows * gates;
        int stepUnits = rows * units;
        for (int t = 0; t < steps; t++) {
            if (t == 0 && startsAtZero) {
                java.util.Arrays.fill(recurrentStep, 0);
            } else {
                cblas_sgemm(
                        CblasColMajor,
                        CblasTrans,
                        CblasNoTrans,
                        gates,
                        rows,
                        units,
                        1,
                        u,
                        units,
                        NativeMemory.at(states, (long) t * stepUnits),
                        units,
                        0,
                        recurrent,
                        gates);
                recurrentFloats.get(0, recurrentStep, 0, stepGates);
            }
            ownFloats.get(t * stepGates, ownStep, 0, stepGates);
            step(t, training);
            stateFloats.put((t + 1) * stepUnits, state[t + 1], 0, stepUnits);
            swap(state[t + 1], rows, units, swapped);
            outputs.put(t * stepUnits, swapped, 0, stepUnits);
        }
        Reference.reachabilityFence(parameters);
        Reference.reachabilityFence(output);
    }

    private void prepare(INDArray input, int newUnits) {
        int newRows = (int) input.size(0);
        int newInputs = (int) input.size(1);
        int newSteps = (int) input.size(2);
        if (newRows == rows && newInputs == inputs && newSteps == steps && newUnits == units) {
            return;
        }
        rows = newRows;
        inputs = newInputs;
        steps = newSteps;
        units = newUnits;
        gates = 3 * units;
        int stepUnits = rows * units;
        x = resized(x, (long) steps * rows * inputs);
        own = resized(own, (long) steps * rows * gates);
        recurrent = resized(recurrent, (long) steps * rows * gates);
        states = resized(states, (steps + 1L) * stepUnits);
        carried = resized(carried, stepUnits);
        xFloats = NativeMemory.floats(x);
        ownFloats = NativeMemory.floats(own);
        recurrentFloats = NativeMemory.floats(recurrent);
        stateFloats = NativeMemory.floats(states);
        carriedFloats = NativeMemory.floats(carried);
        reset = new float[steps][stepUnits];
        update = new float[steps][stepUnits];
        candidate = new float[steps][stepUnits];
        recurrentCandidate = new float[steps][stepUnits];
        preActivation = new float[tanh ? 0 : steps][stepUnits];
        state = new float[steps + 1][stepUnits];
        mask = new float[rows * steps];
        biases = new float[2 * gates];
        biasGradient = new float[2 * gates];
        ownStep = new float[rows * gates];
        recurrentStep = new float[rows * gates];
        error = new float[stepUnits];
        swapped = new float[Math.max(stepUnits, rows * inputs)];
        sequence = new float[Math.max(inputs * steps, rows * inputs)];
        wholeInput = new float[steps * rows * inputs];
    }

    private static FloatPointer resized(FloatPointer memory, long size) {
        if (memory != null) {
            memory.close();
        }
        return new FloatPointer(size);
    }

    private void readInput(INDArray input) {
        boolean byRow = NativeMemory.hasRowStrides(input);
        INDArray source = byRow || NativeMemory.hasColumnStrides(input) ? input : input.dup('f');
        FloatBuffer floats = NativeMemory.floats(source);
        if (byRow) {
            for (int row = 0; row < rows; row++) {
                floats.get(row * inputs * steps, sequence, 0, inputs * steps);
                for (int t = 0; t < steps; t++) {
                    int to = (t * rows + row) * inputs;
                    for (int i = 0; i < inputs; i++) {
                        wholeInput[to + i] = sequence[i * steps + t];
                    }
                }
            }
            xFloats.put(0, wholeInput);
        } else {
            int stepInputs = rows * inputs;
            for (int t = 0; t < steps; t++) {
                floats.get(t * stepInputs, sequence, 0, stepInputs);
                swap(sequence, inputs, rows, swapped);
                xFloats.put(t * stepInputs, swapped, 0, stepInputs);
            }
        }
        Reference.reachabilityFence(source);
    }

    /** Writes a matrix of some rows and columns column by column. */
    private static void swap(float[] from, int rows, int columns, float[] to) {
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                to[column * rows + row] = from[row * columns + column];
            }
        }
    }

    private void readMask(Optional<INDArray> given) {
        masked = given.isPresent();
        if (masked) {
            INDArray array = given.get();
            INDArray source =
                    array.dataType() == DataType.FLOAT && NativeMemory.hasRowStrides(array)
                            ? array
                            : array.castTo(DataType.FLOAT).dup('c');
            NativeMemory.floats(source).get(0, mask);
            Reference.reachabilityFence(source);
        }
    }

    private boolean readInitial(Optional<INDArray> initial) {
        if (initial.isPresent()) {
            INDArray array = initial.get();
            INDArray source = NativeMemory.hasRowStrides(array) ? array : array.dup('c');
            NativeMemory.floats(source).get(0, state[0]);
            Reference.reachabilityFence(source);
        } else {
            java.util.Arrays.fill(state[0], 0);
        }
        stateFloats.put(0, state[0]);
        return initial.isEmpty();
    }

    private void step(int t, boolean training) {
        float[] r = reset[t];
        float[] z = update[t];
        float[] a = candidate[t];
        float[] q = recurrentCandidate[t];
        for (int row = 0; row < rows; row++) {
            int from = row * gates;
            int to = row * units;
            for (int j = 0; j < units; j++) {
                r[to + j] =
                        ownStep[from + j]
                                + recurrentStep[from + j]
                                + (biases[j] + biases[gates + j]);
            }
            for (int j = units; j < 2 * units; j++) {
                z[to - units + j] =
                        ownStep[from + j]
                                + recurrentStep[from + j]
                                + (biases[j] + biases[gates + j]);
            }
            for (int j = 2 * units; j < gates; j++) {
                a[to - 2 * units + j] = ownStep[from + j] + biases[j];
                q[to - 2 * units + j] = recurrentStep[from + j] + biases[gates + j];
            }
        }
        int size = rows * units;
        SmoothSteps.sigmoid(r, size);
        SmoothSteps.sigmoid(z, size);
        for (int i = 0; i < size; i++) {
            a[i] += r[i] * q[i];
        }
        if (tanh) {
            SmoothSteps.tanh(a, size);
        } else {
            System.arraycopy(a, 0, preActivation[t], 0, size);
            activate(a, training);
        }
        float[] before = state[t];
        float[] after = state[t + 1];
        for (int i = 0; i < size; i++) {
            after[i] = a[i] + z[i] * (before[i] - a[i]);
        }
        if (masked) {
            maskRows(after, t);
        }
    }

    private void maskRows(float[] values, int t) {
        for (int row = 0; row < rows; row++) {
            float factor = mask[row * steps + t];
            for (int i = row * units; i < (row + 1) * units; i++) {
                values[i] = factor == 0 ? 0 : factor * values[i];
            }
        }
    }

    @Override
    public void lastState(INDArray last) {
        NativeMemory.floats(last).put(0, state[steps]);
        Reference.reachabilityFence(last);
    }

    @Override
    public void backward(
            Arrays parameters,
            INDArray epsilon,
            int firstStep,
            Arrays gradient,
            INDArray inputGradient) {
        INDArray above = NativeMemory.hasColumnStrides(epsilon) ? epsilon : epsilon.dup('f');
        FloatBuffer errors = NativeMemory.floats(above);
        FloatPointer w = NativeMemory.address(parameters.inputWeights());
        FloatPointer u = NativeMemory.address(parameters.recurrentWeights());
        int stepGates = rows * gates;
        int stepUnits = rows * units;
        java.util.Arrays.fill(error, 0);
        java.util.Arrays.fill(biasGradient, 0);
        for (int t = steps - 1; t >= firstStep; t--) {
            errors.get(t * stepUnits, swapped, 0, stepUnits);
            addSwapped(swapped, error);
            if (masked) {
                maskRows(error, t);
            }
            stepBack(t);
            long place = (long) t * stepGates;
            ownFloats.put((int) place, ownStep, 0, stepGates);
            recurrentFloats.put((int) place, recurrentStep, 0, stepGates);
            if (t > firstStep) {
                cblas_sgemm(
                        CblasColMajor,
                        CblasNoTrans,
                        CblasNoTrans,
                        units,
                        rows,
                        gates,
                        1,
                        u,
                        units,
                        NativeMemory.at(recurrent, place),
                        gates,
                        0,
                        carried,
                        units);
                carriedFloats.get(0, swapped, 0, stepUnits);
                float[] z = update[t];
                for (int i = 0; i < stepUnits; i++) {
                    error[i] = error[i] * z[i] + swapped[i];
                }
            }
        }
        int examples = (steps - firstStep) * rows;
        FloatPointer ownErrors = NativeMemory.at(own, (long) firstStep * stepGates);
        FloatPointer recurrentErrors = NativeMemory.at(recurrent, (long) firstStep * stepGates);
        FloatPointer usedInput = NativeMemory.at(x, (long) firstStep * rows * inputs);
        FloatPointer usedStates = NativeMemory.at(states, (long) firstStep * stepUnits);
        cblas_sgemm(
                CblasColMajor,
                CblasNoTrans,
                CblasTrans,
                inputs,
                gates,
                examples,
                1,
                usedInput,
                inputs,
                ownErrors,
                gates,
                0,
                NativeMemory.address(gradient.inputWeights()),
                inputs);
        cblas_sgemm(
                CblasColMajor,
                CblasNoTrans,
                CblasTrans,
                units,
                gates,
                examples,
                1,
                usedStates,
                units,
                recurrentErrors,
                gates,
                0,
                NativeMemory.address(gradient.recurrentWeights()),
                units);
        NativeMemory.floats(gradient.biases()).put(0, biasGradient);
        cblas_sgemm(
                CblasColMajor,
                CblasNoTrans,
                CblasNoTrans,
                inputs,
                examples,
                gates,
                1,
                w,
                inputs,
                ownErrors,
                gates,
                0,
                usedInput,
                inputs);
        writeInputGradient(firstStep, inputGradient);
        Reference.reachabilityFence(parameters);
        Reference.reachabilityFence(gradient);
        Reference.reachabilityFence(above);
    }

    private void addSwapped(float[] columns, float[] sum) {
        for (int row = 0; row < rows; row++) {
            for (int j = 0; j < units; j++) {
                sum[row * units + j] += columns[j * rows + row];
            }
        }
    }

    /** From the errors at the state to those at the gates of one step. */
    private void stepBack(int t) {
        float[] r = reset[t];
        float[] z = update[t];
        float[] a = candidate[t];
        float[] q = recurrentCandidate[t];
        float[] before = state[t];
        float[] atCandidate = swapped;
        int size = rows * units;
        if (tanh) {
            for (int i = 0; i < size; i++) {
                atCandidate[i] = error[i] * (1 - z[i]) * (1 - a[i] * a[i]);
            }
        } else {
            for (int i = 0; i < size; i++) {
                atCandidate[i] = error[i] * (1 - z[i]);
            }
            activateBack(preActivation[t], atCandidate);
        }
        for (int row = 0; row < rows; row++) {
            int from = row * units;
            int to = row * gates;
            for (int j = 0; j < units; j++) {
                int i = from + j;
                float atReset = atCandidate[i] * q[i] * r[i] * (1 - r[i]);
                ownStep[to + j] = atReset;
                recurrentStep[to + j] = atReset;
            }
            for (int j = 0; j < units; j++) {
                int i = from + j;
                float atUpdate = error[i] * (before[i] - a[i]) * z[i] * (1 - z[i]);
                ownStep[to + units + j] = atUpdate;
                recurrentStep[to + units + j] = atUpdate;
            }
            for (int j = 0; j < units; j++) {
                int i = from + j;
                ownStep[to + 2 * units + j] = atCandidate[i];
                recurrentStep[to + 2 * units + j] = atCandidate[i] * r[i];
            }
            for (int k = 0; k < gates; k++) {
                biasGradient[k] += ownStep[to + k];
            }
            for (int k = 0; k < gates; k++) {
                biasGradient[gates + k] += recurrentStep[to + k];
            }
        }
    }

    private void writeInputGradient(int firstStep, INDArray inputGradient) {
        FloatBuffer floats = NativeMemory.floats(inputGradient);
        int stepInputs = rows * inputs;
        java.util.Arrays.fill(swapped, 0);
        for (int t = 0; t < steps; t++) {
            if (t >= firstStep) {
                xFloats.get(t * stepInputs, sequence, 0, stepInputs);
                swap(sequence, rows, inputs, swapped);
            }
            floats.put(t * stepInputs, swapped, 0, stepInputs);
        }
        Reference.reachabilityFence(inputGradient);
    }

    @SuppressWarnings("try")
    private void activate(float[] values, boolean training) {
        try (MemoryWorkspace outside = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
            read(activation.getActivation(array(values), training), values);
        }
    }

    @SuppressWarnings("try")
    private void activateBack(float[] in, float[] errors) {
        try (MemoryWorkspace outside = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
            read(activation.backprop(array(in), array(errors)).getFirst(), errors);
        }
    }

    private INDArray array(float[] values) {
        INDArray array = Nd4j.createUninitialized(DataType.FLOAT, rows, units);
        NativeMemory.floats(array).put(0, values, 0, rows * units);
        return array;
    }

    private void read(INDArray from, float[] to) {
        INDArray source = NativeMemory.hasRowStrides(from) ? from : from.dup('c');
        NativeMemory.floats(source).get(0, to, 0, rows * units);
        Reference.reachabilityFence(source);
    }
}
