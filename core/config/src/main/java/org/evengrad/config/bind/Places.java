package org.evengrad.config.bind;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigValue;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.evengrad.config.problem.Problem;

/**
 * Says where in the user's files a value stands, in the user's words.
 *
 * @since 0.1.0
 */
public final class Places {
    /** The origin of a value that a command line gave. */
    public static final String OVERRIDE = "-D option";

    /** The origin of a value that nobody gave. */
    public static final String DEFAULT = "default";

    private static final String ENVIRONMENT = "environment";

    /** What the HOCON library calls the origin of an environment variable's value. */
    private static final String ENVIRONMENT_DESCRIPTION = "env variables";

    private static final Set<String> NO_FILES = Set.of(OVERRIDE, DEFAULT, ENVIRONMENT);

    private final Path given;
    private final Path absolute;

    /** Places in a file, and in what it includes, named as seen from that file. */
    public Places(Path file) {
        this.given = file;
        this.absolute = file.toAbsolutePath().normalize();
    }

    /** The file, absolute and normalized. */
    public Path file() {
        return absolute;
    }

    /** What to call a file that was read. */
    public Path name(Path file) {
        if (absolute.equals(file)) {
            return given;
        }
        if (!absolute.getRoot().equals(file.getRoot())) {
            return file;
        }
        Path beside = absolute.getParent().relativize(file);
        return given.getParent() == null ? beside : given.getParent().resolve(beside).normalize();
    }

    /** The folder that a relative path in a value starts from: that of the file it stands in. */
    public Path folder(ConfigValue value) {
        String file = value.origin().filename();
        return (file == null ? absolute : Path.of(file)).getParent();
    }

    /**
     * A problem with a value.
     *
     * @param key the value's key; null if it is about the file
     * @param value the value
     */
    public Problem problem(String key, ConfigValue value, String message) {
        return problem(key, origin(value), message);
    }

    /**
     * A problem with a key that may be missing from an object: the file's, if that is a default.
     */
    public Problem missing(String key, ConfigValue object, String message) {
        Problem problem = problem(key, object, message);
        return DEFAULT.equals(problem.file())
                ? new Problem(given.toString(), 0, 0, key, message)
                : problem;
    }

    /** A problem at an origin that the HOCON library reported. */
    public Problem problem(String key, ConfigOrigin origin, String message) {
        String file;
        int line = 0;
        if (origin.filename() != null) {
            file = name(Path.of(origin.filename())).toString();
            line = Math.max(0, origin.lineNumber());
        } else if (origin.description().startsWith(OVERRIDE)) {
            file = OVERRIDE;
        } else if (origin.description().startsWith(DEFAULT)) {
            file = DEFAULT;
        } else if (isEnvironment(origin)) {
            file = ENVIRONMENT;
        } else {
            file = given.toString();
        }
        return new Problem(file, line, 0, key, message);
    }

    /** Whether a value is that of an environment variable. */
    static boolean isEnvironment(ConfigOrigin origin) {
        return origin.description().startsWith(ENVIRONMENT_DESCRIPTION);
    }

    /** Problems in the order in which a reader meets them: by file, then by line. */
    public List<Problem> sorted(Collection<Problem> problems) {
        return problems.stream()
                .distinct()
                .sorted(
                        Comparator.comparingInt(this::rank)
                                .thenComparing(
                                        Problem::file,
                                        Comparator.nullsLast(Comparator.naturalOrder()))
                                .thenComparingInt(
                                        problem ->
                                                problem.line() == 0
                                                        ? Integer.MAX_VALUE
                                                        : problem.line()))
                .toList();
    }

    private int rank(Problem problem) {
        if (given.toString().equals(problem.file())) {
            return 0;
        }
        return NO_FILES.contains(problem.file()) ? 2 : 1;
    }

    /** A merged object or list has no line of its own: its first leaf stands for it. */
    private static ConfigOrigin origin(ConfigValue value) {
        return leaves(value)
                .map(ConfigValue::origin)
                .min(
                        Comparator.comparing((ConfigOrigin origin) -> origin.filename() == null)
                                .thenComparingInt(ConfigOrigin::lineNumber))
                .filter(leaf -> leaf.filename() != null || value.origin().filename() == null)
                .orElse(value.origin());
    }

    private static Stream<ConfigValue> leaves(ConfigValue value) {
        if (value instanceof ConfigObject object) {
            return object.values().stream().flatMap(Places::leaves);
        }
        if (value instanceof ConfigList list) {
            return list.stream().flatMap(Places::leaves);
        }
        return Stream.of(value);
    }
}
