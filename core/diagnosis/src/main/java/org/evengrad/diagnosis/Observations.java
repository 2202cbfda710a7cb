package org.evengrad.diagnosis;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * All that is known about a network or a run when judges look at it: before the first step, while
 * it trains, or at its end. What is not known yet is empty or zero, and a judge is silent about it.
 *
 * @param progress how far the run is
 * @param subject what is looked at
 * @param losses on the probe batch
 * @param movement what steps did: those of the run so far, or dry ones before the first step
 * @param atStart the signals before the first step, one for each initialization that was looked at;
 *     at least one
 * @param now the signals at this moment, measured when asked for
 * @param curve what single steps say
 * @param rates tries other learning rates from this moment, when asked to
 * @param inactiveShare by layer, the share of its units whose slope was zero on at least 1,024
 *     examples through a whole epoch of training; empty until that is known
 */
record Observations(
        Progress progress,
        Subject subject,
        LossHistory losses,
        Movement movement,
        List<SignalPath> atStart,
        Supplier<SignalPath> now,
        LossCurve curve,
        LearningRateTrial rates,
        Map<String, Double> inactiveShare) {
    /** Without a curve of single steps, and without trials of other rates. */
    Observations(
            Progress progress,
            Subject subject,
            LossHistory losses,
            Movement movement,
            List<SignalPath> atStart,
            Supplier<SignalPath> now,
            Map<String, Double> inactiveShare) {
        this(
                progress,
                subject,
                losses,
                movement,
                atStart,
                now,
                LossCurve.NONE,
                LearningRateTrial.NONE,
                inactiveShare);
    }

    /** Signals that grow by more than this explode. */
    static final double SIGNAL_EXPLODES = 1e3;

    /** A first loss above this many times that of zero outputs explodes. */
    static final double LOSS_EXPLODES = 10;

    /** Of the null loss: a network that gets below it in a few steps learns. */
    private static final double LEARNS = 0.9;

    /** Keeps copies. */
    Observations {
        atStart = List.copyOf(atStart);
        inactiveShare = Map.copyOf(inactiveShare);
    }

    /** The signal before the first step, with the weights that the run itself began with. */
    SignalPath first() {
        return atStart.get(0);
    }

    /**
     * Trained, or learning: its gradients may be as small as they like. Before training that is a
     * network that dry steps, or forks on most orders of batches, have brought clearly below a
     * constant prediction; that it falls down to one is the output's biases alone.
     */
    boolean learns() {
        double learned = LEARNS * losses.nullLoss();
        return progress.isBefore()
                ? losses.newest() < learned || rates.getsBelow(learned)
                : losses.trained() || losses.stillLearning();
    }

    boolean signalExplodes() {
        return first().total() > SIGNAL_EXPLODES;
    }

    boolean firstLossExplodes() {
        return losses.first() > LOSS_EXPLODES * losses.zeroOutputsLoss();
    }

    /** Whether something grew before the first bad value, so that it is no surprise. */
    boolean grewBeforeItBroke() {
        return movement.farBeforeItBroke()
                || signalExplodes()
                || firstLossExplodes()
                || !Double.isFinite(losses.first());
    }

    /** The layer of a tensor, and the tensor, if the first bad value was seen in one. */
    Optional<Subject.TensorPlace> firstBadPlace() {
        return movement.firstBadTensor().isPresent()
                ? Optional.of(subject.tensors().get(movement.firstBadTensor().getAsInt()))
                : Optional.empty();
    }
}
