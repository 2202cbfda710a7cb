package org.evengrad.benchmarks.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.evengrad.benchmarks.clinic.Truth;
import org.evengrad.benchmarks.doctor.CaseStudy.Outcome;
import org.evengrad.diagnosis.repair.Repair.Status;
import org.junit.jupiter.api.Test;

final class DoctorReportTest {
    private static final CaseStudy CURED = sick("sigmoid-30-circles-sgd", 0.0, 0.95, 0.5, 2.4);
    private static final CaseStudy NOT_CURED = sick("sigmoid-30-blobs-sgd", 0.1, 0.6, 0.8, 3.6);
    private static final CaseStudy HEALTHY =
            Studies.study("gru-50", Truth.HEALTHY, Studies.treatment(Status.HEALTHY, 2), Map.of());
    private static final CaseStudy PATCHED =
            Studies.study(
                    "gru-100",
                    Truth.HEALTHY,
                    Studies.treatment(Status.REPAIRED, 2, Studies.RELU),
                    Map.of(
                            Contender.CONTROL,
                            Studies.outcome(1),
                            Contender.DOCTOR,
                            Studies.outcome(0.9, Studies.RELU)));
    private static final CaseStudy SHUFFLED =
            Studies.study(
                    "shuffled-relu-sgd",
                    Truth.SICK,
                    Studies.treatment(Status.NOT_REPAIRED, 3),
                    Map.of(
                            Contender.CONTROL,
                            Studies.outcome(0),
                            Contender.DOCTOR,
                            Studies.outcome(0)));

    private static CaseStudy sick(
            String id, double control, double doctor, double random, double cost) {
        Map<Contender, Outcome> outcomes = new EnumMap<>(Contender.class);
        for (Contender contender : Contender.values()) {
            outcomes.put(contender, Studies.outcome(random, Studies.RELU, Studies.HE));
        }
        outcomes.put(Contender.CONTROL, Studies.outcome(control));
        outcomes.put(Contender.DOCTOR, Studies.outcome(doctor, Studies.RELU));
        return Studies.study(
                id, Truth.SICK, Studies.treatment(Status.REPAIRED, cost, Studies.RELU), outcomes);
    }

    private static String line(String text, String start) {
        return text.lines().filter(line -> line.startsWith(start)).findFirst().orElseThrow();
    }

    @Test
    void countsOnlyWhatCouldBeRepaired() {
        String musts = new DoctorReport(List.of(CURED, NOT_CURED, HEALTHY, SHUFFLED)).musts();

        assertTrue(line(musts, "| proven sick").contains("1 of 2"), musts);
        assertTrue(line(musts, "| proven sick").endsWith("**no** |"), musts);
        assertTrue(line(musts, "| healthy").contains("0 of 1"), musts);
        assertTrue(line(musts, "| search and proof").contains("3.0 T"), musts);
    }

    @Test
    void countsAHealthyOneThatGotAPatchAndWasMadeWorse() {
        String musts = new DoctorReport(List.of(CURED, HEALTHY, PATCHED)).musts();

        assertTrue(line(musts, "| healthy").contains("1 of 2"), musts);
        assertTrue(line(musts, "| healthy").endsWith("**no** |"), musts);
        assertTrue(line(musts, "| none made worse").contains("1 of 2"), musts);
    }

    @Test
    void pairsContendersByCase() {
        Difference difference =
                new DoctorReport(List.of(CURED, NOT_CURED))
                        .difference(Contender.DOCTOR, Contender.FIXED_RECIPE);

        assertEquals((0.45 - 0.2) / 2, difference.mean(), 1e-12);
        assertEquals(-0.2, difference.lower(), 1e-12);
        assertEquals(0.45, difference.upper(), 1e-12);
        assertEquals(2, difference.pairs());
    }

    @Test
    void isContentWithAShorterPatchThatIsAsGood() {
        CaseStudy asGood = sick("sigmoid-30-circles-adam", 0, 0.95, 0.95, 2);

        String musts = new DoctorReport(List.of(asGood)).musts();

        assertTrue(line(musts, "| against the fixed recipe").endsWith("yes |"), musts);
        assertTrue(line(musts, "| against the fixed recipe").contains("1.0 edits to 2.0"), musts);
    }

    @Test
    void listsWhatFailedWithTheBestThatIsKnown() {
        String failures =
                new DoctorReport(List.of(CURED, NOT_CURED, HEALTHY, PATCHED, SHUFFLED)).failures();

        assertEquals(
                List.of(
                        "not cured: sigmoid-30-blobs-sgd",
                        "made worse: gru-100",
                        "healthy, and patched: gru-100",
                        "costly: sigmoid-30-blobs-sgd"),
                failures.lines().map(text -> text.substring(0, text.indexOf(", seed"))).toList());
        assertTrue(line(failures, "not cured").contains("best known: 0.80"), failures);
    }
}
