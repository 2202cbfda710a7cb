package org.evengrad.diagnosis;

import java.util.List;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.evengrad.engine.train.Ending;
import org.evengrad.spi.Optimizer;

/**
 * All that was measured during a run: what judges look at.
 *
 * @param ending how the run ended
 * @param plannedSteps how long it was planned to last
 * @param optimizer that was used
 * @param usesRelu whether the network's activation is ReLU
 * @param nullLoss of the best constant prediction on the probe batch
 * @param zeroOutputsLoss of outputs that are all zero: about what a healthy network begins with
 * @param firstLoss on the probe batch before the first step
 * @param earlierLoss on the probe batch, a tenth of the planned steps before the end
 * @param finalLoss on the probe batch at the end
 * @param first the signal before the first step
 * @param last the signal at the end, measured when asked for
 * @param travel of each tensor that is judged
 * @param stepsWithLargeUpdates steps after the warm-up that moved weights by over 10%
 * @param movedFarBeforeItBroke whether a step shortly before the first bad one moved weights so far
 * @param firstBadStep the first step with a NaN or an infinity, from 1; 0 if there was none
 * @param firstBadTensor the first tensor that it was seen in; empty if it was the loss alone
 * @param tensors all tensors, by index
 */
record Observations(
        Ending ending,
        long plannedSteps,
        Optimizer optimizer,
        boolean usesRelu,
        double nullLoss,
        double zeroOutputsLoss,
        double firstLoss,
        double earlierLoss,
        double finalLoss,
        SignalPath first,
        Supplier<SignalPath> last,
        List<Travel> travel,
        int stepsWithLargeUpdates,
        boolean movedFarBeforeItBroke,
        long firstBadStep,
        OptionalInt firstBadTensor,
        List<TensorPlace> tensors) {
    /** Below this share of the null loss a network is trained. */
    static final double TRAINED = 0.1;

    /** A network that still gains this share of the null loss in a tenth of the run is learning. */
    private static final double STILL_LEARNING = 0.01;

    /** Signals that grow by more than this explode. */
    static final double SIGNAL_EXPLODES = 1e3;

    /** A first loss above this many times that of zero outputs explodes. */
    static final double LOSS_EXPLODES = 10;

    /**
     * How far a tensor moved.
     *
     * @param tensor its index
     * @param sum of its update ratios
     */
    record Travel(int tensor, double sum) {}

    /**
     * Where a tensor belongs.
     *
     * @param name its name
     * @param layer the name of its layer
     */
    record TensorPlace(String name, String layer) {}

    boolean trained() {
        return finalLoss < TRAINED * nullLoss;
    }

    boolean stillLearning() {
        return earlierLoss - finalLoss >= STILL_LEARNING * nullLoss;
    }

    /** No better than a prediction that ignores the input; also when the loss is no number. */
    boolean noBetterThanConstant() {
        return !(finalLoss < nullLoss);
    }

    boolean lossRose() {
        return !(finalLoss <= firstLoss);
    }

    boolean signalExplodes() {
        return first.total() > SIGNAL_EXPLODES;
    }

    boolean firstLossExplodes() {
        return firstLoss > LOSS_EXPLODES * zeroOutputsLoss;
    }

    /** Whether something grew before the first bad value, so that it is no surprise. */
    boolean grewBeforeItBroke() {
        return movedFarBeforeItBroke || signalExplodes() || firstLossExplodes();
    }

    /** What a tensor's travel comes to over the planned steps. */
    double planned(Travel moved) {
        return moved.sum() * plannedSteps / Math.max(1, ending.steps());
    }
}
