package org.evengrad.cli;

import java.util.ArrayList;
import java.util.List;

/** Rows of aligned columns. The last column is wrapped where there is a terminal to fit. */
final class TextTable {
    private static final String GAP = "  ";
    private static final int NARROWEST_LAST_COLUMN = 24;

    private final int width;
    private final List<String[]> rows = new ArrayList<>();

    /**
     * A table without rows.
     *
     * @param width what to fit, in characters; 0 if nothing has to be fitted
     */
    TextTable(int width) {
        this.width = width;
    }

    /** Adds a row; every row has the same number of cells. */
    void row(String... cells) {
        rows.add(cells);
    }

    /** The lines, each indented by two spaces. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        if (rows.isEmpty()) {
            return lines;
        }
        int last = rows.get(0).length - 1;
        int[] widths = new int[last];
        for (String[] row : rows) {
            for (int column = 0; column < last; column++) {
                widths[column] = Math.max(widths[column], row[column].length());
            }
        }
        for (String[] row : rows) {
            StringBuilder before = new StringBuilder(GAP);
            for (int column = 0; column < last; column++) {
                before.append(row[column])
                        .append(" ".repeat(widths[column] - row[column].length()))
                        .append(GAP);
            }
            String indent = " ".repeat(before.length());
            for (String part : wrap(row[last], width - before.length())) {
                lines.add((before + part).stripTrailing());
                before.setLength(0);
                before.append(indent);
            }
        }
        return lines;
    }

    private List<String> wrap(String text, int room) {
        if (width == 0 || room < NARROWEST_LAST_COLUMN) {
            return List.of(text);
        }
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ")) {
            if (!line.isEmpty() && line.length() + 1 + word.length() > room) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }
}
