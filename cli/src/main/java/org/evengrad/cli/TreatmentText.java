package org.evengrad.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.evengrad.config.plugins.KebabCase;
import org.evengrad.diagnosis.repair.Outcome;
import org.evengrad.diagnosis.repair.Patch;
import org.evengrad.diagnosis.repair.Proof;
import org.evengrad.diagnosis.repair.Repair;
import org.evengrad.operations.Treatment;
import org.evengrad.operations.Tried;
import org.evengrad.operations.Tried.Length;
import picocli.CommandLine.Help.Ansi;

/** What an attempt at a repair came to: what is the matter, what was tried, what helps. */
final class TreatmentText {
    private static final String CHOSEN = ">";
    private static final String NOTHING = "-";

    private final Surroundings surroundings;
    private final Ansi ansi;
    private final VerdictText verdicts;

    TreatmentText(Surroundings surroundings) {
        this.surroundings = surroundings;
        ansi = surroundings.color() ? Ansi.ON : Ansi.OFF;
        verdicts = new VerdictText(ansi);
    }

    /**
     * The lines.
     *
     * @param stopped whether someone ended it early
     */
    List<String> lines(Treatment treatment, boolean stopped) {
        Repair repair = treatment.repair();
        List<String> lines = new ArrayList<>();
        repair.verdicts()
                .forEach(
                        verdict -> {
                            lines.addAll(verdicts.lines(verdict));
                            lines.add("");
                        });
        part(lines, tried(repair));
        part(lines, repair.proof().map(this::proof).orElse(List.of()));
        part(lines, patch(treatment));
        part(lines, beforeAndAfter(repair));
        part(lines, ruledOut(repair));
        part(lines, treatment.notes().stream().map(note -> "note: " + note).toList());
        lines.add(outcome(repair, stopped));
        lines.add(cost(repair));
        treatment
                .repairedConfig()
                .ifPresent(file -> lines.add("Next: evengrad train " + OutcomeText.shown(file)));
        Path report = treatment.folder().report();
        if (Files.exists(report)) {
            lines.add("Report: " + OutcomeText.shown(report));
        }
        return lines;
    }

    private static void part(List<String> all, List<String> part) {
        if (!part.isEmpty()) {
            all.addAll(part);
            all.add("");
        }
    }

    /** A row for each patch; its length's columns only where something was trained so far. */
    private List<String> tried(Repair repair) {
        List<Tried> all = Tried.of(repair.trials());
        if (all.isEmpty()) {
            return List.of();
        }
        List<Length> lengths = new ArrayList<>();
        for (Length length : Length.values()) {
            if (all.stream().anyMatch(tried -> tried.at(length).isPresent())) {
                lengths.add(length);
            }
        }
        TextTable table = new TextTable(surroundings.columns());
        List<String> head = new ArrayList<>(List.of(""));
        lengths.forEach(length -> head.add(title(length, all)));
        head.add("patch");
        table.row(head.toArray(String[]::new));
        for (Tried tried : all) {
            List<String> row = new ArrayList<>();
            boolean chosen = !repair.patch().isEmpty() && tried.patch().equals(repair.patch());
            row.add(chosen ? CHOSEN : "");
            for (Length length : lengths) {
                row.add(tried.at(length).map(result -> skill(result.skill())).orElse(NOTHING));
            }
            row.add(tried.patch().name());
            table.row(row.toArray(String[]::new));
        }
        List<String> lines = new ArrayList<>();
        lines.add(
                "tried on the same rows, skill on validation rows (0: a constant prediction, 1:"
                        + " perfect, -1: no number):");
        lines.addAll(table.lines());
        return lines;
    }

    private static String title(Length length, List<Tried> all) {
        long steps =
                all.stream()
                        .flatMap(tried -> tried.at(length).stream())
                        .mapToLong(Tried.Result::steps)
                        .max()
                        .orElse(0);
        return (length == Length.PROOF ? "proof, " : "") + Numbers.steps(steps);
    }

    private List<String> proof(Proof proof) {
        TextTable table = new TextTable(0);
        table.row("", "fresh seed", "unchanged", "repaired", "gain");
        for (Proof.Pair pair : proof.pairs()) {
            table.row(
                    "",
                    Long.toString(pair.seed()),
                    skill(pair.control()),
                    skill(pair.repaired()),
                    gain(pair.gain()));
        }
        long better = proof.pairs().stream().filter(pair -> pair.gain() > 0).count();
        List<String> lines = new ArrayList<>();
        lines.add(
                String.format(
                        Locale.ROOT,
                        "%s: better on %d of %d fresh seeds, by %s on average",
                        proof.accepted() ? KebabCase.of(proof.level()) : "not proved",
                        better,
                        proof.pairs().size(),
                        Numbers.shortest(proof.meanGain())));
        lines.addAll(table.lines());
        return lines;
    }

