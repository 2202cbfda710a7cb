package org.evengrad.engine.train;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.evengrad.engine.network.PhaseTimes.Phase;

/**
 * How a run went.
 *
 * @param plan what was run; its network holds the parameters that are kept
 * @param status the verdict in one word
 * @param ending how the loop ended
 * @param epochs full passes over the training data
 * @param startupSeconds from when the run was asked for to the end of its first step; NaN without a
 *     step
 * @param seconds from the first step to the last, evaluation on validation data included
 * @param trainLoss mean loss over the training part at the end
 * @param validation scores on the validation part, if there is one
 * @param test scores on the test part, if there is one
 * @param bestEpoch the epoch whose parameters were kept, with {@code keep = best}
 * @param stepMillis time of a step
 * @param samplesPerSecond examples a second
 * @param phaseShares each phase's share of a step's time, in the order of a step; empty without
 *     steps
 * @param rollbacks how often a guard went back to a snapshot
 * @param clippedShare the share of steps in which a guard scaled or rewrote the gradient
 * @param parametersSha256 of the parameters that are kept, raw
 * @param verdicts those that stand, the worst first
 * @param waived those that the configuration accepts
 * @param notices what people should know beside the verdicts; one sentence each
 */
public record TrainingResult(
        org.evengrad.engine.plan.TrainingPlan plan,
        Status status,
        Ending ending,
        int epochs,
        double startupSeconds,
        double seconds,
        double trainLoss,
        Optional<Scores> validation,
        Optional<Scores> test,
        Optional<Integer> bestEpoch,
        Quantiles stepMillis,
        Quantiles samplesPerSecond,
        Map<Phase, Double> phaseShares,
        long rollbacks,
        double clippedShare,
        String parametersSha256,
        List<Verdict> verdicts,
        List<WaivedVerdict> waived,
        List<String> notices) {
    /** Keeps copies of the shares and lists. */
    public TrainingResult {
        phaseShares = Collections.unmodifiableMap(new LinkedHashMap<>(phaseShares));
        verdicts = List.copyOf(verdicts);
        waived = List.copyOf(waived);
        notices = List.copyOf(notices);
    }

    /** The verdict in one word. */
    public enum Status {
        /** Trained, and nothing is wrong. */
        HEALTHY,
        /** Trained, and a verdict of severity error stands. */
        UNHEALTHY,
        /** Stopped because the gradient was unusable. */
        DIVERGED,
        /** Stopped because someone asked. */
        INTERRUPTED
    }

    /**
     * Over the steps after the first tenth.
     *
     * @param median half of the steps are below; NaN without steps
     * @param p95 95% of the steps are below
     */
    public record Quantiles(double median, double p95) {}
}
