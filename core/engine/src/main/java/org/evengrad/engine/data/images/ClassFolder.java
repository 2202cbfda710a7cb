package org.evengrad.engine.data.images;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;
import org.evengrad.config.problem.Suggestion;

/**
 * The images of one class.
 *
 * @param name of the folder, which is the class
 * @param images sorted by name, at least one
 */
record ClassFolder(String name, List<Path> images) {
    private static final String KEY = "data.folder";
    private static final String ALLOWED = String.join(", ", ImageDecoder.FORMATS);

    /**
     * Lists the class folders, sorted by name. Hidden files and folders are passed over, and so are
     * files beside the class folders that are no images.
     *
     * @param folder the folder of the classes
     * @param knownClasses the classes that there may be; empty: any, but at least two
     * @throws InvalidInputException with a problem for each thing that does not belong there
     */
    static List<ClassFolder> list(Path folder, List<String> knownClasses) {
        requireFolder(folder);
        List<Problem> problems = new ArrayList<>();
        List<ClassFolder> classes = new ArrayList<>();
        for (Path path : visible(folder)) {
            String name = path.getFileName().toString();
            if (!Files.isDirectory(path)) {
                if (isImage(path)) {
                    problems.add(Problem.inFile(path, "is an image outside of a class's folder"));
                }
                continue;
            }
            if (!knownClasses.isEmpty() && !knownClasses.contains(name)) {
                problems.add(Problem.inFile(path, unknownClass(name, knownClasses)));
                continue;
            }
            classes.add(new ClassFolder(name, images(path, problems)));
        }
        if (classes.isEmpty() && problems.isEmpty()) {
            problems.add(
                    Problem.ofKey(
                            KEY, folder + " has no sub-folders; each class needs one, of images"));
        }
        if (classes.size() == 1 && knownClasses.isEmpty() && problems.isEmpty()) {
            problems.add(
                    Problem.ofKey(
                            KEY,
                            String.format(
                                    "%s has one class only, '%s': there is nothing to learn",
                                    folder, classes.get(0).name())));
        }
        if (!problems.isEmpty()) {
            throw FolderProblems.refusal(problems);
        }
        return classes;
    }

    private static void requireFolder(Path folder) {
        String message = null;
        if (Files.notExists(folder)) {
            message = "no such folder: " + folder + suggestion(folder);
        } else if (!Files.isDirectory(folder)) {
            message = folder + " is a file, not a folder";
        } else if (!Files.isReadable(folder)) {
            message = folder + " may not be read";
        }
        if (message != null) {
            throw new InvalidInputException(Problem.ofKey(KEY, message));
        }
    }

    private static String suggestion(Path folder) {
        Path parent = folder.toAbsolutePath().getParent();
        if (parent == null || !Files.isDirectory(parent) || !Files.isReadable(parent)) {
            return "; the folder that it should be in does not exist either";
        }
        List<String> names =
                visible(parent).stream()
                        .filter(Files::isDirectory)
                        .map(path -> path.getFileName().toString())
                        .toList();
        String sentence = Suggestion.sentence(folder.getFileName().toString(), names);
        return sentence.isEmpty() ? "" : "." + sentence;
    }

    private static List<Path> images(Path folder, List<Problem> problems) {
        List<Path> images = new ArrayList<>();
        int before = problems.size();
        for (Path path : visible(folder)) {
            if (Files.isDirectory(path)) {
                problems.add(
                        Problem.inFile(
                                path, "is a folder inside of a class's; only images may be there"));
            } else if (isImage(path)) {
                images.add(path);
            } else {
                problems.add(
                        Problem.inFile(path, "is no image by its name; allowed are " + ALLOWED));
            }
        }
        if (images.isEmpty() && problems.size() == before) {
            problems.add(Problem.inFile(folder, "has no images; allowed are " + ALLOWED));
        }
        return images;
    }

    private static boolean isImage(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        return ImageDecoder.FORMATS.stream().anyMatch(format -> name.endsWith("." + format));
    }

    private static List<Path> visible(Path folder) {
        List<Path> paths = new ArrayList<>();
        try (DirectoryStream<Path> all =
                Files.newDirectoryStream(folder, path -> !Files.isHidden(path))) {
            all.forEach(paths::add);
        } catch (IOException | DirectoryIteratorException error) {
            throw new InvalidInputException(
                    Problem.inFile(folder, "cannot be read: " + error.getMessage()));
        }
        paths.sort(Comparator.comparing(path -> path.getFileName().toString()));
        return paths;
    }

    private static String unknownClass(String name, List<String> knownClasses) {
        return String.format(
                "'%s' is none of the model's classes.%s Classes: %s",
                name, Suggestion.sentence(name, knownClasses), String.join(", ", knownClasses));
    }
}
