package org.evengrad.benchmarks.clinic;

import static org.evengrad.engine.train.Verdict.VANISHING_GRADIENT;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.evengrad.benchmarks.PerformancePage;
import org.evengrad.engine.train.Verdict;

/**
 * What the clinic found, as tables. A case is flagged by a warning or an error: either is shown
 * with its reason and a remedy, and rates and scales cannot be errors. A false alarm is an error on
 * a healthy run; warnings there are counted beside it.
 */
final class ClinicReport {
    private static final double ENOUGH_FOUND = 0.95;
    private static final int MOST_FALSE_ALARMS = 2;
    private static final int ENOUGH_HEALTHY = 300;
    private static final int ENOUGH_HARD = 100;
    private static final double FEW_WARNINGS = 0.05;

    private final List<CaseResult> results;

    ClinicReport(List<CaseResult> results) {
        this.results = List.copyOf(results);
    }

    /** A run of a case. */
    private record Run(CaseResult result, SeedResult seed) {
        Expected expected() {
            return result.expected();
        }

        boolean error(Predicate<Spoken> which) {
            return seed.verdicts().stream().anyMatch(v -> v.isError() && which.test(v));
        }

        boolean errorBefore() {
            return seed.before().stream().anyMatch(Spoken::isError);
        }

        boolean flagged(Predicate<Spoken> which) {
            return seed.verdicts().stream().anyMatch(v -> v.isWarnOrError() && which.test(v));
        }

        boolean flaggedBefore() {
            return seed.before().stream().anyMatch(Spoken::isWarnOrError);
        }

        boolean flaggedInTime() {
            return expected().atOnce() ? flaggedBefore() : flaggedBy(expected().by());
        }

        boolean flaggedBy(double share) {
            return seed.by(share).stream().anyMatch(Spoken::isWarnOrError);
        }

        /** Called a fault of the data, and not one of gradients. */
        boolean calledWhatItIs() {
            boolean called =
                    seed.verdicts().stream()
                            .anyMatch(v -> v.isWarnOrError() && expected().problemIsRight(v));
            return called && !calledVanishing();
        }

        boolean calledVanishing() {
            return seed.verdicts().stream()
                    .anyMatch(v -> v.isWarnOrError() && v.problem().equals(VANISHING_GRADIENT));
        }

        String place() {
            return result.of().id() + ", seed " + seed.seed();
        }
    }

    private List<Run> runs(
            Predicate<CaseResult> which, Function<CaseResult, List<SeedResult>> seeds) {
        return results.stream()
                .filter(which)
                .flatMap(result -> seeds.apply(result).stream().map(s -> new Run(result, s)))
                .toList();
    }

    /** Failed runs of sick cases; faults of the data and of the loss are counted apart. */
    private List<Run> sick() {
        return runs(
                result -> result.truth() == Truth.SICK && isGradientFault(result.of().kind()),
                CaseResult::failed);
    }

    private static boolean isGradientFault(CaseKind kind) {
        return kind != CaseKind.DATA_FAULT && kind != CaseKind.MISMATCH;
    }

    /** A mismatch of output and loss is a mistake even where training gets over it. */
    private List<Run> healthy() {
        return runs(
                result ->
                        result.truth() == Truth.HEALTHY && result.of().kind() != CaseKind.MISMATCH,
                CaseResult::seeds);
    }

    private List<Run> dataFaults() {
        return runs(
                result ->
                        result.truth() != Truth.HEALTHY
                                && result.of().kind() == CaseKind.DATA_FAULT,
                CaseResult::seeds);
    }

    private List<Run> mismatches() {
        return runs(result -> result.of().kind() == CaseKind.MISMATCH, CaseResult::seeds);
    }

    private List<Run> slow() {
        return runs(
                result -> result.truth() == Truth.SLOW && isGradientFault(result.of().kind()),
                CaseResult::failed);
    }

    /** All tables. */
    String text() {
        StringBuilder text = new StringBuilder();
        text.append(truths()).append('\n');
        text.append(musts()).append('\n');
        text.append(sickTable()).append('\n');
        text.append(healthyTable()).append('\n');
        text.append(namedTable()).append('\n');
        text.append(problemTable()).append('\n');
        text.append(rest());
        return text.toString();
    }

    private String truths() {
        List<List<String>> rows = new ArrayList<>();
        for (CaseKind kind : CaseKind.values()) {
            List<String> row = new ArrayList<>();
            row.add(kind.name().toLowerCase(Locale.ROOT).replace('_', ' '));
            for (Truth truth : Truth.values()) {
                row.add(
                        ""
                                + results.stream()
                                        .filter(r -> r.of().kind() == kind && r.truth() == truth)
                                        .count());
            }
            rows.add(row);
        }
        List<String> head = new ArrayList<>(List.of("cases"));
        for (Truth truth : Truth.values()) {
            head.add(truth.name().toLowerCase(Locale.ROOT));
        }
        return PerformancePage.table(head, rows);
    }

