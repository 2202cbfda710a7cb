package org.evengrad.engine.train;

import java.util.Optional;

/**
 * How a training loop ended.
 *
 * @param reason why
 * @param steps how many steps were run
 * @param skippedSteps how many of them were dropped, roll-backs included
 * @param detail for a divergence: what, where and since when, in one line
 */
public record Ending(Reason reason, long steps, long skippedSteps, Optional<String> detail) {
    /** Why training ended. */
    public enum Reason {
        /** All planned steps were run. */
        COMPLETED,
        /** The validation data had not got better for too long. */
        EARLY_STOP,
        /** The gradient was unusable for too long, or a guard gave up. */
        DIVERGED,
        /** A verdict of severity error was spoken, and the configuration says to stop then. */
        UNHEALTHY,
        /** Someone asked it to stop. */
        INTERRUPTED
    }
}
