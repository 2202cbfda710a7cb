package org.evengrad.engine.data;

import java.util.Arrays;
import java.util.Optional;
import org.evengrad.config.DataConfig.Task;
import org.evengrad.config.TrainingConfig.ClassWeights;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;

/** How much the examples of each class count in the loss. */
public final class ClassBalance {
    private static final String KEY = "training.class-weights";

    private ClassBalance() {}

    /**
     * A weight for each class. {@code balanced} gives {@code examples / (classes * count)}, so that
     * all classes together count as much as without weights, and each as much as any other; a class
     * without training examples gets 1. With targets for each step, an example is a step that is no
     * padding.
     *
     * @param train the rows that are counted, at least one
     * @return one weight for each class, in the order of {@link Dataset#classes()}; empty if all
     *     count the same
     * @throws InvalidInputException if the targets are no classes, or there is another number of
     *     weights than of classes
     */
    public static Optional<float[]> weights(ClassWeights wanted, DataPart train) {
        if (wanted == ClassWeights.Rule.NONE) {
            return Optional.empty();
        }
        Dataset dataset = train.dataset();
        if (dataset.task() != Task.CLASSIFICATION) {
            throw invalid("needs classes, but the targets are numbers; remove it");
        }
        int classes = dataset.classes().size();
        if (wanted instanceof ClassWeights.Given given) {
            if (given.weights().size() != classes) {
                throw invalid(
                        String.format(
                                "%d weights for %d classes: %s",
                                given.weights().size(),
                                classes,
                                String.join(", ", dataset.classes())));
            }
            float[] weights = new float[classes];
            for (int i = 0; i < classes; i++) {
                weights[i] = given.weights().get(i).floatValue();
            }
            return Optional.of(weights);
        }
        return Optional.of(balanced(train, classes));
    }

    private static float[] balanced(DataPart train, int classes) {
        Dataset dataset = train.dataset();
        long[] counts = new long[classes];
        for (int row : train.rows()) {
            int steps = dataset.targetSteps() == 1 ? 1 : dataset.length(row);
            for (int step = 0; step < steps; step++) {
                counts[(int) dataset.targets().get(row, step)]++;
            }
        }
        double examples = Arrays.stream(counts).sum();
        float[] weights = new float[classes];
        for (int i = 0; i < classes; i++) {
            weights[i] = counts[i] == 0 ? 1 : (float) (examples / (classes * (double) counts[i]));
        }
        return weights;
    }

    private static InvalidInputException invalid(String message) {
        return new InvalidInputException(Problem.ofKey(KEY, message));
    }
}
