package org.evengrad.engine.data;

import de.siegmar.fastcsv.reader.CsvRecord;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.evengrad.config.DataConfig.Label;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;
import org.evengrad.config.problem.Suggestion;

/**
 * The columns of a CSV file.
 *
 * @param names from the header, without spaces around them; empty when there is none
 * @param count how many columns there are, at least 2
 * @param labels indices of the columns to predict, at least one
 * @param keys indices of the columns that are neither feature nor label, by their role
 * @param features indices of all other columns, at least one
 * @param guessedNoHeader whether the configuration left open if there is a header, and none was
 *     seen
 */
record CsvColumns(
        List<String> names,
        int count,
        int[] labels,
        Map<Role, Integer> keys,
        int[] features,
        boolean guessedNoHeader) {
    private static final int MOST_LISTED = 20;

    /** What a column is for that is neither feature nor label. */
    enum Role {
        /** Which sequence a row belongs to. */
        ID,
        /** When a row was. */
        TIME,
        /** Which rows stay together in a split. */
        GROUP;

        /** What messages call it: {@code group}. */
        String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** The configuration's key. */
        String key() {
            return "data." + word();
        }
    }

    /**
     * What a configuration says of a file's columns.
     *
     * @param file the file, for problems
     * @param label what to predict
     * @param header whether there is a header, if the configuration says so
     * @param keys the names of the columns with a role
     */
    record Wanted(Path file, Label label, Optional<Boolean> header, Map<Role, String> keys) {}

    /**
     * Finds the columns. When the configuration does not say whether there is a header, there is
     * one if it names a column; or else if no field of the first row is a number, and some field of
     * the second is.
     *
     * @param first the first row
     * @param second the second row, if there is one
     * @throws InvalidInputException if there is only one column, or a named one is not there
     */
    static CsvColumns of(Wanted wanted, CsvRecord first, Optional<CsvRecord> second) {
        int count = first.getFieldCount();
        if (count < 2) {
            throw new InvalidInputException(
                    Problem.inFile(wanted.file(), "has only one column" + separatorHint(first)));
        }
        List<String> label = wanted.label().names();
        boolean byPosition = isPosition(wanted.label()) && wanted.keys().isEmpty();
        boolean looksLikeHeader =
                !hasNumber(first) && second.map(CsvColumns::hasNumber).orElse(true);
        boolean header = wanted.header().orElse(!byPosition || looksLikeHeader);
        List<String> names =
                header ? first.getFields().stream().map(String::strip).toList() : List.of();
        int[] labels =
                isPosition(wanted.label())
                        ? new int[] {label.get(0).equals("first") ? 0 : count - 1}
                        : labels(wanted, names);
        Map<Role, Integer> keys = new HashMap<>();
        wanted.keys()
                .forEach((role, name) -> keys.put(role, named(wanted, names, role.key(), name)));
        requireDistinct(labels, keys);
        int[] features =
                IntStream.range(0, count)
                        .filter(column -> !contains(labels, column) && !keys.containsValue(column))
                        .toArray();
        if (features.length == 0) {
            throw new InvalidInputException(
                    Problem.inFile(
                            wanted.file(), "has no column that is left to predict the label from"));
        }
        return new CsvColumns(
                names, count, labels, keys, features, !header && wanted.header().isEmpty());
    }

    boolean hasHeader() {
        return !names.isEmpty();
    }

    /** What to call a column: {@code column 3 'alcohol'}, or {@code column 3}. */
    String title(int column) {
        String title = "column " + (column + 1);
        return names.isEmpty() || names.get(column).isEmpty()
                ? title
                : title + " '" + names.get(column) + "'";
    }

    /** The header's name of a column, or {@code column 1}, {@code column 2}… */
    String name(int column) {
        return names.isEmpty() || names.get(column).isEmpty()
                ? "column " + (column + 1)
                : names.get(column);
    }

    /** A name for each feature. */
    List<String> featureNames() {
        return Arrays.stream(features).mapToObj(this::name).toList();
    }

    private static boolean isPosition(Label label) {
        return label instanceof Label.One one
                && (one.name().equals("first") || one.name().equals("last"));
    }

    private static int[] labels(Wanted wanted, List<String> names) {
        List<String> label = wanted.label().names();
        String only = label.get(0);
        if (wanted.label() instanceof Label.One && only.contains(",") && !names.contains(only)) {
            label = Arrays.stream(only.split(",")).map(String::strip).toList();
        }
        return label.stream()
                .mapToInt(name -> named(wanted, names, "data.label", name))
                .distinct()
                .toArray();
    }

    private static int named(Wanted wanted, List<String> names, String key, String name) {
        if (names.isEmpty()) {
            throw invalid(
                    key,
                    String.format(
                            "'%s' is the name of a column, but %s has no header (data.header ="
                                    + " false)%s",
                            name,
                            wanted.file(),
                            key.equals("data.label") ? ". Use first or last" : ""));
        }
        int column = names.indexOf(name);
        if (column < 0) {
            throw invalid(
                    key,
                    String.format(
                            "%s has no column '%s'.%s Columns: %s",
                            wanted.file(), name, Suggestion.sentence(name, names), list(names)));
        }
        if (column != names.lastIndexOf(name)) {
            throw invalid(key, String.format("%s has two columns '%s'", wanted.file(), name));
        }
        return column;
    }

    private static void requireDistinct(int[] labels, Map<Role, Integer> keys) {
        for (Role role : Role.values()) {
            Integer column = keys.get(role);
            if (column == null) {
                continue;
            }
            if (contains(labels, column)) {
                throw invalid(role.key(), "is the same column as data.label");
            }
            for (Role other : Role.values()) {
                if (other.compareTo(role) < 0 && column.equals(keys.get(other))) {
                    throw invalid(role.key(), "is the same column as " + other.key());
                }
            }
        }
    }

    private static boolean contains(int[] columns, int column) {
        return Arrays.stream(columns).anyMatch(each -> each == column);
    }

    private static String list(List<String> names) {
        String listed = String.join(", ", names.subList(0, Math.min(names.size(), MOST_LISTED)));
        return names.size() > MOST_LISTED
                ? listed + ", … and " + (names.size() - MOST_LISTED) + " more"
                : listed;
    }

    private static boolean hasNumber(CsvRecord row) {
        return row.getFields().stream().map(String::strip).anyMatch(CsvNumber::matches);
    }

    private static String separatorHint(CsvRecord row) {
        String field = row.getField(0);
        String found =
                field.indexOf(';') >= 0 ? "semicolons" : field.indexOf('\t') >= 0 ? "tabs" : "";
        return found.isEmpty()
                ? "; it needs features and a label, separated by commas"
                : "; columns are separated by commas, not by " + found;
    }

    private static InvalidInputException invalid(String key, String message) {
        return new InvalidInputException(Problem.ofKey(key, message));
    }
}
