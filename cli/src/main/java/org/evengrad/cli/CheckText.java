package org.evengrad.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.evengrad.diagnosis.CheckResult;
import org.evengrad.diagnosis.LayerHealth;
import org.evengrad.diagnosis.Quartiles;
import org.evengrad.engine.train.Verdict;
import org.evengrad.engine.train.Verdict.Severity;
import picocli.CommandLine.Help.Ansi;

/** What a check found: a table of layers with the blamed ones marked, then the verdicts. */
final class CheckText {
    private static final String BLAMED = ">";
    private static final String NOTHING = "-";

    /** More rows than this are merged where neighbors are alike. */
    private static final int MOST_ROWS = 32;

    /** Neighbors whose gains differ by less than this factor are alike. */
    private static final double ALIKE = 1.25;

    private final Ansi ansi;
    private final VerdictText verdicts;

    CheckText(Surroundings surroundings) {
        ansi = surroundings.color() ? Ansi.ON : Ansi.OFF;
        verdicts = new VerdictText(ansi);
    }

    List<String> lines(CheckResult result) {
        List<String> lines = new ArrayList<>();
        lines.add(subject(result));
        lines.add(signal(result));
        lines.add("");
        lines.addAll(table(result));
        result.verdicts()
                .forEach(
                        verdict -> {
                            lines.add("");
                            lines.addAll(verdicts.lines(verdict));
                        });
        lines.add("");
        result.waived()
                .forEach(
                        waived ->
                                lines.add(
                                        "ignored: "
                                                + waived.verdict().problem()
                                                + " ("
                                                + waived.waiver().reason()
                                                + ")"));
        lines.add(outcome(result));
        return lines;
    }

    private static String subject(CheckResult result) {
        return String.format(
                Locale.ROOT,
                "%s: %d layers, %s; loss %s before training, %s for a constant prediction",
                result.name(),
                result.layers().size(),
                result.givenWeights() ? "its given weights" : result.seeds() + " initializations",
                Numbers.shortest(result.probeLoss()),
                Numbers.shortest(result.nullLoss()));
    }

    private static String signal(CheckResult result) {
        Quartiles total = result.totalSignal();
        String nothing =
                result.zeroShare() > 0
                        ? "; nothing at all in " + Numbers.percent(result.zeroShare()) + " of them"
                        : "";
        return "of the signal that leaves the last layer the first one gets "
                + Numbers.shortest(total.median())
                + (result.seeds() == 1
                        ? ""
                        : " (half of them "
                                + Numbers.shortest(total.lower())
                                + " to "
                                + Numbers.shortest(total.upper())
                                + ")")
                + nothing;
    }

    private static List<String> table(CheckResult result) {
        List<LayerHealth> all = result.layers();
        boolean branches = any(all, layer -> layer.branchRatio().isPresent());
        boolean time = any(all, layer -> layer.horizon().isPresent());
        boolean saturated = any(all, layer -> layer.saturatedShare() > 0);
        TextTable table = new TextTable(0);
        table.row(
                cells(
                        branches,
                        time,
                        saturated,
                        "",
                        "layer",
                        "gain",
                        "= weights",
                        "x activation",
                        "x structure",
                        "variance",
                        "dead",
                        "saturated",
                        "branch",
                        "reaches back"));
        for (List<LayerHealth> run : runs(all)) {
            LayerHealth layer = run.get(0);
            table.row(
                    cells(
                            branches,
                            time,
                            saturated,
                            any(run, LayerHealth::blamed) ? BLAMED : "",
                            name(run),
                            number(layer.backwardGain()),
                            number(layer.weightGain()),
                            number(layer.activationGain()),
                            number(layer.structureGain()),
                            number(layer.forwardVariance()),
                            percent(layer.deadShare()),
                            percent(layer.saturatedShare()),
                            layer.branchRatio().isPresent()
                                    ? Numbers.shortest(layer.branchRatio().getAsDouble())
                                    : "",
                            layer.horizon().isPresent()
                                    ? layer.horizon().getAsInt() + " steps"
                                    : ""));
        }
        return table.lines();
    }

    private static boolean any(List<LayerHealth> layers, Predicate<LayerHealth> what) {
        return layers.stream().anyMatch(what);
    }

    /** Without the columns that this network has nothing to say in. */
    private static String[] cells(
            boolean branches, boolean time, boolean saturated, String... all) {
        List<String> kept = new ArrayList<>(List.of(all).subList(0, 8));
        if (saturated) {
            kept.add(all[8]);
        }
        if (branches) {
            kept.add(all[9]);
        }
        if (time) {
            kept.add(all[10]);
        }
        return kept.toArray(String[]::new);
    }

    /** Layers one by one if they are few, else neighbors that are alike together. */
    private static List<List<LayerHealth>> runs(List<LayerHealth> layers) {
        List<List<LayerHealth>> runs = new ArrayList<>();
        for (LayerHealth layer : layers) {
            List<LayerHealth> last = runs.isEmpty() ? List.of() : runs.get(runs.size() - 1);
            if (layers.size() > MOST_ROWS && !last.isEmpty() && alike(last.get(0), layer)) {
                last.add(layer);
            } else {
                runs.add(new ArrayList<>(List.of(layer)));
            }
        }
        return runs;
    }

    private static boolean alike(LayerHealth one, LayerHealth other) {
        return one.blamed() == other.blamed()
                && kind(one).equals(kind(other))
                && close(one.weightGain(), other.weightGain())
                && close(one.activationGain(), other.activationGain())
                && close(one.structureGain(), other.structureGain());
    }

    /** {@code dense} of {@code dense-12}. */
    private static String kind(LayerHealth layer) {
        return layer.name().replaceAll("[0-9]+", "");
    }

    private static boolean close(Quartiles one, Quartiles other) {
        double ratio = one.median() / other.median();
        return Double.compare(one.median(), other.median()) == 0
                || ratio < ALIKE && ratio > 1 / ALIKE;
    }

    private static String name(List<LayerHealth> run) {
        String first = run.get(0).name();
        return run.size() == 1
                ? first
                : first + " to " + run.get(run.size() - 1).name() + " (" + run.size() + ")";
    }

    private static String number(Quartiles value) {
        return Double.isNaN(value.median()) ? NOTHING : Numbers.shortest(value.median());
    }

    private static String percent(double share) {
        return share == 0 ? NOTHING : Numbers.percent(share);
    }

    private String outcome(CheckResult result) {
        String found =
                Stream.of(Severity.ERROR, Severity.WARN, Severity.NOTE)
                        .map(severity -> count(result, severity))
                        .filter(text -> !text.isEmpty())
                        .collect(Collectors.joining(", "));
        String state =
                result.healthy()
                        ? ansi.string("@|bold,green healthy|@")
                        : ansi.string("@|bold,red unhealthy|@");
        return state
                + (found.isEmpty() ? "" : ": " + found)
                + "; checked in "
                + Numbers.duration(result.seconds());
    }

    private static String count(CheckResult result, Severity severity) {
        long count =
                result.verdicts().stream().map(Verdict::severity).filter(severity::equals).count();
        String word =
                switch (severity) {
                    case ERROR -> "error";
                    case WARN -> "warning";
                    case NOTE -> "note";
                };
        return count == 0 ? "" : count + " " + word + (count == 1 ? "" : "s");
    }
}
