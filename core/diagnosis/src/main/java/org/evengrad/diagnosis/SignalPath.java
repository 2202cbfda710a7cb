package org.evengrad.diagnosis;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.evengrad.engine.network.LayerSignal;

/**
 * What became of a random direction on its way from the last pre-activation back to the first
 * layer's output: in total, and whose doing it was.
 */
final class SignalPath {
    /** The blamed layers carry this share of the logarithm of the total. */
    private static final double BLAMED_SHARE = 0.8;

    /** A layer that does at least this share of what a blamed one does is blamed too. */
    private static final double ALIKE_SHARE = 0.5;

    /** A part with this share of what the blamed layers do is the cause. */
    private static final double CAUSE_SHARE = 0.6;

    /** What stands for the logarithm of zero: that of the smallest double. */
    private static final double LOG_OF_NOTHING = Math.log(Double.MIN_VALUE);

    private final List<LayerSignal> signals;

    SignalPath(List<LayerSignal> signals) {
        this.signals = List.copyOf(signals);
    }

    /** The natural logarithm of |delta_first| / |delta_last|; 0 for a single layer. */
    double logTotal() {
        return signals.get(0).logDelta() - signals.get(signals.size() - 1).logDelta();
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

    /**
     * The smallest set of layers that carries most of the change, and those that do about as much
     * as they, in order; empty if there is none.
     *
     * @return indices into the signals
     */
    List<Integer> blamed() {
        double total = 0;
        List<Integer> candidates = new ArrayList<>();
        for (int i = 1; i < signals.size(); i++) {
            candidates.add(i);
            total += logGain(i);
        }
        double direction = Math.signum(total);
        candidates.sort(Comparator.comparingDouble(i -> -logGain(i) * direction));
        List<Integer> blamed = new ArrayList<>();
        double carried = 0;
        for (int i : candidates) {
            if (Math.abs(carried) >= BLAMED_SHARE * Math.abs(total) || logGain(i) * total <= 0) {
                break;
            }
            blamed.add(i);
            carried += logGain(i);
        }
        // Where all layers do the same, leaving some out would be an accident of rounding.
        double alike = ALIKE_SHARE * carried / Math.max(1, blamed.size());
        for (int i : candidates) {
            if (!blamed.contains(i) && logGain(i) * direction >= Math.abs(alike)) {
                blamed.add(i);
            }
        }
        blamed.sort(Comparator.naturalOrder());
        return blamed;
    }

    private double logGain(int layer) {
        LayerSignal signal = signals.get(layer);
        return log(signal.activationGain())
                + log(signal.weightGain())
                + log(signal.structureGain());
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

    /** The mean factor per blamed layer. */
    double gainPerLayer(List<Integer> layers) {
        double sum = layers.stream().mapToDouble(this::logGain).sum();
        return Math.exp(sum / Math.max(1, layers.size()));
    }

    /** The mean factor per blamed layer of the activation's slope. */
    double activationGainPerLayer(List<Integer> layers) {
        double sum = layers.stream().mapToDouble(i -> log(signals.get(i).activationGain())).sum();
        return Math.exp(sum / Math.max(1, layers.size()));
    }

    /** The mean factor per blamed layer of the weights. */
    double weightGainPerLayer(List<Integer> layers) {
        double sum = layers.stream().mapToDouble(i -> log(signals.get(i).weightGain())).sum();
        return Math.exp(sum / Math.max(1, layers.size()));
    }

    /** The share of the activation in what the blamed layers do; the rest is the weights'. */
    private double activationShare(List<Integer> layers) {
        double activation = 0;
        double all = 0;
        for (int i : layers) {
            activation += log(signals.get(i).activationGain());
            all += logGain(i);
        }
        return all == 0 ? 0 : activation / all;
    }

    /** {@code activation}, {@code weights}, or both. */
    String cause(List<Integer> layers) {
        double share = activationShare(layers);
        if (share >= CAUSE_SHARE) {
            return "activation";
        }
        return share <= 1 - CAUSE_SHARE ? "weights" : "activation-and-weights";
    }
}
