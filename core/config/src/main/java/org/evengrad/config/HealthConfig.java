package org.evengrad.config;

import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import org.evengrad.config.bind.Key;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;
import org.evengrad.config.problem.Suggestion;
import org.evengrad.spi.HealthProblems;
import org.evengrad.spi.Span;

/**
 * How a run is watched, and what follows from what is seen: the section {@code health}.
 *
 * @param onVerdict what happens when a verdict of severity error is spoken while training goes on
 * @param budget the most that watching may cost, as a share of the time that steps take
 * @param ignore verdicts that are known and accepted
 * @param badBatch what is kept of a batch in which a NaN or an infinity arose
 * @since 0.1.0
 */
public record HealthConfig(
        @Key(absent = "warn") OnVerdict onVerdict,
        @Key(range = "[0, 100]", absent = "5%") Span budget,
        @Key(absent = "[]") List<Waiver> ignore,
        @Key(absent = "indices") BadBatch badBatch) {
    /** The names of all problems that a verdict may be about, the gravest kinds first. */
    public static final List<String> PROBLEMS = HealthProblems.NAMES;

    /** What a configuration without the section has. */
    public static final HealthConfig DEFAULTS =
            new HealthConfig(
                    OnVerdict.WARN, new Span(5, Span.Unit.PERCENT), List.of(), BadBatch.INDICES);

    /**
     * Keeps a copy of the list.
     *
     * @throws InvalidInputException if the budget is not a percentage
     */
    public HealthConfig {
        ignore = List.copyOf(ignore);
        if (budget.unit() != Span.Unit.PERCENT) {
            throw new InvalidInputException(
                    Problem.ofKey(
                            "budget", "a share of the time of steps, such as 5%, not " + budget));
        }
    }

    /** What a verdict of severity error leads to. */
    public enum OnVerdict {
        /** It is told. */
        WARN,
        /** Training ends, behind a checkpoint. */
        STOP,
        /** The guards that help against it join the chain. */
        GUARD
    }

    /** What is kept of a bad batch. */
    public enum BadBatch {
        /** Which rows it had. */
        INDICES,
        /** The rows themselves as well. */
        DATA
    }

    /**
     * A verdict that is known and accepted: it is shown, but fails nothing.
     *
     * @param problem its name, such as {@code vanishing-gradient}
     * @param layers the layers that it may blame; empty: any
     * @param reason why it is accepted
     * @param until the last day on which it is, such as {@code 2027-01-31}; empty: for good
     */
    public record Waiver(
            String problem,
            @Key(absent = "[]") List<String> layers,
            String reason,
            Optional<String> until) {
        /**
         * Keeps a copy of the list.
         *
         * @throws InvalidInputException if no problem has that name, or the day is none
         */
        public Waiver {
            layers = List.copyOf(layers);
            if (!PROBLEMS.contains(problem)) {
                throw new InvalidInputException(
                        Problem.ofKey(
                                "problem",
                                "no verdict has the name '"
                                        + problem
                                        + "'."
                                        + Suggestion.sentence(problem, PROBLEMS)
                                        + " Problems: "
                                        + String.join(", ", PROBLEMS)));
            }
            until.ifPresent(Waiver::day);
        }

        /**
         * Whether it accepts a verdict: all layers that are blamed must be among those that it
         * names.
         *
         * @param blamed may be empty, which only a waiver without layers accepts
         * @param day on which the verdict is spoken
         */
        public boolean accepts(String verdict, List<String> blamed, LocalDate day) {
            boolean covers = layers.isEmpty() || !blamed.isEmpty() && layers.containsAll(blamed);
            return problem.equals(verdict) && covers && holdsOn(day);
        }

        /** Whether it holds on a day. */
        public boolean holdsOn(LocalDate day) {
            return until.map(last -> !day.isAfter(day(last))).orElse(true);
        }

        private static LocalDate day(String text) {
            try {
                return LocalDate.parse(text);
            } catch (DateTimeParseException e) {
                throw new InvalidInputException(
                        Problem.ofKey("until", "a day such as 2027-01-31, not '" + text + "'"));
            }
        }
    }
}
