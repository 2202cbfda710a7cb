package org.evengrad.spi;

import java.util.List;

/**
 * The problems that a verdict on a training may be about, by the names that configurations, results
 * and {@link Strategy#helpsAgainst()} use.
 *
 * @since 0.1.0
 */
public final class HealthProblems {
    /** All names, the gravest kinds first. */
    public static final List<String> NAMES =
            List.of(
                    "non-finite",
                    "exploding-gradient",
                    "vanishing-gradient",
                    "dead-units",
                    "saturation",
                    "loss-mismatch",
                    "input-scale",
                    "learning-rate-too-high",
                    "learning-rate-too-low",
                    "oscillating-loss",
                    "slow-convergence",
                    "flat-loss");

    private HealthProblems() {}
}
