package org.evengrad.config.bind;

import java.util.ArrayList;
import java.util.List;

/**
 * Finds what HOCON would take for something else in silence: {@code label = col#1} means {@code
 * col}, {@code file = data//mnist} means {@code data}, and {@code [ { dense = 8 } { dense = 4 } ]}
 * is a single layer.
 */
final class SilentMistakes {
    private static final String TRIPLE = "\"\"\"";
    private static final String TIGHT_COMMENT =
            "a comment starts here; if it is part of a text, put that in quotes, else put a space"
                    + " before it";
    private static final String MERGED_OBJECTS =
            "'} {' merges two objects into one; put a comma between them";

    private final String text;
    private final List<Mistake> mistakes = new ArrayList<>();

    private SilentMistakes(String text) {
        this.text = text;
    }

    /** What is wrong with a line; lines count from 1. */
    record Mistake(int line, String message) {}

    /** The mistakes in a file's text, in order. */
    static List<Mistake> in(String text) {
        SilentMistakes search = new SilentMistakes(text);
        int position = 0;
        while (position < text.length()) {
            position = search.step(position);
        }
        return search.mistakes;
    }

    /** Looks at one character, or at a whole quote, comment or reference; returns what follows. */
    private int step(int at) {
        if (text.startsWith(TRIPLE, at)) {
            return after(TRIPLE, at + TRIPLE.length());
        }
        if (text.startsWith("${", at)) {
            return after("}", at);
        }
        if (text.charAt(at) == '"') {
            return afterQuote(at);
        }
        if (text.charAt(at) == '#' || text.startsWith("//", at)) {
            if (at > 0 && isPartOfText(text.charAt(at - 1))) {
                add(at, TIGHT_COMMENT);
            }
            return after("\n", at);
        }
        if (text.charAt(at) == '}') {
            int next = at + 1;
            while (next < text.length()
                    && (text.charAt(next) == ' ' || text.charAt(next) == '\t')) {
                next++;
            }
            if (text.startsWith("{", next)) {
                add(at, MERGED_OBJECTS);
            }
        }
        return at + 1;
    }

    private int after(String end, int from) {
        int found = text.indexOf(end, from);
        return found < 0 ? text.length() : found + end.length();
    }

    private int afterQuote(int start) {
        for (int i = start + 1; i < text.length(); i++) {
            char letter = text.charAt(i);
            if (letter == '\\') {
                i++;
            } else if (letter == '"' || letter == '\n') {
                return i + 1;
            }
        }
        return text.length();
    }

    private void add(int at, String message) {
        int line = 1 + (int) text.substring(0, at).chars().filter(each -> each == '\n').count();
        mistakes.add(new Mistake(line, message));
    }

    private static boolean isPartOfText(char letter) {
        return Character.isLetterOrDigit(letter) || "_-./%".indexOf(letter) >= 0;
    }
}
