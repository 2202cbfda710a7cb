package org.evengrad.engine.data;

import de.siegmar.fastcsv.reader.CsvRecord;
import java.util.List;
import org.evengrad.config.DataConfig.Task;
import org.evengrad.config.problem.InvalidInputException;

/** What is predicted from the rows of a CSV file. */
interface CsvTargets {
    /**
     * Adds the targets of the next row.
     *
     * @param problems receives what is wrong with them
     */
    void add(CsvRecord row, ProblemList problems);

    /**
     * The targets of all rows.
     *
     * @param problems those of the features; those of the labels are added to them
     * @throws InvalidInputException if there are problems, or the labels cannot be learned
     */
    Targets targets(ProblemList problems);

    /**
     * The targets of all rows.
     *
     * @param values as many a row as there are labels; the class index for classification
     * @param task what they are
     * @param classes the names of the classes, or of the labels of a multi-label task; empty for
     *     regression
     */
    record Targets(FloatTable values, Task task, List<String> classes) {}
}
