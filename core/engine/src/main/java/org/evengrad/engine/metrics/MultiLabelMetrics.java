package org.evengrad.engine.metrics;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How well several labels are found, each on or off: {@code accuracy}, the share of labels that are
 * right (1 - the Hamming loss); {@code exactMatch}, the share of answers with all labels right;
 * {@code macroF1}, the mean F1 of the labels that occur among targets or predictions; {@code auc},
 * the mean area under the ROC curve of the labels that are on in some answers and off in others. A
 * label is on from 0.5 on.
 */
final class MultiLabelMetrics implements TaskMetrics {
    private static final int MOST_SCORES = 1 << 24;

    private final int labels;
    private final long[] hits;
    private final long[] on;
    private final long[] predictedOn;
    private final RankStatistic[] ranks;
    private long rightLabels;
    private long exact;
    private long answers;
    private boolean unusable;

    MultiLabelMetrics(int labels) {
        this.labels = labels;
        hits = new long[labels];
        on = new long[labels];
        predictedOn = new long[labels];
        ranks = new RankStatistic[labels];
        Arrays.setAll(ranks, label -> new RankStatistic(MOST_SCORES / labels));
    }

    @Override
    public void add(float[] predictions, float[] targets, int at, int stride) {
        int right = 0;
        for (int i = at, o = 0; o < labels; o++, i += stride) {
            boolean target = targets[i] >= 0.5f;
            ranks[o].add(predictions[i], target);
            if (Float.isNaN(predictions[i])) {
                unusable = true;
                continue;
            }
            boolean predicted = predictions[i] >= 0.5f;
            on[o] += target ? 1 : 0;
            predictedOn[o] += predicted ? 1 : 0;
            hits[o] += target && predicted ? 1 : 0;
            right += target == predicted ? 1 : 0;
        }
        answers++;
        rightLabels += right;
        exact += right == labels ? 1 : 0;
    }

    @Override
    public Map<String, Double> values() {
        Map<String, Double> values = new LinkedHashMap<>();
        values.put("accuracy", (double) rightLabels / labels / answers);
        values.put("exactMatch", (double) exact / answers);
        values.put("macroF1", macroF1());
        values.put("auc", auc());
        return values;
    }

    private double macroF1() {
        double sum = 0;
        int occurring = 0;
        for (int o = 0; o < labels; o++) {
            if (on[o] + predictedOn[o] > 0) {
                sum += 2.0 * hits[o] / (on[o] + predictedOn[o]);
                occurring++;
            }
        }
        return unusable ? Double.NaN : sum / occurring;
    }

    private double auc() {
        double[] areas =
                Arrays.stream(ranks)
                        .mapToDouble(RankStatistic::value)
                        .filter(area -> !Double.isNaN(area))
                        .toArray();
        return unusable ? Double.NaN : Arrays.stream(areas).average().orElse(Double.NaN);
    }
}
