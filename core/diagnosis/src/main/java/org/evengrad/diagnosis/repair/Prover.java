package org.evengrad.diagnosis.repair;

import java.util.ArrayList;
import java.util.List;
import org.evengrad.diagnosis.repair.Acceptance.Ruling;
import org.evengrad.diagnosis.repair.Proof.Level;
import org.evengrad.diagnosis.repair.Proof.Pair;

/** Holds a patch against the control on seeds that played no part in its choice. */
final class Prover {
    /** Of the planned steps, unless the proof is to be full. */
    static final double SHARE = 0.25;

    private final Trials trials;
    private final List<Long> seeds;
    private final boolean full;

    /**
     * A prover.
     *
     * @param seeds {@link Acceptance#MANY_PAIRS} of them
     * @param full whether each pair is trained for the whole length
     */
    Prover(Trials trials, List<Long> seeds, boolean full) {
        this.trials = trials;
        this.seeds = List.copyOf(seeds);
        this.full = full;
    }

    /**
     * Proves, or fails to.
     *
     * @throws CutShort if there was no time
     */
    Proof prove(Patch patch) {
        double share = full ? 1 : SHARE;
        int fewest = full ? Acceptance.MANY_PAIRS : Acceptance.FEW_PAIRS;
        trials.require(2 * fewest * share);
        trials.begin(Stage.PROOF, List.of(Patch.NONE, patch), 2 * fewest);
        List<Pair> pairs = new ArrayList<>();
        Ruling ruling = Ruling.UNDECIDED;
        for (long seed : seeds) {
            if (ruling == Ruling.REJECTED || ruling == Ruling.ACCEPTED && pairs.size() >= fewest) {
                break;
            }
            pairs.add(
                    new Pair(
                            seed,
                            trials.train(Stage.PROOF, Patch.NONE, seed, share, true).skill(),
                            trials.train(Stage.PROOF, patch, seed, share, true).skill()));
            ruling = Acceptance.of(pairs);
        }
        return new Proof(
                full ? Level.PROVED : Level.SUPPORTED, share, pairs, ruling == Ruling.ACCEPTED);
    }
}
