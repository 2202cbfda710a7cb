package org.evengrad.engine.train;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.evengrad.config.HealthConfig;

/**
 * A judgment on the health of a run.
 *
 * @param problem its name, for example {@code vanishing-gradient}
 * @param severity how bad it is
 * @param layers the layers to blame, in order; may be empty
 * @param cause its name, for example {@code activation}
 * @param evidence numbers by name, each with the threshold that it crossed
 * @param seeds how often it was seen
 * @param firstStep the step at which it was first seen, from 1; 0 if before the first one
 * @param what what is the matter, one line with numbers
 * @param why where it comes from, one line
 * @param advice what to change, the most promising first
 */
public record Verdict(
        String problem,
        Severity severity,
        List<String> layers,
        String cause,
        Map<String, Evidence> evidence,
        Seeds seeds,
        long firstStep,
        String what,
        String why,
        List<String> advice) {
    /** Problem names. */
    public static final String VANISHING_GRADIENT = "vanishing-gradient";

    /** Gradients or updates that grow without bound. */
    public static final String EXPLODING_GRADIENT = "exploding-gradient";

    /** A NaN or an infinity where a number should be. */
    public static final String NON_FINITE = "non-finite";

    /** Units whose gradient is zero on every example. */
    public static final String DEAD_UNITS = "dead-units";

    /** Bounded activations whose slope is next to nothing. */
    public static final String SATURATION = "saturation";

    /** A loss that swings instead of falling. */
    public static final String OSCILLATING_LOSS = "oscillating-loss";

    /** A loss that falls too slowly for the steps that are planned. */
    public static final String SLOW_CONVERGENCE = "slow-convergence";

    /** Steps that overshoot. */
    public static final String LEARNING_RATE_TOO_HIGH = "learning-rate-too-high";

    /** Steps that are much smaller than they could be. */
    public static final String LEARNING_RATE_TOO_LOW = "learning-rate-too-low";

    /** Features or targets of a size that networks do not learn from. */
    public static final String INPUT_SCALE = "input-scale";

    /** A loss that does not fit the targets or the output. */
    public static final String LOSS_MISMATCH = "loss-mismatch";

    /** A loss that stays that of a constant prediction though the gradients are fine. */
    public static final String FLAT_LOSS = "flat-loss";

    /**
     * The problems that can be errors, and so fail a run. What is found elsewhere warns: a rate,
     * the data, or the patience of whoever planned the steps.
     */
    public static final Set<String> GRADIENT_PROBLEMS =
            Set.of(NON_FINITE, EXPLODING_GRADIENT, VANISHING_GRADIENT, DEAD_UNITS, SATURATION);

    /** All problem names, the gravest kinds first. */
    public static final List<String> PROBLEMS = HealthConfig.PROBLEMS;

    /** Seen before the first step. */
    public Verdict(
            String problem,
            Severity severity,
            List<String> layers,
            String cause,
            Map<String, Evidence> evidence,
            Seeds seeds,
            String what,
            String why,
            List<String> advice) {
        this(problem, severity, layers, cause, evidence, seeds, 0, what, why, advice);
    }

    /** Keeps copies. */
    public Verdict {
        layers = List.copyOf(layers);
        evidence = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(evidence));
        advice = List.copyOf(advice);
    }

    /** The same, first seen at a step. */
    public Verdict since(long step) {
        return new Verdict(
                problem, severity, layers, cause, evidence, seeds, step, what, why, advice);
    }

    /** The same, but for how bad it is. */
    public Verdict as(Severity other) {
        return new Verdict(
                problem, other, layers, cause, evidence, seeds, firstStep, what, why, advice);
    }

    /** How bad a verdict is. */
    public enum Severity {
        /** Worth knowing. */
        NOTE,
        /** Training goes on, but something is off. */
        WARN,
        /** The run is unhealthy. */
        ERROR
    }

    /**
     * A number and what it was held against.
     *
     * @param value what was measured
     * @param threshold what it crossed
     */
    public record Evidence(double value, double threshold) {}

    /**
     * In how many of the initializations that were looked at the problem was seen.
     *
     * @param k seen
     * @param n looked at
     */
    public record Seeds(int k, int n) {}
}
