package org.evengrad.diagnosis.repair;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.evengrad.config.ConfigLoader;
import org.evengrad.config.DataConfig;
import org.evengrad.config.LoadedConfig;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.engine.data.SplitData;
import org.evengrad.engine.plan.Planner;
import org.evengrad.engine.plan.TrainingPlan;

/**
 * A configuration file. Its data is loaded once, and split with the seed that the file gives; an
 * edit of the data is loaded once more, and split the same way. For one thread.
 */
public final class ConfigPatient implements Patient {
    private static final String VALIDATION = "data.validation";
    private static final String HELD_OUT = "0.15";

    private final ConfigLoader configs;
    private final Planner planner;
    private final Path file;
    private final Map<String, String> overrides;
    private final LoadedConfig original;
    private final boolean withoutValidation;
    private final Map<DataConfig, SplitData> loaded = new HashMap<>();

    /**
     * Reads the file.
     *
     * @param configs reads configurations
     * @param planner loads data and builds networks
     * @param overrides keys and values that win over the file
     * @throws org.evengrad.config.problem.InvalidInputException if the file cannot be used
     */
    public ConfigPatient(
            ConfigLoader configs, Planner planner, Path file, Map<String, String> overrides) {
        this.configs = configs;
        this.planner = planner;
        this.file = file;
        this.overrides = Collections.unmodifiableMap(new LinkedHashMap<>(overrides));
        original = configs.load(file, overrides);
        withoutValidation =
                original.config().data().validation().filter(part -> part.value() == 0).isPresent();
    }

    @Override
    public String name() {
        return original.config().name();
    }

    @Override
    public List<String> notes() {
        List<String> notes = new ArrayList<>();
        if (withoutValidation) {
            notes.add(
                    "data.validation is 0, and trainings are compared on rows that none was"
                            + " trained on: 15% of the training rows are held out");
        }
        if (original.config().model().brings()) {
            try (TrainingPlan plan = plan(Patch.NONE, seed())) {
                notes.addAll(plan.notes());
                if (plan.firstWeights().isEmpty()) {
                    notes.add(
                            "the first weights came with the model and stay, unless a patch draws"
                                    + " them anew: trainings with different seeds differ in the"
                                    + " order of their batches");
                }
            }
        }
        return notes;
    }

    @Override
    public List<String> notes(Patch patch) {
        List<String> known = notes();
        try (TrainingPlan plan = plan(patch, seed())) {
            return plan.notes().stream().filter(note -> !known.contains(note)).toList();
        } catch (InvalidInputException neverTried) {
            return List.of();
        }
    }

    @Override
    public long seed() {
        return original.config().seed();
    }

    @Override
    public TrainingPlan plan(Patch patch, long seed) {
        Map<String, String> changed = new LinkedHashMap<>(patch.over(overrides));
        if (withoutValidation) {
            changed.put(VALIDATION, HELD_OUT);
        }
        // The parts of the data depend on the file's seed, all else on this one.
        changed.put("seed", Long.toString(seed()));
        LoadedConfig unseeded = configs.load(file, changed);
        SplitData data =
                loaded.computeIfAbsent(unseeded.config().data(), ignored -> planner.load(unseeded));
        if (seed == seed()) {
            return planner.plan(unseeded, data);
        }
        changed.put("seed", Long.toString(seed));
        return planner.plan(configs.load(file, changed), data);
    }
}
