package org.evengrad.benchmarks.doctor;

import static org.evengrad.benchmarks.doctor.Contender.CONTROL;
import static org.evengrad.benchmarks.doctor.Contender.DOCTOR;
import static org.evengrad.benchmarks.doctor.Contender.FITTING_RECIPE;
import static org.evengrad.benchmarks.doctor.Contender.FIXED_RECIPE;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.evengrad.benchmarks.PerformancePage;
import org.evengrad.benchmarks.clinic.ClinicCase;
import org.evengrad.benchmarks.clinic.Count;
import org.evengrad.benchmarks.clinic.Skill;
import org.evengrad.benchmarks.clinic.Truth;
import org.evengrad.benchmarks.doctor.CaseStudy.Outcome;
import org.evengrad.diagnosis.repair.Repair.Status;

/** What the doctor's repairs are worth, as tables. */
final class DoctorReport {
    private static final double ENOUGH_CURED = 0.95;
    private static final double MOST_TRAININGS = 3;
    private static final double MOST_HEALTHY_PATCHED = 0.01;
    private static final long BOOTSTRAP_SEED = 7;

    private final List<CaseStudy> studies;

    DoctorReport(List<CaseStudy> studies) {
        this.studies = List.copyOf(studies);
    }

    private List<CaseStudy> which(Predicate<CaseStudy> predicate) {
        return studies.stream().filter(predicate).toList();
    }

    private List<CaseStudy> sick() {
        return which(each -> each.truth() == Truth.SICK && !Study.isBeyondRepair(each.of()));
    }

    private List<CaseStudy> healthy() {
        return which(each -> each.truth() == Truth.HEALTHY);
    }

    private List<CaseStudy> beyondRepair() {
        return which(each -> Study.isBeyondRepair(each.of()));
    }

    private List<CaseStudy> others() {
        return which(
                each ->
                        each.truth() != Truth.SICK
                                && each.truth() != Truth.HEALTHY
                                && !Study.isBeyondRepair(each.of()));
    }

    /** Those whose patch, or the lack of one, was put to the test. */
    private List<CaseStudy> tested() {
        return which(each -> each.has(DOCTOR));
    }

    /** All tables. */
    String text() {
        return String.join(
                "\n", truths(), musts(), familyTable(), contenderTable(), differenceTable());
    }

    /** All but those of what must be true. */
    String tables() {
        return String.join("\n", truths(), familyTable(), contenderTable(), differenceTable());
    }

