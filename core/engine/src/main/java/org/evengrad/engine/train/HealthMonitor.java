package org.evengrad.engine.train;

import java.util.List;
import org.evengrad.spi.Memory;

/**
 * A listener that judges. What it remembers is saved with a checkpoint and restored after a start.
 */
public interface HealthMonitor extends TrainingListener, Memory {
    /**
     * Called once after {@link #started} and before {@link #restore}, by a run that wants to hear
     * of verdicts while it goes on.
     *
     * @param forks lets the monitor try steps from where the run stands
     */
    default void follow(Forks forks) {}

    /**
     * What is to be said since it was last asked: verdicts that are new, or worse than before.
     * Asked before the first step and after each step.
     */
    default List<Verdict> news() {
        return List.of();
    }

    /**
     * Judges the run, after its last step and before {@link TrainingListener#finished}. The network
     * still holds the parameters that the last step left.
     *
     * @param ending how training ended
     * @return the verdicts, the worst first; empty when all is well
     */
    List<Verdict> judge(Ending ending);
}
