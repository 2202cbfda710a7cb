package org.evengrad.benchmarks.clinic;

import java.util.List;
import org.evengrad.diagnosis.Checkup;
import org.evengrad.engine.plan.TrainingPlan;
import org.evengrad.engine.train.Verdict;

/** What diagnosis says before the first step. */
final class Checks {
    private Checks() {}

    static List<Verdict> verdicts(TrainingPlan plan) {
        return new Checkup(plan).run().verdicts();
    }
}
