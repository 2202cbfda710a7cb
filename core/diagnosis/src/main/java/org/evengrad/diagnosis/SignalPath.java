package org.evengrad.diagnosis;

import java.util.ArrayList;
import java.util.List;
import org.evengrad.engine.network.BranchSignal;
import org.evengrad.engine.network.LayerSignal;
import org.evengrad.engine.network.Signals;
import org.evengrad.engine.network.TimeSignal;

/**
 * What became of a random direction on its way from the last pre-activation back to the first
 * layer's output: in total, and whose doing it was.
 */
final class SignalPath {
    /** What stands for the logarithm of zero: that of the smallest double. */
    private static final double LOG_OF_NOTHING = Math.log(Double.MIN_VALUE);

    private final List<LayerSignal> signals;

    private final List<BranchSignal> branches;
    private final List<TimeSignal> alongTime;

    SignalPath(Signals measured) {
        signals = measured.layers();
        branches = measured.branches();
        alongTime = measured.alongTime();
    }

    SignalPath(List<LayerSignal> signals) {
        this(new Signals(signals, List.of(), List.of()));
    }

    /** One for each layer, the output layer last. */
    List<LayerSignal> layers() {
        return signals;
    }

    /** One for each residual block. */
    List<BranchSignal> branches() {
        return branches;
    }

    /** One for each recurrent layer. */
    List<TimeSignal> alongTime() {
        return alongTime;
    }

    /**
     * Where a signal's way back ends: at the output of the first layer, or of the normalization
     * behind it, which cancels the scale of that layer's weights.
     */
    int front() {
        return signals.size() > 2 && signals.get(1).kind() == LayerSignal.Kind.NORMALIZATION
                ? 1
                : 0;
    }

    /** The natural logarithm of |delta_first| / |delta_last|; 0 for a single layer. */
    double logTotal() {
        return signals.get(front()).logDelta() - signals.get(signals.size() - 1).logDelta();
    }

    /** The total, D. */
    double total() {
        return Math.exp(logTotal());
    }

    /**
     * The sum of 1/width over the hidden layers: how much of the signal's size is luck. The
     * variance of its logarithm grows with it.
     */
    double sumOfInverseWidths() {
        return signals.stream()
                .limit(signals.size() - 1)
                .mapToDouble(signal -> 1.0 / signal.width())
                .sum();
    }

    /** The largest magnitude among the outputs of all layers. */
    double largestOutput() {
        return signals.stream().mapToDouble(LayerSignal::largestOutput).max().orElse(0);
    }

    /** Whether anything arrives at the first layer. */
    boolean arrives() {
        return logTotal() > Double.NEGATIVE_INFINITY;
    }

    /** Whose doing the change is. */
    Blame blame() {
        return Blame.of(this);
    }

    /** The natural logarithm of what a layer multiplies the signal by; finite. */
    double logGain(int layer) {
        return logActivation(layer) + logWeights(layer) + logStructure(layer);
    }

    /** The activation's part of it. */
    double logActivation(int layer) {
        return log(signals.get(layer).activationGain());
    }

    /** The weights' part of it. */
    double logWeights(int layer) {
        return log(signals.get(layer).weightGain());
    }

    /** The part of what lies between the layer and the one before. */
    double logStructure(int layer) {
        return log(signals.get(layer).structureGain());
    }

    /** What is nobody's fault: averages make a signal smaller by as much as they should. */
    double logExpected(int layer) {
        double expected = signals.get(layer).expectedStructureGain();
        return expected > 0 ? Math.log(expected) : 0;
    }

    /** What the layer, and what lies before it, are to be blamed for; finite. */
    double logUnexpected(int layer) {
        return logGain(layer) - logExpected(layer);
    }

    /** Finite, so that the layer that lets nothing through is blamed and the sums stay numbers. */
    private static double log(double gain) {
        boolean nothingArrived = Double.isNaN(gain);
        return nothingArrived ? 0 : Math.max(LOG_OF_NOTHING, Math.log(gain));
    }

    /** The names of blamed layers. */
    List<String> names(List<Integer> layers) {
        return layers.stream().map(i -> signals.get(i).layer()).toList();
    }

    /** Blamed layers as people say it: runs merged, {@code dense-2 to dense-25}. */
    String spoken(List<Integer> layers) {
        List<String> runs = new ArrayList<>();
        int from = 0;
        for (int i = 1; i <= layers.size(); i++) {
            if (i == layers.size() || layers.get(i) != layers.get(i - 1) + 1) {
                String first = signals.get(layers.get(from)).layer();
                String last = signals.get(layers.get(i - 1)).layer();
                runs.add(first.equals(last) ? first : first + " to " + last);
                from = i;
            }
        }
        return String.join(", ", runs);
    }
}
