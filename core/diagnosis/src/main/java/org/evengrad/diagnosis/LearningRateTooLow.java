package org.evengrad.diagnosis;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import org.evengrad.diagnosis.LearningRateTrial.Comparison;
import org.evengrad.engine.train.Verdict;
import org.evengrad.engine.train.Verdict.Evidence;
import org.evengrad.engine.train.Verdict.Seeds;
import org.evengrad.engine.train.Verdict.Severity;

/**
 * Steps that are much smaller than they could be: no weights get anywhere in the planned steps, or
 * ten times the rate gains at least three times as much from the same state, in three of three
 * orders of batches, and at the pace as it is the planned steps do not suffice.
 */
final class LearningRateTooLow implements Judge {
    private static final double TRAVEL = 1e-2;
    private static final double TENFOLD = 10;
    private static final double GAINS = 3;

    /** What the tenfold rate must gain, as a share of the null loss: else nothing is gained. */
    private static final double VISIBLE = 0.02;

    /** Where the planned steps should end at the pace as it is, as a share of the null loss. */
    private static final double REMAINS = 0.5;

    /** Whoever travels farther is not slow for want of rate. */
    private static final double LONG_WAY = 0.3;

    @Override
    public Optional<Verdict> judge(Observations run) {
        boolean before = run.progress().isBefore();
        if (!Double.isFinite(run.losses().newest()) || run.learns()) {
            return Optional.empty();
        }
        Map<String, Evidence> evidence = new LinkedHashMap<>();
        boolean stands = !run.movement().travel().isEmpty() && run.movement().most() < TRAVEL;
        if (stands) {
            evidence.put("mostTravel", new Evidence(run.movement().most(), TRAVEL));
            return Optional.of(
                    verdict(
                            run,
                            evidence,
                            0,
                            "In all planned steps no weights travel over "
                                    + Phrases.number(run.movement().most())
                                    + " of their size"
                                    + Phrases.beside(TRAVEL)));
        }
        if (!run.rates().possible()
                || !run.rates().nearPeak()
                || !before && run.movement().most() > LONG_WAY) {
            return Optional.empty();
        }
        double nullLoss = run.losses().nullLoss();
        double start = run.rates().lossBefore();
        BiPredicate<Double, Double> gainsMore =
                (asIs, tenfold) ->
                        start - tenfold >= Math.max(VISIBLE * nullLoss, GAINS * (start - asIs));
        Optional<Comparison> tried = run.rates().against(TENFOLD, gainsMore);
        if (tried.isEmpty()) {
            return Optional.empty();
        }
        Comparison both = tried.get();
        int orders = both.orders(gainsMore);
        double gain = start - both.meanAsIs();
        double pace = gain / both.steps() * run.subject().plannedSteps();
        double atEnd = (start - pace) / nullLoss;
        if (orders < LearningRateTrial.ORDERS || !(atEnd > REMAINS)) {
            return Optional.empty();
        }
        double tenfold = start - both.meanOther();
        evidence.put("gainAtTenTimesTheRate", new Evidence(tenfold, GAINS * gain));
        evidence.put("lossOverNullLossAtTheEnd", new Evidence(atEnd, REMAINS));
        return Optional.of(
                verdict(
                        run,
                        evidence,
                        orders,
                        "From the same state ten times the rate gains "
                                + Phrases.number(tenfold)
                                + " in "
                                + both.steps()
                                + " steps, the rate as it is "
                                + Phrases.number(gain)
                                + " (threshold: 3 times as much, in 3 of 3 orders of batches); at"
                                + " that pace the planned steps end at "
                                + Phrases.number(atEnd)
                                + " of a constant prediction's loss"
                                + Phrases.beside(REMAINS)));
    }

    private static Verdict verdict(
            Observations run, Map<String, Evidence> evidence, int orders, String what) {
        return new Verdict(
                Verdict.LEARNING_RATE_TOO_LOW,
                Severity.WARN,
                List.of(),
                "learning-rate",
                evidence,
                orders == 0 ? new Seeds(1, 1) : new Seeds(orders, LearningRateTrial.ORDERS),
                what,
                "The gradient arrives; the steps that are made of it are too small for the steps"
                        + " that are planned",
                List.of(Phrases.higherRate(run.subject()), "training.epochs: more of them"));
    }
}
