package org.evengrad.diagnosis.repair;

import java.util.List;
import org.evengrad.engine.plan.TrainingPlan;

/**
 * What can be trained as it is, and with changes, as often as one likes. All its trainings see the
 * same rows in the same parts, whatever their seed: nothing that one trained on is in another's
 * test.
 */
public interface Patient {
    /** What people call it. */
    String name();

    /** What people should know of how its trainings differ from an ordinary one; sentences. */
    default List<String> notes() {
        return List.of();
    }

    /** What people should know of a patch besides: of what is drawn anew, for one; sentences. */
    default List<String> notes(Patch patch) {
        return List.of();
    }

    /** The seed that it is trained with if nobody says otherwise. */
    long seed();

    /**
     * A run, ready to begin. The caller closes it.
     *
     * @param patch what is changed
     * @param seed that first weights, the order of batches and all else is drawn from, but not the
     *     parts of the data
     * @throws org.evengrad.config.problem.InvalidInputException if it cannot be trained so
     */
    TrainingPlan plan(Patch patch, long seed);
}
