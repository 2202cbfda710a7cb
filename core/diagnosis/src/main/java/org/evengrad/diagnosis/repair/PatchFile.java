package org.evengrad.diagnosis.repair;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** A patch as text that people read, and that a configuration includes. */
public final class PatchFile {
    /** Comments behind lines begin here, as far as lines are that short. */
    private static final int COMMENT_COLUMN = 48;

    private static final String USE = ".use";
    private static final Pattern NOT_PLAIN = Pattern.compile("[\"{}\\[\\]:=,+#`^?!@*&\\\\]|//");
    private static final Pattern NUMBER = Pattern.compile("[-+]?[0-9.]+([eE][-+]?[0-9]+)?");

    private PatchFile() {}

    /**
     * HOCON of one line for each edit, with its reason as a comment. Behind the original's text it
     * replaces each value as a whole, so that no option of an old strategy stays.
     */
    public static String text(Patch patch) {
        StringBuilder text = new StringBuilder();
        inOrder(patch).forEach(edit -> text.append(line(edit)));
        return text.toString();
    }

    /**
     * A configuration that includes the original and changes it. Means the same as the original
     * with {@link Patch#over}.
     *
     * @param original the file, which lies in the same folder
     * @param overrides what a command line changed of it, key by key
     * @param patch what is changed further; wins
     */
    public static String repaired(Path original, Map<String, String> overrides, Patch patch) {
        Map<String, String> before = new LinkedHashMap<>(patch.over(overrides));
        before.keySet().removeAll(patch.overrides().keySet());
        StringBuilder text = new StringBuilder();
        text.append("include ").append(quoted(original.getFileName().toString())).append('\n');
        before.keySet().stream()
                .sorted(Comparator.comparingInt(PatchFile::depth))
                .forEach(key -> text.append(line(key, before.get(key))).append('\n'));
        return text.append(text(patch)).toString();
    }

    /** A whole section first, then what is inside it, as overrides are read. */
    private static List<Edit> inOrder(Patch patch) {
        return patch.edits().stream()
                .sorted(Comparator.comparingInt(edit -> depth(edit.key())))
                .toList();
    }

    private static int depth(String key) {
        return key.split("\\.").length;
    }

    private static String line(Edit edit) {
        String line = line(edit.key(), edit.value());
        return line
                + " ".repeat(Math.max(1, COMMENT_COLUMN - line.length()))
                + "# "
                + oneLine(edit.reason())
                + '\n';
    }

    /** An object would be merged with what stood there; nothing can be merged with null. */
    private static String line(String key, String value) {
        if (key.endsWith(USE)) {
            // Options belong to the strategy that they were written for.
            return line(key.substring(0, key.length() - USE.length()), "{ use = " + value + " }");
        }
        boolean merges = value.startsWith("{");
        return (merges ? key + " = null, " : "") + key + " = " + plain(value);
    }

    /** A command line's text that is no HOCON is a text. */
    private static String plain(String value) {
        boolean hocon = value.isEmpty() || "{[\"$".indexOf(value.charAt(0)) >= 0;
        return hocon || !NOT_PLAIN.matcher(value).find() || NUMBER.matcher(value).matches()
                ? value
                : quoted(value);
    }

    private static String oneLine(String reason) {
        return reason.replaceAll("\\s+", " ");
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
