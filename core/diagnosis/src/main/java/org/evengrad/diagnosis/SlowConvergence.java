package org.evengrad.diagnosis;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.evengrad.diagnosis.Progress.Stage;
import org.evengrad.engine.train.Ending.Reason;
import org.evengrad.engine.train.Verdict;
import org.evengrad.engine.train.Verdict.Evidence;
import org.evengrad.engine.train.Verdict.Seeds;
import org.evengrad.engine.train.Verdict.Severity;

/**
 * A loss that falls too slowly for the steps that are planned: at the pace of the last fifth of the
 * run it stays high until the end. One that fell and came to rest is as low as the data let it be.
 */
final class SlowConvergence implements Judge {
    private static final double REMAINS = 0.5;
    static final double HALF = 0.5;
    private static final double LAST = 0.2;
    private static final double GAIN = 0.2;

    /** Of the null loss: above it next to nothing was learned. */
    static final double NOT_BEGUN = 0.9;

    /** Fewer steps than this say nothing of a loss that does not fall. */
    private static final long FEWEST_STEPS = 100;

    /** Tensors that travel less than this over the plan have not gone far. */
    private static final double SHORT_WAY = 0.3;

    @Override
    public Optional<Verdict> judge(Observations run) {
        LossHistory losses = run.losses();
        double done = (double) run.progress().steps() / run.subject().plannedSteps();
        if (run.progress().isBefore()
                || done < HALF
                || run.progress().steps() < FEWEST_STEPS
                || losses.trained()
                || !Double.isFinite(losses.newest())) {
            return Optional.empty();
        }
        double remaining = losses.newest() / losses.nullLoss();
        double before = losses.before(LAST);
        double gain = (before - losses.newest()) / LAST;
        boolean complete =
                done >= 1
                        && run.progress().stage() == Stage.AFTER
                        && run.progress()
                                .ending()
                                .map(ending -> ending.reason() == Reason.COMPLETED)
                                .orElse(false);
        boolean falls = gain > GAIN * losses.newest();
        // Losses fall by about the same share in each part of a run.
        double pace = Math.min(1, losses.newest() / before);
        double atEnd = remaining * Math.pow(pace, Math.max(0, 1 - done) / LAST);
        boolean shortWay = run.movement().most() < SHORT_WAY;
        // A loss that is flat although weights move is another matter.
        boolean notBegun = remaining > NOT_BEGUN && (shortWay || remaining <= FlatLoss.FLAT);
        boolean slow = atEnd > REMAINS && (falls || notBegun);
        if (!slow && !(complete && falls)) {
            return Optional.empty();
        }
        Map<String, Evidence> evidence = new LinkedHashMap<>();
        evidence.put("lossOverNullLossAtTheEnd", new Evidence(atEnd, REMAINS));
        evidence.put("gainOfAnotherBudget", new Evidence(gain / losses.newest(), GAIN));
        String cause = shortWay ? "learning-rate" : falls ? "budget" : "conditioning";
        return Optional.of(
                new Verdict(
                        Verdict.SLOW_CONVERGENCE,
                        slow ? Severity.WARN : Severity.NOTE,
                        List.of(),
                        cause,
                        evidence,
                        new Seeds(1, 1),
                        "After "
                                + Math.round(100 * done)
                                + "% of the planned steps the loss is "
                                + Phrases.number(remaining)
                                + " of a constant prediction's, and at its pace "
                                + Phrases.number(atEnd)
                                + " at the end"
                                + Phrases.beside(REMAINS)
                                + "; as many steps again would take off "
                                + Phrases.number(gain / losses.newest())
                                + " of it"
                                + Phrases.beside(GAIN),
                        switch (cause) {
                            case "learning-rate" ->
                                    "No weights travel over "
                                            + Phrases.number(run.movement().most())
                                            + " of their size"
                                            + Phrases.beside(SHORT_WAY)
                                            + ": the steps are small";
                            case "budget" -> "The loss is still falling: training ends too early";
                            default ->
                                    "Weights move, but the loss hardly falls: some directions are"
                                            + " much steeper than others";
                        },
                        switch (cause) {
                            case "learning-rate" -> List.of(Phrases.higherRate(run.subject()));
                            case "budget" ->
                                    List.of(
                                            "training.epochs: more of them",
                                            Phrases.higherRate(run.subject()));
                            default ->
                                    List.of(
                                            "model.normalization = batch, or optimizer = adam"
                                                    + " (Java: new Adam())",
                                            "training.epochs: more of them");
                        }));
    }
}
