package org.evengrad.diagnosis;

import java.util.List;
import java.util.OptionalDouble;
import org.evengrad.config.ModelConfig.Loss;

/**
 * The loss on the probe batch, which is the same each time, in evaluation mode.
 *
 * @param nullLoss of the best constant prediction
 * @param zeroOutputsLoss of outputs that are all zero: about what a healthy network begins with
 * @param plannedSteps how long training is planned to last
 * @param probes in order, the first one before the first step
 * @param heldOut the lowest loss on validation rows over that of a constant prediction; empty if
 *     there are too few, or none was measured yet
 */
record LossHistory(
        double nullLoss,
        double zeroOutputsLoss,
        long plannedSteps,
        List<Probe> probes,
        OptionalDouble heldOut) {
    /** Below this share of the null loss a network is trained. */
    static final double TRAINED = 0.1;

    /** A network that still gains this share of the null loss in a tenth of the run is learning. */
    private static final double STILL_LEARNING = 0.01;

    private static final int PARTS = 10;

    /**
     * The loss after a step.
     *
     * @param step which one, 0 for before the first
     */
    record Probe(long step, double loss) {}

    /** Without validation rows. */
    LossHistory(double nullLoss, double zeroOutputsLoss, long plannedSteps, List<Probe> probes) {
        this(nullLoss, zeroOutputsLoss, plannedSteps, probes, OptionalDouble.empty());
    }

    /** Keeps a copy. */
    LossHistory {
        probes = List.copyOf(probes);
    }

    double first() {
        return probes.get(0).loss();
    }

    double newest() {
        return last().loss();
    }

    private Probe last() {
        return probes.get(probes.size() - 1);
    }

    /** The newest one that is at least a tenth of the planned steps old. */
    double earlier() {
        return before(1.0 / PARTS);
    }

    /** The newest one that is older by at least this share of the planned steps. */
    double before(double share) {
        long until = last().step() - Math.max(1, (long) (plannedSteps * share));
        double loss = first();
        for (Probe probe : probes) {
            if (probe.step() <= until) {
                loss = probe.loss();
            }
        }
        return loss;
    }

    /**
     * By how much the logarithm of a target's likelihood grew over that of a constant prediction,
     * if squared errors are those of normal and absolute errors those of Laplace's distribution.
     */
    double logLikelihoodGain(Loss loss) {
        return switch (loss) {
            case CROSS_ENTROPY, BINARY_CROSS_ENTROPY -> nullLoss - newest();
            case MSE -> Math.log(nullLoss / newest()) / 2;
            case MAE, HUBER -> Math.log(nullLoss / newest());
        };
    }

    boolean trained() {
        return newest() < TRAINED * nullLoss;
    }

    boolean stillLearning() {
        return earlier() - newest() >= STILL_LEARNING * nullLoss;
    }

    /** No better than a prediction that ignores the input; also when the loss is no number. */
    boolean noBetterThanConstant() {
        return !(newest() < nullLoss);
    }

    boolean rose() {
        return !(newest() <= first());
    }
}
