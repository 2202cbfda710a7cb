package org.evengrad.diagnosis;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.evengrad.engine.train.Ending.Reason;
import org.evengrad.engine.train.Verdict;
import org.evengrad.engine.train.Verdict.Evidence;
import org.evengrad.engine.train.Verdict.Seeds;
import org.evengrad.engine.train.Verdict.Severity;

/** Signals or updates that grow until training breaks or gets nowhere. */
final class ExplodingGradient implements Judge {
    private static final int LARGE_UPDATE_STEPS = 10;
    private static final int FIRST_STEPS = 20;
    private static final double OUTPUT_EXPLODES = 1e4;

    @Override
    public Optional<Verdict> judge(Observations run) {
        Map<String, Evidence> evidence = new LinkedHashMap<>();
        List<String> facts = new ArrayList<>();
        boolean broke = run.firstBadStep() > 0 && run.ending().reason() == Reason.DIVERGED;
        if (broke && run.grewBeforeItBroke()) {
            evidence.put("firstNonFiniteStep", new Evidence(run.firstBadStep(), FIRST_STEPS));
            facts.add("a value was no number at step " + run.firstBadStep());
        }
        if (run.stepsWithLargeUpdates() >= LARGE_UPDATE_STEPS && run.lossRose()) {
            int steps = run.stepsWithLargeUpdates();
            evidence.put("stepsWithLargeUpdates", new Evidence(steps, LARGE_UPDATE_STEPS));
            facts.add(
                    steps
                            + " steps moved weights by over 10%"
                            + Phrases.beside(LARGE_UPDATE_STEPS)
                            + ", and the loss rose");
        }
        boolean getsNowhere = run.noBetterThanConstant() && !run.stillLearning();
        if (getsNowhere && run.firstLossExplodes()) {
            double limit = Observations.LOSS_EXPLODES * run.zeroOutputsLoss();
            evidence.put("firstLoss", new Evidence(run.firstLoss(), limit));
            facts.add(
                    "the first loss was "
                            + Phrases.number(run.firstLoss())
                            + Phrases.beside(limit));
        }
        double output = run.first().largestOutput();
        if (getsNowhere && output > OUTPUT_EXPLODES) {
            evidence.put("largestOutput", new Evidence(output, OUTPUT_EXPLODES));
            facts.add(
                    "a layer's output reached "
                            + Phrases.number(output)
                            + Phrases.beside(OUTPUT_EXPLODES));
        }
        Severity severity = evidence.isEmpty() ? Severity.WARN : Severity.ERROR;
        if (run.signalExplodes() && !run.trained()) {
            double signal = run.first().total();
            evidence.put("totalSignal", new Evidence(signal, Observations.SIGNAL_EXPLODES));
            facts.add(
                    "the signal grows "
                            + Phrases.number(signal)
                            + " times up to the first layer"
                            + Phrases.beside(Observations.SIGNAL_EXPLODES));
        }
        if (evidence.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(verdict(run, severity, evidence, Phrases.sentence(facts)));
    }

    private static Verdict verdict(
            Observations run, Severity severity, Map<String, Evidence> evidence, String what) {
        List<Integer> blamed = run.signalExplodes() ? run.first().blamed() : List.of();
        boolean rate = blamed.isEmpty();
        return new Verdict(
                Verdict.EXPLODING_GRADIENT,
                severity,
                run.first().names(blamed),
                rate ? "learning-rate" : run.first().cause(blamed),
                evidence,
                new Seeds(1, 1),
                what,
                rate
                        ? "Signals keep their size on the way back, so it is the steps that are too"
                                + " large, not the weights"
                        : Phrases.where(run.first(), blamed),
                List.of(
                        rate
                                ? Phrases.lowerRate(run.optimizer())
                                : "initializer = he (Java: new He()); for tanh and sigmoid"
                                        + " initializer = xavier",
                        Phrases.clip()));
    }
}
