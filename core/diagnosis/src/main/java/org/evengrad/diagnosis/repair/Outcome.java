package org.evengrad.diagnosis.repair;

import java.util.List;

/**
 * What trainings over the whole length came to on the test part, which is read here and nowhere
 * else.
 *
 * @param metric {@code testAccuracy} if there are classes, else {@code testLoss}
 * @param values one for each seed; NaN where the answers are no numbers
 * @param skills one for each seed, as {@link Trial#skill}, on the test part
 */
public record Outcome(String metric, List<Double> values, List<Double> skills) {
    /** Keeps copies. */
    public Outcome {
        values = List.copyOf(values);
        skills = List.copyOf(skills);
    }

    /** The mean of the values. */
    public double mean() {
        return values.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
    }

    /** The sample standard deviation of the values; 0 of one. */
    public double spread() {
        if (values.size() == 1) {
            return 0;
        }
        double mean = mean();
        double squares =
                values.stream().mapToDouble(value -> (value - mean) * (value - mean)).sum();
        return Math.sqrt(squares / (values.size() - 1));
    }
}
