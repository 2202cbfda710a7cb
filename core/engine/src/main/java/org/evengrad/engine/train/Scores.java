package org.evengrad.engine.train;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.evengrad.config.TrainingConfig.Metric;
import org.evengrad.engine.metrics.Confusion;

/**
 * How good a network is on some data.
 *
 * @param loss the mean loss, without penalties
 * @param metrics what the task is measured by, in the order in which people read it; NaN where it
 *     is undefined
 * @param lossPerStep the mean loss of each time step; empty if an example is answered as a whole
 * @param confusion which class was taken for which, if there are classes and not too many
 * @param rows how many examples
 */
public record Scores(
        double loss,
        Map<String, Double> metrics,
        List<Double> lossPerStep,
        Optional<Confusion> confusion,
        int rows) {
    /** Keeps copies, in order. */
    public Scores {
        metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
        lossPerStep = List.copyOf(lossPerStep);
    }

    /** The share of right answers; empty for a task that has none. */
    public OptionalDouble accuracy() {
        Double accuracy = metrics.get("accuracy");
        return accuracy == null ? OptionalDouble.empty() : OptionalDouble.of(accuracy);
    }

    /**
     * What a metric is here, NaN if it is undefined.
     *
     * @throws IllegalStateException if the task has no such metric
     */
    double value(Metric metric) {
        if (metric == Metric.VALIDATION_LOSS) {
            return loss;
        }
        Double value = metrics.get(metric.key());
        if (value == null) {
            throw new IllegalStateException(metric + " is none of " + metrics.keySet());
        }
        return value;
    }
}
