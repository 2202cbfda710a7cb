package org.evengrad.diagnosis;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.evengrad.engine.train.Verdict;
import org.evengrad.engine.train.Verdict.Evidence;
import org.evengrad.engine.train.Verdict.Seeds;
import org.evengrad.engine.train.Verdict.Severity;

/**
 * Guards cut most gradients: what explodes does not show, and the rate is not the one that was
 * configured. No harm to a network that learns.
 */
final class HiddenByClipping implements Judge {
    private static final double CLIPPED = 0.5;
    private static final long FEWEST_STEPS = 20;

    @Override
    public Optional<Verdict> judge(Observations run) {
        double share = run.curve().clippedShare();
        if (share <= CLIPPED || run.progress().steps() < FEWEST_STEPS) {
            return Optional.empty();
        }
        boolean nowhere = run.losses().noBetterThanConstant() && !run.learns();
        return Optional.of(
                new Verdict(
                        Verdict.EXPLODING_GRADIENT,
                        nowhere ? Severity.WARN : Severity.NOTE,
                        List.of(),
                        "hidden-by-clipping",
                        Map.of("clippedShare", new Evidence(share, CLIPPED)),
                        new Seeds(1, 1),
                        Phrases.number(share)
                                + " of the steps were cut by guards"
                                + Phrases.beside(CLIPPED),
                        "Clipping hides how large gradients are: the steps are as large as the"
                                + " guard's limit, not as the learning rate says",
                        List.of(
                                "a higher limit of the guard, or a lower optimizer.learning-rate"
                                        + " without it")));
    }
}
