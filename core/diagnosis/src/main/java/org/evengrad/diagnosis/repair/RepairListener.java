package org.evengrad.diagnosis.repair;

import java.util.List;
import org.evengrad.engine.plan.TrainingPlan;
import org.evengrad.engine.train.TrainingListener;
import org.evengrad.engine.train.Verdict;

/** Follows an attempt at a repair. All methods are called on the thread that makes it. */
public interface RepairListener {
    /** Follows nothing. */
    RepairListener NONE = new RepairListener() {};

    /**
     * Called first, if there is something to say.
     *
     * @param notes how the trainings differ from ordinary ones; one sentence each
     */
    default void noted(List<String> notes) {}

    /** Called when the unchanged one has been diagnosed, and again if training showed more. */
    default void diagnosed(List<Verdict> verdicts) {}

    /**
     * Called when a stage begins.
     *
     * @param patches that are compared; the control is {@link Patch#NONE}
     */
    default void began(Stage stage, List<Patch> patches) {}

    /** Called after each training. */
    default void ended(Trial trial) {}

    /**
     * Called now and then.
     *
     * @param done how much of all the work that is foreseen is done, in [0, 1]
     * @param secondsLeft how long the rest may take
     */
    default void progressed(double done, double secondsLeft) {}

    /**
     * Called before the first seed's trainings over the whole length, unchanged and repaired:
     * whoever keeps runs keeps these.
     *
     * @param patch {@link Patch#NONE} for the unchanged one
     * @param plan of the training
     * @return listeners of the training, for example one that writes a run folder; they are told as
     *     those of any training, and {@link AutoCloseable} ones are closed after it
     */
    default List<TrainingListener> result(Patch patch, TrainingPlan plan) {
        return List.of();
    }
}
