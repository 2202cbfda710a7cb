package org.evengrad.benchmarks.race;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.evengrad.benchmarks.PerformancePage;
import org.evengrad.benchmarks.race.RaceModel.Target;

/**
 * The tables of the race, and which numbers miss their target.
 *
 * @param text as Markdown
 * @param misses a line for each number beyond its target
 */
record RaceTables(String text, List<String> misses) {
    private static final String DASH = "-";

    /** More than this share of a core while others run means that a contestant disturbs them. */
    private static final double MOST_BUSY_WAITING = 0.05;

    /** Writes the tables. */
    static RaceTables of(List<HeatResult> results) {
        List<String> misses = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        section(text, "Evengrad against PyTorch and DL4J", peers(results, misses));
        section(text, "All cores", cores(results, misses));
        if (results.stream().anyMatch(result -> result.has(python("single")))) {
            section(text, "Evengrad against PyTorch from Python", python(results, misses));
        }
        if (results.stream().anyMatch(result -> !result.phaseShares().isEmpty())) {
            section(text, "Where the step goes", phases(results));
        }
        section(text, "Milliseconds a step", millis(results));
        for (HeatResult result : results) {
            result.busyWaiting()
                    .forEach(
                            (contestant, share) -> {
                                if (share > MOST_BUSY_WAITING) {
                                    misses.add(
                                            String.format(
                                                    Locale.ROOT,
                                                    "%s: %s keeps %.2f cores busy while others run",
                                                    result.model().key(),
                                                    contestant,
                                                    share));
                                }
                            });
        }
        return new RaceTables(text.toString(), misses);
    }

    private static void section(StringBuilder text, String title, String table) {
        text.append(text.isEmpty() ? "" : "\n").append("### ").append(title).append("\n\n");
        text.append(table);
    }

    private static String peers(List<HeatResult> results, List<String> misses) {
        List<String> head =
                List.of(
                        "model",
                        "Evengrad over PyTorch",
                        "at most",
                        "met",
                        "DL4J over Evengrad",
                        "at least",
                        "met");
        List<List<String>> rows = new ArrayList<>();
        for (HeatResult result : results) {
            Target target = result.model().target();
            Optional<Spread> pytorch = result.ratio(Lineup.EVENGRAD, Lineup.PYTORCH);
            Optional<Spread> dl4j = result.ratio(Lineup.DL4J, Lineup.EVENGRAD);
            String name = result.model().key();
            rows.add(
                    List.of(
                            result.model().title(),
                            text(pytorch),
                            PerformancePage.ratio(target.mostOfPytorch()),
                            met(name + " over PyTorch", pytorch, target.mostOfPytorch(), misses),
                            text(dl4j),
                            PerformancePage.ratio(target.leastOfDl4j()),
                            reached(name + " against DL4J", dl4j, target.leastOfDl4j(), misses)));
        }
        return PerformancePage.table(head, rows);
    }

    private static String cores(List<HeatResult> results, List<String> misses) {
        List<String> head =
                List.of(
                        "model",
                        "one thread over all cores",
                        "never slower",
                        "cores busy",
                        "GFLOP a step",
                        "share of the sgemm rate",
                        "at least",
                        "met");
        List<List<String>> rows = new ArrayList<>();
        for (HeatResult result : results) {
            String name = result.model().key();
            OptionalDouble least = result.model().target().leastOfProducts();
            Optional<Spread> speedUp = result.ratio(Lineup.ONE_THREAD, Lineup.EVENGRAD);
            Optional<Spread> share = result.shareOfProducts(Lineup.EVENGRAD);
            rows.add(
                    List.of(
                            result.model().title(),
                            text(speedUp),
                            result.usesOneThread()
                                    ? "one thread in both"
                                    : neverSlower(
                                            name + ", one thread over all cores", speedUp, misses),
                            text(result.cores(Lineup.EVENGRAD)),
                            String.format(Locale.ROOT, "%.3g", result.model().stepFlops() / 1e9),
                            text(share),
                            least.isPresent() ? PerformancePage.ratio(least.getAsDouble()) : DASH,
                            least.isPresent()
                                    ? reached(
                                            name + " of the sgemm rate",
                                            share,
                                            least.getAsDouble(),
                                            misses)
                                    : DASH));
        }
        return PerformancePage.table(head, rows);
    }

