package org.evengrad.engine.dl4j;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;
import org.evengrad.engine.dl4j.imports.InputSettings;
import org.evengrad.engine.dl4j.imports.ModelSettings;

/**
 * The shape in which a model gets the examples of some data.
 *
 * @param file where the model is from
 * @param data the shape of an example
 * @param symbols how many symbols the data is made of; 0 if it is made of numbers
 */
record ExampleShape(Path file, List<Integer> data, int symbols) {
    /**
     * What the model's only input takes, filled up by what the data has.
     *
     * @param trained the shape that the model was trained on; empty if it does not say
     * @throws InvalidInputException if the model has several inputs or outputs, or takes no such
     *     data
     */
    List<Integer> of(ModelSettings settings, List<Integer> trained) {
        if (settings.inputs().size() != 1 || settings.outputs().size() != 1) {
            throw new InvalidInputException(
                    Problem.inFile(
                            file,
                            "the model has "
                                    + settings.inputs().size()
                                    + " inputs and "
                                    + settings.outputs().size()
                                    + " outputs; there is data for one of each. In a Java program,"
                                    + " Trainer.of(network) takes any number"));
        }
        InputSettings input = settings.inputs().get(0);
        List<Integer> example = example(input);
        if (size(trained) == size(example) && !trained.isEmpty()) {
            return trained;
        }
        if (input.symbols().isPresent() && symbols > input.symbols().getAsInt()) {
            throw refused(
                    "the data has "
                            + symbols
                            + " symbols, the model in "
                            + file
                            + " knows "
                            + input.symbols().getAsInt());
        }
        List<Integer> shape = input.shape();
        if (input.flattened() && size(shape) == size(example)) {
            return List.of(size(shape));
        }
        if (shape.isEmpty() || input.takes(example)) {
            return example;
        }
        if (shape.size() == 1 && shape.get(0) == size(example)) {
            return shape;
        }
        if (!trained.isEmpty()) {
            return trained;
        }
        throw refused(
                "an example has the shape "
                        + data
                        + ", the model in "
                        + file
                        + " takes "
                        + free(shape));
    }

    /** One-hot rows stand for symbols that no embedding takes. */
    private List<Integer> example(InputSettings input) {
        return symbols > 0 && input.symbols().isEmpty() ? List.of(symbols, data.get(1)) : data;
    }

    private static InvalidInputException refused(String why) {
        return new InvalidInputException(Problem.ofKey("data.source", why));
    }

    private static int size(List<Integer> shape) {
        return shape.stream().reduce(1, Math::multiplyExact);
    }

    /** A shape for people, with a word where any size will do. */
    static String free(List<Integer> shape) {
        return shape.stream()
                .map(size -> size == 0 ? "any" : size.toString())
                .collect(Collectors.joining(", ", "[", "]"));
    }
}
