package org.evengrad.diagnosis;

import java.util.OptionalDouble;
import org.evengrad.engine.network.Network.Batch;
import org.evengrad.engine.plan.Batches;
import org.evengrad.engine.plan.TrainingPlan;
import org.evengrad.engine.train.Scores;

/** The loss on validation rows beside that of the constant that is best for training rows. */
final class HeldOutLoss {
    /** Fewer rows say too little. */
    private static final int FEWEST_ROWS = 50;

    private final TrainingPlan plan;
    private double ofConstant = Double.NaN;
    private double lowest = Double.NaN;

    HeldOutLoss(TrainingPlan plan) {
        this.plan = plan;
    }

    /** Takes in the scores of all validation rows. */
    void add(Scores scores) {
        if (scores.rows() < FEWEST_ROWS || plan.network().scoresItself()) {
            return;
        }
        if (Double.isNaN(ofConstant)) {
            ofConstant = plan.data().validation().map(this::ofConstant).orElse(Double.NaN);
        }
        double ratio = scores.loss() / ofConstant;
        if (!(ratio >= lowest)) {
            lowest = ratio;
        }
    }

    private double ofConstant(Batches validation) {
        NullLoss training = nullLoss(plan.data().probe().get(0, 0));
        double sum = 0;
        double terms = 0;
        for (int index = 0; index < validation.perEpoch(); index++) {
            Batch batch = validation.get(0, index);
            sum += batch.terms() * nullLoss(batch).ofConstantsOf(training);
            terms += batch.terms();
        }
        return sum / terms;
    }

    private NullLoss nullLoss(Batch batch) {
        return new NullLoss(batch, plan.data().task(), plan.loss(), plan.network().outputs());
    }

    /** The lowest so far, over that of the constant; empty if it is not known. */
    OptionalDouble lowest() {
        return Double.isNaN(lowest) ? OptionalDouble.empty() : OptionalDouble.of(lowest);
    }

    double save() {
        return lowest;
    }

    void restore(double saved) {
        lowest = saved;
    }
}
