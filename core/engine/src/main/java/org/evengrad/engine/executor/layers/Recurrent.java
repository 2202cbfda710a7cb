package org.evengrad.engine.executor.layers;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.evengrad.engine.executor.Floats;
import org.evengrad.engine.executor.GradientTask;
import org.evengrad.engine.executor.Layer;
import org.evengrad.engine.executor.Nonlinearity;
import org.evengrad.engine.executor.Pass;
import org.evengrad.engine.executor.Program;
import org.evengrad.engine.executor.Shard;
import org.evengrad.engine.executor.Value;
import org.evengrad.engine.executor.Value.Shape;
import org.evengrad.engine.executor.Worker;

/**
 * A layer that walks over the time steps of sequences. One product computes what the input gives to
 * all steps; then each step takes one with what the layer gave at the step before. On the way back
 * likewise, and the gradients of all weights are products over all steps.
 */
public final class Recurrent implements Layer {
    private static final int LSTM_PARTS = 4;
    private static final int GRU_PARTS = 3;

    private final Value.Use input;
    private final Value output;
    private final Value own;
    private final Value recurrent;
    private final Floats parameters;
    private final Weights weights;
    private final Padding padding;
    private final Supplier<Cell> newCell;
    private final SegmentState state;
    private final List<GradientTask> gradients = new ArrayList<>();
    private Cell[] cells = {};

    /**
     * Where the parameters of such a layer lie. Parts, such as gates, follow each other; those of a
     * part's unit lie together.
     *
     * @param input of the first weight of the input
     * @param recurrent of the first recurrent weight
     * @param biases of the first bias
     * @param inputs numbers that a unit reads
     * @param units how many there are
     */
    public record Weights(int input, int recurrent, int biases, int inputs, int units) {}

    /** What happens at time steps that are padding. */
    public enum Padding {
        /** Nothing. */
        COUNTS,
        /** The state becomes zeros. */
        CLEARS_STATE
    }

    private Recurrent(
            Program program,
            Value.Use input,
            Value output,
            Weights weights,
            Padding padding,
            int parts,
            boolean separate,
            Supplier<Cell> newCell) {
        this.input = input;
        this.output = output;
        this.weights = weights;
        this.padding = padding;
        this.newCell = newCell;
        parameters = program.parameters();
        Shape shape = Shape.sequence(parts * weights.units());
        own = program.value(shape, true);
        recurrent = separate ? program.value(shape, true) : own;
        state = new SegmentState(newCell.get().states(), weights.units());
        gradients.addAll(
                WeightGradient.tasks(program.gradient(), input.value(), own, weights.input()));
        gradients.addAll(
                RecurrentGradient.tasks(
                        program.gradient(), state, output, recurrent, weights.recurrent()));
        gradients.add(new BiasGradient(program.gradient(), own, weights.biases()));
        if (separate) {
            gradients.add(
                    new BiasGradient(
                            program.gradient(), recurrent, weights.biases() + own.width()));
        }
    }

    /** Long short-term memory, with the parts candidate, forget, output and input gate. */
    public static Recurrent lstm(
            Program program,
            Value.Use input,
            Value output,
            Weights weights,
            Nonlinearity activation,
            Padding padding) {
        return new Recurrent(
                program,
                input,
                output,
                weights,
                padding,
                LSTM_PARTS,
                false,
                () -> new LstmCell(activation, weights.units()));
    }

    /**
     * A gated recurrent unit, with the parts reset gate, update gate and candidate, whose reset
     * gate multiplies the recurrent product. It has biases for the input's product and behind them
     * for the recurrent one.
     */
    public static Recurrent gru(
            Program program,
            Value.Use input,
            Value output,
            Weights weights,
            Nonlinearity activation,
            Padding padding) {
        return new Recurrent(
                program,
                input,
                output,
                weights,
                padding,
                GRU_PARTS,
                true,
                () -> new GruCell(activation, weights.units()));
    }

    /** An activation of the two products' sum. */
    public static Recurrent simple(
            Program program,
            Value.Use input,
            Value output,
            Weights weights,
            Nonlinearity activation,
            Padding padding) {
        return new Recurrent(
                program,
                input,
                output,
                weights,
                padding,
                1,
                false,
                () -> new SimpleCell(activation, weights.units()));
    }

    @Override
    public void prepare(Pass pass) {
        state.prepare(pass);
        // There are no more shards than examples.
        if (cells.length < pass.examples().rows()) {
            cells = Arrays.copyOf(cells, pass.examples().rows());
        }
    }

