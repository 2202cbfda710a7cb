package org.evengrad.engine.train;

import java.util.List;
import java.util.Optional;
import org.evengrad.engine.step.TrainingState;

/**
 * Everything that a run needs to go on as if it had never stopped.
 *
 * @param state what the next step depends on
 * @param snapshots what a guard can go back to, the newest first
 * @param progress what the loop has counted
 * @param monitors what each monitor remembers, in order
 */
public record Checkpoint(
        TrainingState state,
        List<TrainingState> snapshots,
        Progress progress,
        List<double[]> monitors) {
    /** Keeps copies of the lists. */
    public Checkpoint {
        snapshots = List.copyOf(snapshots);
        monitors = List.copyOf(monitors);
    }

    /**
     * What the loop has counted.
     *
     * @param skipped dropped steps
     * @param rollbacks how often a guard went back
     * @param clipped steps in which a guard scaled or rewrote the gradient
     * @param badSteps steps whose loss or gradient was not finite
     * @param unusableInARow unusable steps since the last usable one
     * @param bestValue of the best state so far, NaN before there is one
     * @param bestEpoch its epoch
     * @param evaluationsSinceBest how many evaluations ago it was
     * @param bestParameters its parameters, if they are kept
     * @param lastValidation the scores of the last evaluation
     * @param seconds spent so far
     */
    public record Progress(
            long skipped,
            long rollbacks,
            long clipped,
            int badSteps,
            int unusableInARow,
            double bestValue,
            int bestEpoch,
            int evaluationsSinceBest,
            Optional<float[]> bestParameters,
            Optional<Scores> lastValidation,
            double seconds) {
        /** Nothing yet. */
        public static final Progress NONE =
                new Progress(
                        0, 0, 0, 0, 0, Double.NaN, 0, 0, Optional.empty(), Optional.empty(), 0);
    }
}
