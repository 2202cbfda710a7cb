package org.evengrad.diagnosis.repair;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.io.IOException;
import java.nio.file.Path;
import org.evengrad.engine.data.SplitData;
import org.evengrad.engine.plan.TrainingPlan;
import org.evengrad.engine.train.ParameterHash;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigPatientTest {
    private static final String IRIS =
            """
            data { source = iris, batch-size = 16 }
            model { layers = [ { dense = 4 } ] }
            """;

    @TempDir Path folder;

    @Test
    void givesEachSeedTheSameRowsAndOtherWeights() throws IOException {
        Patient patient = Bench.patient(folder, IRIS);
        try (TrainingPlan one = patient.plan(Patch.NONE, 42);
                TrainingPlan other = patient.plan(Bench.TANH, 43)) {
            assertSame(one.data().split().orElseThrow(), other.data().split().orElseThrow());
            assertEquals(43, other.seed());
            assertNotEquals(
                    ParameterHash.sha256(one.network().parameters()),
                    ParameterHash.sha256(other.network().parameters()));
        }
    }

    @Test
    void splitsEditedDataTheSameWay() throws IOException {
        Patient patient = Bench.patient(folder, IRIS);
        Patch unscaled = Bench.patch(Edit.Kind.SCALING, "data.normalize", "none");
        try (TrainingPlan one = patient.plan(Patch.NONE, 42);
                TrainingPlan other = patient.plan(unscaled, 43)) {
            SplitData split = other.data().split().orElseThrow();
            assertArrayEquals(one.data().split().orElseThrow().test().rows(), split.test().rows());
            assertNotEquals(
                    one.data().split().orElseThrow().dataset().features().get(0, 0),
                    split.dataset().features().get(0, 0));
        }
    }

    @Test
    void holdsRowsOutWhereThereAreNone() throws IOException {
        Patient patient = Bench.patient(folder, IRIS + "data.validation = 0");
        assertEquals(1, patient.notes().size());
        try (TrainingPlan plan = patient.plan(Patch.NONE, 42)) {
            assertEquals(18, plan.data().validation().orElseThrow().examples());
        }
    }
}