    /** What must be true, and whether it is. */
    String musts() {
        List<Run> before = sick().stream().filter(run -> run.expected().atOnce()).toList();
        List<Run> others = sick().stream().filter(run -> !run.expected().atOnce()).toList();
        List<Run> hard = healthy().stream().filter(run -> isHard(run.result().of())).toList();
        List<List<String>> rows = new ArrayList<>();
        Count found = Count.of(before, Run::flaggedBefore);
        rows.add(
                must(
                        "sick, visible before training: at least 95% flagged before step 1",
                        found.withBounds(), found.trials() > 0 && found.share() >= ENOUGH_FOUND));
        Count early = Count.of(others, run -> run.flaggedInTime());
        rows.add(
                must(
                        "the other sick: at least 95% flagged by 10% of the run (oscillation and"
                                + " rates too low by half)",
                        early.withBounds(), early.trials() > 0 && early.share() >= ENOUGH_FOUND));
        Count slow = Count.of(slow(), run -> run.flaggedBy(Expected.HALF));
        rows.add(
                must(
                        "slow: at least 95% flagged by half of the run",
                        slow.withBounds(), slow.trials() > 0 && slow.share() >= ENOUGH_FOUND));
        Count alarms = Count.of(healthy(), run -> run.error(v -> true));
        rows.add(
                must(
                        "healthy: at most 2 of 300 runs with an error",
                        alarms.withBounds(),
                        alarms.trials() >= ENOUGH_HEALTHY
                                && alarms.hits() * (double) ENOUGH_HEALTHY
                                        <= MOST_FALSE_ALARMS * (double) alarms.trials()));
        Count warnings = Count.of(healthy(), run -> run.flagged(v -> true));
        rows.add(
                must(
                        "healthy: at most 5% of runs with a warning",
                        warnings.withBounds(),
                        warnings.trials() > 0 && warnings.share() <= FEW_WARNINGS));
        rows.add(
                must(
                        "healthy runs of hard kinds: at least 100",
                        "" + hard.size(),
                        hard.size() >= ENOUGH_HARD));
        Count called = Count.of(dataFaults(), Run::calledWhatItIs);
        rows.add(
                must(
                        "faults of the data: all called what they are",
                        called.text(),
                        called.trials() > 0 && called.hits() == called.trials()));
        return PerformancePage.table(List.of("must", "measured", "met"), rows);
    }

    private static List<String> must(String what, String measured, boolean met) {
        return List.of(what, measured, met ? "yes" : "**no**");
    }

    private static boolean isHard(ClinicCase each) {
        return each.kind() != CaseKind.ORDINARY;
    }

    private String sickTable() {
        List<List<String>> rows = new ArrayList<>();
        byFamily(sick()).forEach((family, runs) -> rows.add(sickRow(family, runs)));
        rows.add(sickRow("all", sick()));
        return PerformancePage.table(
                List.of(
                        "proven sick",
                        "runs",
                        "before step 1",
                        "by 10%",
                        "by half",
                        "at all",
                        "as an error",
                        "problem named",
                        "and cause"),
                rows);
    }

    private static List<String> sickRow(String name, List<Run> runs) {
        return List.of(
                name,
                "" + runs.size(),
                Count.of(runs, Run::flaggedBefore).text(),
                Count.of(runs, run -> run.flaggedBy(Expected.EARLY)).text(),
                Count.of(runs, run -> run.flaggedBy(Expected.HALF)).text(),
                Count.of(runs, run -> run.flagged(v -> true)).text(),
                Count.of(runs, run -> run.error(v -> true)).text(),
                Count.of(runs, run -> run.flagged(run.expected()::problemIsRight)).text(),
                Count.of(runs, run -> run.flagged(run.expected()::causeIsRight)).text());
    }

    private String healthyTable() {
        List<List<String>> rows = new ArrayList<>();
        byFamily(healthy()).forEach((family, runs) -> rows.add(healthyRow(family, runs)));
        rows.add(
                healthyRow(
                        "all of hard kinds",
                        healthy().stream().filter(run -> isHard(run.result().of())).toList()));
        rows.add(healthyRow("all", healthy()));
        return PerformancePage.table(
                List.of(
                        "healthy",
                        "runs",
                        "error before step 1",
                        "error at any time",
                        "95% bounds",
                        "warning or error"),
                rows);
    }

    private static List<String> healthyRow(String name, List<Run> runs) {
        Count errors = Count.of(runs, run -> run.error(v -> true));
        String bounds = errors.withBounds();
        return List.of(
                name,
                "" + runs.size(),
                "" + Count.of(runs, Run::errorBefore).hits(),
                "" + errors.hits(),
                bounds.contains("(")
                        ? bounds.substring(bounds.indexOf('(') + 1).replace(")", "")
                        : bounds,
                "" + Count.of(runs, run -> run.flagged(v -> true)).hits());
    }

