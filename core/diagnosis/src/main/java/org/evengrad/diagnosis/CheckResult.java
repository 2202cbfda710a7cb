package org.evengrad.diagnosis;

import java.util.List;
import org.evengrad.engine.train.Verdict;
import org.evengrad.engine.train.Verdict.Severity;
import org.evengrad.engine.train.WaivedVerdict;

/**
 * What a look at a network before its first step found.
 *
 * @param name of the run
 * @param seeds how many initializations were looked at; with given weights, from how many
 *     directions
 * @param givenWeights whether the weights came with the model, so that none were drawn
 * @param probeLoss the median loss of the initializations on the probe batch
 * @param nullLoss that of the best prediction that ignores the input
 * @param totalSignal D: the norm of the gradient at the first layer's output against that at the
 *     last, of the initializations in which anything arrived
 * @param zeroShare the share of initializations in which nothing arrives at the first layer
 * @param depthScale after how many layers the signal changes by a factor of e, in the mean;
 *     infinite if it does not
 * @param inverseWidths the sum of 1/width over the hidden layers
 * @param layers in order, the output layer last
 * @param verdicts the worst first
 * @param waived verdicts that the configuration accepts
 * @param seconds that it took
 */
public record CheckResult(
        String name,
        int seeds,
        boolean givenWeights,
        double probeLoss,
        double nullLoss,
        Quartiles totalSignal,
        double zeroShare,
        double depthScale,
        double inverseWidths,
        List<LayerHealth> layers,
        List<Verdict> verdicts,
        List<WaivedVerdict> waived,
        double seconds) {
    /** Keeps copies. */
    public CheckResult {
        layers = List.copyOf(layers);
        verdicts = List.copyOf(verdicts);
        waived = List.copyOf(waived);
    }

    /** Whether no verdict of severity error stands. */
    public boolean healthy() {
        return verdicts.stream().noneMatch(verdict -> verdict.severity() == Severity.ERROR);
    }
}
