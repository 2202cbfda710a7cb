package org.evengrad.diagnosis;

import java.util.List;
import java.util.OptionalDouble;

/**
 * What a learning-rate range test found.
 *
 * @param name of the run
 * @param suggestion the rate of a step that ends lowest; empty if there is none to suggest
 * @param setting what to set as the optimizer's learning rate, so that its schedule reaches the
 *     suggestion at its peak; empty if there is no suggestion
 * @param rule what the suggestion was made by, or why there is none
 * @param why the same in numbers: one sentence
 * @param current the largest rate that the plan's optimizer and schedule give
 * @param divergesAt the rate at which half of what was won is lost again; empty if it is not in the
 *     range
 * @param lossBefore on the probe, before the first step
 * @param curve one point for each rate, up to where most orders of batches had diverged
 * @param trials of constant rates, by rate
 * @param trialSteps of each trial
 * @param orders of batches that the curve is the median of
 * @param steps that were taken in all
 * @param notes what to know about the curve; one sentence each
 * @param seconds that it took
 */
public record RangeResult(
        String name,
        OptionalDouble suggestion,
        OptionalDouble setting,
        Rule rule,
        String why,
        double current,
        OptionalDouble divergesAt,
        double lossBefore,
        List<Point> curve,
        List<Trial> trials,
        int trialSteps,
        int orders,
        long steps,
        List<String> notes,
        double seconds) {
    /** Keeps copies. */
    public RangeResult {
        curve = List.copyOf(curve);
        trials = List.copyOf(trials);
        notes = List.copyOf(notes);
    }

    /** What a suggestion was made by, or why there is none. */
    public enum Rule {
        /** Of constant rates, the least that wins nine tenths of what the best one does. */
        LEAST_THAT_WINS_MOST,
        /** None: the curve does not fall anywhere. */
        FLAT_CURVE,
        /** None: the loss rises from the least rates on. */
        DIVERGES_AT_ONCE,
        /** None: the loss before the first step is no number. */
        NOT_FINITE,
        /** None: the best of the trials predicts no better than a constant would. */
        NO_BETTER_THAN_A_CONSTANT,
        /** None: the curve falls, but no constant rate ends below the loss before training. */
        NO_TRIAL_HELPS
    }

    /**
     * A rate of the curve.
     *
     * @param rate the learning rate of a step
     * @param loss of the next batch, smoothed: the median over the orders of batches
     * @param low the lower quartile
     * @param high the upper quartile; infinite where orders had diverged
     */
    public record Point(double rate, double loss, double low, double high) {}

    /**
     * Steps at a constant rate.
     *
     * @param rate the learning rate
     * @param loss on the probe behind the last step: the median over orders; infinite if it
     *     diverged
     */
    public record Trial(double rate, double loss) {}
}
