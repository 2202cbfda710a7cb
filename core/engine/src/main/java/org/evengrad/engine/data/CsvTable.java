package org.evengrad.engine.data;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.evengrad.config.DataConfig.Missing;
import org.evengrad.config.DataConfig.Task;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;
import org.evengrad.engine.data.CsvColumns.Role;

/**
 * A CSV file (RFC 4180, comma, UTF-8, or what a byte order mark says), read row by row. Features
 * are numbers. Spaces around a field do not count; blank lines are skipped.
 *
 * @param columns what stands where
 * @param features a row each; NaN where the value is missing
 * @param targets what is predicted
 * @param texts the column of an id or a group, if there is one
 * @param times when each row was, if there is a column that says so
 */
record CsvTable(
        CsvColumns columns,
        FloatTable features,
        CsvTargets.Targets targets,
        Map<Role, Codes> texts,
        Optional<double[]> times) {
    /**
     * Reads a file.
     *
     * @param wanted which columns are what
     * @param task what the labels are; guessed from them if absent
     * @param knownClasses the classes that labels must belong to; empty when they follow from the
     *     labels
     * @param missing whether values may be missing
     * @param streaming whether features go to the disk instead of the heap
     * @throws InvalidInputException with the first ten problems, if the file cannot be used
     */
    static CsvTable read(
            CsvColumns.Wanted wanted,
            Optional<Task> task,
            List<String> knownClasses,
            Missing missing,
            boolean streaming) {
        InputFile file = new InputFile("data.file", wanted.file());
        InputFile.require(file);
        try {
            refuseCompressed(file);
            try (CsvReader<CsvRecord> reader =
                    CsvReader.builder()
                            .detectBomHeader(true)
                            .allowUnclosedQuote(false)
                            .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                            .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                            .ofCsvRecord(wanted.file())) {
                Iterator<CsvRecord> records = reader.stream().filter(CsvTable::isRow).iterator();
                if (!records.hasNext()) {
                    throw new InvalidInputException(Problem.inFile(wanted.file(), "has no rows"));
                }
                CsvRecord first = records.next();
                Optional<CsvRecord> second =
                        records.hasNext() ? Optional.of(records.next()) : Optional.empty();
                CsvColumns columns = CsvColumns.of(wanted, first, second);
                if (columns.hasHeader() && second.isEmpty()) {
                    throw new InvalidInputException(
                            Problem.inFile(wanted.file(), "has a header, but no rows below it"));
                }
                CsvTargets targets = targets(wanted, columns, task, knownClasses);
                try (Rows rows = new Rows(wanted, columns, targets, missing, streaming)) {
                    if (!columns.hasHeader()) {
                        rows.add(first);
                    }
                    second.ifPresent(rows::add);
                    records.forEachRemaining(rows::add);
                    return rows.table();
                }
            }
        } catch (IOException error) {
            throw file.unreadable(error);
        } catch (UncheckedIOException error) {
            throw file.unreadable(error.getCause());
        } catch (CsvParseException error) {
            throw new InvalidInputException(
                    Problem.inFile(wanted.file(), "is not CSV: " + error.getMessage()));
        }
    }

    private static CsvTargets targets(
            CsvColumns.Wanted wanted,
            CsvColumns columns,
            Optional<Task> task,
            List<String> knownClasses) {
        boolean several = columns.labels().length > 1;
        if (several && task.equals(Optional.of(Task.CLASSIFICATION))) {
            throw new InvalidInputException(
                    Problem.ofKey(
                            "data.label",
                            "classification has one label column, not "
                                    + columns.labels().length
                                    + "; for several use task = multi-label or regression"));
        }
        return several || task.equals(Optional.of(Task.MULTI_LABEL))
                ? new CsvNumbers(wanted.file(), columns, task.orElse(Task.REGRESSION))
                : new CsvLabels(wanted.file(), columns, task, knownClasses);
    }

    private static boolean isRow(CsvRecord row) {
        return row.getFieldCount() > 1 || !row.getField(0).isBlank();
    }

    /** Compressed bytes would be read as one long, strange row. */
    private static void refuseCompressed(InputFile file) throws IOException {
        try (InputStream in = Files.newInputStream(file.path())) {
            byte[] start = in.readNBytes(2);
            boolean gzip =
                    start.length == 2 && (start[0] & 0xff) == 0x1f && (start[1] & 0xff) == 0x8b;
            boolean zip = start.length == 2 && start[0] == 'P' && start[1] == 'K';
            if (gzip || zip) {
                throw new InvalidInputException(
                        Problem.inFile(
                                file.path(),
                                "is compressed, not text: unpack it, or save it as CSV"));
            }
        }
    }

    /** The rows that were read so far. */
    private static final class Rows implements AutoCloseable {
        private final CsvColumns columns;
        private final CsvTargets targets;
        private final Missing missing;
        private final ProblemList problems;
        private final RowStore features;
        private final float[] row;
        private final Map<Role, Codes> texts = new EnumMap<>(Role.class);
        private final Optional<TimeColumn> times;
        private boolean first = true;
        private boolean missingExplained;

        Rows(
                CsvColumns.Wanted wanted,
                CsvColumns columns,
                CsvTargets targets,
                Missing missing,
                boolean streaming) {
            this.columns = columns;
            this.targets = targets;
            this.missing = missing;
            problems = new ProblemList(wanted.file());
            row = new float[columns.features().length];
            features = RowStore.of(wanted.file(), row.length, streaming);
            columns.keys().keySet().stream()
                    .filter(role -> role != Role.TIME)
                    .forEach(role -> texts.put(role, new Codes()));
            times =
                    Optional.ofNullable(columns.keys().get(Role.TIME))
                            .map(column -> new TimeColumn(columns.title(column), column));
        }

        void add(CsvRecord record) {
            long line = record.getStartingLineNumber();
            int fields = record.getFieldCount();
            if (fields != columns.count()) {
                problems.add(
                        line,
                        Math.min(fields, columns.count()) + 1,
                        String.format(
                                "the row has %d fields, but the first row has %d",
                                fields, columns.count()));
                return;
            }
            for (int i = 0; i < row.length; i++) {
                row[i] = feature(record, columns.features()[i]);
            }
            features.add(row);
            targets.add(record, problems);
            texts.forEach((role, codes) -> codes.add(text(record, role)));
            times.ifPresent(
                    column ->
                            column.add(
                                    record.getField(columns.keys().get(Role.TIME)).strip(),
                                    line,
                                    problems));
            first = false;
        }

        private float feature(CsvRecord record, int column) {
            String text = record.getField(column).strip();
            float value = CsvNumber.parse(text);
            boolean isMissing = Float.isNaN(value) && CsvNumber.isMissing(text);
            if (Float.isNaN(value) && !(isMissing && missing != Missing.REFUSE)) {
                String hint = "";
                if (columns.guessedNoHeader() && first) {
                    hint = " (for a header: data.header = true)";
                } else if (isMissing && !missingExplained) {
                    hint = "; data.missing = mean, median or zero fills it in";
                    missingExplained = true;
                }
                problems.add(
                        record.getStartingLineNumber(),
                        column + 1,
                        columns.title(column) + ": " + CsvNumber.refusal(text) + hint);
            }
            return value;
        }

        private String text(CsvRecord record, Role role) {
            int column = columns.keys().get(role);
            String text = record.getField(column).strip();
            if (text.isEmpty()) {
                problems.add(
                        record.getStartingLineNumber(),
                        column + 1,
                        columns.title(column) + ": the " + role.word() + " is missing");
            }
            return text;
        }

        CsvTable table() {
            CsvTargets.Targets labels = targets.targets(problems);
            return new CsvTable(
                    columns, features.table(), labels, texts, times.map(TimeColumn::times));
        }

        @Override
        public void close() {
            features.close();
        }
    }
}
