package org.evengrad.diagnosis;

import org.evengrad.engine.network.Network;
import org.evengrad.engine.plan.TrainingPlan;

/**
 * On how many examples a run is measured, so that the looks that are always taken stay within its
 * budget. Follows from the plan alone, never from the clock.
 *
 * @param loss for each loss
 * @param signals for each way back
 */
record ProbeRows(int loss, int signals) {
    private static final int MOST = 512;

    /** Fewer say too little, so that very short runs pay more than their budget. */
    private static final int FEWEST_FOR_LOSS = 64;

    private static final int FEWEST_FOR_SIGNALS = 32;

    /** Each sequence has many time steps, which signals go through one by one. */
    private static final int MOST_SEQUENCES = 64;

    private static final int FEWEST_SEQUENCES = 4;

    /** Dimensions of a sequence. */
    private static final int SEQUENCE = 2;

    /** Of the budget; the rest is for what nobody knows beforehand, such as looks beyond these. */
    private static final double SHARE_OF_LOSSES = 0.3;

    private static final double SHARE_OF_SIGNALS = 0.2;

    /** What a row costs beside a row of a training step: a forward pass is a third of it. */
    private static final double COST_OF_LOSS = 1.0 / 3;

    private static final double COST_OF_SIGNALS = 1;

    /** With fewer numbers to train it is not arithmetic that a row of signals takes. */
    private static final double SMALL_NETWORK = 2000;

    /** Along time the states are followed one by one, in double precision. */
    private static final double COST_OF_SIGNALS_ALONG_TIME = 8;

    /** Before the first step, at the end, and twice as late each time between. */
    private static final int SIGNALS = 5;

    /** As many as a check looks at. */
    static ProbeRows most(Network network) {
        return new ProbeRows(MOST, isSequence(network) ? MOST_SEQUENCES : MOST);
    }

    /**
     * So many as a run can afford.
     *
     * @param looks how many are always taken
     */
    static ProbeRows of(TrainingPlan plan, int looks) {
        double perStep =
                (double) plan.data().toTrain().examples() / plan.data().toTrain().perEpoch();
        return of(
                plan.health().budget().amount() / 100 * plan.horizon().steps() * perStep,
                looks,
                isSequence(plan.network()),
                plan.network().parameters().limit());
    }

    /**
     * So many as a run can afford.
     *
     * @param rows that steps could take instead of looking at anything
     * @param parameters how many numbers the network trains
     */
    static ProbeRows of(double rows, int looks, boolean sequences, int parameters) {
        double signals = SHARE_OF_SIGNALS * rows / SIGNALS;
        double ofSmall = Math.max(1, SMALL_NETWORK / parameters);
        return new ProbeRows(
                within(FEWEST_FOR_LOSS, SHARE_OF_LOSSES * rows / looks / COST_OF_LOSS, MOST),
                sequences
                        ? within(
                                FEWEST_SEQUENCES,
                                signals / COST_OF_SIGNALS_ALONG_TIME,
                                MOST_SEQUENCES)
                        : within(FEWEST_FOR_SIGNALS, signals / (COST_OF_SIGNALS * ofSmall), MOST));
    }

    private static boolean isSequence(Network network) {
        return network.inputShape().size() == SEQUENCE;
    }

    private static int within(int fewest, double wanted, int most) {
        return (int) Math.max(fewest, Math.min(most, wanted));
    }
}
