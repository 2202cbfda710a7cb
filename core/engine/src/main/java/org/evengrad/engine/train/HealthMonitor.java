package org.evengrad.engine.train;

import java.util.List;
import org.evengrad.spi.Memory;

/**
 * A listener that judges. What it remembers is saved with a checkpoint and restored after a start.
 */
public interface HealthMonitor extends TrainingListener, Memory {
    /**
     * Judges the run, after its last step and before {@link TrainingListener#finished}. The network
     * still holds the parameters that the last step left.
     *
     * @param ending how training ended
     * @return the verdicts, the worst first; empty when all is well
     */
    List<Verdict> judge(Ending ending);
}