    @Override
    public void forward(Pass pass, Shard shard) {
        int index = shard.index();
        if (cells[index] == null) {
            cells[index] = newCell.get();
        }
        Cell cell = cells[index];
        int rows = shard.rows();
        int steps = shard.steps();
        int size = rows * weights.units();
        int width = own.width();
        int atOwn = shard.start(own);
        int atOutput = shard.start(output);
        cell.begin(steps, rows, parameters.buffer(), weights.biases());
        begin(cell, shard, size);
        shard.worker()
                .products()
                .multiply(
                        false,
                        true,
                        steps * rows,
                        width,
                        weights.inputs(),
                        input.value().data(),
                        shard.start(input.value()),
                        weights.inputs(),
                        parameters,
                        weights.input(),
                        weights.inputs(),
                        0,
                        own.data(),
                        atOwn,
                        width);
        boolean clears = padding == Padding.CLEARS_STATE && Masks.isMasked(pass);
        FloatBuffer outputs = output.data().buffer();
        for (int step = 0; step < steps; step++) {
            int at = atOwn + step * rows * width;
            if (step > 0) {
                multiplyState(shard, output.data(), atOutput + (step - 1) * size, at);
            } else {
                multiplyFirst(shard, at);
            }
            cell.forward(step, own.data().buffer(), at, recurrent.data().buffer(), at);
            if (clears) {
                for (int i = 0; i < cell.states(); i++) {
                    Masks.multiply(pass, shard, step, cell.state(i, step + 1), weights.units());
                }
            }
            outputs.put(atOutput + step * size, cell.state(0, step + 1), 0, size);
        }
        if (pass.goesBack() && pass.segment() >= 0) {
            end(cell, shard, size);
        }
    }

    private void begin(Cell cell, Shard shard, int size) {
        for (int i = 0; i < cell.states(); i++) {
            if (state.isZero()) {
                Arrays.fill(cell.state(i, 0), 0, size, 0);
            } else {
                int from = shard.from() * weights.units();
                state.began(i).buffer().get(from, cell.state(i, 0), 0, size);
            }
        }
    }

    private void end(Cell cell, Shard shard, int size) {
        int from = shard.from() * weights.units();
        for (int i = 0; i < cell.states(); i++) {
            state.ended(i).buffer().put(from, cell.state(i, shard.steps()), 0, size);
        }
    }

    private void multiplyFirst(Shard shard, int at) {
        if (!state.isZero()) {
            multiplyState(shard, state.began(0), shard.from() * weights.units(), at);
        } else if (recurrent != own) {
            int size = shard.rows() * recurrent.width();
            float[] zeros = shard.worker().scratch(0, size);
            Arrays.fill(zeros, 0, size, 0);
            recurrent.data().buffer().put(at, zeros, 0, size);
        }
    }

    private void multiplyState(Shard shard, Floats before, int atBefore, int at) {
        shard.worker()
                .products()
                .multiply(
                        false,
                        true,
                        shard.rows(),
                        recurrent.width(),
                        weights.units(),
                        before,
                        atBefore,
                        weights.units(),
                        parameters,
                        weights.recurrent(),
                        weights.units(),
                        recurrent == own ? 1 : 0,
                        recurrent.data(),
                        at,
                        recurrent.width());
    }

    @Override
    public void backward(Pass pass, Shard shard) {
        Cell cell = cells[shard.index()];
        int units = weights.units();
        int rows = shard.rows();
        int size = rows * units;
        int width = own.width();
        int atOwn = shard.start(own);
        int atOutput = shard.start(output);
        boolean masked = padding != Padding.COUNTS && Masks.isMasked(pass);
        Worker worker = shard.worker();
        float[] error = worker.scratch(0, size);
        float[] carried = cell.carried();
        Arrays.fill(carried, 0);
        FloatBuffer errors = output.error().buffer();
        for (int step = shard.steps() - 1; step >= 0; step--) {
            int at = atOwn + step * rows * width;
            if (step < shard.steps() - 1) {
                worker.products()
                        .multiply(
                                false,
                                false,
                                rows,
                                units,
                                width,
                                recurrent.error(),
                                at + rows * width,
                                width,
                                parameters,
                                weights.recurrent(),
                                units,
                                1,
                                output.error(),
                                atOutput + step * size,
                                units);
            }
            errors.get(atOutput + step * size, error, 0, size);
            if (masked) {
                Masks.multiply(pass, shard, step, error, units);
                if (carried.length > 0) {
                    Masks.multiply(pass, shard, step, carried, units);
                }
            }
            cell.backward(step, error, own.error().buffer(), at, recurrent.error().buffer(), at);
        }
        if (input.wantsError()) {
            worker.products()
                    .multiply(
                            false,
                            false,
                            shard.steps() * rows,
                            weights.inputs(),
                            width,
                            own.error(),
                            atOwn,
                            width,
                            parameters,
                            weights.input(),
                            weights.inputs(),
                            input.beta(),
                            input.value().error(),
                            shard.start(input.value()),
                            weights.inputs());
        }
    }

    @Override
    public List<GradientTask> gradients() {
        return gradients;
    }

    @Override
    public long work(int steps) {
        return (long) steps * own.width() * (weights.inputs() + weights.units());
    }
}
