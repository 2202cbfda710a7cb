package org.evengrad.engine.executor.layers;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
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
    private final OneHotRows oneHot;
    private final RepeatedProduct stateProduct = new RepeatedProduct();
    private final RepeatedProduct errorProduct = new RepeatedProduct();
    private boolean repeatsState;
    private boolean repeatsError;
    private Walk[] walks = {};

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

    /** What happens at each time step. */
    public enum Kind {
        /** Long short-term memory, with the parts candidate, forget, output and input gate. */
        LSTM(4, LstmCell::new),
        /**
         * A gated recurrent unit, with the parts reset gate, update gate and candidate, whose reset
         * gate multiplies the recurrent product. It has biases for the input's product and behind
         * them for the recurrent one.
         */
        GRU(3, GruCell::new),
        /** An activation of the two products' sum. */
        SIMPLE(1, SimpleCell::new);

        private final int parts;
        private final BiFunction<Nonlinearity, Integer, Cell> maker;

        Kind(int parts, BiFunction<Nonlinearity, Integer, Cell> maker) {
            this.parts = parts;
            this.maker = maker;
        }
    }

    /** What a shard has of its own. */
    private static final class Walk {
        final Cell cell;
        final HeapMatrix inputWeights = new HeapMatrix();
        float[][] sums = {};

        Walk(Cell cell) {
            this.cell = cell;
        }
    }

    /** A layer behind a value. */
    public Recurrent(
            Program program,
            Kind kind,
            Value.Use input,
            Value output,
            Weights weights,
            Nonlinearity activation,
            Padding padding) {
        this.input = input;
        this.output = output;
        this.weights = weights;
        this.padding = padding;
        newCell = () -> kind.maker.apply(activation, weights.units());
        oneHot = new OneHotRows(input.value());
        parameters = program.parameters();
        boolean separate = kind == Kind.GRU;
        Shape shape = Shape.sequence(kind.parts * weights.units());
        own = program.value(shape, true);
        recurrent = separate ? program.value(shape, true) : own;
        state = new SegmentState(newCell.get().states(), weights.units());
        gradients.addAll(
                OneHotGradient.tasks(
                        program.gradient(), oneHot, input.value(), own, weights.input()));
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

    @Override
    public void prepare(Pass pass) {
        state.prepare(pass);
        // There are no more shards than examples.
        if (walks.length < pass.examples().rows()) {
            walks = Arrays.copyOf(walks, pass.examples().rows());
        }
        int rows = (pass.examples().rows() + pass.shards() - 1) / pass.shards();
        int steps = pass.examples().steps();
        int units = weights.units();
        int width = own.width();
        repeatsState = RepeatedProduct.pays(rows, units, width, steps);
        repeatsError = pass.goesBack() && RepeatedProduct.pays(rows, width, units, steps);
        if (repeatsState) {
            stateProduct.take(parameters, weights.recurrent(), units, width, true);
        }
        if (repeatsError) {
            errorProduct.take(parameters, weights.recurrent(), width, units, false);
        }
        oneHot.prepare(pass);
    }

    @Override
    public void forward(Pass pass, Shard shard) {
        int index = shard.index();
        if (walks[index] == null) {
            walks[index] = new Walk(newCell.get());
        }
        Walk walk = walks[index];
        Cell cell = walk.cell;
        int rows = shard.rows();
        int steps = shard.steps();
        int units = weights.units();
        int size = rows * units;
        int width = own.width();
        int atOwn = shard.start(own);
        int atOutput = shard.start(output);
        cell.begin(steps, rows, parameters.buffer(), weights.biases());
        begin(cell, shard, size);
        multiplyInput(shard, walk);
        if (repeatsState || repeatsError) {
            walk.sums = Parts.reserve(walk.sums, rows, width);
        }
        boolean clears = padding == Padding.CLEARS_STATE && Masks.isMasked(pass);
        FloatBuffer outputs = output.data().buffer();
        for (int step = 0; step < steps; step++) {
            int at = atOwn + step * rows * width;
            if (step == 0 && state.isZero()) {
                clearFirst(shard, at);
            } else if (repeatsState) {
                stateProduct.multiply(
                        cell.state(0, step),
                        rows,
                        recurrent.data().buffer(),
                        at,
                        recurrent == own,
                        walk.sums);
            } else if (step == 0) {
                multiplyState(shard, state.began(0), shard.from() * units, at);
            } else {
                multiplyState(shard, output.data(), atOutput + (step - 1) * size, at);
            }
            cell.forward(step, own.data().buffer(), at, recurrent.data().buffer(), at);
            if (clears) {
                for (int i = 0; i < cell.states(); i++) {
                    Masks.multiply(pass, shard, step, cell.state(i, step + 1), units);
                }
            }
            outputs.put(atOutput + step * size, cell.state(0, step + 1), 0, size);
        }
        if (pass.goesBack() && pass.segment() >= 0) {
            end(cell, shard, size);
        }
    }

    private void multiplyInput(Shard shard, Walk walk) {
        if (oneHot.find(shard)) {
            HeapMatrix matrix = walk.inputWeights;
            matrix.readColumns(parameters.buffer(), weights.input(), weights.inputs(), own.width());
            oneHot.multiply(shard, matrix.rows(), own);
            return;
        }
        shard.worker()
                .products()
                .multiply(
                        false,
                        true,
                        shard.rows(own),
                        own.width(),
                        weights.inputs(),
                        input.value().data(),
                        shard.start(input.value()),
                        weights.inputs(),
                        parameters,
                        weights.input(),
                        weights.inputs(),
                        0,
                        own.data(),
                        shard.start(own),
                        own.width());
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

    /** Before the first step a state of zeros gives nothing. */
    private void clearFirst(Shard shard, int at) {
        if (recurrent != own) {
            int size = shard.rows() * recurrent.width();
            shard.worker().products().clear(size, recurrent.data(), at);
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
        Walk walk = walks[shard.index()];
        Cell cell = walk.cell;
        int units = weights.units();
        int rows = shard.rows();
        int steps = shard.steps();
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
        for (int step = steps - 1; step >= 0; step--) {
            int at = atOwn + step * rows * width;
            int atError = atOutput + step * size;
            if (step < steps - 1) {
                multiplyError(shard, walk, at + rows * width, atError);
            }
            errors.get(atError, error, 0, size);
            if (masked) {
                Masks.multiply(pass, shard, step, error, units);
                if (carried.length > 0) {
                    Masks.multiply(pass, shard, step, carried, units);
                }
            }
            cell.backward(step, error, own.error().buffer(), at, recurrent.error().buffer(), at);
        }
        if (input.wantsError()) {
            multiplyInputError(shard);
        }
    }

    private void multiplyError(Shard shard, Walk walk, int at, int atBefore) {
        if (repeatsError) {
            int size = shard.rows() * recurrent.width();
            float[] behind = shard.worker().scratch(1, size);
            recurrent.error().buffer().get(at, behind, 0, size);
            errorProduct.multiply(
                    behind, shard.rows(), output.error().buffer(), atBefore, true, walk.sums);
            return;
        }
        shard.worker()
                .products()
                .multiply(
                        false,
                        false,
                        shard.rows(),
                        weights.units(),
                        recurrent.width(),
                        recurrent.error(),
                        at,
                        recurrent.width(),
                        parameters,
                        weights.recurrent(),
                        weights.units(),
                        1,
                        output.error(),
                        atBefore,
                        weights.units());
    }

    private void multiplyInputError(Shard shard) {
        shard.worker()
                .products()
                .multiply(
                        false,
                        false,
                        shard.rows(own),
                        weights.inputs(),
                        own.width(),
                        own.error(),
                        shard.start(own),
                        own.width(),
                        parameters,
                        weights.input(),
                        weights.inputs(),
                        input.beta(),
                        input.value().error(),
                        shard.start(input.value()),
                        weights.inputs());
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
