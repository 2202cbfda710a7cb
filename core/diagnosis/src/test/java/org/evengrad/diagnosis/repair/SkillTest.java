package org.evengrad.diagnosis.repair;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.evengrad.engine.plan.Batches;
import org.evengrad.engine.plan.TrainingPlan;
import org.evengrad.engine.train.Scores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SkillTest {
    @TempDir Path folder;

    @FunctionalInterface
    private interface Check {
        void accept(Skill.Measured measured, Scores scores);
    }

    private void untrained(String text, Check check) throws IOException {
        try (TrainingPlan plan = Bench.patient(folder, text).plan(Patch.NONE, 1)) {
            Batches part = plan.data().validation().orElseThrow();
            Skill.Measured measured = Skill.of(plan).measure(plan, part);
            check.accept(measured, measured.scores());
        }
    }

    @Test
    void balancesTheAccuracyOfClasses() throws IOException {
        untrained(
                Bench.HEALTHY,
                (measured, scores) -> {
                    // Stratified: all four classes are alike, so the accuracy is balanced.
                    double accuracy = scores.accuracy().orElseThrow();
                    assertEquals((accuracy - 0.25) / 0.75, measured.skill(), 0.02);
                    assertEquals(scores.loss() / Math.log(4), measured.relativeLoss(), 0.01);
                });
    }

    @Test
    void ranksWhereOneOfTwoClassesIsRare() throws IOException {
        StringBuilder rows = new StringBuilder("x,y,label\n");
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 400; i++) {
            boolean rare = i % 16 == 0;
            double x = random.nextGaussian() + (rare ? 1 : 0);
            rows.append(x + "," + random.nextGaussian() + "," + (rare ? "yes" : "no") + "\n");
        }
        Files.writeString(folder.resolve("rare.csv"), rows);
        untrained(
                """
                data { source = csv, file = rare.csv }
                model { layers = [ { dense = 4 } ] }
                """,
                (measured, scores) ->
                        assertEquals(2 * scores.metrics().get("auc") - 1, measured.skill(), 1e-12));
    }

    @Test
    void explainsTheVarianceOfNumbers() throws IOException {
        untrained(
                """
                data { source = adding-problem, samples = 200, length = 5 }
                model { layers = [ { lstm = 4 } ] }
                """,
                (measured, scores) ->
                        assertEquals(
                                Math.max(-1, scores.metrics().get("r2")), measured.skill(), 1e-12));
    }

    @Test
    void explainsTheLossWhereEachStepIsAnswered() throws IOException {
        untrained(
                """
                data { source = copy-memory, samples = 100, length = 5 }
                model { layers = [ { lstm = 4 } ] }
                """,
                (measured, scores) -> {
                    assertTrue(!scores.lossPerStep().isEmpty());
                    assertEquals(
                            Math.max(-1, 1 - measured.relativeLoss()), measured.skill(), 1e-12);
                });
    }

    @Test
    void measuresAnotherLossByTheTaskOfTheOriginal() throws IOException {
        Patient patient = Bench.patient(folder, Bench.HEALTHY);
        Patch squares = Bench.patch(Edit.Kind.LOSS, "model.loss", "mse");
        try (TrainingPlan original = patient.plan(Patch.NONE, 1);
                TrainingPlan edited = patient.plan(squares, 1)) {
            Skill skill = Skill.of(original);
            Skill.Measured measured =
                    skill.measure(edited, edited.data().validation().orElseThrow());
            double accuracy = measured.scores().accuracy().orElseThrow();
            assertEquals((accuracy - 0.25) / 0.75, measured.skill(), 0.02);
        }
    }
}
