package org.evengrad.config.plugins;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;

/**
 * The plugin jars that may be loaded, by the hash of their content.
 *
 * <p>A lock file holds what {@code sha256sum plugins/*.jar} prints: on each line a SHA-256 in
 * hexadecimal, a space, a space or an asterisk, and a name. The hash alone decides; the name says
 * whether a jar is new or has changed. Empty lines and lines that begin with {@code #} are skipped.
 *
 * @since 0.1.0
 */
public final class PluginLock {
    /** Lets every jar be loaded. */
    public static final PluginLock NONE = new PluginLock(null, Set.of(), Set.of());

    private static final Pattern LINE = Pattern.compile("\\\\?([0-9a-fA-F]{64}) [ *](.+)");

    private final Path file;
    private final Set<String> allowed;
    private final Set<String> names;

    private PluginLock(Path file, Set<String> allowed, Set<String> names) {
        this.file = file;
        this.allowed = allowed;
        this.names = names;
    }

    /**
     * Reads a lock file.
     *
     * @throws InvalidInputException if it does not exist, cannot be read, or has lines of another
     *     form; names each of them
     */
    public static PluginLock read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new InvalidInputException(
                    Problem.inFile(
                            file,
                            "there is no such lock file; sha256sum plugins/*.jar > "
                                    + file
                                    + " makes one"));
        }
        Set<String> allowed = new HashSet<>();
        Set<String> names = new HashSet<>();
        List<Problem> problems = new ArrayList<>();
        int number = 0;
        for (String line : lines(file)) {
            number++;
            Matcher matcher = LINE.matcher(line);
            if (matcher.matches()) {
                allowed.add(matcher.group(1).toLowerCase(Locale.ROOT));
                names.add(fileName(matcher.group(2)));
            } else if (!line.isBlank() && !line.startsWith("#")) {
                problems.add(
                        Problem.at(
                                file,
                                number,
                                0,
                                "must be a line as sha256sum prints it: 64 hexadecimal digits, two"
                                        + " spaces, a name"));
            }
        }
        if (!problems.isEmpty()) {
            throw new InvalidInputException(problems);
        }
        return new PluginLock(file, allowed, names);
    }

    private static List<String> lines(Path file) {
        try {
            // Names may be in any encoding; the hashes are the same in all.
            return Files.readAllLines(file, StandardCharsets.ISO_8859_1);
        } catch (IOException unreadable) {
            throw new InvalidInputException(
                    Problem.inFile(file, "cannot be read: " + unreadable.getMessage()));
        }
    }

    private static String fileName(String path) {
        return path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1).strip();
    }

    /**
     * Refuses jars that are not listed. Nothing in them has been read as code then.
     *
     * @param hashes computes the jars' hashes
     * @throws InvalidInputException with one problem for each such jar: its hash, and how to list
     *     it
     */
    void check(Collection<Path> jars, JarHashes hashes) {
        if (file == null) {
            return;
        }
        List<Problem> refused =
                jars.stream()
                        .map(hashes::of)
                        .filter(jar -> !allowed.contains(jar.sha256()))
                        .map(this::refusal)
                        .toList();
        if (!refused.isEmpty()) {
            throw new InvalidInputException(refused);
        }
    }

    private Problem refusal(HashedJar jar) {
        String why =
                names.contains(jar.fileName())
                        ? "has changed since it was listed in " + file
                        : "is not listed in " + file;
        return Problem.inFile(
                jar.path(),
                why
                        + "; its SHA-256 is "
                        + jar.sha256()
                        + ". To allow it: sha256sum \""
                        + jar.path()
                        + "\" >> \""
                        + file
                        + "\"");
    }
}
