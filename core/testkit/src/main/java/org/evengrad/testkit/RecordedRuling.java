package org.evengrad.testkit;

import java.util.ArrayList;
import java.util.List;
import org.evengrad.spi.Ruling;

/**
 * Remembers what a guard ruled.
 *
 * @since 0.1.0
 */
public final class RecordedRuling implements Ruling {
    /** The tensor of a ruling on the whole gradient. */
    public static final int WHOLE = -1;

    private final List<Entry> entries = new ArrayList<>();

    /** What a guard can ask for. */
    public enum Action {
        /** Multiply the whole gradient, or that of one tensor. */
        SCALE,
        /** Multiply the learning rate of this step. */
        SCALE_RATE,
        /** Rewrite the gradient. */
        TRANSFORM,
        /** Drop the step. */
        SKIP,
        /** Go back to a snapshot. */
        ROLL_BACK,
        /** Empty the optimizer's memory. */
        RESET_OPTIMIZER,
        /** End training. */
        STOP
    }

    /**
     * One ruling.
     *
     * @param action what is asked for
     * @param tensor the tensor that is scaled; {@link #WHOLE} otherwise
     * @param factor the factor of the gradient, or of the rate after a roll-back; 1 otherwise
     * @param reason why
     */
    public record Entry(Action action, int tensor, double factor, String reason) {}

    /** What was ruled, in order. */
    public List<Entry> entries() {
        return List.copyOf(entries);
    }

    /** What was asked for, in order. */
    public List<Action> actions() {
        return entries.stream().map(Entry::action).toList();
    }

    /** What all scales together multiply a tensor's gradient by. */
    public double factor(int tensor) {
        return entries.stream()
                .filter(entry -> entry.action() == Action.SCALE)
                .filter(entry -> entry.tensor() == WHOLE || entry.tensor() == tensor)
                .mapToDouble(Entry::factor)
                .reduce(1, (left, right) -> left * right);
    }

    @Override
    public void scale(double factor, String reason) {
        entries.add(new Entry(Action.SCALE, WHOLE, factor, reason));
    }

    @Override
    public void scale(int tensor, double factor, String reason) {
        entries.add(new Entry(Action.SCALE, tensor, factor, reason));
    }

    @Override
    public void scaleRate(double factor, String reason) {
        entries.add(new Entry(Action.SCALE_RATE, WHOLE, factor, reason));
    }

    @Override
    public void transform(String reason) {
        entries.add(new Entry(Action.TRANSFORM, WHOLE, 1, reason));
    }

    @Override
    public void skip(String reason) {
        entries.add(new Entry(Action.SKIP, WHOLE, 1, reason));
    }

    @Override
    public void rollBack(int snapshots, double rateFactor, String reason) {
        entries.add(new Entry(Action.ROLL_BACK, WHOLE, rateFactor, reason));
    }

    @Override
    public void resetOptimizer(String reason) {
        entries.add(new Entry(Action.RESET_OPTIMIZER, WHOLE, 1, reason));
    }

    @Override
    public void stop(String reason) {
        entries.add(new Entry(Action.STOP, WHOLE, 1, reason));
    }
}
