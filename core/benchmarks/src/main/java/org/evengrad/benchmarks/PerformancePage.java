package org.evengrad.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The page with the tables: what stands between two marks is replaced, the rest stays. */
public final class PerformancePage {
    private PerformancePage() {}

    /**
     * Replaces what stands between two marks.
     *
     * @param page all of it
     * @param section the name of the marks
     * @param measured what is to stand there
     * @throws IllegalArgumentException if the page has no marks
     */
    public static String replace(String page, String section, String measured) {
        String first = "<!-- " + section + ": begin -->";
        String last = "<!-- " + section + ": end -->";
        int begin = page.indexOf(first);
        int end = page.indexOf(last);
        if (begin < 0 || end < begin) {
            throw new IllegalArgumentException("the page lacks " + first + " and " + last);
        }
        return page.substring(0, begin + first.length())
                + "\n\n"
                + measured.strip()
                + "\n\n"
                + page.substring(end);
    }

    /** A Markdown table. */
    public static String table(List<String> head, List<List<String>> rows) {
        String[] rule = new String[head.size()];
        Arrays.fill(rule, "---:");
        rule[0] = "---";
        List<List<String>> all = new ArrayList<>();
        all.add(head);
        all.add(List.of(rule));
        all.addAll(rows);
        StringBuilder table = new StringBuilder();
        for (List<String> row : all) {
            table.append("| ").append(String.join(" | ", row)).append(" |\n");
        }
        return table.toString();
    }

    /** A ratio as short as it can be judged by: 0.09, 1.3, 24. */
    public static String ratio(double ratio) {
        String pattern = ratio >= 9.95 ? "%.0f" : ratio >= 0.995 ? "%.1f" : "%.2f";
        return String.format(Locale.ROOT, pattern, ratio);
    }
}
