package org.evengrad.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.evengrad.diagnosis.RangeResult;

/**
 * The curve of a range test in characters: the loss over a logarithmic axis of rates, the quartiles
 * of the orders as a band, and the rates that matter as marks. Braille gives each character eight
 * dots; without Unicode a character is a dot.
 */
final class RangeChart {
    private static final int ROWS = 12;
    private static final int LABEL = 9;
    private static final int WIDEST = 100;
    private static final char BLANK = ' ';
    private static final char BRAILLE = 0x2800;

    /** Dots of a braille character, by row, left and right. */
    private static final int[][] DOTS = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};

    private final RangeResult result;
    private final RangeAxes axes;
    private final boolean unicode;
    private final int width;

    /**
     * A chart.
     *
     * @param columns to fit
     * @param unicode whether there are more characters than ASCII
     */
    RangeChart(RangeResult result, int columns, boolean unicode) {
        this.result = result;
        this.unicode = unicode;
        axes = new RangeAxes(result);
        width = Math.min(columns, WIDEST) - LABEL - 2;
    }

    /** The lines, without any where there is no curve. */
    List<String> lines() {
        if (result.curve().size() < 2) {
            return List.of();
        }
        char[][] cells = new char[ROWS][width];
        for (char[] row : cells) {
            Arrays.fill(row, BLANK);
        }
        band(cells);
        RangeAxes.Mark.of(result).forEach(mark -> line(cells, mark));
        curve(cells);
        List<String> lines = new ArrayList<>();
        lines.add(" ".repeat(LABEL - 4) + "loss");
        for (int row = 0; row < ROWS; row++) {
            boolean labeled = row % 4 == 0 || row == ROWS - 1;
            String label = labeled ? Numbers.shortest(axes.loss(1 - row / (ROWS - 1.0))) : "";
            lines.add(
                    (" ".repeat(Math.max(0, LABEL - label.length()))
                                    + label
                                    + (unicode
                                            ? labeled ? " \u2524" : " \u2502"
                                            : labeled ? " +" : " |")
                                    + new String(cells[row]))
                            .stripTrailing());
        }
        lines.add(axis());
        lines.add(labels());
        RangeAxes.Mark.of(result).forEach(mark -> lines.add(pointer(mark)));
        return lines;
    }

    private int column(double rate) {
        return (int) Math.round(axes.across(rate) * (width - 1));
    }

    private void band(char[][] cells) {
        for (int x = 0; x < width; x++) {
            double across = (double) x / (width - 1);
            double low = axes.up(axes.at(across, RangeResult.Point::low));
            double high = axes.up(axes.at(across, RangeResult.Point::high));
            if (Double.isNaN(low)) {
                continue;
            }
            int bottom = row(Math.min(1, low));
            int top = row(Math.min(1, high));
            for (int row = top; row <= bottom && low <= 1; row++) {
                cells[row][x] = unicode ? '\u2591' : '.';
            }
        }
    }

    private static int row(double up) {
        return (int) Math.round((1 - up) * (ROWS - 1));
    }

    private void line(char[][] cells, RangeAxes.Mark mark) {
        int x = column(mark.rate());
        for (char[] row : cells) {
            row[x] =
                    switch (mark.kind()) {
                        case SUGGESTION -> unicode ? '\u2502' : '|';
                        case CURRENT -> unicode ? '\u250a' : ':';
                        case DIVERGENCE -> unicode ? '\u254e' : '!';
                    };
        }
    }

    /** Connects neighboring dots. */
    private void curve(char[][] cells) {
        int across = unicode ? 2 : 1;
        int down = unicode ? 4 : 1;
        int last = ROWS * down - 1;
        int before = -1;
        for (int x = 0; x < width * across; x++) {
            double up =
                    axes.up(axes.at((double) x / (width * across - 1), RangeResult.Point::loss));
            if (Double.isNaN(up)) {
                return;
            }
            int y = (int) Math.round((1 - Math.min(1, up)) * last);
            int from = before < 0 ? y : before + Integer.signum(y - before);
            for (int dot = Math.min(from, y); dot <= Math.max(from, y); dot++) {
                cells[dot / down][x / across] =
                        unicode
                                ? withDot(cells[dot / down][x / across], dot % down, x % across)
                                : '*';
            }
            before = y;
            if (up > 1) {
                return;
            }
        }
    }

    private static char withDot(char cell, int down, int across) {
        int dots = cell >= BRAILLE && cell < BRAILLE + 256 ? cell : BRAILLE;
        return (char) (dots | DOTS[down][across]);
    }

    private String axis() {
        char[] line = new char[width];
        Arrays.fill(line, unicode ? '\u2500' : '-');
        for (double rate : axes.decades()) {
            line[column(rate)] = unicode ? '\u252c' : '+';
        }
        return " ".repeat(LABEL) + (unicode ? " \u2514" : " +") + new String(line);
    }

    private String labels() {
        StringBuilder line = new StringBuilder(" ".repeat(LABEL + 2));
        for (double rate : axes.decades()) {
            String label = RangeAxes.powerOfTen(rate);
            int from = LABEL + 2 + column(rate) - label.length() / 2;
            boolean fits = from + label.length() <= LABEL + 2 + width + 2;
            if (fits && (line.isEmpty() || from > line.toString().stripTrailing().length() + 1)) {
                line.setLength(Math.min(line.length(), from));
                line.append(" ".repeat(from - line.length())).append(label);
            }
        }
        return line.toString().stripTrailing();
    }

    /** Its name beside it, where there is room. */
    private String pointer(RangeAxes.Mark mark) {
        String arrow = unicode ? "\u25b2" : "^";
        String text = mark.kind().words() + " " + RangeAxes.rate(mark.rate());
        int at = LABEL + 2 + column(mark.rate());
        return at + 2 + text.length() <= LABEL + 2 + width
                ? " ".repeat(at) + arrow + " " + text
                : " ".repeat(Math.max(0, at - text.length() - 1)) + text + " " + arrow;
    }
}
