package org.evengrad.diagnosis.repair;

import java.util.List;
import org.evengrad.engine.plan.TrainingPlan;
import org.evengrad.engine.train.Verdict;

/** Knows what may help. */
public interface Remedies {
    /**
     * Patches that each solve one problem.
     *
     * @param control the unchanged plan
     * @param verdicts what is the matter with it; empty if nothing was said
     * @return the most promising first; none is empty
     */
    List<Patch> singles(TrainingPlan control, List<Verdict> verdicts);

    /**
     * What makes a sane configuration of the unchanged one: the yardstick, which changes many
     * things at once.
     *
     * @param control the unchanged plan
     * @return empty if it is sane already
     */
    Patch recipe(TrainingPlan control);
}
