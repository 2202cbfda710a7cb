package org.evengrad.diagnosis;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.evengrad.diagnosis.Observations.Travel;
import org.evengrad.engine.train.Verdict;
import org.evengrad.engine.train.Verdict.Evidence;
import org.evengrad.engine.train.Verdict.Seeds;
import org.evengrad.engine.train.Verdict.Severity;

/**
 * Next to nothing of the signal reaches the first layer, or its weights stand still while others
 * move. Silent on a network that is trained or still learns: its gradients may be as small as they
 * like.
 */
final class VanishingGradient implements Judge {
    private static final double TRAVEL_ERROR = 1e-2;

    /** Above this sum of 1/width chance alone may lose the signal. */
    private static final double NARROW = 0.5;

    /** What is harm depends on whether the optimizer rescales small gradients. */
    private record Limits(double error, double warn) {
        static final Limits PROPORTIONAL = new Limits(1e-3, 3e-2);
        static final Limits ADAPTIVE = new Limits(1e-5, 1e-3);
    }

    @Override
    public Optional<Verdict> judge(Observations run) {
        if (!Double.isFinite(run.finalLoss()) || run.trained() || run.stillLearning()) {
            return Optional.empty();
        }
        boolean proportional = OptimizerFamily.of(run.optimizer()) == OptimizerFamily.PROPORTIONAL;
        Limits limits = proportional ? Limits.PROPORTIONAL : Limits.ADAPTIVE;
        SignalPath last = run.last().get();
        SignalPath worst = last.logTotal() < run.first().logTotal() ? last : run.first();
        Map<String, Evidence> evidence = new LinkedHashMap<>();
        List<String> facts = new ArrayList<>();
        Severity severity = null;
        if (worst.total() < limits.warn()) {
            severity = worst.total() < limits.error() ? Severity.ERROR : Severity.WARN;
            double limit = severity == Severity.ERROR ? limits.error() : limits.warn();
            evidence.put("totalSignal", new Evidence(worst.total(), limit));
            facts.add(
                    Phrases.number(worst.total())
                            + " of the signal reaches the first layer"
                            + Phrases.beside(limit));
        }
        Optional<Travel> stillest = proportional ? stillest(run) : Optional.empty();
        if (stillest.isPresent()) {
            double travel = run.planned(stillest.get());
            severity = Severity.ERROR;
            evidence.put("leastTravel", new Evidence(travel, TRAVEL_ERROR));
            facts.add(
                    "the stillest weights travel "
                            + Phrases.number(travel)
                            + " of their size"
                            + Phrases.beside(TRAVEL_ERROR));
        }
        if (severity == null) {
            return Optional.empty();
        }
        double remaining = run.finalLoss() / run.nullLoss();
        evidence.put("lossOverNullLoss", new Evidence(remaining, Observations.TRAINED));
        facts.add(
                "the loss is "
                        + Phrases.number(remaining)
                        + " of a constant prediction's"
                        + Phrases.beside(Observations.TRAINED));
        List<Integer> blamed = worst.total() < limits.warn() ? worst.blamed() : List.of();
        List<String> layers =
                blamed.isEmpty()
                        ? List.of(run.tensors().get(stillest.orElseThrow().tensor()).layer())
                        : worst.names(blamed);
        boolean narrow = worst.sumOfInverseWidths() > NARROW;
        return Optional.of(
                new Verdict(
                        Verdict.VANISHING_GRADIENT,
                        severity,
                        layers,
                        blamed.isEmpty() ? "unknown" : worst.cause(blamed),
                        evidence,
                        new Seeds(1, 1),
                        Phrases.sentence(facts),
                        blamed.isEmpty()
                                ? "The gradient of "
                                        + layers.get(0)
                                        + " is too small for the learning rate"
                                : Phrases.where(worst, blamed) + narrowness(worst, narrow),
                        advice(run, proportional, narrow)));
    }

    private static String narrowness(SignalPath path, boolean narrow) {
        return narrow
                ? "; the layers are narrow for this depth: the sum of 1/width is "
                        + Phrases.number(path.sumOfInverseWidths())
                        + Phrases.beside(NARROW)
                : "";
    }

    private static List<String> advice(Observations run, boolean proportional, boolean narrow) {
        List<String> advice = new ArrayList<>();
        if (!run.usesRelu()) {
            advice.add("activation = relu and initializer = he (Java: new Relu(), new He())");
        } else if (!narrow) {
            advice.add("initializer = he (Java: new He())");
        }
        if (narrow) {
            advice.add("model.layers: wider layers, or fewer of them");
        }
        if (proportional) {
            advice.add(
                    "optimizer { use = adam, learning-rate = 0.001 } (Java: new"
                            + " Adam().withLearningRate(1e-3)), which rescales small gradients");
        }
        return advice;
    }

    /** The tensor that stands still while others move. If none moves, it is the rate's fault. */
    private static Optional<Travel> stillest(Observations run) {
        Optional<Travel> least = run.travel().stream().min(Comparator.comparingDouble(Travel::sum));
        boolean othersMove =
                run.travel().stream().anyMatch(moved -> run.planned(moved) >= TRAVEL_ERROR);
        return least.filter(moved -> othersMove && run.planned(moved) < TRAVEL_ERROR);
    }
}
