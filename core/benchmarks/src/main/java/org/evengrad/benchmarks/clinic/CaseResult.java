package org.evengrad.benchmarks.clinic;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A case, what it turned out to be, and what was said of it.
 *
 * @param of the case
 * @param expected what should be found, now that more is known
 * @param truth what it turned out to be
 * @param seeds what happened with each seed
 */
record CaseResult(ClinicCase of, Expected expected, Truth truth, List<SeedResult> seeds) {
    /** The seeds with which training failed. */
    List<SeedResult> failed() {
        return seeds.stream().filter(seed -> seed.skill() <= Truth.FAILED).toList();
    }

    /**
     * The Brier score of what the check says about how often the case fails: the square of how far
     * the largest share of initializations that it calls sick is from the truth.
     */
    double brier() {
        double said =
                seeds.stream()
                        .flatMap(seed -> seed.before().stream())
                        .filter(Spoken::isWarnOrError)
                        .mapToDouble(
                                verdict ->
                                        verdict.looked() == 0
                                                ? 0
                                                : (double) verdict.seen() / verdict.looked())
                        .max()
                        .orElse(0);
        double error = said - (double) failed().size() / seeds.size();
        return error * error;
    }

    /** A line for people who wait. */
    String line() {
        String skills =
                seeds.stream()
                        .map(seed -> String.format(Locale.ROOT, "%.2f", seed.skill()))
                        .collect(Collectors.joining(" "));
        String said =
                seeds.stream()
                        .flatMap(seed -> seed.verdicts().stream())
                        .filter(Spoken::isError)
                        .map(verdict -> verdict.problem() + " (" + verdict.cause() + ")")
                        .distinct()
                        .collect(Collectors.joining(", "));
        return String.format(Locale.ROOT, "%-8s %-32s %s  %s", truth, of.id(), skills, said);
    }
}
