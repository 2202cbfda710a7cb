package org.evengrad.engine.data;

import de.siegmar.fastcsv.reader.CsvRecord;
import java.nio.file.Path;
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
 * The label column of a CSV file: classes, or a regression target.
 *
 * <p>When the configuration does not name the task, it follows from the labels. Numbers are classes
 * if they are whole, at most 20 different ones, and at least one comes twice; else they are a
 * regression target. Text means classes, unless the labels beside it are numbers of a regression
 * target: then the text is the mistake. As soon as the labels can only be a regression target,
 * their texts are not kept: a file may have more rows than memory has room for.
 */
final class CsvLabels implements CsvTargets {
    private static final Logger LOG = LoggerFactory.getLogger(CsvLabels.class);
    private static final int MOST_GUESSED_CLASSES = 20;

    private final String title;
    private final int column;
    private final Optional<Task> task;
    private final List<String> knownClasses;

    private final ProblemList refusedAsNumbers;
    private final Set<Float> someNumbers = new HashSet<>();
    private final RowStore values;
    private final float[] value = new float[1];
    private Codes texts = new Codes();
    private boolean whole = true;
    private int rows;
    private int numbers;

    /**
     * An empty column.
     *
     * @param task if it is known
     * @param knownClasses the classes that labels must belong to; empty when they follow from the
     *     labels
     */
    CsvLabels(Path file, CsvColumns columns, Optional<Task> task, List<String> knownClasses) {
        column = columns.labels()[0];
        title = columns.title(column);
        this.task = task;
        this.knownClasses = knownClasses;
        refusedAsNumbers = new ProblemList(file);
        values = RowStore.of(file, 1, false);
    }

    @Override
    public void add(CsvRecord row, ProblemList problems) {
        String text = row.getField(column).strip();
        long line = row.getStartingLineNumber();
        if (text.isEmpty()) {
            problems.add(line, column + 1, title + ": the label is missing");
            return;
        }
        if (!knownClasses.isEmpty() && !isKnown(text)) {
            problems.add(line, column + 1, title + ": " + unknownClass(text));
            return;
        }
        rows++;
        value[0] = CsvNumber.parse(text);
        values.add(value);
        if (Float.isNaN(value[0])) {
            refusedAsNumbers.add(line, column + 1, title + ": " + CsvNumber.refusal(text));
        } else {
            numbers++;
            whole &= value[0] == Math.rint(value[0]);
            if (someNumbers.size() <= MOST_GUESSED_CLASSES) {
                someNumbers.add(value[0]);
            }
        }
        if (texts != null && canOnlyBeNumbers()) {
            texts = null;
        }
        if (texts != null) {
            texts.add(text);
        }
    }

    @Override
    public Targets targets(ProblemList problems) {
        Task decided = task.orElseGet(this::guess);
        if (decided == Task.REGRESSION) {
            problems.addAll(refusedAsNumbers);
        }
        problems.throwIfAny();
        return decided == Task.REGRESSION
                ? new Targets(values.table(), Task.REGRESSION, List.of())
                : classification();
    }

    /** What {@link #guess} says of these rows, and of these and any others. */
    private boolean canOnlyBeNumbers() {
        return task.isPresent()
                ? task.get() == Task.REGRESSION
                : !whole || someNumbers.size() > MOST_GUESSED_CLASSES;
    }

    private Task guess() {
        boolean fewWholeNumbers = whole && someNumbers.size() <= MOST_GUESSED_CLASSES;
        boolean onlyNumbers = numbers == rows;
        boolean classes =
                onlyNumbers ? fewWholeNumbers && someNumbers.size() < numbers : fewWholeNumbers;
        Task guessed = classes ? Task.CLASSIFICATION : Task.REGRESSION;
        LOG.info("{}: data.task is not set, taken as {}", title, guessed);
        return guessed;
    }

    private Targets classification() {
        boolean onlyNumbers = numbers == rows;
        List<String> classes = knownClasses;
        if (classes.isEmpty()) {
            Comparator<String> order =
                    onlyNumbers
                            ? Comparator.comparingDouble(Double::parseDouble)
                            : Comparator.naturalOrder();
            classes =
                    texts.texts().stream()
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
        List<Integer> indexOfCode =
                texts.texts().stream()
                        .map(
                                text ->
                                        indices.containsKey(text)
                                                ? indices.get(text)
                                                : indices.get(shortest(text)))
                        .toList();
        int[] codes = texts.codes();
        float[] targets = new float[codes.length];
        for (int row = 0; row < targets.length; row++) {
            targets[row] = indexOfCode.get(codes[row]);
        }
        return new Targets(FloatTable.of(targets, 1), Task.CLASSIFICATION, classes);
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
                classes.size() > MOST_GUESSED_CLASSES && classes.size() > rows / 2;
        if (task.isEmpty() && mostlyDifferent) {
            throw new InvalidInputException(
                    Problem.ofKey(
                            "data.label",
                            String.format(
                                    "%s has %d different texts in %d rows, which are hardly"
                                            + " classes. Name another column, or set data.task",
                                    title, classes.size(), rows)));
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
}
