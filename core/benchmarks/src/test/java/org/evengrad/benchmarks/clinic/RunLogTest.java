package org.evengrad.benchmarks.clinic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import org.evengrad.benchmarks.clinic.RunLine.Kind;
import org.evengrad.engine.train.Verdict.Severity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RunLogTest {
    private static final ClinicCase CASE = CaseOf.circles("Resumed", Expected.ANYTHING, 5);

    @TempDir Path folder;

    @Test
    void findsAgainWhatWasWritten() throws IOException {
        Path file = folder.resolve("runs.jsonl");
        RunLine line =
                new RunLine(
                        Kind.LIVE,
                        "case",
                        "hash",
                        3,
                        1,
                        "v1",
                        Double.NaN,
                        600,
                        0.5,
                        "COMPLETED",
                        List.of(
                                new Spoken(
                                        "flat-loss",
                                        Severity.WARN,
                                        "labels",
                                        List.of("dense-1"),
                                        12,
                                        3,
                                        16,
                                        "what")));

        log(file).add(line);

        assertEquals(Optional.of(line), log(file).find(line.key()));
    }

    @Test
    void leavesOutALineThatWasNotWrittenToItsEnd() throws IOException {
        Path file = folder.resolve("runs.jsonl");
        RunLine line = CaseOf.line(Kind.TRUTH, "case", 1, 0.5, List.of());
        log(file).add(line);
        Files.writeString(file, "{\"kind\":\"TRU", StandardOpenOption.APPEND);

        RunLog<RunLine> again = log(file);
        RunLine second = CaseOf.line(Kind.TRUTH, "case", 2, 0.5, List.of());
        again.add(second);

        RunLog<RunLine> third = log(file);
        assertTrue(third.find(line.key()).isPresent());
        assertTrue(third.find(second.key()).isPresent());
    }

    @Test
    void keepsTheTruthWhenOnlyTheDiagnosisChanged() throws IOException {
        Path file = folder.resolve("runs.jsonl");

        CaseResult first = examine(file, "v1");
        List<String> lines = Files.readAllLines(file);
        CaseResult again = examine(file, "v1");
        assertEquals(first, again);
        assertEquals(lines, Files.readAllLines(file), "nothing is run twice");

        examine(file, "v2");
        List<String> added = Files.readAllLines(file).subList(lines.size(), 2 * 2 + lines.size());
        assertTrue(added.stream().allMatch(line -> line.contains("v2")));
        assertEquals(2 * 2 + lines.size(), Files.readAllLines(file).size(), "check and live");
    }

    private static RunLog<RunLine> log(Path file) throws IOException {
        return new RunLog<>(file, RunLine.class);
    }

    private static CaseResult examine(Path file, String version) throws IOException {
        return new Ward(log(file), new Patient(), 2, Optional.of(version)).examine(CASE);
    }

    /** Is as good after every training, and says nothing. */
    private static final class Patient implements Runner {
        @Override
        public RunLine train(ClinicCase each, long seed, int budget, Kind kind, String version) {
            return line(each, seed, budget, kind, version);
        }

        @Override
        public RunLine check(ClinicCase each, long seed, String version) {
            return line(each, seed, 1, Kind.CHECK, version);
        }

        private static RunLine line(
                ClinicCase each, long seed, int budget, Kind kind, String version) {
            return new RunLine(
                    kind,
                    each.id(),
                    each.hash(seed, budget),
                    seed,
                    budget,
                    version,
                    0.75,
                    each.steps(),
                    0.25,
                    "COMPLETED",
                    List.of());
        }
    }
}
