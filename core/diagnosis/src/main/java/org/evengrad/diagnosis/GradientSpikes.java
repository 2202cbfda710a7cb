package org.evengrad.diagnosis;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.evengrad.engine.train.Verdict;
import org.evengrad.engine.train.Verdict.Evidence;
import org.evengrad.engine.train.Verdict.Seeds;
import org.evengrad.engine.train.Verdict.Severity;

/** Single gradients that stand far out of those before them, with a higher loss behind them. */
final class GradientSpikes implements Judge {
    private static final double DEVIATIONS = 6;
    private static final int SPIKES = 3;

    /** Of the null loss: below it spikes did no harm worth a warning. */
    private static final double LEARNED_LITTLE = 0.5;

    @Override
    public Optional<Verdict> judge(Observations run) {
        LossCurve curve = run.curve();
        if (curve.spikes() < SPIKES || run.learns()) {
            return Optional.empty();
        }
        boolean little = !(run.losses().newest() <= LEARNED_LITTLE * run.losses().nullLoss());
        boolean nowhere = run.losses().noBetterThanConstant() && run.losses().rose();
        return Optional.of(
                new Verdict(
                                Verdict.EXPLODING_GRADIENT,
                                nowhere ? Severity.ERROR : little ? Severity.WARN : Severity.NOTE,
                                List.of(),
                                "spikes",
                                Map.of(
                                        "spikes", new Evidence(curve.spikes(), SPIKES),
                                        "largestSpike",
                                                new Evidence(curve.largestSpike(), DEVIATIONS)),
                                new Seeds(1, 1),
                                curve.spikes()
                                        + " gradients stood out"
                                        + Phrases.beside(SPIKES)
                                        + ", one of them by "
                                        + Phrases.number(curve.largestSpike())
                                        + " deviations"
                                        + Phrases.beside(DEVIATIONS)
                                        + ", with a higher loss behind them",
                                "Single batches throw the weights back",
                                List.of(Phrases.clip()))
                        .since(curve.firstSpike()));
    }
}
