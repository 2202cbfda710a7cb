package org.evengrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.evengrad.diagnosis.repair.Cost;
import org.evengrad.diagnosis.repair.Edit;
import org.evengrad.diagnosis.repair.Outcome;
import org.evengrad.diagnosis.repair.Patch;
import org.evengrad.diagnosis.repair.Proof;
import org.evengrad.diagnosis.repair.Repair;
import org.evengrad.diagnosis.repair.Repair.Status;
import org.evengrad.diagnosis.repair.Stage;
import org.evengrad.diagnosis.repair.Trial;
import org.evengrad.operations.Treatment;
import org.evengrad.operations.TreatmentFolder;
import org.evengrad.operations.TreatmentJson;
import org.junit.jupiter.api.Test;

class TreatmentTextTest {
    private static final Patch RELU =
            Patch.of(
                    new Edit(
                            Edit.Kind.ACTIVATION,
                            "activation",
                            "relu",
                            "does not saturate",
                            "new Relu()"));

    private static final List<Trial> TRIALS =
            List.of(
                    new Trial(Patch.NONE, Stage.FIRST_RUNG, 1, 20, 0.02, 0.1),
                    new Trial(Patch.NONE, Stage.FIRST_RUNG, 2, 20, 0.04, 0.1),
                    new Trial(RELU, Stage.FIRST_RUNG, 1, 20, 0.5, 0.1),
                    new Trial(RELU, Stage.FIRST_RUNG, 2, 20, 0.7, 0.1),
                    new Trial(RELU, Stage.PROOF, 3, 100, 0.9, 0.3));

    private static Treatment treatment(
            Status status, Optional<Outcome> before, Optional<Outcome> after, boolean accepted) {
        Patch patch = status == Status.REPAIRED || status == Status.UNCONFIRMED ? RELU : Patch.NONE;
        Optional<Proof> proof =
                status == Status.REPAIRED || status == Status.NOT_REPAIRED
                        ? Optional.of(
                                new Proof(
                                        Proof.Level.SUPPORTED,
                                        0.25,
                                        List.of(
                                                new Proof.Pair(3, 0.0, 0.9),
                                                new Proof.Pair(4, 0.1, 0.7)),
                                        accepted))
                        : Optional.empty();
        return new Treatment(
                new Repair(
                        "net",
                        status,
                        List.of(),
                        patch,
                        proof,
                        TRIALS,
                        before,
                        after,
                        new Cost(1.2, 1.4, 6),
                        List.of("guards: skill 0.02 after 20 steps"),
                        12.3),
                patch.isEmpty() ? "" : "activation = relu  # does not saturate\n",
                List.of("the first weights stay"),
                new TreatmentFolder(Path.of("/nowhere")),
                patch.isEmpty()
                        ? Optional.empty()
                        : Optional.of(Path.of("/nowhere/net.repaired.conf")));
    }

    private static Treatment repaired() {
        return treatment(
                Status.REPAIRED,
                Optional.of(new Outcome("testAccuracy", List.of(0.1, 0.3), List.of(0.0, 0.2))),
                Optional.of(new Outcome("testAccuracy", List.of(0.9, 1.0), List.of(0.8, 1.0))),
                true);
    }

    private static List<String> lines(Treatment treatment, boolean stopped) {
        return new TreatmentText(Surroundings.NONE).lines(treatment, stopped);
    }

    @Test
    void showsWhatWasTriedBesideTheControl() {
        List<String> lines = lines(repaired(), false);

        int head = lines.indexOf("     20 steps  proof, 100 steps  patch");
        assertTrue(head > 0, String.join("\n", lines));
        assertEquals("     0.03      -                 unchanged", lines.get(head + 1));
        assertEquals("  >  0.60      0.90              activation = relu", lines.get(head + 2));
    }

    @Test
    void showsTheProofThePatchAndWhatToDoNext() {
        List<String> lines = lines(repaired(), false);

        assertTrue(lines.contains("supported: better on 2 of 2 fresh seeds, by 0.750 on average"));
        assertTrue(lines.contains("    3           0.00       0.90      +0.90"), lines.toString());
        assertTrue(lines.contains("  activation = relu  # does not saturate"));
        assertTrue(
                lines.contains(
                        "repaired: test accuracy 20.0% before, 95.0% after, by a patch of 1"
                                + " line"));
        assertTrue(lines.contains("  before  20.0%          14.1%   0.10   10.0%, 30.0%"));
        assertTrue(
                lines.contains(
                        "12 s; search and proof took 2.6 trainings of the original, the result"
                                + " 6.0"));
        assertTrue(lines.contains("Next: evengrad train /nowhere/net.repaired.conf"));
        assertTrue(lines.contains("note: the first weights stay"));
    }

