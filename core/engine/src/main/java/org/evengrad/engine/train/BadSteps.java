package org.evengrad.engine.train;

import java.util.List;
import org.evengrad.engine.network.Network.Batch;
import org.evengrad.engine.plan.Batches;
import org.evengrad.engine.plan.TrainingPlan;
import org.evengrad.engine.step.StepRecord;
import org.evengrad.engine.step.TrainingStep;

/**
 * Looks into the first steps of a run whose loss or gradient is not finite, and tells listeners.
 */
final class BadSteps implements TrainingStep.Inspector {
    /** Looking takes as long as several steps. */
    private static final int MOST = 3;

    private final TrainingPlan plan;
    private final List<TrainingListener> listeners;
    private int seen;

    BadSteps(TrainingPlan plan, List<TrainingListener> listeners) {
        this.plan = plan;
        this.listeners = listeners;
    }

    /** How many steps were not finite. */
    int seen() {
        return seen;
    }

    /** Goes on with what a checkpoint says. */
    void restore(int saved) {
        seen = saved;
    }

    @Override
    public void notFinite(Batch batch, long drawSeed, StepRecord record) {
        if (seen++ >= MOST) {
            return;
        }
        Batches batches = plan.data().toTrain();
        int epoch = record.epoch() - 1;
        int index = (int) ((record.step() - 1) % batches.perEpoch());
        BadStep bad =
                new BadStep(
                        record.step(),
                        record.epoch(),
                        index,
                        drawSeed,
                        ParameterHash.ofBatch(batch),
                        batches.rowOrder(epoch, index),
                        batches.rows(epoch, index),
                        plan.network().trace(batch));
        listeners.forEach(listener -> listener.notFinite(bad));
    }
}
