package org.evengrad.diagnosis;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.evengrad.engine.network.LayerSignal;

/**
 * Which share of a layer's units was dead on all examples of the probe, before and after at least
 * one epoch.
 */
final class InactiveUnits {
    private final Map<String, Double> deadBefore = new HashMap<>();
    private final Map<String, Double> inactive = new HashMap<>();
    private long lastStep;

    void clear() {
        deadBefore.clear();
        inactive.clear();
        lastStep = 0;
    }

    /** When it was looked at last. */
    long lastStep() {
        return lastStep;
    }

    /** Whether it is time to look again: twice as late each time. */
    boolean isDue(long step, long plannedSteps) {
        return step - lastStep >= Math.max(1, plannedSteps / 10) && step >= 2 * lastStep;
    }

    /** Takes in what signals say after a step. */
    void look(long step, List<LayerSignal> layers, long stepsPerEpoch) {
        boolean epochLater = step - lastStep >= stepsPerEpoch;
        for (LayerSignal layer : layers) {
            Double before = deadBefore.put(layer.layer(), layer.deadShare());
            if (before != null && epochLater) {
                inactive.put(layer.layer(), Math.min(before, layer.deadShare()));
            }
        }
        lastStep = step;
    }

    /** By layer, as far as it is known. */
    Map<String, Double> shares() {
        return inactive;
    }

    void save(List<LayerSignal> layers, SavedNumbers saved) {
        saved.put(lastStep);
        for (LayerSignal layer : layers) {
            saved.put(
                    deadBefore.getOrDefault(layer.layer(), Double.NaN),
                    inactive.getOrDefault(layer.layer(), Double.NaN));
        }
    }

    void restore(List<LayerSignal> layers, SavedNumbers saved) {
        clear();
        lastStep = (long) saved.next();
        for (LayerSignal layer : layers) {
            restore(deadBefore, layer.layer(), saved.next());
            restore(inactive, layer.layer(), saved.next());
        }
    }

    private static void restore(Map<String, Double> shares, String layer, double share) {
        if (!Double.isNaN(share)) {
            shares.put(layer, share);
        }
    }
}
