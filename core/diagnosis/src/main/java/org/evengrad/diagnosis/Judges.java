package org.evengrad.diagnosis;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.evengrad.engine.train.Verdict;
import org.evengrad.engine.train.Verdict.Evidence;
import org.evengrad.engine.train.Verdict.Severity;

/**
 * All judges together, who see the same observations before, during and after training: one verdict
 * a problem, and none where another one explains it.
 */
final class Judges {
    private static final List<Judge> ALL =
            List.of(
                    new NonFinite(),
                    new ExplodingGradient(),
                    new GradientSpikes(),
                    new HiddenByClipping(),
                    new VanishingGradient(),
                    new DeadUnits(),
                    new Saturation(),
                    new LossMismatch(),
                    new InputScale(),
                    new LearningRateTooHigh(),
                    new LearningRateTooLow(),
                    new OscillatingLoss());

    /** Said only where nothing else explains a loss that does not fall. */
    private static final List<Judge> WITHOUT_OTHER_CAUSE =
            List.of(new FlatLoss(), new SlowConvergence());

    private Judges() {}

    /** What they say, the worst first, and of those the gravest kind. */
    static List<Verdict> judge(Observations run) {
        Map<String, Verdict> spoken = new LinkedHashMap<>();
        ALL.stream()
                .map(judge -> judge.judge(run))
                .flatMap(Optional::stream)
                .forEach(verdict -> spoken.merge(verdict.problem(), verdict, Judges::both));
        explained(spoken).forEach(spoken::remove);
        for (Judge judge : WITHOUT_OTHER_CAUSE) {
            boolean open =
                    spoken.values().stream()
                            .noneMatch(verdict -> verdict.severity() != Severity.NOTE);
            if (open) {
                judge.judge(run).ifPresent(verdict -> spoken.put(verdict.problem(), verdict));
            }
        }
        return spoken.values().stream()
                .map(Judges::bounded)
                .map(verdict -> run.subject().isBrought() ? Advice.forBrought(verdict) : verdict)
                .sorted(
                        Comparator.comparing(Verdict::severity)
                                .reversed()
                                .thenComparing(v -> Verdict.PROBLEMS.indexOf(v.problem())))
                .toList();
    }

    /** A rate, a scale or a slow loss warns at most, whatever its judge holds of it. */
    private static Verdict bounded(Verdict verdict) {
        boolean error = verdict.severity() == Severity.ERROR;
        return error && !Verdict.GRADIENT_PROBLEMS.contains(verdict.problem())
                ? verdict.as(Severity.WARN)
                : verdict;
    }

    /** What stands still for want of signal is no rate's, and what large data do no weights'. */
    private static Set<String> explained(Map<String, Verdict> spoken) {
        Set<String> explained = new HashSet<>();
        Verdict vanishing = spoken.get(Verdict.VANISHING_GRADIENT);
        if (vanishing != null && vanishing.severity() == Severity.ERROR) {
            explained.add(Verdict.LEARNING_RATE_TOO_LOW);
            Verdict dead = spoken.get(Verdict.DEAD_UNITS);
            if (dead != null && dead.cause().equals("learning-rate")) {
                explained.add(Verdict.DEAD_UNITS);
            }
        }
        Verdict scale = spoken.get(Verdict.INPUT_SCALE);
        Verdict saturation = spoken.get(Verdict.SATURATION);
        if (scale != null
                && scale.severity() != Severity.NOTE
                && saturation != null
                && saturation.cause().equals(Verdict.INPUT_SCALE)) {
            explained.add(Verdict.SATURATION);
        }
        return explained;
    }

    /** The worse one, with what the other one saw as well. */
    private static Verdict both(Verdict one, Verdict other) {
        boolean firstIsWorse = one.severity().compareTo(other.severity()) >= 0;
        Verdict worse = firstIsWorse ? one : other;
        Verdict milder = firstIsWorse ? other : one;
        Map<String, Evidence> evidence = new LinkedHashMap<>(worse.evidence());
        milder.evidence().forEach(evidence::putIfAbsent);
        List<String> advice = new ArrayList<>(worse.advice());
        Stream.of(milder.advice())
                .flatMap(List::stream)
                .filter(each -> !advice.contains(each))
                .forEach(advice::add);
        return new Verdict(
                worse.problem(),
                worse.severity(),
                worse.layers(),
                worse.cause(),
                evidence,
                worse.seeds(),
                Math.min(worse.firstStep(), milder.firstStep()),
                worse.what() + ". " + milder.what(),
                worse.why(),
                advice);
    }
}
