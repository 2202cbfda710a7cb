package org.evengrad.engine.train;

import java.util.List;
import org.evengrad.engine.data.DataPart;
import org.evengrad.engine.plan.TrainingPlan;
import org.evengrad.engine.step.StepRecord;

/** Follows a training run. All methods are called on the training thread, in order. */
public interface TrainingListener {
    /** Called once, before the first step. */
    default void started(TrainingPlan plan) {}

    /**
     * Called after each step.
     *
     * @param record what happened; reused, so read it now
     */
    default void stepped(StepRecord record) {}

    /**
     * Called within a step, before {@link #stepped}, if its loss or gradient is not finite; for the
     * first few such steps of a run. The network still has the parameters that led to it.
     *
     * @param bad where the first NaN or infinity arose
     */
    default void notFinite(BadStep bad) {}

    /**
     * Called after {@link #stepped} if the step did not use its batch, because a guard dropped it,
     * went back to a snapshot, or ended training.
     *
     * @param record what happened; reused, so read it now
     * @param batch the rows
     */
    default void setAside(StepRecord record, DataPart batch) {}

    /**
     * Called after {@link #stepped}, or after {@link #started}, when a verdict is spoken while
     * training goes on: once when it is new, and once more each time that it got worse. Verdicts
     * that are waived are not among them.
     *
     * @param verdict with the step at which it was first seen
     */
    default void verdict(Verdict verdict) {}

    /**
     * Called after {@link #verdict} if guards begin to act because of it.
     *
     * @param verdict that asked for them
     * @param guards their names
     */
    default void guarded(Verdict verdict, List<String> guards) {}

    /** Called each time that the validation data was looked at. */
    default void evaluated(Evaluation evaluation) {}

    /** Called when the run is to be saved, so that it can go on from here. */
    default void checkpoint(Checkpoint checkpoint) {}

    /** Called once after the last step; the network holds the parameters that are kept. */
    default void finished(TrainingResult result) {}

    /**
     * The validation data's verdict on a state.
     *
     * @param step steps so far
     * @param epoch the epoch that the last step belongs to, from 1
     * @param scores on the validation part
     */
    record Evaluation(long step, int epoch, Scores scores) {}
}
