package org.evengrad.benchmarks.doctor;

import java.util.List;
import java.util.Optional;
import org.evengrad.config.LoadedConfig;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.diagnosis.repair.Edit;
import org.evengrad.diagnosis.repair.Edit.Kind;
import org.evengrad.diagnosis.repair.Patch;
import org.evengrad.diagnosis.repair.Patient;
import org.evengrad.engine.plan.TrainingPlan;

/** What everybody is told to do, whatever ails the network. */
final class FixedRecipe {
    /** Raise it when the recipe changes. */
    static final String VERSION = "1";

    private static final List<Edit> EDITS =
            List.of(
                    edit(Kind.INITIALIZER, "initializer", "he"),
                    edit(Kind.ACTIVATION, "activation", "relu"),
                    edit(Kind.NORMALIZATION, "model.normalization", "batch"),
                    edit(Kind.OPTIMIZER, "optimizer", "{ use = adam, learning-rate = 0.001 }"),
                    edit(Kind.SCALING, "data.normalize", "standard"));

    private FixedRecipe() {}

    private static Edit edit(Kind kind, String key, String value) {
        return new Edit(kind, key, value, "the recipe", "");
    }

    /** The edits that the patient can take, and that change it. */
    static Patch of(Patient patient) {
        Patch patch = Patch.NONE;
        Optional<String> before = identity(patient, patch);
        for (Edit edit : EDITS) {
            Patch more = patch.and(Patch.of(edit));
            Optional<String> after = identity(patient, more);
            if (after.isPresent() && !after.equals(before)) {
                patch = more;
                before = after;
            }
        }
        return patch;
    }

    /** What tells the configuration from others; empty if it is refused. */
    private static Optional<String> identity(Patient patient, Patch patch) {
        try (TrainingPlan plan = patient.plan(patch, patient.seed())) {
            return plan.config().map(LoadedConfig::sha256);
        } catch (InvalidInputException refused) {
            return Optional.empty();
        }
    }
}
