package org.evengrad.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.evengrad.config.plugins.KebabCase;
import org.evengrad.engine.network.BadValue;
import org.evengrad.engine.network.PassTrace;
import org.evengrad.engine.network.ValueRange;
import org.evengrad.engine.network.ValueRange.Kind;
import org.evengrad.engine.run.BadBatch;
import org.evengrad.operations.ReplayedStep;

/** A pass, array by array, up to the first bad one. */
final class ReplayText {
    private static final int MOST_ROWS = 32;
    private static final int ROWS_AT_THE_START = 4;
    private static final int MOST_INDICES = 8;

    private ReplayText() {}

    static List<String> lines(ReplayedStep step) {
        BadBatch recorded = step.recorded();
        PassTrace trace = step.trace();
        List<String> lines = new ArrayList<>();
        lines.add(
                "Step "
                        + recorded.step()
                        + ", epoch "
                        + recorded.epoch()
                        + ", batch "
                        + (recorded.batch() + 1)
                        + ": "
                        + recorded.rows().map(rows -> rows.length + " rows").orElse("no rows"));
        List<ValueRange> shown =
                trace.ranges().stream().filter(range -> isShown(range, trace.bad())).toList();
        TextTable table = new TextTable(0);
        table.row("", "array", "least", "greatest", "not finite");
        int left = shown.size() > MOST_ROWS ? shown.size() - MOST_ROWS : 0;
        for (int i = 0; i < shown.size(); i++) {
            if (left > 0 && i == ROWS_AT_THE_START) {
                table.row("", "… " + left + " more", "", "", "");
                i += left;
            }
            ValueRange range = shown.get(i);
            boolean first = trace.bad().filter(bad -> bad.where().equals(range)).isPresent();
            table.row(
                    first ? ">" : "",
                    name(range),
                    Numbers.shortest(range.least()),
                    Numbers.shortest(range.greatest()),
                    Numbers.percent(range.badShare()));
        }
        lines.addAll(table.lines());
        lines.add(outcome(step));
        return lines;
    }

    /** Of the parameters, those of the layer in question. */
    private static boolean isShown(ValueRange range, Optional<BadValue> bad) {
        return range.kind() != Kind.PARAMETER
                || range.isBad()
                || bad.filter(found -> found.where().layer().equals(range.layer())).isPresent();
    }

    private static String name(ValueRange range) {
        return switch (range.kind()) {
            case PARAMETER -> range.tensor();
            case FEATURES -> "features";
            case TARGETS -> "targets";
            case OUTPUT -> range.layer();
            case LOSS -> "loss";
            case LOSS_GRADIENT -> "gradient of the loss";
            case PARAMETER_GRADIENT -> "gradient of " + range.tensor();
            case INPUT_GRADIENT -> "gradient by the input of " + range.layer();
        };
    }

    private static String outcome(ReplayedStep step) {
        if (step.trace().bad().isEmpty()) {
            return "Finite this time, with a loss of "
                    + Numbers.shortest(step.trace().loss())
                    + ": the run saw a NaN or an infinity here, this machine does not";
        }
        BadValue bad = step.trace().bad().get();
        return "First bad value: "
                + bad.place()
                + " ("
                + KebabCase.of(bad.cause()).replace('-', ' ')
                + "): "
                + bad.why()
                + rows(bad, step.recorded().rows());
    }

    private static String rows(BadValue bad, Optional<int[]> order) {
        if (bad.rows().isEmpty() || order.isEmpty()) {
            return "";
        }
        String indices =
                bad.rows().stream()
                        .limit(MOST_INDICES)
                        .map(row -> Integer.toString(order.get()[row]))
                        .collect(Collectors.joining(", "));
        return "; in the data set: "
                + (bad.rows().size() == 1 ? "row " : "rows ")
                + indices
                + (bad.rows().size() > MOST_INDICES ? ", …" : "")
                + " (from 0)";
    }
}
