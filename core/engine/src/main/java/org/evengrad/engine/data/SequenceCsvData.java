package org.evengrad.engine.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.evengrad.config.DataConfig.LabelPer;
import org.evengrad.config.DataConfig.Missing;
import org.evengrad.config.DataConfig.Source.SequenceCsv;
import org.evengrad.config.DataConfig.Task;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;
import org.evengrad.engine.data.CsvColumns.Role;

/**
 * A CSV file whose rows are time steps. The sequences come in the order in which their ids first
 * come in the file; steps of the same time keep their order.
 */
final class SequenceCsvData {
    private static final int MOST_PROBLEMS = 10;

    private final SequenceCsv source;
    private final CsvTable table;
    private final List<String> ids;
    private final int[] order;
    private final int[] starts;

    private SequenceCsvData(SequenceCsv source, CsvTable table) {
        this.source = source;
        this.table = table;
        ids = table.texts().get(Role.ID).texts();
        int[] idOfLine = table.texts().get(Role.ID).codes();
        double[] times = table.times().orElseThrow();
        starts = new int[ids.size() + 1];
        for (int id : idOfLine) {
            starts[id + 1]++;
        }
        Arrays.parallelPrefix(starts, Integer::sum);
        order = new int[idOfLine.length];
        int[] next = starts.clone();
        for (int line = 0; line < idOfLine.length; line++) {
            order[next[idOfLine[line]]++] = line;
        }
        for (int id = 0; id < ids.size(); id++) {
            sort(order, starts[id], starts[id + 1], times);
        }
    }

    /**
     * Reads the file.
     *
     * @param task what the labels are; guessed from them if absent
     * @param knownClasses the classes that labels must belong to; empty when they follow from the
     *     labels
     * @param missing whether values may be missing; they are NaN then
     * @throws InvalidInputException with the first ten problems, if the file cannot be used
     */
    static Dataset read(
            SequenceCsv source, Optional<Task> task, List<String> knownClasses, Missing missing) {
        Map<Role, String> keys = new EnumMap<>(Role.class);
        keys.put(Role.ID, source.id());
        keys.put(Role.TIME, source.time());
        source.group().ifPresent(name -> keys.put(Role.GROUP, name));
        CsvTable table =
                CsvTable.read(
                        new CsvColumns.Wanted(
                                source.file(), source.label(), Optional.of(true), keys),
                        task,
                        knownClasses,
                        missing,
                        source.streaming());
        return new SequenceCsvData(source, table).dataset();
    }

    /** Sorts lines by time; equal times keep their order. */
    private static void sort(int[] lines, int from, int to, double[] times) {
        boolean sorted = true;
        for (int i = from + 1; i < to; i++) {
            sorted &= times[lines[i - 1]] <= times[lines[i]];
        }
        if (!sorted) {
            int[] inTime =
                    Arrays.stream(lines, from, to)
                            .boxed()
                            .sorted(Comparator.comparingDouble(line -> times[line]))
                            .mapToInt(Integer::intValue)
                            .toArray();
            System.arraycopy(inTime, 0, lines, from, inTime.length);
        }
    }

    private Dataset dataset() {
        int[] lengths = new int[ids.size()];
        double[] times = new double[ids.size()];
        for (int row = 0; row < lengths.length; row++) {
            lengths[row] = starts[row + 1] - starts[row];
            times[row] = table.times().orElseThrow()[order[starts[row]]];
        }
        int steps = Arrays.stream(lengths).max().orElseThrow();
        int shortest = Arrays.stream(lengths).min().orElseThrow();
        int features = table.features().width();
        requireSequences(steps, Math.max(features, table.targets().values().width()));
        boolean perStep = source.labelPer() == LabelPer.STEP;
        FloatTable labels = table.targets().values();
        return new Dataset(
                new SequenceTable(table.features(), order, starts, steps),
                List.of(features, steps),
                0,
                shortest == steps ? Optional.empty() : Optional.of(lengths),
                perStep ? new SequenceTable(labels, order, starts, steps) : labelOfEach(labels),
                perStep ? steps : 1,
                table.targets().task(),
                table.targets().classes(),
                table.columns().featureNames(),
                Optional.ofNullable(table.texts().get(Role.GROUP)).map(this::groupOfEach),
                Optional.of(times));
    }

    private void requireSequences(int steps, int width) {
        if (steps == 1) {
            throw new InvalidInputException(
                    Problem.ofKey(
                            Role.ID.key(),
                            String.format(
                                    "each '%s' has one row only, so there are no sequences in %s;"
                                            + " name another column, or use source = csv",
                                    source.id(), source.file())));
        }
        if ((long) steps * width > Dataset.MOST_NUMBERS) {
            throw new InvalidInputException(
                    Problem.inFile(
                            source.file(), "has a sequence of " + steps + " steps: too long"));
        }
    }

    private FloatTable labelOfEach(FloatTable labels) {
        int width = labels.width();
        float[] values = new float[ids.size() * width];
        List<String> differing = new ArrayList<>();
        for (int row = 0; row < ids.size(); row++) {
            labels.read(order[starts[row]], values, row * width);
            boolean same = true;
            for (int i = starts[row] + 1; i < starts[row + 1]; i++) {
                for (int column = 0; column < width; column++) {
                    same &= labels.get(order[i], column) == values[row * width + column];
                }
            }
            if (!same) {
                differing.add(ids.get(row));
            }
        }
        refuse(
                "data.label",
                differing,
                "has more than one label; with label-per = step, each step has its own");
        return FloatTable.of(values, width);
    }

    private int[] groupOfEach(Codes codes) {
        int[] groupOfLine = codes.codes();
        int[] groups = new int[ids.size()];
        List<String> differing = new ArrayList<>();
        for (int row = 0; row < groups.length; row++) {
            int group = groupOfLine[order[starts[row]]];
            groups[row] = group;
            if (Arrays.stream(order, starts[row], starts[row + 1])
                    .anyMatch(line -> groupOfLine[line] != group)) {
                differing.add(ids.get(row));
            }
        }
        refuse(Role.GROUP.key(), differing, "is in more than one group");
        return groups;
    }

    private void refuse(String key, List<String> differing, String message) {
        if (differing.isEmpty()) {
            return;
        }
        List<Problem> problems = new ArrayList<>();
        for (String id : differing.subList(0, Math.min(MOST_PROBLEMS, differing.size()))) {
            problems.add(Problem.ofKey(key, source.id() + " '" + id + "' " + message));
        }
        if (differing.size() > MOST_PROBLEMS) {
            problems.add(
                    Problem.ofKey(key, "… and " + (differing.size() - MOST_PROBLEMS) + " more"));
        }
        throw new InvalidInputException(problems);
    }
}
