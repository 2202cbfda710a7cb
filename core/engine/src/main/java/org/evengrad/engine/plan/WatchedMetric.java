package org.evengrad.engine.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.evengrad.config.DataConfig.Task;
import org.evengrad.config.ModelConfig.Loss;
import org.evengrad.config.TrainingConfig;
import org.evengrad.config.TrainingConfig.EarlyStop;
import org.evengrad.config.TrainingConfig.Metric;
import org.evengrad.config.plugins.KebabCase;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;
import org.evengrad.engine.metrics.Scoring;

/** The metric that decides when to stop and what to keep. */
final class WatchedMetric {
    private WatchedMetric() {}

    /**
     * Checks that the task has it.
     *
     * @throws InvalidInputException if it has not
     */
    static void check(TrainingConfig training, Task task, Loss loss, int outputs) {
        Set<String> names = Scoring.names(task, loss, outputs);
        Metric watched = training.earlyStop().map(EarlyStop::metric).orElse(Metric.VALIDATION_LOSS);
        List<String> possible = new ArrayList<>();
        for (Metric metric : Metric.values()) {
            if (metric == Metric.VALIDATION_LOSS || names.contains(metric.key())) {
                possible.add(KebabCase.of(metric));
            }
        }
        if (!possible.contains(KebabCase.of(watched))) {
            throw new InvalidInputException(
                    Problem.ofKey(
                            "training.early-stop.metric",
                            KebabCase.of(watched)
                                    + " is not measured for these targets; choose one of "
                                    + String.join(", ", possible)));
        }
    }
}
