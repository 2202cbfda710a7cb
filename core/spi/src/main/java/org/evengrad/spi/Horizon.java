package org.evengrad.spi;

/**
 * How long training is planned to last.
 *
 * @param steps the planned number of steps, at least 1
 * @param stepsPerEpoch steps in one pass over the training data, at least 1
 * @since 0.1.0
 */
public record Horizon(long steps, long stepsPerEpoch) {
    /**
     * Checks the counts.
     *
     * @throws IllegalArgumentException if one of them is below 1
     */
    public Horizon {
        if (steps < 1 || stepsPerEpoch < 1) {
            throw new IllegalArgumentException(
                    "a horizon needs at least one step: " + steps + ", " + stepsPerEpoch);
        }
    }
}
