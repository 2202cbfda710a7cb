package org.evengrad.spi;

/**
 * Copies of the training state (parameters, optimizer, schedule, guards) that a guard can go back
 * to.
 *
 * @param everySteps how many steps lie between two snapshots; 0 for none
 * @param keep how many are kept, the newest
 * @since 0.1.0
 */
public record Snapshots(int everySteps, int keep) {
    /** No snapshots. */
    public static final Snapshots NONE = new Snapshots(0, 0);

    /**
     * Checks the counts.
     *
     * @throws IllegalArgumentException if one is negative, or only one of them is 0
     */
    public Snapshots {
        if (everySteps < 0 || keep < 0 || (everySteps == 0) != (keep == 0)) {
            throw new IllegalArgumentException(
                    "snapshots every " + everySteps + " steps, keeping " + keep);
        }
    }
}
