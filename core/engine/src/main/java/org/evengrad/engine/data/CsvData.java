package org.evengrad.engine.data;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.evengrad.config.DataConfig.Source.Csv;
import org.evengrad.config.DataConfig.Task;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;

/**
 * A CSV file (RFC 4180, comma, UTF-8, or what a byte order mark says). One column is the label, all
 * others are numbers. Spaces around a field do not count; blank lines are skipped.
 */
final class CsvData {
    private static final int FIRST_CAPACITY_ROWS = 256;

    private final Csv source;
    private final CsvColumns columns;
    private final CsvLabels labels;
    private final ProblemList problems;
    private float[] features;
    private int rows;

    private CsvData(
            Csv source, CsvColumns columns, Optional<Task> task, List<String> knownClasses) {
        this.source = source;
        this.columns = columns;
        problems = new ProblemList(source.file());
        labels =
                new CsvLabels(
                        source.file(),
                        columns.title(columns.label()),
                        columns.label(),
                        task,
                        knownClasses);
        features = new float[FIRST_CAPACITY_ROWS * (columns.count() - 1)];
    }

    /**
     * Reads the file.
     *
     * @param task what the label is; guessed from the labels if absent
     * @param knownClasses the classes that labels must belong to; empty when they follow from the
     *     labels
     * @throws InvalidInputException with the first ten problems, if the file cannot be used
     */
    static Dataset read(Csv source, Optional<Task> task, List<String> knownClasses) {
        InputFile file = new InputFile("data.file", source.file());
        InputFile.require(file);
        try {
            refuseCompressed(file);
            try (CsvReader<CsvRecord> reader =
                    CsvReader.builder()
                            .detectBomHeader(true)
                            .allowUnclosedQuote(false)
                            .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                            .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                            .ofCsvRecord(source.file())) {
                return read(
                        source,
                        reader.stream().filter(CsvData::isRow).iterator(),
                        task,
                        knownClasses);
            }
        } catch (IOException error) {
            throw file.unreadable(error);
        } catch (UncheckedIOException error) {
            throw file.unreadable(error.getCause());
        } catch (CsvParseException error) {
            throw new InvalidInputException(
                    Problem.inFile(source.file(), "is not CSV: " + error.getMessage()));
        }
    }

    private static Dataset read(
            Csv source,
            Iterator<CsvRecord> records,
            Optional<Task> task,
            List<String> knownClasses) {
        if (!records.hasNext()) {
            throw new InvalidInputException(Problem.inFile(source.file(), "has no rows"));
        }
        CsvRecord first = records.next();
        Optional<CsvRecord> second =
                records.hasNext() ? Optional.of(records.next()) : Optional.empty();
        CsvColumns columns = CsvColumns.of(source, first, second);
        CsvData data = new CsvData(source, columns, task, knownClasses);
        if (!columns.hasHeader()) {
            data.add(first);
        } else if (second.isEmpty()) {
            throw new InvalidInputException(
                    Problem.inFile(source.file(), "has a header, but no rows below it"));
        }
        second.ifPresent(data::add);
        records.forEachRemaining(data::add);
        return data.dataset();
    }

    private void add(CsvRecord row) {
        long line = row.getStartingLineNumber();
        int fields = row.getFieldCount();
        if (fields != columns.count()) {
            problems.add(
                    line,
                    Math.min(fields, columns.count()) + 1,
                    String.format(
                            "the row has %d fields, but the first row has %d",
                            fields, columns.count()));
            return;
        }
        reserveRow();
        int next = rows * (fields - 1);
        for (int column = 0; column < fields; column++) {
            String text = row.getField(column).strip();
            if (column == columns.label()) {
                labels.add(text, line, problems);
                continue;
            }
            float value = CsvNumber.parse(text);
            if (Float.isNaN(value)) {
                String refusal = columns.title(column) + ": " + CsvNumber.refusal(text);
                boolean perhapsHeader = columns.guessedNoHeader() && rows == 0;
                problems.add(
                        line,
                        column + 1,
                        perhapsHeader ? refusal + " (for a header: data.header = true)" : refusal);
            }
            features[next++] = value;
        }
        rows++;
    }

    private void reserveRow() {
        long needed = (rows + 1L) * (columns.count() - 1);
        if (needed > Dataset.MOST_NUMBERS) {
            throw new InvalidInputException(
                    Problem.inFile(
                            source.file(),
                            "has more than "
                                    + Dataset.MOST_NUMBERS
                                    + " numbers, which do not fit into memory"));
        }
        if (needed > features.length) {
            long doubled = Math.max(needed, 2L * features.length);
            features = Arrays.copyOf(features, (int) Math.min(doubled, Dataset.MOST_NUMBERS));
        }
    }

    private Dataset dataset() {
        CsvLabels.Targets targets = labels.targets(problems);
        int width = columns.count() - 1;
        return new Dataset(
                Arrays.copyOf(features, rows * width),
                rows,
                List.of(width),
                targets.values(),
                1,
                targets.task(),
                targets.classes(),
                columns.featureNames());
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
}
