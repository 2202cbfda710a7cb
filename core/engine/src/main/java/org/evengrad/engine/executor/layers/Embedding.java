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

/** A vector for each symbol, with biases and an activation. */
public final class Embedding implements Layer {
    private final Value input;
    private final Value output;
    private final Value preActivation;
    private final Floats parameters;
    private final Table table;
    private final Biases biases;
    private final Nonlinearity activation;
    private final List<GradientTask> gradients = new ArrayList<>();

    /**
     * Where the parameters of such a layer lie.
     *
     * @param vectors of the first number of the first symbol's vector
     * @param biases of the first bias; -1 if there are none
     * @param symbols how many there are
     * @param size of a vector
     * @param together whether the numbers of a vector lie together; else those of all symbols at
     *     one place of their vectors do
     */
    public record Table(int vectors, int biases, int symbols, int size, boolean together) {
        int at(int symbol, int place) {
            return vectors + (together ? symbol * size + place : place * symbols + symbol);
        }
    }

    /**
     * A layer behind data.
     *
     * @param input a symbol's number in each row
     */
    public Embedding(
            Program program, Value input, Value output, Table table, Nonlinearity activation) {
        this.input = input;
        this.output = output;
        this.table = table;
        this.activation = activation;
        parameters = program.parameters();
        biases = new Biases(parameters, table.biases(), table.size());
        preActivation = activation.readsInput() ? program.value(output.shape(), false) : output;
        gradients.addAll(EmbeddingGradient.tasks(program.gradient(), input, output, table));
        if (table.biases() >= 0) {
            gradients.add(new BiasGradient(program.gradient(), output, table.biases()));
        }
    }

    /** The symbol of a row. */
    static int symbol(Value input, int row, int symbols) {
        int symbol = (int) input.data().buffer().get(row);
        if (symbol < 0 || symbol >= symbols) {
            throw new IllegalArgumentException("symbol " + symbol + " is not below " + symbols);
        }
        return symbol;
    }

    @Override
    public void forward(Pass pass, Shard shard) {
        int size = table.size();
        Worker worker = shard.worker();
        float[] vector = worker.scratch(0, size);
        float[] bias = worker.scratch(1, size);
        boolean biased = biases.repeat(bias, 1);
        FloatBuffer from = parameters.buffer();
        int first = shard.start(output) / size;
        for (int row = first; row < first + shard.rows(output); row++) {
            int symbol = symbol(input, row, table.symbols());
            if (table.together()) {
                from.get(table.at(symbol, 0), vector, 0, size);
            } else {
                for (int i = 0; i < size; i++) {
                    vector[i] = from.get(table.at(symbol, i));
                }
            }
            if (biased) {
                Biases.add(vector, bias, size);
            }
            preActivation.data().buffer().put(row * size, vector, 0, size);
            if (!activation.isIdentity()) {
                activation.forward(vector, vector, size);
                output.data().buffer().put(row * size, vector, 0, size);
            }
        }
        if (output.isSequence() && Masks.isMasked(pass)) {
            Masks.multiply(pass, shard, output, output.data());
        }
    }

    @Override
    public void backward(Pass pass, Shard shard) {
        if (output.isSequence() && Masks.isMasked(pass)) {
            Masks.multiply(pass, shard, output, output.error());
        }
        if (!activation.isIdentity()) {
            int size = shard.rows(output) * output.width();
            Slopes.multiply(
                    activation, preActivation, output, shard.start(output), size, shard.worker());
        }
    }

    @Override
    public List<GradientTask> gradients() {
        return gradients;
    }

    @Override
    public long work(int steps) {
        return (long) table.size() * (output.isSequence() ? steps : 1);
    }
}
