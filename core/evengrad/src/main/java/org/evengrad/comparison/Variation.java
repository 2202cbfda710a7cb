package org.evengrad.comparison;

import java.util.ArrayList;
import java.util.List;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;

/**
 * A key of a configuration and the values that it takes.
 *
 * @param key the full key
 * @param values as HOCON or plain text, at least one, no two the same
 */
public record Variation(String key, List<String> values) {
    /**
     * Keeps a copy.
     *
     * @throws InvalidInputException if there is no value, or one stands there twice
     */
    public Variation {
        values = List.copyOf(values);
        if (values.isEmpty() || values.contains("")) {
            throw problem("a value of " + key + " is empty; " + EXAMPLE);
        }
        if (values.stream().distinct().count() < values.size()) {
            throw problem("a value of " + key + " is there twice: " + String.join(",", values));
        }
    }

    private static final String EXAMPLE =
            "--vary takes KEY=A,B, for example --vary optimizer.use=adam,sgd";
    private static final String OPENING = "{[(";
    private static final String CLOSING = "}])";

    /**
     * Reads {@code KEY=A,B}. Commas inside braces, brackets and quotes do not separate values.
     *
     * @throws InvalidInputException if the text is none
     */
    public static Variation parse(String text) {
        int equals = text.indexOf('=');
        if (equals < 1) {
            throw problem(EXAMPLE + ", not '" + text + "'");
        }
        return new Variation(text.substring(0, equals).strip(), split(text.substring(equals + 1)));
    }

    private static List<String> split(String text) {
        List<String> values = new ArrayList<>();
        int depth = 0;
        boolean quoted = false;
        int from = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (!quoted && OPENING.indexOf(c) >= 0) {
                depth++;
            } else if (!quoted && CLOSING.indexOf(c) >= 0) {
                depth--;
            } else if (!quoted && depth == 0 && c == ',') {
                values.add(text.substring(from, i).strip());
                from = i + 1;
            }
        }
        values.add(text.substring(from).strip());
        return values;
    }

    private static InvalidInputException problem(String message) {
        return new InvalidInputException(Problem.of(message));
    }
}
