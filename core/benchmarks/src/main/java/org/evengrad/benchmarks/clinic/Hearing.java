package org.evengrad.benchmarks.clinic;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.evengrad.engine.step.StepRecord;
import org.evengrad.engine.train.TrainingListener;
import org.evengrad.engine.train.Verdict;
import org.evengrad.engine.train.Verdict.Severity;

/**
 * Hears what is said during training, and when: a verdict that says that it saw something at step 3
 * and says so at the end comes at the end.
 */
final class Hearing implements TrainingListener {
    private final Map<Statement, Spoken> heard = new LinkedHashMap<>();
    private long step;

    /** Said again, it is the same. */
    private record Statement(String problem, Severity severity) {}

    @Override
    public void stepped(StepRecord record) {
        step = record.step();
    }

    @Override
    public void verdict(Verdict verdict) {
        hear(verdict);
    }

    private void hear(Verdict verdict) {
        heard.putIfAbsent(
                new Statement(verdict.problem(), verdict.severity()), Spoken.of(verdict).at(step));
    }

    /**
     * All that was said, also what was taken back.
     *
     * @param atTheEnd the verdicts on the whole run
     */
    List<Spoken> with(List<Verdict> atTheEnd) {
        atTheEnd.forEach(this::hear);
        return new ArrayList<>(heard.values());
    }
}
