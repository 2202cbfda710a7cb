package org.evengrad.diagnosis;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.evengrad.engine.network.LayerSignal;
import org.evengrad.engine.network.LayerSignal.Kind;
import org.evengrad.engine.train.Verdict;
import org.evengrad.engine.train.Verdict.Severity;

/**
 * Hidden layers whose bounded activation is driven to where it is flat. Gates and outputs should
 * be. A sigmoid's slope, a quarter at best, is no saturation.
 */
final class Saturation implements Judge {
    private static final double SATURATED = 0.9;
    private static final double MOSTLY_SATURATED = 0.75;

    /** By how much a saturated activation must shrink the signal to be harm. */
    private static final double SHRINKS = 0.1;

    private static final double LARGE_FEATURES = 10;

    @Override
    public Optional<Verdict> judge(Observations run) {
        boolean broke = !run.progress().isBefore() && !Double.isFinite(run.losses().newest());
        if (run.learns() || broke) {
            return Optional.empty();
        }
        SignalPaths paths =
                run.progress().isBefore()
                        ? new SignalPaths(run.atStart())
                        : new SignalPaths(List.of(run.now().get()));
        SignalPath typical = run.progress().isBefore() ? paths.typical() : run.now().get();
        if (!isIn(typical)) {
            return Optional.empty();
        }
        List<Integer> blamed = typical.blame().layers();
        Finding finding = new Finding();
        List<String> names = new ArrayList<>();
        boolean firstLayer = false;
        for (int i = 0; i < typical.layers().size(); i++) {
            LayerSignal layer = typical.layers().get(i);
            if (!isSaturated(layer)) {
                continue;
            }
            names.add(layer.layer());
            firstLayer |= i == 0;
            // What the first layer's activation takes is not in the total.
            boolean inBlame = blamed.contains(i) || i == 0;
            boolean shrinks = inBlame && layer.activationGain() < SHRINKS;
            boolean error = shrinks && layer.saturatedShare() >= SATURATED;
            int index = i;
            int k = (int) Math.round(paths.share(index, Saturation::isSaturated) * paths.count());
            finding.add(
                            error ? Severity.ERROR : shrinks ? Severity.WARN : Severity.NOTE,
                            finding.has("saturatedShare")
                                    ? "saturatedShare." + layer.layer()
                                    : "saturatedShare",
                            layer.saturatedShare(),
                            error ? SATURATED : MOSTLY_SATURATED,
                            Phrases.percent(layer.saturatedShare())
                                    + " of "
                                    + layer.layer()
                                    + " is saturated")
                    .seen(k, paths.count());
        }
        if (finding.isEmpty()) {
            return Optional.empty();
        }
        boolean byInput = firstLayer && run.subject().featureSize() > LARGE_FEATURES;
        boolean bySteps = !byInput && !run.progress().isBefore() && !isIn(run.first());
        if (bySteps) {
            return Optional.of(
                    finding.verdict(
                            Verdict.SATURATION,
                            names,
                            "learning-rate",
                            "Steps threw the weights to where the activations are flat",
                            List.of(Phrases.lowerRate(run.subject().optimizer()), Phrases.clip())));
        }
        return Optional.of(
                finding.verdict(
                        Verdict.SATURATION,
                        names,
                        byInput ? "input-scale" : Blame.WEIGHTS,
                        byInput
                                ? "The features are "
                                        + Phrases.number(run.subject().featureSize())
                                        + " in size, which drives the first layer to its limits"
                                : "Weights drive the activations to their limits, where their"
                                        + " slope is next to nothing",
                        byInput
                                ? List.of(Advice.STANDARDIZE)
                                : List.of(Advice.XAVIER, Advice.NORMALIZE)));
    }

    /** Whether a hidden layer is saturated. */
    static boolean isIn(SignalPath path) {
        return path.layers().stream().anyMatch(Saturation::isSaturated);
    }

    private static boolean isSaturated(LayerSignal layer) {
        return isHidden(layer) && layer.saturatedShare() >= MOSTLY_SATURATED;
    }

    private static boolean isHidden(LayerSignal layer) {
        return layer.kind() == Kind.WEIGHTS || layer.kind() == Kind.NORMALIZATION;
    }
}
