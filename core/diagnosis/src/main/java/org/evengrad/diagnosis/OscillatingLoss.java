package org.evengrad.diagnosis;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.evengrad.diagnosis.LossCurve.Swings;
import org.evengrad.engine.train.Verdict;
import org.evengrad.engine.train.Verdict.Evidence;
import org.evengrad.engine.train.Verdict.Seeds;
import org.evengrad.engine.train.Verdict.Severity;

/**
 * A loss that swings from step to step instead of falling. The noise of small batches is none: it
 * has no memory, so that one loss says nothing about the next.
 */
final class OscillatingLoss implements Judge {
    private static final double SPREAD = 0.25;
    private static final double AUTOCORRELATION = -0.3;
    private static final double IMPROVED = 0.01;

    /** A swing below this share of the null loss is the edge of stability, and healthy. */
    private static final double VISIBLE = 0.02;

    /** Above this share of the null loss a network has learned little. */
    private static final double LEARNED_LITTLE = 0.5;

    @Override
    public Optional<Verdict> judge(Observations run) {
        if (run.curve().swings().isEmpty() || run.losses().trained()) {
            return Optional.empty();
        }
        Swings swings = run.curve().swings().get();
        if (!oscillates(swings, run.losses(), AUTOCORRELATION)) {
            return Optional.empty();
        }
        double progress = progress(swings, run.losses());
        Map<String, Evidence> evidence = new LinkedHashMap<>();
        evidence.put("swingOverProgress", new Evidence(swings.spread() / progress, SPREAD));
        evidence.put("autocorrelation", new Evidence(swings.autocorrelation(), AUTOCORRELATION));
        double remaining = run.losses().newest() / run.losses().nullLoss();
        return Optional.of(
                new Verdict(
                        Verdict.OSCILLATING_LOSS,
                        remaining > LEARNED_LITTLE ? Severity.ERROR : Severity.WARN,
                        List.of(),
                        "learning-rate",
                        evidence,
                        new Seeds(1, 1),
                        "The loss on the same examples swings by "
                                + Phrases.number(swings.spread() / progress)
                                + " of what was gained so far"
                                + Phrases.beside(SPREAD)
                                + ", up and down in turn: each loss goes with the next by "
                                + Phrases.number(swings.autocorrelation())
                                + Phrases.beside(AUTOCORRELATION),
                        "Each step goes beyond the valley and lands on its other side: the steps"
                                + " are too large for its steepest direction",
                        List.of(
                                Phrases.lowerRate(run.subject().optimizer()),
                                "scheduler = cosine (Java: new Cosine()), which lets the steps get"
                                        + " smaller")));
    }

    /** Whether two windows swing, with losses that go against their neighbors at least so much. */
    static boolean oscillates(Swings swings, LossHistory losses, double autocorrelation) {
        return swings.spread() > SPREAD * progress(swings, losses)
                && swings.spread() > VISIBLE * losses.nullLoss()
                && swings.autocorrelation() < autocorrelation
                && !swings.improvesBy(IMPROVED);
    }

    private static double progress(Swings swings, LossHistory losses) {
        return Math.max(VISIBLE * losses.nullLoss(), losses.first() - swings.medianAfter());
    }
}
