package org.evengrad.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.evengrad.engine.metrics.Confusion;
import org.evengrad.engine.train.Scores;

/** Loss and metrics as people read them. */
final class ScoresText {
    private static final Set<String> SHARES = Set.of("accuracy", "exactMatch");
    private static final Set<String> ABBREVIATIONS = Set.of("auc", "f1", "mae", "r2", "rmse");
    private static final int MOST_CLASSES = 12;

    private ScoresText() {}

    /** What says most in few words: {@code accuracy 96.7%}, {@code R2 0.91}, {@code loss 0.3}. */
    static String headline(Scores scores) {
        for (String name : List.of("perplexity", "accuracy", "r2")) {
            if (scores.metrics().containsKey(name)) {
                return label(name) + " " + value(name, scores.metrics().get(name));
            }
        }
        return "loss " + Numbers.shortest(scores.loss());
    }

    /** All scores by label, the loss first; of the steps of a sequence the first and the last. */
    static Map<String, String> byLabel(Scores scores) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("loss", Numbers.shortest(scores.loss()));
        scores.metrics().forEach((name, value) -> values.put(label(name), value(name, value)));
        List<Double> steps = scores.lossPerStep();
        if (!steps.isEmpty()) {
            values.put("loss, first step", Numbers.shortest(steps.get(0)));
            values.put("loss, last step", Numbers.shortest(steps.get(steps.size() - 1)));
        }
        return values;
    }

    /** A row for each true class; nothing if there are none, or too many to look at. */
    static List<String> confusion(Scores scores, List<String> classes) {
        if (scores.confusion().map(Confusion::classes).orElse(Integer.MAX_VALUE) > MOST_CLASSES) {
            return List.of();
        }
        Confusion confusion = scores.confusion().get();
        List<String> names = confusion.names(classes);
        TextTable table = new TextTable(0);
        List<String> head = new ArrayList<>(List.of(""));
        head.addAll(names);
        table.row(head.toArray(String[]::new));
        for (int actual = 0; actual < names.size(); actual++) {
            List<String> row = new ArrayList<>(List.of(names.get(actual)));
            confusion.counts().get(actual).stream().map(String::valueOf).forEach(row::add);
            table.row(row.toArray(String[]::new));
        }
        List<String> lines = new ArrayList<>(List.of("True classes down, predicted across:"));
        lines.addAll(table.lines());
        return lines;
    }

    /** {@code macro F1} of {@code macroF1}. */
    private static String label(String name) {
        StringBuilder label = new StringBuilder();
        for (String word : name.split("(?=[A-Z])")) {
            String lower = word.toLowerCase(Locale.ROOT);
            label.append(label.isEmpty() ? "" : " ")
                    .append(ABBREVIATIONS.contains(lower) ? word.toUpperCase(Locale.ROOT) : lower);
        }
        return label.toString();
    }

    private static String value(String name, double value) {
        if (Double.isNaN(value)) {
            return "undefined";
        }
        return SHARES.contains(name) ? Numbers.percent(value) : Numbers.shortest(value);
    }
}
