package org.evengrad.benchmarks.clinic;

import java.util.List;
import java.util.Map;
import org.evengrad.engine.metrics.Confusion;
import org.evengrad.engine.train.Scores;

/** What says how good a network is; more is better. */
public enum Metric {
    /** The mean share of each class that is classified rightly. */
    BALANCED_ACCURACY {
        @Override
        public double of(Scores scores) {
            return scores.confusion().map(Metric::balancedAccuracy).orElse(Double.NaN);
        }
    },
    /** The area under the ROC curve, where one of two classes is rare. */
    AUC {
        @Override
        public double of(Scores scores) {
            return value(scores.metrics(), "auc");
        }
    },
    /** The explained share of the variance. */
    R2 {
        @Override
        public double of(Scores scores) {
            return value(scores.metrics(), "r2");
        }
    },
    /** The mean logarithm of the probability of what comes next in a sequence. */
    LOG_LIKELIHOOD {
        @Override
        public double of(Scores scores) {
            return -scores.loss();
        }
    };

    /** How good a network is, NaN if it cannot be told. */
    public abstract double of(Scores scores);

    /** What it is of a network that is never wrong. */
    public double perfect() {
        return this == LOG_LIKELIHOOD ? 0 : 1;
    }

    private static double value(Map<String, Double> metrics, String name) {
        return metrics.getOrDefault(name, Double.NaN);
    }

    private static double balancedAccuracy(Confusion confusion) {
        double sum = 0;
        int occurring = 0;
        for (int actual = 0; actual < confusion.classes(); actual++) {
            List<Long> row = confusion.counts().get(actual);
            long total = row.stream().mapToLong(Long::longValue).sum();
            if (total > 0) {
                sum += (double) row.get(actual) / total;
                occurring++;
            }
        }
        return sum / occurring;
    }
}