    private String truths() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(statusRow("proven sick", sick()));
        rows.add(statusRow("healthy", healthy()));
        rows.add(statusRow("slow, fragile or grey", others()));
        rows.add(statusRow("nothing left to learn in the data", beyondRepair()));
        return PerformancePage.table(
                List.of(
                        "what it is",
                        "cases",
                        "repaired",
                        "not repaired",
                        "called healthy",
                        "unconfirmed",
                        "made worse",
                        "patches tried, median",
                        "search and proof, median"),
                rows);
    }

    private static List<String> statusRow(String name, List<CaseStudy> which) {
        return List.of(
                name,
                "" + which.size(),
                "" + count(which, Status.REPAIRED),
                "" + count(which, Status.NOT_REPAIRED),
                "" + count(which, Status.HEALTHY),
                "" + count(which, Status.UNCONFIRMED),
                worse(which, DOCTOR).text(),
                number("%.0f", median(which, each -> each.doctor().tried())),
                trainings(median(which, DoctorReport::searchAndProof)));
    }

    private static int count(List<CaseStudy> which, Status status) {
        return Count.of(which, each -> each.doctor().status() == status).hits();
    }

    private static Count worse(List<CaseStudy> which, Contender contender) {
        return Count.of(
                which.stream().filter(each -> each.has(contender)).toList(),
                each -> each.isWorse(contender));
    }

    private static double searchAndProof(CaseStudy study) {
        return study.doctor().search() + study.doctor().proof();
    }

    /** What must be true, and whether it is. */
    String musts() {
        List<CaseStudy> sick = sick();
        List<List<String>> rows = new ArrayList<>();
        Count cured = cured(sick, DOCTOR);
        rows.add(
                must(
                        "proven sick: at least 95% reach a skill of 0.9",
                        cured.withBounds(), cured.trials() > 0 && cured.share() >= ENOUGH_CURED));
        Count worse = worse(tested(), DOCTOR);
        rows.add(
                must(
                        "none made worse, whatever it was",
                        worse.withBounds(),
                        worse.trials() > 0 && worse.hits() == 0));
        double cost = median(sick, DoctorReport::searchAndProof);
        rows.add(
                must(
                        "search and proof: at most 3 T in the median",
                        trainings(cost),
                        cost <= MOST_TRAININGS));
        Count patched = Count.of(healthy(), CaseStudy::isPatched);
        rows.add(
                must(
                        "healthy: at most 1 of 100 patched",
                        patched.withBounds(),
                        patched.trials() > 0 && patched.share() <= MOST_HEALTHY_PATCHED));
        for (Contender random : Contender.RANDOM) {
            Difference difference = onRandom(random);
            rows.add(
                    must(
                            "skill above that of random search at " + random.trainings() + " T",
                            difference.text(),
                            difference.lower() > 0));
        }
        rows.add(recipeMust(FIXED_RECIPE));
        return PerformancePage.table(List.of("must", "measured", "met"), rows);
    }

    private List<String> recipeMust(Contender recipe) {
        Difference difference = difference(DOCTOR, recipe);
        double doctor = mean(sick(), DOCTOR, DoctorReport::edits);
        double other = mean(sick(), recipe, DoctorReport::edits);
        boolean better = difference.lower() > 0;
        boolean notWorse = difference.lower() >= -CaseStudy.MARGIN;
        return must(
                "against the fixed recipe: not worse in skill with a shorter patch, or better",
                String.format(
                        Locale.ROOT, "%s; %.1f edits to %.1f", difference.text(), doctor, other),
                better || notWorse && doctor < other);
    }

    private static List<String> must(String what, String measured, boolean met) {
        return List.of(what, measured, met ? "yes" : "**no**");
    }

    private static Count cured(List<CaseStudy> which, Contender contender) {
        return Count.of(
                which.stream().filter(each -> each.has(contender)).toList(),
                each -> each.isCured(contender));
    }

    private String familyTable() {
        Map<String, List<CaseStudy>> families =
                sick().stream()
                        .collect(
                                Collectors.groupingBy(
                                        each -> each.of().family(),
                                        LinkedHashMap::new,
                                        Collectors.toList()));
        List<List<String>> rows = new ArrayList<>();
        families.forEach((family, which) -> rows.add(familyRow(family, which)));
        rows.add(familyRow("all", sick()));
        return PerformancePage.table(
                List.of(
                        "proven sick",
                        "cases",
                        "skill before, median",
                        "and after",
                        "reach 0.9",
                        "bounds",
                        "made worse",
                        "search",
                        "proof",
                        "both, median",
                        "result, median",
                        "edits, mean",
                        "lines, mean"),
                rows);
    }

    private static List<String> familyRow(String family, List<CaseStudy> which) {
        Count cured = cured(which, DOCTOR);
        String bounds = cured.withBounds();
        return List.of(
                family,
                "" + which.size(),
                number("%.2f", median(which, each -> each.skill(CONTROL))),
                number("%.2f", median(which, each -> each.skill(DOCTOR))),
                cured.text(),
                bounds.contains("(")
                        ? bounds.substring(bounds.indexOf('(') + 1).replace(")", "")
                        : bounds,
                "" + worse(which, DOCTOR).hits(),
                trainings(median(which, each -> each.doctor().search())),
                trainings(median(which, each -> each.doctor().proof())),
                trainings(median(which, DoctorReport::searchAndProof)),
                trainings(median(which, each -> each.doctor().result())),
                patchLength(which, DoctorReport::edits),
                patchLength(which, Outcome::lines));
    }

    /** Of those that got a patch. */
    private static String patchLength(List<CaseStudy> which, ToDoubleFunction<Outcome> length) {
        return number(
                "%.1f", mean(which.stream().filter(CaseStudy::isPatched).toList(), DOCTOR, length));
    }

    private String contenderTable() {
        List<List<String>> rows = new ArrayList<>();
        for (Contender contender : Contender.values()) {
            List<CaseStudy> which = sick().stream().filter(each -> each.has(contender)).toList();
            rows.add(
                    List.of(
                            contender.text(),
                            number("%.3f", mean(which, contender, Outcome::skill)),
                            number("%.2f", median(which, each -> each.skill(contender))),
                            cured(which, contender).withBounds(),
                            worse(which, contender).text(),
                            number("%.1f", mean(which, contender, DoctorReport::edits))));
        }
        return PerformancePage.table(
                List.of(
                        "on the proven sick",
                        "skill, mean",
                        "skill, median",
                        "reach 0.9",
                        "made worse",
                        "edits, mean"),
                rows);
    }

    private String differenceTable() {
        List<List<String>> rows = new ArrayList<>();
        for (Contender random : Contender.RANDOM) {
            rows.add(
                    List.of(
                            random.doctorAtEqualCost().orElseThrow().text() + " - " + random.text(),
                            onRandom(random).text()));
        }
        for (Contender other : List.of(FIXED_RECIPE, FITTING_RECIPE, CONTROL)) {
            rows.add(
                    List.of(
                            DOCTOR.text() + " - " + other.text(),
                            difference(DOCTOR, other).text()));
        }
        return PerformancePage.table(
                List.of("difference of skill", "mean over cases (95% bootstrap)"), rows);
    }

    private Difference onRandom(Contender random) {
        return difference(random.doctorAtEqualCost().orElseThrow(), random);
    }

    /** Paired by case; seeds of the doctor are no cases of their own. */
    Difference difference(Contender one, Contender other) {
        Map<ClinicCase, Double> byCase =
                sick().stream()
                        .filter(each -> each.has(one) && each.has(other))
                        .collect(
                                Collectors.groupingBy(
                                        CaseStudy::of,
                                        LinkedHashMap::new,
                                        Collectors.averagingDouble(
                                                each -> each.skill(one) - each.skill(other))));
        return Difference.of(
                byCase.values().stream().mapToDouble(Double::doubleValue).toArray(),
                BOOTSTRAP_SEED);
    }

    private static double edits(Outcome outcome) {
        return outcome.patch().edits().size();
    }

    private static double median(List<CaseStudy> which, ToDoubleFunction<CaseStudy> value) {
        return Skill.median(which.stream().mapToDouble(value).toArray());
    }

    private static double mean(
            List<CaseStudy> which, Contender contender, ToDoubleFunction<Outcome> value) {
        return which.stream()
                .map(each -> each.outcomes().get(contender))
                .mapToDouble(value)
                .average()
                .orElse(Double.NaN);
    }

    private static String trainings(double cost) {
        return number("%.1f T", cost);
    }

    private static String number(String format, double value) {
        return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, format, value);
    }

    /** What did not go well, case by case: for those who improve the doctor. */
    String failures() {
        List<String> lines = new ArrayList<>();
        sick().stream()
                .filter(each -> !each.isCured(DOCTOR))
                .forEach(each -> lines.add("not cured: " + told(each)));
        tested().stream()
                .filter(each -> each.isWorse(DOCTOR))
                .forEach(each -> lines.add("made worse: " + told(each)));
        healthy().stream()
                .filter(CaseStudy::isPatched)
                .forEach(each -> lines.add("healthy, and patched: " + told(each)));
        beyondRepair().stream()
                .filter(CaseStudy::isPatched)
                .forEach(each -> lines.add("nothing to learn, and patched: " + told(each)));
        sick().stream()
                .filter(each -> searchAndProof(each) > MOST_TRAININGS)
                .forEach(each -> lines.add("costly: " + told(each)));
        return lines.stream().map(line -> line + "\n").collect(Collectors.joining());
    }

    private static String told(CaseStudy study) {
        Optional<Contender> best = study.bestOther();
        return String.format(
                Locale.ROOT,
                "%s, seed %d: %s, skill %s, %s, %.1f + %.1f T%s",
                study.of().id(),
                study.seed(),
                study.doctor().status(),
                study.has(DOCTOR)
                        ? String.format(
                                Locale.ROOT,
                                "%.2f -> %.2f",
                                study.skill(CONTROL),
                                study.skill(DOCTOR))
                        : "not measured",
                study.doctor().patch().name(),
                study.doctor().search(),
                study.doctor().proof(),
                best.map(
                                other ->
                                        String.format(
                                                Locale.ROOT,
                                                "; best known: %.2f by %s, %s",
                                                study.skill(other),
                                                other.text(),
                                                study.outcomes().get(other).patch().name()))
                        .orElse(""));
    }
}
