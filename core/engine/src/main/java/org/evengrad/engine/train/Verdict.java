package org.evengrad.engine.train;

import java.util.List;
import java.util.Map;

/**
 * A judgment on the health of a run.
 *
 * @param problem its name, for example {@code vanishing-gradient}
 * @param severity how bad it is
 * @param layers the layers to blame, in order; may be empty
 * @param cause its name, for example {@code activation}
 * @param evidence numbers by name, each with the threshold that it crossed
 * @param seeds how often it was seen
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
        String what,
        String why,
        List<String> advice) {
    /** Problem names. */
    public static final String VANISHING_GRADIENT = "vanishing-gradient";

    /** Gradients or updates that grow without bound. */
    public static final String EXPLODING_GRADIENT = "exploding-gradient";

    /** A NaN or an infinity where a number should be. */
    public static final String NON_FINITE = "non-finite";

    /** Keeps copies. */
    public Verdict {
        layers = List.copyOf(layers);
        evidence = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(evidence));
        advice = List.copyOf(advice);
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
