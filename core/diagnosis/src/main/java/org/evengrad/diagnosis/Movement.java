package org.evengrad.diagnosis;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntPredicate;

/**
 * What steps did to the tensors.
 *
 * @param travel of each tensor that is judged; empty as long as no step was run
 * @param largeSteps steps after the warm-up that moved weights by over 10%
 * @param farBeforeItBroke whether a step shortly before the first bad one moved weights so far
 * @param firstBadStep the first step with a NaN or an infinity, from 1; 0 if there was none
 * @param firstBadTensor the first tensor that it was seen in; empty if it was the loss alone
 * @param clippedShare the share of steps in which a guard scaled or rewrote the gradient
 * @param worstLoss the largest loss of a batch in dry steps, before the step; NaN if not known
 * @param belowFloorShare the share of gradients, other than zero, that are too small for an
 *     adaptive optimizer to rescale; 0 if it is not known
 * @param firstBad where the first bad value arose; empty if there was none, or nobody looked
 */
record Movement(
        List<Travel> travel,
        int largeSteps,
        boolean farBeforeItBroke,
        long firstBadStep,
        OptionalInt firstBadTensor,
        double clippedShare,
        double worstLoss,
        double belowFloorShare,
        Optional<FirstBad> firstBad) {
    /**
     * How far a tensor is going to move.
     *
     * @param tensor its index
     * @param planned the sum of its update ratios over the planned steps
     */
    record Travel(int tensor, double planned) {}

    /** Of steps that nobody looked into. */
    Movement(
            List<Travel> travel,
            int largeSteps,
            boolean farBeforeItBroke,
            long firstBadStep,
            OptionalInt firstBadTensor,
            double clippedShare,
            double worstLoss,
            double belowFloorShare) {
        this(
                travel,
                largeSteps,
                farBeforeItBroke,
                firstBadStep,
                firstBadTensor,
                clippedShare,
                worstLoss,
                belowFloorShare,
                Optional.empty());
    }

    /** The same, with where the first bad value arose. */
    Movement found(Optional<FirstBad> bad) {
        return new Movement(
                travel,
                largeSteps,
                farBeforeItBroke,
                firstBadStep,
                firstBadTensor,
                clippedShare,
                worstLoss,
                belowFloorShare,
                bad);
    }

    /** Keeps a copy. */
    Movement {
        travel = List.copyOf(travel);
    }

    /** Nothing was moved. */
    static Movement none() {
        return new Movement(List.of(), 0, false, 0, OptionalInt.empty(), 0, Double.NaN, 0);
    }

    /** The one of some tensors that moves least. */
    Optional<Travel> stillest(IntPredicate tensors) {
        return travel.stream()
                .filter(moved -> tensors.test(moved.tensor()))
                .min(Comparator.comparingDouble(Travel::planned));
    }

    /** The farthest that any tensor moves. */
    double most() {
        return travel.stream().mapToDouble(Travel::planned).max().orElse(0);
    }
}