    private String namedTable() {
        List<List<String>> rows = new ArrayList<>();
        List<Run> all = new ArrayList<>(dataFaults());
        all.addAll(mismatches());
        byFamily(all)
                .forEach(
                        (family, runs) ->
                                rows.add(
                                        List.of(
                                                family,
                                                "" + runs.size(),
                                                Count.of(runs, Run::calledWhatItIs).text(),
                                                Count.of(runs, Run::calledVanishing).text())));
        return PerformancePage.table(
                List.of("fault of data or loss", "runs", "called what it is", "called vanishing"),
                rows);
    }

    /** Of each problem: how often it was spoken of where, and when. */
    private String problemTable() {
        List<List<String>> rows = new ArrayList<>();
        for (String problem : Verdict.PROBLEMS) {
            Predicate<Spoken> named = verdict -> verdict.problem().equals(problem);
            List<Run> sickOnes = sick().stream().filter(run -> run.flagged(named)).toList();
            double[] shares =
                    sickOnes.stream().mapToDouble(run -> firstShare(run, named)).toArray();
            rows.add(
                    List.of(
                            problem,
                            "" + sickOnes.size(),
                            sickOnes.isEmpty() ? "-" : percent(Skill.median(shares)),
                            "" + Count.of(healthy(), run -> run.error(named)).hits(),
                            "" + Count.of(healthy(), run -> run.flagged(named)).hits(),
                            "" + Count.of(dataFaults(), run -> run.flagged(named)).hits()));
        }
        return PerformancePage.table(
                List.of(
                        "problem",
                        "sick runs",
                        "first seen, median",
                        "healthy runs, as an error",
                        "healthy runs, at all",
                        "faults of the data"),
                rows);
    }

    /** The share of the run after which a problem was first spoken of. */
    private static double firstShare(Run run, Predicate<Spoken> named) {
        if (run.seed().before().stream().anyMatch(v -> v.isWarnOrError() && named.test(v))) {
            return 0;
        }
        double steps = run.seed().live().map(RunLine::steps).orElse(1L);
        return run.seed().verdicts().stream()
                .filter(v -> v.isWarnOrError() && named.test(v))
                .mapToDouble(v -> v.step() / steps)
                .min()
                .orElse(1);
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f%%", 100 * share);
    }

    private String rest() {
        List<CaseResult> fragile =
                results.stream().filter(result -> result.truth() == Truth.FRAGILE).toList();
        return String.format(
                Locale.ROOT,
                "Fragile cases: %d; Brier score of the share of initializations called sick:"
                        + " %.2f.\nMedian time: %.2f s for a check, %.2f s for a training that is"
                        + " watched.\n",
                fragile.size(),
                fragile.stream().mapToDouble(CaseResult::brier).average().orElse(Double.NaN),
                seconds(SeedResult::check),
                seconds(SeedResult::live));
    }

    private double seconds(Function<SeedResult, Optional<RunLine>> which) {
        return Skill.median(
                results.stream()
                        .flatMap(result -> result.seeds().stream())
                        .flatMap(seed -> which.apply(seed).stream())
                        .mapToDouble(RunLine::seconds)
                        .toArray());
    }

    /** What is wrong, run by run: for those who improve the diagnosis. */
    String mistakes() {
        List<String> lines = new ArrayList<>();
        for (Run run : healthy()) {
            run.seed().verdicts().stream()
                    .filter(Spoken::isWarnOrError)
                    .forEach(
                            v ->
                                    lines.add(
                                            (v.isError() ? "false alarm: " : "needless warning: ")
                                                    + run.place()
                                                    + ": "
                                                    + said(v)));
        }
        for (Run run : sick()) {
            if (!run.flaggedInTime()) {
                lines.add("not flagged in time: " + run.place() + ": " + said(run));
            } else if (!run.flagged(run.expected()::causeIsRight)) {
                lines.add("cause not named: " + run.place() + ": " + said(run));
            }
        }
        for (Run run : slow()) {
            if (!run.flaggedBy(Expected.HALF)) {
                lines.add("slow, and not flagged: " + run.place() + ": " + said(run));
            }
        }
        List<Run> named = new ArrayList<>(dataFaults());
        named.addAll(mismatches());
        for (Run run : named) {
            if (!run.calledWhatItIs()) {
                lines.add("not called what it is: " + run.place() + ": " + said(run));
            }
        }
        return lines.stream().map(line -> line + "\n").collect(Collectors.joining());
    }

    private static String said(Run run) {
        return run.seed().verdicts().stream()
                .map(ClinicReport::said)
                .collect(Collectors.joining("; "));
    }

    private static String said(Spoken verdict) {
        return verdict.severity().name().toLowerCase(Locale.ROOT)
                + " "
                + verdict.problem()
                + " ("
                + verdict.cause()
                + ") at step "
                + verdict.step()
                + ", "
                + verdict.what();
    }

    private static Map<String, List<Run>> byFamily(List<Run> runs) {
        return runs.stream()
                .collect(
                        Collectors.groupingBy(
                                run -> run.result().of().family(),
                                LinkedHashMap::new,
                                Collectors.toList()));
    }
}
