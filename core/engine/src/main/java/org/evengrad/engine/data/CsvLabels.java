package org.evengrad.engine.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.evengrad.config.DataConfig.Task;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;
import org.evengrad.config.problem.Suggestion;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The label column of a CSV file.
 *
 * <p>When the configuration does not name the task, it follows from the labels. Numbers are classes
 * if they are whole, at most 20 different ones, and at least one comes twice; else they are a
 * regression target. Text means classes, unless the labels beside it are numbers of a regression
 * target: then the text is the mistake.
 */
final class CsvLabels {
    private static final Logger LOG = LoggerFactory.getLogger(CsvLabels.class);
    private static final int MOST_GUESSED_CLASSES = 20;

    private final String title;
    private final int column;
    private final Optional<Task> task;
    private final List<String> knownClasses;

    private final List<String> texts = new ArrayList<>();
    private final ProblemList refusedAsNumbers;
    private final Set<Float> someNumbers = new HashSet<>();
    private boolean whole = true;
    private int numbers;

    /**
     * An empty column.
     *
     * @param title what problems call the column
     * @param column index of the column, from 0
     * @param task if it is known
     * @param knownClasses the classes that labels must belong to; empty when they follow from the
     *     labels
     */
    CsvLabels(Path file, String title, int column, Optional<Task> task, List<String> knownClasses) {
        this.title = title;
        this.column = column;
        this.task = task;
        this.knownClasses = knownClasses;
        refusedAsNumbers = new ProblemList(file);
    }

    /**
     * Adds the label of the next row.
     *
     * @param text without spaces around it
     * @param line where it stands
     * @param problems receives what is wrong with it
     */
    void add(String text, long line, ProblemList problems) {
        if (text.isEmpty()) {
            problems.add(line, column + 1, title + ": the label is missing");
            return;
        }
        if (!knownClasses.isEmpty() && !isKnown(text)) {
            problems.add(line, column + 1, title + ": " + unknownClass(text));
            return;
        }
        texts.add(text);
        float value = CsvNumber.parse(text);
        if (Float.isNaN(value)) {
            refusedAsNumbers.add(line, column + 1, title + ": " + CsvNumber.refusal(text));
            return;
        }
        numbers++;
        whole &= value == Math.rint(value);
        if (someNumbers.size() <= MOST_GUESSED_CLASSES) {
            someNumbers.add(value);
        }
    }

    /**
     * The targets of all rows.
     *
     * @param problems receives labels that are no numbers in a regression
     * @throws InvalidInputException if there are problems, or the labels cannot be learned
     */
    Targets targets(ProblemList problems) {
        Task decided = task.orElseGet(this::guess);
        if (decided == Task.REGRESSION) {
            problems.addAll(refusedAsNumbers);
        }
        problems.throwIfAny();
        return decided == Task.REGRESSION ? regression() : classification();
    }

    private Task guess() {
        boolean fewWholeNumbers = whole && someNumbers.size() <= MOST_GUESSED_CLASSES;
        boolean onlyNumbers = numbers == texts.size();
        boolean classes =
                onlyNumbers ? fewWholeNumbers && someNumbers.size() < numbers : fewWholeNumbers;
        Task guessed = classes ? Task.CLASSIFICATION : Task.REGRESSION;
        LOG.info("{}: data.task is not set, taken as {}", title, guessed);
        return guessed;
    }

    private Targets regression() {
        float[] values = new float[texts.size()];
        for (int row = 0; row < values.length; row++) {
            values[row] = CsvNumber.parse(texts.get(row));
        }
        return new Targets(values, Task.REGRESSION, List.of());
    }

    private Targets classification() {
        boolean onlyNumbers = numbers == texts.size();
        List<String> classes = knownClasses;
        if (classes.isEmpty()) {
            Comparator<String> order =
                    onlyNumbers
                            ? Comparator.comparingDouble(Double::parseDouble)
                            : Comparator.naturalOrder();
            classes =
                    texts.stream()
                            .map(text -> onlyNumbers ? shortest(text) : text)
                            .distinct()
                            .sorted(order)
                            .toList();
            requireLearnable(classes);
        }
        Map<String, Integer> indices = new HashMap<>();
        for (int i = 0; i < classes.size(); i++) {
            indices.put(classes.get(i), i);
        }
        float[] values = new float[texts.size()];
        for (int row = 0; row < values.length; row++) {
            Integer index = indices.get(texts.get(row));
            values[row] = index == null ? indices.get(shortest(texts.get(row))) : index;
        }
        return new Targets(values, Task.CLASSIFICATION, classes);
    }

    private void requireLearnable(List<String> classes) {
        if (classes.size() == 1) {
            throw new InvalidInputException(
                    Problem.ofKey(
                            "data.label",
                            String.format(
                                    "%s has one class only, '%s': there is nothing to learn",
                                    title, classes.get(0))));
        }
        boolean mostlyDifferent =
                classes.size() > MOST_GUESSED_CLASSES && classes.size() > texts.size() / 2;
        if (task.isEmpty() && mostlyDifferent) {
            throw new InvalidInputException(
                    Problem.ofKey(
                            "data.label",
                            String.format(
                                    "%s has %d different texts in %d rows, which are hardly"
                                            + " classes. Name another column, or set data.task",
                                    title, classes.size(), texts.size())));
        }
    }

    private boolean isKnown(String text) {
        return knownClasses.contains(text)
                || CsvNumber.matches(text) && knownClasses.contains(shortest(text));
    }

    private String unknownClass(String text) {
        return String.format(
                "'%s' is none of the model's classes.%s Classes: %s",
                text, Suggestion.sentence(text, knownClasses), String.join(", ", knownClasses));
    }

    /** One name for one number: {@code 1}, {@code 1.0} and {@code +1} are the same class. */
    private static String shortest(String number) {
        double value = Double.parseDouble(number);
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : number;
    }

    /**
     * The targets of all rows.
     *
     * @param values one a row; the class index for classification
     * @param task what they are
     * @param classes the names of the classes; empty for regression
     */
    record Targets(float[] values, Task task, List<String> classes) {}
}
