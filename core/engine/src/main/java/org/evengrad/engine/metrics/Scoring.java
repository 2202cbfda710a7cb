package org.evengrad.engine.metrics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.evengrad.config.DataConfig.Task;
import org.evengrad.config.ModelConfig.Loss;

/**
 * Loss and metrics of a network on some data, gathered batch by batch. Where the network answers at
 * each time step, each step that is not padding counts like an example. For one thread.
 */
public final class Scoring {
    private final LossFunction loss;
    private final int outputs;
    private final TaskMetrics metrics;
    private double[] lossAtStep = new double[1];
    private long[] answersAtStep = new long[1];
    private double lossSum;
    private long answers;

    /**
     * Scoring without examples.
     *
     * @param task what the targets are
     * @param loss what the network is trained to minimize
     * @param outputs numbers in an answer
     */
    public Scoring(Task task, Loss loss, int outputs) {
        this.loss = LossFunction.of(loss);
        this.outputs = outputs;
        metrics = TaskMetrics.of(task, this.loss, outputs);
    }

    /**
     * The names of the metrics that a task has, beside the loss, whether it has time steps or not.
     *
     * @param outputs numbers in an answer
     */
    public static Set<String> names(Task task, Loss loss, int outputs) {
        return new Scoring(task, loss, outputs).metrics().keySet();
    }

    /**
     * Takes in some examples.
     *
     * @param predictions rows x outputs x steps, row by row, the steps of an output side by side
     * @param targets as the predictions; classes as one-hot rows, or 0 and 1 for one output
     * @param rows how many examples; the arrays may be longer
     * @param steps answers to an example: 1, or one for each time step
     * @param mask rows x steps, row by row: 0 for a step that is padding; null if none is
     */
    public void add(float[] predictions, float[] targets, int rows, int steps, float[] mask) {
        addLoss(predictions, targets, rows, steps, mask);
        addMetrics(predictions, targets, rows, steps, mask);
    }

    /** Takes in the metrics of some examples, as {@link #add} does, and no loss. */
    public void addMetrics(
            float[] predictions, float[] targets, int rows, int steps, float[] mask) {
        for (int row = 0; row < rows; row++) {
            for (int step = 0; step < steps; step++) {
                if (counts(mask, row * steps + step)) {
                    metrics.add(predictions, targets, row * outputs * steps + step, steps);
                }
            }
        }
    }

    /** Takes in the loss of some examples, as {@link #add} does, and no metrics. */
    public void addLoss(float[] predictions, float[] targets, int rows, int steps, float[] mask) {
        if (steps > lossAtStep.length) {
            lossAtStep = Arrays.copyOf(lossAtStep, steps);
            answersAtStep = Arrays.copyOf(answersAtStep, steps);
        }
        for (int row = 0; row < rows; row++) {
            for (int step = 0; step < steps; step++) {
                if (counts(mask, row * steps + step)) {
                    int at = row * outputs * steps + step;
                    double value = loss.of(predictions, targets, at, steps, outputs);
                    lossSum += value;
                    lossAtStep[step] += value;
                    answersAtStep[step]++;
                    answers++;
                }
            }
        }
    }

    private static boolean counts(float[] mask, int at) {
        return mask == null || mask[at] != 0;
    }

    /** The mean loss over all answers, without penalties; NaN without any. */
    public double loss() {
        return lossSum / answers;
    }

    /**
     * The mean loss of each time step, over the examples that are that long; as long as the longest
     * example. Empty if the network answers to an example as a whole.
     */
    public List<Double> lossPerStep() {
        List<Double> means = new ArrayList<>();
        int longest = lossAtStep.length;
        while (longest > 0 && answersAtStep[longest - 1] == 0) {
            longest--;
        }
        for (int step = 0; lossAtStep.length > 1 && step < longest; step++) {
            means.add(lossAtStep[step] / answersAtStep[step]);
        }
        return means;
    }

    /**
     * The metrics by name, in the order in which people read them. A task always has the same
     * names; what is undefined, as the AUC of one class, is NaN. Classes at each time step have a
     * {@code perplexity}, the exponential of the cross-entropy.
     */
    public Map<String, Double> metrics() {
        Map<String, Double> values = new LinkedHashMap<>(metrics.values());
        if (lossAtStep.length > 1 && loss == LossFunction.CROSS_ENTROPY) {
            values.put("perplexity", Math.exp(loss()));
        }
        return Collections.unmodifiableMap(values);
    }

    /** Which class was taken for which; empty without classes, with too many, or with a NaN. */
    public Optional<Confusion> confusion() {
        return metrics.confusion();
    }
}
