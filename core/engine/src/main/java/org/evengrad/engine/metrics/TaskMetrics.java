package org.evengrad.engine.metrics;

import java.util.Map;
import java.util.Optional;
import org.evengrad.config.DataConfig.Task;

/**
 * The metrics of one kind of task, gathered answer by answer. For one thread.
 *
 * <p>The names are the same whatever the task: {@code accuracy}, {@code macroF1}, {@code auc},
 * {@code r2} and so on. What they average over stands in the classes.
 */
interface TaskMetrics {
    /**
     * Takes in one answer: what was predicted for an example or one of its time steps, and what is
     * right.
     *
     * @param predictions one number for each output
     * @param targets numbers; 0 and 1 for labels; a one-hot row for classes, or 0 and 1 for two
     *     classes and one output
     * @param at where the first output lies in both arrays
     * @param stride from one output to the next
     */
    void add(float[] predictions, float[] targets, int at, int stride);

    /**
     * The metrics over all answers so far, in the order in which people read them. The names are
     * always there; what is undefined is NaN.
     */
    Map<String, Double> values();

    /** Which class was taken for which; empty if there are no classes, or too many. */
    default Optional<Confusion> confusion() {
        return Optional.empty();
    }

    /**
     * Metrics of a task.
     *
     * @param loss what the network was trained with
     * @param outputs of the network
     */
    static TaskMetrics of(Task task, LossFunction loss, int outputs) {
        if (task == Task.REGRESSION) {
            return new RegressionMetrics(outputs);
        }
        if (task == Task.CLASSIFICATION) {
            return outputs <= 2
                    ? new BinaryMetrics(outputs, loss.ofProbabilities())
                    : new MultiClassMetrics(outputs);
        }
        return new MultiLabelMetrics(outputs);
    }
}
