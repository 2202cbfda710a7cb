package org.evengrad.diagnosis.repair;

import java.util.List;
import java.util.function.ToDoubleFunction;
import org.evengrad.diagnosis.repair.Proof.Pair;

/**
 * When a patch counts as better than the unchanged control, on seeds that played no part in its
 * choice: if it is better in each pair, by enough on average, and by enough for the spread between
 * the seeds. Three pairs suffice where seeds agree and the gain is large beside their spread, or
 * where it dwarfs that spread; else it takes five.
 *
 * <p>That the mean gain exceeds the spread says little alone: with three pairs, a patch that does
 * nothing passes that in a third of all cases, once the luckiest of several is proved.
 */
public final class Acceptance {
    /** The mean gain is at least so large. */
    public static final double LEAST_GAIN = 0.10;

    /** So many pairs at first. */
    public static final int FEW_PAIRS = 3;

    /** So many where seeds disagree. */
    public static final int MANY_PAIRS = 5;

    /** A larger standard deviation of the skills of either arm takes many pairs. */
    private static final double LARGE_SPREAD = 0.1;

    /** So does a mean gain below so many times the spread of both arms. */
    private static final double CLEAR_GAIN = 3;

    /** A gain of so many times the spread is beyond doubt, however large the spread is. */
    private static final double GAIN_BEYOND_DOUBT = 5;

    /** What can be said of some pairs. */
    public enum Ruling {
        /** Better. */
        ACCEPTED,
        /** Not shown to be better. */
        REJECTED,
        /** It takes more pairs. */
        UNDECIDED
    }

    private Acceptance() {}

    /**
     * Rules on pairs.
     *
     * @param pairs those that there are, at most {@link #MANY_PAIRS}
     */
    public static Ruling of(List<Pair> pairs) {
        if (pairs.stream().anyMatch(pair -> !(pair.gain() > 0))) {
            return Ruling.REJECTED;
        }
        if (pairs.size() < FEW_PAIRS) {
            return Ruling.UNDECIDED;
        }
        double gain = pairs.stream().mapToDouble(Pair::gain).average().orElseThrow();
        double control = variance(pairs, Pair::control);
        double repaired = variance(pairs, Pair::repaired);
        double spread = Math.sqrt((control + repaired) / 2);
        if (pairs.size() >= MANY_PAIRS) {
            return gain >= LEAST_GAIN && gain >= spread ? Ruling.ACCEPTED : Ruling.REJECTED;
        }
        boolean agree = Math.sqrt(Math.max(control, repaired)) <= LARGE_SPREAD;
        double clear = (agree ? CLEAR_GAIN : GAIN_BEYOND_DOUBT) * spread;
        if (gain >= clear && pairs.size() == FEW_PAIRS) {
            return gain >= LEAST_GAIN ? Ruling.ACCEPTED : Ruling.REJECTED;
        }
        return Ruling.UNDECIDED;
    }

    private static double variance(List<Pair> pairs, ToDoubleFunction<Pair> skill) {
        double mean = pairs.stream().mapToDouble(skill).average().orElseThrow();
        double squares =
                pairs.stream()
                        .mapToDouble(skill)
                        .map(value -> (value - mean) * (value - mean))
                        .sum();
        return squares / (pairs.size() - 1);
    }
}
