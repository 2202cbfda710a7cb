package org.evengrad.diagnosis.repair;

import java.util.List;

/**
 * A patch held against the unchanged control on seeds that played no part in its choice.
 *
 * @param level how much it says
 * @param share of the planned steps that each was trained for
 * @param pairs both with each seed
 * @param accepted whether the patch was better in every pair and by enough on average
 */
public record Proof(Level level, double share, List<Pair> pairs, boolean accepted) {
    /** Keeps a copy. */
    public Proof {
        pairs = List.copyOf(pairs);
    }

    /** How much a proof says. */
    public enum Level {
        /** Better on each of a few fresh seeds, over a part of the run. */
        SUPPORTED,
        /** Better on each of five fresh seeds, over the whole run. */
        PROVED
    }

    /**
     * Unchanged and repaired with the same seed.
     *
     * @param seed of both
     * @param control skill on the validation part
     * @param repaired skill on the validation part
     */
    public record Pair(long seed, double control, double repaired) {
        /**
         * By how much repaired is better than the control, or than a constant prediction if that is
         * more: to give numbers that are worth nothing is no gain.
         */
        public double gain() {
            return repaired - Math.max(0, control);
        }
    }

    /** The mean gain of the pairs; NaN if there is none. */
    public double meanGain() {
        return pairs.stream().mapToDouble(Pair::gain).average().orElse(Double.NaN);
    }
}
