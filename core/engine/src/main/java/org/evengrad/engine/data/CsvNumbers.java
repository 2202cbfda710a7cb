package org.evengrad.engine.data;

import de.siegmar.fastcsv.reader.CsvRecord;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.evengrad.config.DataConfig.Task;

/** Label columns that are numbers: of a regression, or 0 and 1 of a multi-label task. */
final class CsvNumbers implements CsvTargets {
    private final CsvColumns columns;
    private final Task task;
    private final RowStore store;
    private final float[] row;

    /**
     * Empty columns.
     *
     * @param task regression or multi-label
     */
    CsvNumbers(Path file, CsvColumns columns, Task task) {
        this.columns = columns;
        this.task = task;
        row = new float[columns.labels().length];
        store = RowStore.of(file, row.length, false);
    }

    @Override
    public void add(CsvRecord fields, ProblemList problems) {
        for (int i = 0; i < row.length; i++) {
            int column = columns.labels()[i];
            String text = fields.getField(column).strip();
            row[i] = CsvNumber.parse(text);
            if (text.isEmpty()) {
                refuse(fields, column, "the label is missing", problems);
            } else if (Float.isNaN(row[i])) {
                refuse(fields, column, CsvNumber.refusal(text), problems);
            } else if (task == Task.MULTI_LABEL && row[i] != 0 && row[i] != 1) {
                refuse(
                        fields,
                        column,
                        "'" + text + "' is neither 0 nor 1, as task = multi-label needs",
                        problems);
            }
        }
        store.add(row);
    }

    private void refuse(CsvRecord fields, int column, String message, ProblemList problems) {
        problems.add(
                fields.getStartingLineNumber(), column + 1, columns.title(column) + ": " + message);
    }

    @Override
    public Targets targets(ProblemList problems) {
        problems.throwIfAny();
        List<String> names =
                task == Task.MULTI_LABEL
                        ? Arrays.stream(columns.labels()).mapToObj(columns::name).toList()
                        : List.of();
        return new Targets(store.table(), task, names);
    }
}
