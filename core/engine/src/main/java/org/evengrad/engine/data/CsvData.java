package org.evengrad.engine.data;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.evengrad.config.DataConfig.Missing;
import org.evengrad.config.DataConfig.Source.Csv;
import org.evengrad.config.DataConfig.Task;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.engine.data.CsvColumns.Role;

/** A CSV file whose rows are examples. */
final class CsvData {
    private CsvData() {}

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
            Csv source, Optional<Task> task, List<String> knownClasses, Missing missing) {
        Map<Role, String> keys = new EnumMap<>(Role.class);
        source.group().ifPresent(name -> keys.put(Role.GROUP, name));
        source.time().ifPresent(name -> keys.put(Role.TIME, name));
        CsvTable table =
                CsvTable.read(
                        new CsvColumns.Wanted(source.file(), source.label(), source.header(), keys),
                        task,
                        knownClasses,
                        missing,
                        source.streaming());
        return new Dataset(
                table.features(),
                List.of(table.features().width()),
                0,
                Optional.empty(),
                table.targets().values(),
                1,
                table.targets().task(),
                table.targets().classes(),
                table.columns().featureNames(),
                Optional.ofNullable(table.texts().get(Role.GROUP)).map(Codes::codes),
                table.times());
    }
}
