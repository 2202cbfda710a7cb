package org.evengrad.engine.executor.layers;

import org.evengrad.engine.executor.Floats;
import org.evengrad.engine.executor.Layer;
import org.evengrad.engine.executor.Pass;
import org.evengrad.engine.executor.Shard;
import org.evengrad.engine.executor.Value;
import org.evengrad.engine.executor.Worker;

/**
 * Lays images out anew: example by example, or in groups of examples that lie number by number, as
 * layers for images read them.
 */
public final class Regrouping implements Layer {
    private final Value.Use input;
    private final Value output;
    private final Move forward;
    private final Move backward;

    private Regrouping(Value.Use input, Value output, Move forward, Move backward) {
        this.input = input;
        this.output = output;
        this.forward = forward;
        this.backward = backward;
    }

    /** From single examples to groups, between two values of the same shape. */
    public static Layer intoGroups(Value.Use input, Value output) {
        return new Regrouping(input, output, Transposition::group, Transposition::separate);
    }

    /** From groups to single examples, between two values of the same shape. */
    public static Layer intoExamples(Value.Use input, Value output) {
        return new Regrouping(input, output, Transposition::separate, Transposition::group);
    }

    /** Moves one group. */
    @FunctionalInterface
    private interface Move {
        void run(
                Floats from,
                int fromStart,
                Floats to,
                int toStart,
                int width,
                int examples,
                boolean adds,
                Worker worker);
    }

    @Override
    public void forward(Pass pass, Shard shard) {
        move(forward, input.value(), input.value().data(), output, output.data(), false, shard);
    }

    @Override
    public void backward(Pass pass, Shard shard) {
        if (input.wantsError()) {
            move(
                    backward,
                    output,
                    output.error(),
                    input.value(),
                    input.value().error(),
                    input.adds(),
                    shard);
        }
    }

    private static void move(
            Move move,
            Value from,
            Floats fromFloats,
            Value to,
            Floats toFloats,
            boolean adds,
            Shard shard) {
        for (int group = 0; group < Groups.count(shard); group++) {
            move.run(
                    fromFloats,
                    Groups.start(shard, group, from),
                    toFloats,
                    Groups.start(shard, group, to),
                    from.width(),
                    Groups.examples(shard, group),
                    adds,
                    shard.worker());
        }
    }
}
