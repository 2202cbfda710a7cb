package org.evengrad.engine.data;

import de.siegmar.fastcsv.reader.CsvRecord;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.evengrad.config.DataConfig.Source.Csv;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;
import org.evengrad.config.problem.Suggestion;

/**
 * The columns of a CSV file.
 *
 * @param names from the header, without spaces around them; empty when there is none
 * @param count how many columns there are, at least 2
 * @param label index of the column with the label
 * @param guessedNoHeader whether the configuration left open if there is a header, and none was
 *     seen
 */
record CsvColumns(List<String> names, int count, int label, boolean guessedNoHeader) {
    private static final int MOST_LISTED = 20;

    /**
     * Finds the columns. When the configuration does not say whether there is a header, there is
     * one if it names the label column; or else if no field of the first row is a number, and some
     * field of the second is.
     *
     * @param first the first row
     * @param second the second row, if there is one
     * @throws InvalidInputException if there is only one column, or the label's is not there
     */
    static CsvColumns of(Csv source, CsvRecord first, Optional<CsvRecord> second) {
        if (first.getFieldCount() < 2) {
            throw new InvalidInputException(
                    Problem.inFile(source.file(), "has only one column" + separatorHint(first)));
        }
        boolean byPosition = source.label().equals("first") || source.label().equals("last");
        boolean looksLikeHeader =
                !hasNumber(first) && second.map(CsvColumns::hasNumber).orElse(true);
        boolean header = source.header().orElse(!byPosition || looksLikeHeader);
        List<String> names =
                header ? first.getFields().stream().map(String::strip).toList() : List.of();
        int label =
                switch (source.label()) {
                    case "first" -> 0;
                    case "last" -> first.getFieldCount() - 1;
                    default -> named(source, names);
                };
        return new CsvColumns(
                names, first.getFieldCount(), label, !header && source.header().isEmpty());
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

    /** A name for each feature: the header's, or {@code column 1}, {@code column 2}… */
    List<String> featureNames() {
        return IntStream.range(0, count)
                .filter(column -> column != label)
                .mapToObj(
                        column ->
                                names.isEmpty() || names.get(column).isEmpty()
                                        ? "column " + (column + 1)
                                        : names.get(column))
                .toList();
    }

    private static int named(Csv source, List<String> names) {
        if (names.isEmpty()) {
            throw invalidLabel(
                    String.format(
                            "'%s' is the name of a column, but %s has no header (data.header ="
                                    + " false). Use first or last",
                            source.label(), source.file()));
        }
        int column = names.indexOf(source.label());
        if (column < 0) {
            throw invalidLabel(
                    String.format(
                            "%s has no column '%s'.%s Columns: %s",
                            source.file(),
                            source.label(),
                            Suggestion.sentence(source.label(), names),
                            list(names)));
        }
        if (column != names.lastIndexOf(source.label())) {
            throw invalidLabel(
                    String.format("%s has two columns '%s'", source.file(), source.label()));
        }
        return column;
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

    private static InvalidInputException invalidLabel(String message) {
        return new InvalidInputException(Problem.ofKey("data.label", message));
    }
}
