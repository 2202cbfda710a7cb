package org.evengrad.testkit;

import java.util.List;
import java.util.function.Function;
import org.evengrad.spi.Tensor;

/**
 * The rule of an optimizer for a whole model, in double precision, with its memory. It is written
 * from the rule's source and not from the record that it is compared with.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface Reference {
    /**
     * Takes a step.
     *
     * @param parameters one array for each tensor, changed in place
     * @param objective the batch of this step
     * @param rate the learning rate of this step
     * @param step 1 in the first step
     */
    void step(double[][] parameters, Objective objective, double rate, long step);

    /** For a rule that looks at one tensor and one gradient only. */
    static Reference ofTensors(List<Tensor> layout, Function<Tensor, TensorRule> rules) {
        List<TensorRule> ofEach = layout.stream().map(rules).toList();
        return (parameters, objective, rate, step) -> {
            double[][] gradient = objective.gradient(parameters);
            for (int t = 0; t < parameters.length; t++) {
                ofEach.get(t).update(parameters[t], gradient[t], rate, step);
            }
        };
    }
}
