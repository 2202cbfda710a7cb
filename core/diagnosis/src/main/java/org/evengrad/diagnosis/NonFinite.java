package org.evengrad.diagnosis;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.evengrad.diagnosis.Observations.TensorPlace;
import org.evengrad.engine.train.Ending.Reason;
import org.evengrad.engine.train.Verdict;
import org.evengrad.engine.train.Verdict.Evidence;
import org.evengrad.engine.train.Verdict.Seeds;
import org.evengrad.engine.train.Verdict.Severity;

/** A NaN or an infinity in the loss or a gradient. */
final class NonFinite implements Judge {
    @Override
    public Optional<Verdict> judge(Observations run) {
        if (run.firstBadStep() == 0) {
            return Optional.empty();
        }
        Optional<TensorPlace> place =
                run.firstBadTensor().isPresent()
                        ? Optional.of(run.tensors().get(run.firstBadTensor().getAsInt()))
                        : Optional.empty();
        boolean fatal =
                run.ending().reason() == Reason.DIVERGED || !Double.isFinite(run.finalLoss());
        Map<String, Evidence> evidence = new LinkedHashMap<>();
        evidence.put("firstStep", new Evidence(run.firstBadStep(), 0));
        evidence.put("skippedSteps", new Evidence(run.ending().skippedSteps(), 0));
        return Optional.of(
                new Verdict(
                        Verdict.NON_FINITE,
                        fatal ? Severity.ERROR : Severity.WARN,
                        place.map(TensorPlace::layer).stream().toList(),
                        run.grewBeforeItBroke() ? "overflow" : "unknown",
                        evidence,
                        new Seeds(1, 1),
                        "NaN or infinity in "
                                + place.map(TensorPlace::name).orElse("the loss")
                                + " first at step "
                                + run.firstBadStep()
                                + "; "
                                + run.ending().skippedSteps()
                                + " of "
                                + run.ending().steps()
                                + " steps were skipped"
                                + run.ending().detail().map(detail -> "; " + detail).orElse(""),
                        run.grewBeforeItBroke()
                                ? "Signals or updates were large before it: values ran away until"
                                        + " a product overflowed"
                                : "Nothing before it was unusual: look at the batch of that step,"
                                        + " and at the loss",
                        List.of(Phrases.lowerRate(run.optimizer()), Phrases.clip())));
    }
}
