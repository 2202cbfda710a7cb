package org.evengrad.engine.executor.layers;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.evengrad.engine.executor.Floats;
import org.evengrad.engine.executor.GradientTask;
import org.evengrad.engine.executor.Layer;
import org.evengrad.engine.executor.Nonlinearity;
import org.evengrad.engine.executor.Pass;
import org.evengrad.engine.executor.Program;
import org.evengrad.engine.executor.Shard;
import org.evengrad.engine.executor.Value;
import org.evengrad.engine.executor.Worker;

/** Weights, biases and an activation, for each row of a value: {@code f(x·W + b)}. */
public final class Dense implements Layer {
    /** Multiplications from which on two meetings of the workers cost little beside them. */
    private static final long WORTH_MEETING = 2_000_000;

    private final Value.Use input;
    private final Value output;
    private final Value preActivation;
    private final Nonlinearity activation;
    private final boolean clearsPadding;
    private final Floats parameters;
    private final Weights weights;
    private final Biases biases;
    private final List<GradientTask> gradients = new ArrayList<>();

    /**
     * Where the parameters of such a layer lie.
     *
     * @param weights of the first unit's weights; those of a unit lie together
     * @param biases of the first unit's bias; -1 if there are none
     * @param inputs numbers that a unit reads
     * @param units how many there are
     */
    public record Weights(int weights, int biases, int inputs, int units) {}

    /**
     * A layer between two values.
     *
     * @param clearsPadding whether it gives zeros at time steps that are padding
     */
    public Dense(
            Program program,
            Value.Use input,
            Value output,
            Weights weights,
            Nonlinearity activation,
            boolean clearsPadding) {
        this.clearsPadding = clearsPadding && output.isSequence();
        this.input = input;
        this.output = output;
        this.weights = weights;
        this.activation = activation;
        parameters = program.parameters();
        biases = new Biases(parameters, weights.biases(), weights.units());
        preActivation = activation.readsInput() ? program.value(output.shape(), false) : output;
        gradients.addAll(
                WeightGradient.tasks(program.gradient(), input.value(), output, weights.weights()));
        if (weights.biases() >= 0) {
            gradients.add(new BiasGradient(program.gradient(), output, weights.biases()));
        }
    }

    @Override
    public void forward(Pass pass, Shard shard) {
        int units = weights.units();
        int rows = shard.rows(output);
        int start = shard.start(output);
        Worker worker = shard.worker();
        if (sharesUnits(shard)) {
            int first = Share.from(units, shard);
            shard.meet();
            multiply(worker, 0, shard.allRows(output), first, Share.to(units, shard) - first);
            shard.meet();
        } else {
            multiply(worker, start / units, rows, 0, units);
        }
        int piece = Biases.rowsAtATime(units) * units;
        float[] x = worker.scratch(0, piece);
        float[] bias = worker.scratch(1, piece);
        boolean biased = biases.repeat(bias, Math.min(rows, Biases.rowsAtATime(units)));
        if (biased || !activation.isIdentity()) {
            finish(rows, start, piece, biased, x, bias);
        }
        if (clearsPadding && Masks.isMasked(pass)) {
            Masks.multiply(pass, shard, output, output.data());
        }
    }

    private void finish(int rows, int start, int piece, boolean biased, float[] x, float[] bias) {
        FloatBuffer from = preActivation.data().buffer();
        FloatBuffer to = output.data().buffer();
        int end = start + rows * weights.units();
        for (int at = start; at < end; at += piece) {
            int size = Math.min(piece, end - at);
            from.get(at, x, 0, size);
            if (biased) {
                Biases.add(x, bias, size);
            }
            if (preActivation != output) {
                from.put(at, x, 0, size);
            }
            if (!activation.isIdentity()) {
                activation.forward(x, x, size);
            }
            to.put(at, x, 0, size);
        }
    }

    /**
     * Whether workers compute some units each, for all rows, instead of all units for some rows:
     * the fewer rows a product has, the more of its time BLAS spends on arranging the weights.
     */
    private boolean sharesUnits(Shard shard) {
        long work = (long) shard.allRows(output) * weights.units() * weights.inputs();
        return shard.count() > 1 && work >= WORTH_MEETING;
    }

    /** The pre-activations of some units, for some rows. */
    private void multiply(Worker worker, int firstRow, int rows, int firstUnit, int units) {
        worker.products()
                .multiply(
                        false,
                        true,
                        rows,
                        units,
                        weights.inputs(),
                        input.value().data(),
                        firstRow * weights.inputs(),
                        weights.inputs(),
                        parameters,
                        weights.weights() + firstUnit * weights.inputs(),
                        weights.inputs(),
                        0,
                        preActivation.data(),
                        firstRow * weights.units() + firstUnit,
                        weights.units());
    }

    @Override
    public void backward(Pass pass, Shard shard) {
        int units = weights.units();
        int inputs = weights.inputs();
        int rows = shard.rows(output);
        int start = shard.start(output);
        if (clearsPadding && Masks.isMasked(pass)) {
            Masks.multiply(pass, shard, output, output.error());
        }
        if (!activation.isIdentity()) {
            Slopes.multiply(activation, preActivation, output, start, rows * units, shard.worker());
        }
        if (!input.wantsError()) {
            return;
        }
        if (sharesUnits(shard)) {
            int first = Share.from(inputs, shard);
            shard.meet();
            multiplyBack(
                    shard.worker(),
                    0,
                    shard.allRows(output),
                    first,
                    Share.to(inputs, shard) - first);
            shard.meet();
        } else {
            multiplyBack(shard.worker(), start / units, rows, 0, inputs);
        }
    }

    /** The errors of some inputs, for some rows. */
    private void multiplyBack(Worker worker, int firstRow, int rows, int firstInput, int inputs) {
        worker.products()
                .multiply(
                        false,
                        false,
                        rows,
                        inputs,
                        weights.units(),
                        output.error(),
                        firstRow * weights.units(),
                        weights.units(),
                        parameters,
                        weights.weights() + firstInput,
                        weights.inputs(),
                        input.beta(),
                        input.value().error(),
                        firstRow * weights.inputs() + firstInput,
                        weights.inputs());
    }

    @Override
    public List<GradientTask> gradients() {
        return gradients;
    }

    @Override
    public long work(int steps) {
        return (long) weights.inputs() * weights.units() * (output.isSequence() ? steps : 1);
    }
}