    @Test
    void saysWhatItRuledOutWhenNothingHelps() {
        List<String> lines =
                lines(
                        treatment(Status.NOT_REPAIRED, Optional.empty(), Optional.empty(), false),
                        false);

        assertTrue(lines.contains("  guards: skill 0.02 after 20 steps"));
        assertTrue(lines.contains("not repaired: nothing that was tried helps enough"));
        assertTrue(lines.contains("not proved: better on 2 of 2 fresh seeds, by 0.750 on average"));
    }

    @Test
    void aStopIsNoEndOfTheBudget() {
        Treatment treatment =
                treatment(Status.UNCONFIRMED, Optional.empty(), Optional.empty(), false);

        String text = String.join("\n", lines(treatment, true));
        assertTrue(text.contains("unconfirmed: stopped before the proof"), text);
        String ended = String.join("\n", lines(treatment, false));
        assertTrue(ended.contains("unconfirmed: the budget ended before the proof"), ended);
    }

    @Test
    void exitCodesTellTheOutcomes() {
        for (Object[] expected :
                new Object[][] {
                    {Status.HEALTHY, 0},
                    {Status.REPAIRED, 0},
                    {Status.NOT_REPAIRED, 3},
                    {Status.UNCONFIRMED, 4}
                }) {
            Treatment treatment =
                    treatment((Status) expected[0], Optional.empty(), Optional.empty(), true);
            assertEquals(expected[1], DoctorCommand.exitCode(treatment, false));
            assertEquals(130, DoctorCommand.exitCode(treatment, true));
        }
    }

    @Test
    void jsonHasEveryKeyAndNullForWhatIsNoNumber() throws IOException {
        Treatment treatment =
                treatment(
                        Status.REPAIRED,
                        Optional.of(
                                new Outcome(
                                        "testLoss", List.of(Double.NaN, 2.0), List.of(-1.0, 0.0))),
                        Optional.of(new Outcome("testLoss", List.of(1.0, 3.0), List.of(0.5, 0.5))),
                        true);

        JsonNode json = new ObjectMapper().readTree(TreatmentJson.of(treatment));

        assertTrue(json.get("before").get("testLoss").get("mean").isNull());
        assertTrue(json.get("before").get("testLoss").get("values").get(0).isNull());
        assertEquals(2.0, json.get("after").get("testLoss").get("mean").asDouble());
        assertEquals(
                Math.sqrt(2), json.get("after").get("testLoss").get("spread").asDouble(), 1e-12);
        assertEquals("repaired", json.get("status").asText());
        assertEquals("supported", json.get("proof").asText());
        assertEquals(2.6, json.get("cost").asDouble(), 1e-12);
        assertEquals(5, json.get("trials").size());
        assertEquals(2, json.get("tried").size());
        assertTrue(json.get("tried").get(1).get("chosen").asBoolean());
        assertEquals("the first weights stay", json.get("notes").get(0).asText());
        for (String key : List.of("patch", "seconds", "verdicts", "ruledOut", "pairs", "edits")) {
            assertTrue(json.has(key), key);
        }
    }

    @Test
    void jsonOfAHealthyOneHasNoPatchAndNothingAfter() throws IOException {
        JsonNode json =
                new ObjectMapper()
                        .readTree(
                                TreatmentJson.of(
                                        treatment(
                                                Status.HEALTHY,
                                                Optional.empty(),
                                                Optional.empty(),
                                                true)));

        assertEquals("", json.get("patch").asText());
        assertFalse(json.has("after"));
        assertTrue(json.get("proof").isNull());
        assertTrue(json.get("repairedConfig").isNull());
    }

    @Test
    void aFailedProofHasNoWord() throws IOException {
        JsonNode json =
                new ObjectMapper()
                        .readTree(
                                TreatmentJson.of(
                                        treatment(
                                                Status.NOT_REPAIRED,
                                                Optional.empty(),
                                                Optional.empty(),
                                                false)));

        assertTrue(json.get("proof").isNull());
        assertEquals(2, json.get("pairs").size());
    }

    @Test
    void theBarFitsTheTerminalAndSaysHowLongItTakes() {
        StringWriter err = new StringWriter();
        Surroundings narrow = new Surroundings(Optional.empty(), 60, false, false);
        try (RepairProgress progress = RepairProgress.on(new PrintWriter(err), narrow)) {
            progress.began(Stage.FIRST_RUNG, List.of(Patch.NONE, RELU));
            progress.progressed(0.5, 65);
            progress.began(Stage.PROOF, List.of(Patch.NONE, RELU));
        }
        String last = err.toString();
        assertTrue(last.contains("candidates, a few steps each ["), last);
        assertTrue(
                last.contains("proof on fresh seeds [=====     ] 50%, about 1 min 5 s left"), last);
        for (String line : last.split("\r")) {
            assertTrue(line.length() < 60, line);
        }
    }
}
