package org.evengrad.benchmarks.clinic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.evengrad.benchmarks.clinic.RunLine.Kind;
import org.evengrad.engine.train.Verdict;
import org.junit.jupiter.api.Test;

final class ClinicReportTest {
    private static final Expected VANISHING =
            new Expected(
                    Set.of(Verdict.VANISHING_GRADIENT), Set.of("activation"), Expected.AT_ONCE);
    private static final Expected SCALE =
            new Expected(Set.of(Verdict.INPUT_SCALE), Set.of(), Expected.AT_ONCE);

    private static final Spoken RIGHT = CaseOf.error(Verdict.VANISHING_GRADIENT, "activation", 0);
    private static final Spoken WRONG_CAUSE =
            CaseOf.error(Verdict.VANISHING_GRADIENT, "weights", 8);
    private static final Spoken LATE = CaseOf.error(Verdict.VANISHING_GRADIENT, "activation", 30);

    @Test
    void countsWhenProblemsWereFlaggedAndWhetherTheCauseWasNamed() {
        String text =
                report(
                        result(
                                "sick",
                                CaseKind.FAULT,
                                VANISHING,
                                Truth.SICK,
                                seed(1, 0, List.of(RIGHT), List.of()),
                                seed(2, 0, List.of(), List.of(WRONG_CAUSE)),
                                seed(3, 0, List.of(), List.of(LATE)),
                                seed(4, 0, List.of(), List.of()),
                                seed(5, 1, List.of(), List.of())));

        // The fifth seed learns, and counts nowhere.
        assertContains(
                text,
                "| sick-family | 4 | 1 of 4 | 2 of 4 | 3 of 4 | 3 of 4 | 3 of 4 | 3 of 4 | 2 of 4"
                        + " |");
        assertContains(text, "| vanishing-gradient | 3 | 8.0% | 0 | 0 | 0 |");
    }

    @Test
    void countsFalseAlarmsWithBounds() {
        String text =
                report(
                        result(
                                "well",
                                CaseKind.HARD,
                                Expected.ANYTHING,
                                Truth.HEALTHY,
                                seed(1, 1, List.of(RIGHT), List.of()),
                                seed(2, 1, List.of(), List.of(LATE)),
                                seed(3, 1, List.of(), List.of())));

        assertContains(text, "| well-family | 3 | 1 | 2 | 13.5 - 98.3% | 2 |");
        assertContains(text, "| healthy: at most 2 of 300 runs with an error | 2 of 3");
        assertContains(text, "**no**");
    }

    @Test
    void aWarningFlagsTheSickAndIsNoFalseAlarmButCounted() {
        Spoken warning = CaseOf.warning(Verdict.LEARNING_RATE_TOO_HIGH, "learning-rate", 0);
        String text =
                report(
                        result(
                                "ill",
                                CaseKind.FAULT,
                                Expected.ANYTHING,
                                Truth.SICK,
                                seed(1, 0, List.of(warning), List.of())),
                        result(
                                "well",
                                CaseKind.HARD,
                                Expected.ANYTHING,
                                Truth.HEALTHY,
                                seed(1, 1, List.of(warning), List.of())));

        assertContains(
                text, "| ill-family | 1 | 1 of 1 | 1 of 1 | 1 of 1 | 1 of 1 | 0 of 1 | 1 of 1 |");
        assertContains(text, "| healthy: at most 2 of 300 runs with an error | 0 of 1");
        assertContains(text, "| healthy: at most 5% of runs with a warning | 1 of 1");
    }

    @Test
    void holdsAFaultOfTheDataAgainstBeingCalledVanishing() {
        Spoken scale = CaseOf.error(Verdict.INPUT_SCALE, "features", 0);
        String text =
                report(
                        result(
                                "raw",
                                CaseKind.DATA_FAULT,
                                SCALE,
                                Truth.SICK,
                                seed(1, 0, List.of(scale), List.of()),
                                seed(2, 0, List.of(scale), List.of(LATE))));

        assertContains(text, "| raw-family | 2 | 1 of 2 | 1 of 2 |");
        assertContains(text, "| faults of the data: all called what they are | 1 of 2 | **no** |");
    }

    @Test
    void scoresWhatIsSaidOfFragileCases() {
        CaseResult fragile =
                result(
                        "fragile",
                        CaseKind.SHAPE,
                        Expected.ANYTHING,
                        Truth.FRAGILE,
                        seed(1, 0, List.of(RIGHT), List.of()),
                        seed(2, 1, List.of(), List.of()));

        assertEquals(0.25, fragile.brier());
    }

    @Test
    void givesEachCaseANameOfItsOwn() {
        List<ClinicCase> cases = new ArrayList<>(Faults.cases());
        cases.addAll(HealthyNetworks.hard());
        cases.addAll(HealthyNetworks.ordinary(ClinicData.SHAPES));
        cases.addAll(Shapes.cases(ClinicData.SHAPES));

        assertEquals(cases.size(), cases.stream().map(ClinicCase::id).distinct().count());
        assertEquals(66, Shapes.cases(ClinicData.SHAPES).size());
    }

    private static void assertContains(String text, String part) {
        assertTrue(text.contains(part), () -> part + "\nnot in\n" + text);
    }

    private static String report(CaseResult... results) {
        return new ClinicReport(List.of(results)).text();
    }

    private static CaseResult result(
            String id, CaseKind kind, Expected expected, Truth truth, SeedResult... seeds) {
        return new CaseResult(CaseOf.of(id, kind, expected), expected, truth, List.of(seeds));
    }

    private static SeedResult seed(
            long seed, double skill, List<Spoken> before, List<Spoken> during) {
        return new SeedResult(
                seed,
                skill,
                Optional.of(CaseOf.line(Kind.CHECK, "run", seed, 0, before)),
                Optional.of(CaseOf.line(Kind.LIVE, "run", seed, 0, during)));
    }
}