    private static String python(String variant) {
        return Lineup.PYTHON + variant;
    }

    private static String python(List<HeatResult> results, List<String> misses) {
        List<String> head =
                List.of(
                        "model",
                        "over `foreach=False`",
                        "over `foreach=True`",
                        "over `fused=True`",
                        "at most",
                        "met by all");
        List<List<String>> rows = new ArrayList<>();
        for (HeatResult result : results) {
            double most = result.model().target().mostOfPytorch();
            List<String> row = new ArrayList<>();
            row.add(result.model().title());
            boolean all = true;
            for (String variant : List.of("single", "foreach", "fused")) {
                Optional<Spread> ratio = result.ratio(Lineup.EVENGRAD, python(variant));
                row.add(text(ratio));
                String name = result.model().key() + " over Python, " + variant;
                all &= met(name, ratio, most, misses).equals("yes");
            }
            row.add(PerformancePage.ratio(most));
            row.add(all ? "yes" : "no");
            rows.add(row);
        }
        return PerformancePage.table(head, rows);
    }

    private static String phases(List<HeatResult> results) {
        Set<String> names = new LinkedHashSet<>();
        results.forEach(result -> names.addAll(result.phaseShares().keySet()));
        List<String> head = new ArrayList<>(List.of("model"));
        head.addAll(names);
        List<List<String>> rows = new ArrayList<>();
        for (HeatResult result : results) {
            Map<String, Double> shares = result.phaseShares();
            List<String> row = new ArrayList<>(List.of(result.model().title()));
            for (String name : names) {
                row.add(shares.containsKey(name) ? Math.round(100 * shares.get(name)) + "%" : DASH);
            }
            rows.add(row);
        }
        return PerformancePage.table(head, rows);
    }

    private static String millis(List<HeatResult> results) {
        Set<String> names = new LinkedHashSet<>();
        results.forEach(result -> names.addAll(result.nanosPerStep().keySet()));
        names.remove(Lineup.SGEMM);
        List<String> head = new ArrayList<>(List.of("model"));
        head.addAll(names);
        head.add("sgemm, GFLOP/s");
        List<List<String>> rows = new ArrayList<>();
        for (HeatResult result : results) {
            List<String> row = new ArrayList<>(List.of(result.model().title()));
            for (String name : names) {
                row.add(
                        result.millis(name)
                                .map(spread -> String.format(Locale.ROOT, "%.3g", spread.median()))
                                .orElse(DASH));
            }
            row.add(
                    result.sgemmGigaflops().isPresent()
                            ? Long.toString(Math.round(result.sgemmGigaflops().getAsDouble()))
                            : DASH);
            rows.add(row);
        }
        return PerformancePage.table(head, rows);
    }

    private static String text(Optional<Spread> spread) {
        return spread.map(Spread::text).orElse(DASH);
    }

    private static String met(
            String what, Optional<Spread> spread, double most, Collection<String> misses) {
        return judged(what, spread, spread.filter(each -> each.median() <= most), misses);
    }

    /** A network that is too small to share runs the same code twice, with noise around one. */
    private static String neverSlower(
            String what, Optional<Spread> speedUp, Collection<String> misses) {
        return judged(what, speedUp, speedUp.filter(each -> each.upper() >= 1), misses);
    }

    private static String reached(
            String what, Optional<Spread> spread, double least, Collection<String> misses) {
        return judged(what, spread, spread.filter(each -> each.median() >= least), misses);
    }

    private static String judged(
            String what,
            Optional<Spread> spread,
            Optional<Spread> good,
            Collection<String> misses) {
        if (spread.isEmpty()) {
            return DASH;
        }
        if (good.isPresent()) {
            return "yes";
        }
        misses.add(what + ": " + spread.get().text());
        return "no";
    }
}
