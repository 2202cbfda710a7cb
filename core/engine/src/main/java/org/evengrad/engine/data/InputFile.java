package org.evengrad.engine.data;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;
import org.evengrad.config.problem.Suggestion;

/**
 * A file that a configuration names.
 *
 * @param key the configuration's key, for example {@code data.file}
 * @param path as the configuration names it
 */
record InputFile(String key, Path path) {
    /**
     * Refuses files that cannot be opened.
     *
     * @throws InvalidInputException with a problem for each such file
     */
    static void require(InputFile... files) {
        List<Problem> problems = new ArrayList<>();
        for (InputFile file : files) {
            file.problem().ifPresent(problems::add);
        }
        if (!problems.isEmpty()) {
            throw new InvalidInputException(problems);
        }
    }

    /** What an error while reading is to the user. */
    InvalidInputException unreadable(IOException error) {
        String reason =
                error.getMessage() == null ? error.getClass().getSimpleName() : error.getMessage();
        return new InvalidInputException(Problem.inFile(path, "cannot be read: " + reason));
    }

    private Optional<Problem> problem() {
        if (Files.isDirectory(path)) {
            return Optional.of(Problem.ofKey(key, path + " is a folder, not a file"));
        }
        if (Files.notExists(path)) {
            return Optional.of(Problem.ofKey(key, "no such file: " + path + suggestion()));
        }
        if (!Files.isReadable(path)) {
            return Optional.of(Problem.ofKey(key, path + " may not be read"));
        }
        return Optional.empty();
    }

    private String suggestion() {
        Path folder = path.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            return "; the folder does not exist either";
        }
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(folder, file -> !Files.isDirectory(file))) {
            files.forEach(file -> names.add(file.getFileName().toString()));
        } catch (IOException | DirectoryIteratorException error) {
            return ""; // The suggestion is a courtesy; the problem is the missing file.
        }
        names.sort(null);
        String sentence = Suggestion.sentence(path.getFileName().toString(), names);
        return sentence.isEmpty() ? "" : "." + sentence;
    }
}
