package org.evengrad.benchmarks.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.evengrad.diagnosis.repair.Cost;
import org.evengrad.diagnosis.repair.Patch;
import org.evengrad.diagnosis.repair.Repair;
import org.evengrad.diagnosis.repair.Repair.Status;
import org.evengrad.diagnosis.repair.Stage;
import org.evengrad.diagnosis.repair.Trial;
import org.junit.jupiter.api.Test;

final class CutOffTest {
    private static final Patch RELU = Patch.of(Studies.RELU);
    private static final Patch BOTH = Patch.of(Studies.RELU, Studies.HE);

    /** One training of the original takes ten seconds; each trial takes five. */
    private static Repair repair(Patch patch, Trial... trials) {
        long searched =
                List.of(trials).stream().filter(trial -> trial.stage() != Stage.RESULT).count();
        return new Repair(
                "net",
                Status.REPAIRED,
                List.of(),
                patch,
                Optional.empty(),
                List.of(trials),
                Optional.empty(),
                Optional.empty(),
                new Cost(searched * 0.5, 0, 0),
                List.of(),
                0);
    }

    private static Trial trial(Patch patch, Stage stage, long steps, double skill) {
        return new Trial(patch, stage, 1, steps, skill, 5);
    }

    @Test
    void answersNothingBeforeAnythingWasTried() {
        Repair repair =
                repair(
                        RELU,
                        trial(Patch.NONE, Stage.CONTROL, 100, 0),
                        trial(Patch.NONE, Stage.CONTROL, 100, 0),
                        trial(RELU, Stage.FIRST_RUNG, 5, 0.9));

        assertEquals(Patch.NONE, CutOff.at(repair, 1));
    }

    @Test
    void answersWhatWentFurthestAndDidBestThere() {
        Repair repair =
                repair(
                        BOTH,
                        trial(Patch.NONE, Stage.FIRST_RUNG, 5, 0),
                        trial(RELU, Stage.FIRST_RUNG, 5, 0.4),
                        trial(BOTH, Stage.FIRST_RUNG, 5, 0.6),
                        trial(RELU, Stage.SECOND_RUNG, 15, 0.7),
                        trial(BOTH, Stage.PROOF, 25, 0.9),
                        trial(BOTH, Stage.RESULT, 100, 1));

        assertEquals(Patch.NONE, CutOff.at(repair, 0.5));
        assertEquals(RELU, CutOff.at(repair, 1));
        assertEquals(BOTH, CutOff.at(repair, 1.5));
        assertEquals(RELU, CutOff.at(repair, 2), "it alone is at 15%");
        assertEquals(BOTH, CutOff.at(repair, 2.5), "its last word, whatever the result costs");
    }

    @Test
    void answersNothingThatGainsNextToNothing() {
        Repair repair =
                repair(
                        RELU,
                        trial(Patch.NONE, Stage.FIRST_RUNG, 5, 0.35),
                        trial(RELU, Stage.FIRST_RUNG, 5, 0.4),
                        trial(RELU, Stage.PROOF, 25, 0.9));

        assertEquals(Patch.NONE, CutOff.at(repair, 1));
    }

    @Test
    void comparesWithAControlThatWentAsFar() {
        Repair repair =
                repair(
                        RELU,
                        trial(Patch.NONE, Stage.CONTROL, 100, 0.6),
                        trial(Patch.NONE, Stage.FIRST_RUNG, 5, 0.1),
                        trial(RELU, Stage.FIRST_RUNG, 5, 0.5),
                        trial(RELU, Stage.PROOF, 25, 0.9));

        assertEquals(RELU, CutOff.at(repair, 1.5));
    }

    @Test
    void prefersTheShorterOfTwoThatAreAlike() {
        Repair repair =
                repair(
                        RELU,
                        trial(Patch.NONE, Stage.FIRST_RUNG, 5, 0),
                        trial(BOTH, Stage.FIRST_RUNG, 5, 0.91),
                        trial(RELU, Stage.FIRST_RUNG, 5, 0.9),
                        trial(RELU, Stage.PROOF, 25, 0.9));

        assertEquals(RELU, CutOff.at(repair, 1.5));
    }
}
