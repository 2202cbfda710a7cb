package org.evengrad.engine.data;

import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.evengrad.config.DataConfig.Task;

/** Writes rows as a CSV file that {@code source = csv, label = last} reads again. */
public final class CsvFile {
    private CsvFile() {}

    /**
     * Writes a header and the rows, features first, as the network sees them: scaled. Reading them
     * again takes {@code normalize = none}. Rows with more than one target, or with targets for
     * each step, take {@code label} with the names of their columns.
     *
     * @param part the rows
     * @param file an existing one is overwritten
     * @throws IOException if it cannot be written
     */
    public static void write(DataPart part, Path file) throws IOException {
        Dataset dataset = part.dataset();
        try (CsvWriter csv = CsvWriter.builder().build(file)) {
            csv.writeRecord(header(dataset));
            for (int row : part.rows()) {
                csv.writeRecord(cells(dataset, row));
            }
        }
    }

    private static List<String> header(Dataset dataset) {
        List<String> names = new ArrayList<>();
        if (dataset.featureNames().size() == dataset.featureCount()) {
            names.addAll(dataset.featureNames());
        }
        for (int feature = names.size(); feature < dataset.featureCount(); feature++) {
            names.add("feature-" + (feature + 1));
        }
        int targets = dataset.targets().width();
        for (int target = 1; target <= targets; target++) {
            names.add(targets == 1 ? "target" : "target-" + target);
        }
        return names;
    }

    private static List<String> cells(Dataset dataset, int row) {
        List<String> cells = new ArrayList<>();
        float[] values = new float[dataset.featureCount()];
        dataset.features().read(row, values, 0);
        for (int feature = 0; feature < values.length; feature++) {
            cells.add(Float.toString(values[feature]));
        }
        for (int target = 0; target < dataset.targets().width(); target++) {
            float value = dataset.targets().get(row, target);
            cells.add(
                    dataset.task() == Task.CLASSIFICATION
                            ? dataset.classes().get((int) value)
                            : Float.toString(value));
        }
        return cells;
    }
}
