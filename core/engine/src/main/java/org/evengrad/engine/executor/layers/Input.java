package org.evengrad.engine.executor.layers;

import org.evengrad.engine.executor.Layer;
import org.evengrad.engine.executor.Pass;
import org.evengrad.engine.executor.Shard;
import org.evengrad.engine.executor.Value;

/**
 * The features of a batch. Features and images are read where they lie; sequences are laid out step
 * by step.
 */
public final class Input implements Layer {
    private final Value output;

    /** Gives the features as a value. */
    public Input(Value output) {
        this.output = output;
        if (!output.isSequence()) {
            output.show(output.data());
        }
    }

    @Override
    public void prepare(Pass pass) {
        if (!output.isSequence()) {
            output.show(pass.examples().features());
        }
    }

    @Override
    public void forward(Pass pass, Shard shard) {
        if (output.isSequence()) {
            TimeSteps.from(pass.examples().features().buffer(), shard, output, output.data());
        }
    }

    @Override
    public void backward(Pass pass, Shard shard) {
        // Nobody asks for the error of data.
    }
}
