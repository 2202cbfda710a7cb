package org.evengrad.diagnosis.repair;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.evengrad.diagnosis.repair.Arm.Leg;
import org.evengrad.diagnosis.repair.Arm.Tested;
import org.evengrad.engine.plan.TrainingPlan;
import org.evengrad.engine.train.TrainingListener;
import org.evengrad.engine.train.TrainingResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArmTest {
    @TempDir Path folder;

    private Arm arm(String text, Patch patch) throws IOException {
        Patient patient = Bench.patient(folder, text);
        try (TrainingPlan plan = patient.plan(Patch.NONE, patient.seed())) {
            return new Arm(patient, patch, 3, Skill.of(plan), true, () -> 0);
        }
    }

    /** Whoever follows an arm, and is closed after it. */
    private static final class Follower implements TrainingListener, AutoCloseable {
        private TrainingResult result;
        private boolean closed;

        @Override
        public void finished(TrainingResult finished) {
            result = finished;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private void inLegsAsInOne(String more) throws IOException {
        String text = Bench.HEALTHY + more;
        Arm inLegs = arm(text, Patch.NONE);
        inLegs.trainTo(0.05, () -> false);
        inLegs.trainTo(0.31, () -> false);
        Tested legs = inLegs.finish(plan -> List.of(), () -> false);
        Follower follower = new Follower();
        Tested whole = arm(text, Patch.NONE).finish(plan -> List.of(follower), () -> false);
        assertEquals(whole.leg().relativeLoss(), legs.leg().relativeLoss());
        assertEquals(whole.loss(), legs.loss());
        assertEquals(follower.result.test().orElseThrow().loss(), legs.loss());
        assertEquals(whole.leg().steps(), legs.leg().steps());
        assertTrue(follower.closed);
    }

    @Test
    void trainsInLegsAsInOne() throws IOException {
        inLegsAsInOne("scheduler { use = plateau, patience = 2 }");
    }

    @Test
    void keepsTheBestOfTheWholeLength() throws IOException {
        inLegsAsInOne("training.keep = best, optimizer.learning-rate = 0.1");
    }

    @Test
    void keepsItsSkillWhenItHasEndedEarly() throws IOException {
        inLegsAsInOne("training.early-stop { patience = 2 }, optimizer.learning-rate = 0.1");
    }

    @Test
    void isWorthNothingWhenItDiverges() throws IOException {
        Patch explodes =
                Bench.patch(
                        Edit.Kind.OPTIMIZER, "optimizer", "{ use = sgd, learning-rate = 1e30 }");
        Arm arm = arm(Bench.HEALTHY, explodes);
        Leg leg = arm.trainTo(0.5, () -> false);
        assertEquals(Skill.WORST, leg.skill());
        assertTrue(leg.complete());
        assertEquals(0, arm.trainTo(0.9, () -> false).trained());
    }

    @Test
    void endsAfterTheStepInWhichItIsCut() throws IOException {
        int[] steps = {0};
        Leg leg = arm(Bench.HEALTHY, Patch.NONE).trainTo(1, () -> ++steps[0] == 7);
        assertEquals(7, leg.steps());
        assertFalse(leg.complete());
    }

    @Test
    void beginsAgainWhenItsStateIsForgotten() throws IOException {
        Arm arm = arm(Bench.HEALTHY, Patch.NONE);
        arm.trainTo(0.2, () -> false);
        arm.forget();
        Leg again = arm.trainTo(0.5, () -> false);
        assertEquals(100, again.trained());
        Leg inOne = arm(Bench.HEALTHY, Patch.NONE).trainTo(0.5, () -> false);
        assertEquals(inOne.relativeLoss(), again.relativeLoss());
    }
}
