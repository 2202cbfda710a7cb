package org.evengrad.config.problem;

import java.nio.file.Path;
import java.util.Objects;

/**
 * One thing that is wrong with the user's input: where it is, what was found, what is allowed.
 *
 * @param file the file as the user knows it, or what stands in its place ({@code -D option}); null
 *     if unknown
 * @param line from 1; 0 if unknown
 * @param column from 1; 0 if unknown
 * @param key the configuration key, {@code optimizer.learning-rate}; null if there is none
 * @param message what was found, what is allowed, and what to do
 * @since 0.1.0
 */
public record Problem(String file, int line, int column, String key, String message) {
    /** Checks that there is a message. */
    public Problem {
        Objects.requireNonNull(message, "message");
    }

    /** A problem that has no place. */
    public static Problem of(String message) {
        return new Problem(null, 0, 0, null, message);
    }

    /** A problem of a whole file or folder. */
    public static Problem inFile(Path file, String message) {
        return new Problem(file.toString(), 0, 0, null, message);
    }

    /** A problem at a place in a file; line and column count from 1, and 0 is unknown. */
    public static Problem at(Path file, int line, int column, String message) {
        return new Problem(file.toString(), line, column, null, message);
    }

    /** A problem of a configuration key whose place is unknown. */
    public static Problem ofKey(String key, String message) {
        return new Problem(null, 0, 0, key, message);
    }

    /**
     * One line: {@code KEY (FILE: LINE): MESSAGE} with a key, {@code FILE:LINE:COLUMN: MESSAGE}
     * without one. What is unknown is left out.
     */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        if (key != null) {
            text.append(key);
            if (file != null) {
                text.append(" (").append(file).append(line > 0 ? ": " + line : "").append(')');
            }
            text.append(": ");
        } else if (file != null) {
            text.append(file).append(':');
            if (line > 0) {
                text.append(line).append(':');
                if (column > 0) {
                    text.append(column).append(':');
                }
            }
            text.append(' ');
        }
        return text.append(message).toString();
    }
}
