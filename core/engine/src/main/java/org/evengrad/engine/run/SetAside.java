package org.evengrad.engine.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.evengrad.engine.data.CsvFile;
import org.evengrad.engine.data.DataPart;

/**
 * The batches that steps did not use, one CSV file each, so that someone can look at them and train
 * on them again. Only the first ones are kept: a run that drops every batch would fill the disk.
 */
final class SetAside {
    static final int MOST_FILES = 20;

    private static final Pattern NAME = Pattern.compile("step-(\\d+)\\.csv");

    private final Path folder;
    private int files;
    private long lastSaved;

    /**
     * Looks at what is there.
     *
     * @param folder need not exist
     * @param lastStep files of later steps are of a past that did not happen, and deleted
     */
    SetAside(Path folder, long lastStep) throws IOException {
        this.folder = folder;
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> entries = Files.list(folder)) {
            for (Path file : (Iterable<Path>) entries::iterator) {
                Matcher name = NAME.matcher(file.getFileName().toString());
                if (name.matches() && Long.parseLong(name.group(1)) > lastStep) {
                    Files.delete(file);
                } else {
                    files++;
                }
            }
        }
    }

    /**
     * Saves a batch, if there are not too many yet. That of the same step is saved once.
     *
     * @return the file, relative to the run folder
     */
    Optional<String> add(long step, DataPart batch) throws IOException {
        Path file = folder.resolve("step-" + step + ".csv");
        Optional<String> name = Optional.of(folder.getFileName() + "/" + file.getFileName());
        if (step == lastSaved) {
            return name;
        }
        if (files == MOST_FILES) {
            return Optional.empty();
        }
        Files.createDirectories(folder);
        AtomicFile.write(file, temporary -> CsvFile.write(batch, temporary));
        files++;
        lastSaved = step;
        return name;
    }
}
