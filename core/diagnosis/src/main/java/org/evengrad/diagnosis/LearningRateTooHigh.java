package org.evengrad.diagnosis;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.evengrad.diagnosis.LearningRateTrial.Comparison;
import org.evengrad.engine.train.Verdict;
import org.evengrad.engine.train.Verdict.Evidence;
import org.evengrad.engine.train.Verdict.Seeds;
import org.evengrad.engine.train.Verdict.Severity;
import org.evengrad.spi.Optimizer;

/**
 * Steps that overshoot: something looks like it, and a quarter of the rate does better from the
 * same state in three of three orders of batches, or a 64th where a quarter is no better.
 */
final class LearningRateTooHigh implements Judge {
    /** A quarter, and where that is as hopeless, much less. */
    private static final List<Double> FACTORS = List.of(1.0 / 4, 1.0 / 64);

    private static final int RISES = LearningRateTrial.WATCHED_STEPS / 2;
    private static final int LARGE_STEPS = 3;

    /** Of the null loss: whoever gets below it in a few steps is not stopped by its rate. */
    private static final double LEARNS = 0.9;

    /** So much of the null loss must the quarter be ahead: else it is the noise of batches. */
    private static final double AHEAD = 0.05;

    @Override
    public Optional<Verdict> judge(Observations run) {
        LearningRateTrial rates = run.rates();
        if (!rates.possible() || run.losses().trained()) {
            return Optional.empty();
        }
        boolean before = run.progress().isBefore();
        if (!before && run.losses().stillLearning()) {
            return Optional.empty();
        }
        int rises = before || run.movement().firstBadStep() > 0 ? rates.rises() : 0;
        boolean suspicious =
                run.movement().firstBadStep() > 0
                        || run.movement().largeSteps() >= LARGE_STEPS
                        || run.curve().swings().isPresent()
                        || rises > RISES;
        if (!suspicious) {
            return Optional.empty();
        }
        double ahead = AHEAD * run.losses().nullLoss();
        Optional<Double> better =
                FACTORS.stream().filter(factor -> helps(rates, factor, ahead)).findFirst();
        if (better.isEmpty()) {
            return Optional.empty();
        }
        double factor = better.get();
        Comparison both = rates.against(factor, (asIs, lower) -> true).orElseThrow();
        double nullLoss = run.losses().nullLoss();
        if (both.meanAsIs() < LEARNS * nullLoss) {
            // It overshoots here and there, and learns.
            return Optional.empty();
        }
        boolean nowhere =
                both.orders((asIs, lower) -> !(asIs < Math.min(nullLoss, both.before())))
                        == LearningRateTrial.ORDERS;
        Map<String, Evidence> evidence = new LinkedHashMap<>();
        evidence.put("lossAtALowerRate", new Evidence(both.meanOther(), both.meanAsIs()));
        if (rises > RISES) {
            evidence.put("stepsThatRaisedTheirLoss", new Evidence(rises, RISES));
        }
        if (run.movement().largeSteps() > 0) {
            evidence.put(
                    "stepsWithLargeUpdates",
                    new Evidence(run.movement().largeSteps(), LARGE_STEPS));
        }
        return Optional.of(
                new Verdict(
                        Verdict.LEARNING_RATE_TOO_HIGH,
                        nowhere ? Severity.ERROR : Severity.WARN,
                        List.of(),
                        "learning-rate",
                        evidence,
                        new Seeds(LearningRateTrial.ORDERS, LearningRateTrial.ORDERS),
                        "From the same state "
                                + Phrases.number(factor)
                                + " of the rate comes to a loss of "
                                + Phrases.number(both.meanOther())
                                + " in "
                                + both.steps()
                                + " steps, in "
                                + LearningRateTrial.ORDERS
                                + " of "
                                + LearningRateTrial.ORDERS
                                + " orders of batches; the rate as it is to "
                                + Phrases.number(both.meanAsIs()),
                        rises > RISES
                                ? rises
                                        + " of "
                                        + LearningRateTrial.WATCHED_STEPS
                                        + " steps made the loss of their own batch higher"
                                        + Phrases.beside(RISES)
                                        + ": they overshoot"
                                : "Steps go beyond what the gradient foresees: they overshoot",
                        List.of(lower(run.subject().optimizer(), factor), Phrases.clip())));
    }

    private static boolean helps(LearningRateTrial rates, double factor, double ahead) {
        return rates.against(factor, (asIs, lower) -> isAhead(lower, asIs, ahead))
                .map(tried -> tried.orders((asIs, lower) -> isAhead(lower, asIs, ahead)))
                .map(orders -> orders == LearningRateTrial.ORDERS)
                .orElse(false);
    }

    private static boolean isAhead(double quarter, double asIs, double by) {
        return Double.isFinite(quarter) && !(quarter > asIs - by);
    }

    private static String lower(Optimizer optimizer, double factor) {
        String rate = Phrases.number(optimizer.learningRate() * factor);
        return "optimizer.learning-rate = "
                + rate
                + " or less (Java: optimizer.withLearningRate("
                + rate
                + "))";
    }
}
