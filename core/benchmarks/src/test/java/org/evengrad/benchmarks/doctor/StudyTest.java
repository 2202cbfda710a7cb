package org.evengrad.benchmarks.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.evengrad.benchmarks.clinic.ClinicCase;
import org.evengrad.benchmarks.clinic.RunLog;
import org.evengrad.benchmarks.clinic.Truth;
import org.evengrad.diagnosis.repair.Patch;
import org.evengrad.diagnosis.repair.Repair.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StudyTest {
    private static final String SICK = "sigmoid-30-circles-sgd";
    private static final String HEALTHY = "gru-50";
    private static final String SHUFFLED = "shuffled-relu-sgd";
    private static final long FRESH = 2_000_001;

    @TempDir Path folder;

    private Path file() {
        return folder.resolve("runs.jsonl");
    }

    private CaseStudy examine(String id, Practice practice, String version) throws IOException {
        return new Study(new RunLog<>(file(), Finding.class), practice, 1, version)
                .examine(Studies.of(id))
                .get(0);
    }

    @Test
    void putsEveryContenderToTheTestOnASickCase() throws IOException {
        CaseStudy study = examine(SICK, new Ward(List.of(1L)), "v1");

        assertEquals(Truth.SICK, study.truth());
        assertEquals(Set.of(Contender.values()), study.outcomes().keySet());
        assertEquals(0, study.skill(Contender.CONTROL), 1e-9);
        assertEquals(1, study.skill(Contender.DOCTOR), 1e-9);
        assertEquals(0, study.skill(Contender.DOCTOR_1), 1e-9, "no word yet");
        assertEquals(1, study.skill(Contender.DOCTOR_3), 1e-9);
    }

    @Test
    void doesNothingTwice() throws IOException {
        CaseStudy first = examine(SICK, new Ward(List.of(1L)), "v1");
        List<String> lines = Files.readAllLines(file());

        CaseStudy again = examine(SICK, new Closed(), "v1");

        assertEquals(first, again);
        assertEquals(lines, Files.readAllLines(file()));
    }

    @Test
    void goesOnBehindALineThatWasNotWrittenToItsEnd() throws IOException {
        CaseStudy first = examine(SICK, new Ward(List.of(1L)), "v1");
        String text = Files.readString(file());
        Files.writeString(file(), text.substring(0, text.length() - 40));

        assertEquals(first, examine(SICK, new Ward(List.of(1L)), "v1"));
        assertEquals(first, examine(SICK, new Closed(), "v1"), "all of it is known again");
    }

    @Test
    void keepsTrainingsAndRandomSearchWhenTheDoctorChanged() throws IOException {
        examine(SICK, new Ward(List.of(1L)), "v1");
        int before = Files.readAllLines(file()).size();

        examine(SICK, new Ward(List.of(1L)), "v2");

        List<String> lines = Files.readAllLines(file());
        List<String> added = lines.subList(before, lines.size());
        assertEquals(2, added.size(), "doctor and fitting recipe");
        assertTrue(added.stream().allMatch(line -> line.contains("\"v2\"")), "" + added);
    }

    @Test
    void testsNoPatchOfAHealthyCaseThatGotNone() throws IOException {
        CaseStudy study = examine(HEALTHY, new Ward(List.of(1L)), "v1");

        assertEquals(Truth.HEALTHY, study.truth());
        assertFalse(study.isPatched());
        assertTrue(study.outcomes().isEmpty());
    }

    @Test
    void holdsNobodyAgainstADoctorWhoHasNothingToRepair() throws IOException {
        CaseStudy study = examine(SHUFFLED, new Ward(List.of(1L)), "v1");

        assertEquals(Set.of(Contender.CONTROL, Contender.DOCTOR), study.outcomes().keySet());
    }

    @Test
    void refusesSeedsThatTheDoctorHasUsed() {
        IllegalStateException refused =
                assertThrows(
                        IllegalStateException.class,
                        () -> examine(SICK, new Ward(List.of(1L, FRESH)), "v1"));

        assertTrue(refused.getMessage().contains("" + FRESH), refused.getMessage());
    }

    /** Knows by the names of cases which are sick, and repairs them with ReLU. */
    private record Ward(List<Long> seeds) implements Practice {
        @Override
        public Visit admit(ClinicCase each, long seed) {
            boolean sick = each.id().equals(SICK) || each.id().equals(SHUFFLED);
            Treatment cured = Studies.treatment(Status.REPAIRED, 2.5, Studies.RELU);
            Treatment healthy = Studies.treatment(Status.HEALTHY, 2);
            return new Visit() {
                @Override
                public double train(Patch patch, long trainingSeed) {
                    boolean well = !sick || patch.equals(Patch.of(Studies.RELU));
                    return well ? 1 : each.data().ofNothing();
                }

                @Override
                public Treatment doctor() {
                    Treatment one = sick ? cured : healthy;
                    return new Treatment(
                            one.status(),
                            one.edits(),
                            one.early(),
                            one.search(),
                            one.proof(),
                            one.result(),
                            seeds,
                            one.tried());
                }

                @Override
                public Treatment random(int trainings) {
                    return new Treatment(
                            Status.UNCONFIRMED,
                            List.of(Studies.HE),
                            Map.of(),
                            trainings,
                            0,
                            0,
                            List.of(),
                            4);
                }

                @Override
                public Treatment fixedRecipe() {
                    return Treatment.of(Patch.of(Studies.HE, Studies.RELU));
                }

                @Override
                public Treatment fittingRecipe() {
                    return Treatment.of(Patch.of(Studies.RELU));
                }
            };
        }
    }

    /** Does no work. */
    private static final class Closed implements Practice {
        @Override
        public Visit admit(ClinicCase each, long seed) {
            throw new AssertionError("nothing is left to do for " + each.id());
        }
    }
}
