package org.evengrad.engine.metrics;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How well two classes are told apart: {@code accuracy}, {@code auc}, {@code precision}, {@code
 * recall}, {@code f1}, {@code macroF1} and, if the network gives probabilities, {@code logLoss}.
 *
 * <p>Precision, recall and F1 are those of the second class; {@code macroF1} is the mean F1 of the
 * classes that occur. One output means the second class from 0.5 on; of two, the larger one wins.
 */
final class BinaryMetrics implements TaskMetrics {
    private static final int MOST_SCORES = 1 << 24;

    private final int outputs;
    private final boolean probabilities;
    private final ClassCounts classes = new ClassCounts(2);
    private final RankStatistic ranks = new RankStatistic(MOST_SCORES);
    private double logLoss;
    private long answers;

    /**
     * Metrics without answers.
     *
     * @param outputs 1 or 2
     * @param probabilities whether predictions are probabilities
     */
    BinaryMetrics(int outputs, boolean probabilities) {
        this.outputs = outputs;
        this.probabilities = probabilities;
    }

    @Override
    public void add(float[] predictions, float[] targets, int at, int stride) {
        boolean two = outputs == 2;
        int second = two ? at + stride : at;
        boolean positive = two ? targets[second] > targets[at] : targets[second] >= 0.5f;
        // Of a softmax near 1, the first output says more than the second.
        double score = two ? (double) predictions[second] - predictions[at] : predictions[second];
        answers++;
        ranks.add(score, positive);
        if (Double.isNaN(score)) {
            classes.addUnusable();
        } else {
            boolean yes = two ? score > 0 : score >= 0.5;
            classes.add(positive ? 1 : 0, yes ? 1 : 0);
        }
        if (probabilities) {
            double no = two ? predictions[at] : 1.0 - predictions[second];
            double right = positive ? predictions[second] : no;
            logLoss -= Math.log(Math.max(LossFunction.SMALLEST_PROBABILITY, right));
        }
    }

    @Override
    public Map<String, Double> values() {
        Map<String, Double> values = new LinkedHashMap<>();
        values.put("accuracy", classes.accuracy());
        values.put("auc", ranks.value());
        values.put("precision", classes.precision(1));
        values.put("recall", classes.recall(1));
        values.put("f1", classes.f1(1));
        values.put("macroF1", classes.macroF1());
        if (probabilities) {
            values.put("logLoss", logLoss / answers);
        }
        return values;
    }

    @Override
    public Optional<Confusion> confusion() {
        return classes.confusion();
    }
}