    private static List<String> patch(Treatment treatment) {
        List<String> lines = new ArrayList<>();
        treatment
                .patch()
                .lines()
                .filter(line -> !line.isBlank())
                .forEach(line -> lines.add("  " + line));
        if (!lines.isEmpty()) {
            lines.add(0, "patch:");
        }
        return lines;
    }

    private static List<String> beforeAndAfter(Repair repair) {
        List<String> names = new ArrayList<>();
        List<Outcome> outcomes = new ArrayList<>();
        repair.before()
                .filter(TreatmentText::known)
                .ifPresent(
                        outcome -> {
                            names.add("before");
                            outcomes.add(outcome);
                        });
        repair.after()
                .filter(TreatmentText::known)
                .ifPresent(
                        outcome -> {
                            names.add("after");
                            outcomes.add(outcome);
                        });
        if (outcomes.isEmpty()) {
            return List.of();
        }
        TextTable table = new TextTable(0);
        table.row("", metric(outcomes.get(0)), "spread", "skill", "each seed");
        for (int i = 0; i < outcomes.size(); i++) {
            Outcome outcome = outcomes.get(i);
            table.row(
                    names.get(i),
                    value(outcome, outcome.mean()),
                    outcome.values().size() > 1 ? value(outcome, outcome.spread()) : NOTHING,
                    skill(
                            outcome.skills().stream()
                                    .mapToDouble(Double::doubleValue)
                                    .average()
                                    .orElse(Double.NaN)),
                    String.join(
                            ", ",
                            outcome.values().stream().map(each -> value(outcome, each)).toList()));
        }
        List<String> lines = new ArrayList<>();
        lines.add("the whole run, on test rows:");
        lines.addAll(table.lines());
        return lines;
    }

    private static boolean known(Outcome outcome) {
        return !outcome.values().isEmpty();
    }

    private static List<String> ruledOut(Repair repair) {
        if (repair.ruledOut().isEmpty()) {
            return List.of();
        }
        List<String> lines = new ArrayList<>();
        lines.add("ruled out:");
        repair.ruledOut().forEach(sentence -> lines.add("  " + sentence));
        return lines;
    }

    private String outcome(Repair repair, boolean stopped) {
        String color =
                switch (repair.status()) {
                    case HEALTHY, REPAIRED -> "bold,green";
                    case UNCONFIRMED -> "bold,yellow";
                    case NOT_REPAIRED -> "bold,red";
                };
        String word = KebabCase.of(repair.status()).replace('-', ' ');
        return ansi.string("@|" + color + " " + word + "|@") + ": " + sentence(repair, stopped);
    }

    private static String sentence(Repair repair, boolean stopped) {
        return switch (repair.status()) {
            case HEALTHY -> "there is nothing to repair";
            case REPAIRED -> repaired(repair);
            case UNCONFIRMED ->
                    (stopped ? "stopped" : "the budget ended")
                            + " before the proof; "
                            + (repair.patch().isEmpty()
                                    ? "nothing promising was found by then"
                                    : (repair.isTried()
                                                    ? "the most promising patch so far: "
                                                    : "nothing was tried by then; first would"
                                                            + " have been: ")
                                            + repair.patch().name());
            case NOT_REPAIRED -> "nothing that was tried helps enough";
        };
    }

    private static String repaired(Repair repair) {
        Patch patch = repair.patch();
        String edits = patch.edits().size() == 1 ? "1 line" : patch.edits().size() + " lines";
        if (repair.before().filter(TreatmentText::known).isEmpty()
                || repair.after().filter(TreatmentText::known).isEmpty()) {
            return "a patch of " + edits;
        }
        Outcome before = repair.before().get();
        Outcome after = repair.after().get();
        return metric(after)
                + " "
                + value(before, before.mean())
                + " before, "
                + value(after, after.mean())
                + " after, by a patch of "
                + edits;
    }

    private static String cost(Repair repair) {
        return String.format(
                Locale.ROOT,
                "%s; search and proof took %s trainings of the original, the result %s",
                Numbers.duration(repair.seconds()),
                times(repair.cost().searchAndProof()),
                times(repair.cost().result()));
    }

    private static String times(double trainings) {
        return Double.isFinite(trainings) ? String.format(Locale.ROOT, "%.1f", trainings) : NOTHING;
    }

    private static String skill(double skill) {
        return Double.isNaN(skill) ? NOTHING : String.format(Locale.ROOT, "%.2f", skill);
    }

    private static String gain(double gain) {
        return Double.isNaN(gain) ? NOTHING : String.format(Locale.ROOT, "%+.2f", gain);
    }

    private static String metric(Outcome outcome) {
        return outcome.metric().equals("testAccuracy") ? "test accuracy" : "test loss";
    }

    private static String value(Outcome outcome, double value) {
        return outcome.metric().equals("testAccuracy") && Double.isFinite(value)
                ? Numbers.percent(value)
                : Numbers.shortest(value);
    }
}
