package org.evengrad.benchmarks.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.evengrad.benchmarks.clinic.ClinicCase;
import org.evengrad.config.ConfigLoader;
import org.evengrad.config.LoadedConfig;
import org.evengrad.config.plugins.PluginLoader;
import org.evengrad.config.plugins.StrategyRegistry;
import org.evengrad.diagnosis.repair.Candidates;
import org.evengrad.diagnosis.repair.ConfigPatient;
import org.evengrad.diagnosis.repair.Edit;
import org.evengrad.diagnosis.repair.Patch;
import org.evengrad.diagnosis.repair.Patient;
import org.evengrad.diagnosis.repair.Remedies;
import org.evengrad.diagnosis.repair.Repair;
import org.evengrad.diagnosis.repair.Repair.Status;
import org.evengrad.diagnosis.repair.RepairListener;
import org.evengrad.diagnosis.repair.RepairOptions;
import org.evengrad.diagnosis.repair.RepairProtocol;
import org.evengrad.diagnosis.repair.Skill;
import org.evengrad.diagnosis.repair.Trial;
import org.evengrad.engine.dl4j.Dl4jNetworkBuilder;
import org.evengrad.engine.plan.Planner;
import org.evengrad.engine.plan.TrainingPlan;
import org.evengrad.engine.train.StopRequest;
import org.evengrad.engine.train.Trainer;
import org.evengrad.engine.train.TrainingResult;

/** Works with cases in this process. Each has a folder of its own for its files. */
final class CasePractice implements Practice {
    private final Path folder;
    private final ConfigLoader configs;
    private final Planner planner;
    private final Remedies remedies;

    /**
     * A practice.
     *
     * @param folder for the files of cases
     */
    CasePractice(Path folder) {
        this.folder = folder;
        StrategyRegistry registry =
                PluginLoader.load(CasePractice.class.getClassLoader(), List.of(), List.of());
        configs = new ConfigLoader(registry);
        planner = new Planner(registry, new Dl4jNetworkBuilder(registry));
        remedies = new Candidates(registry);
    }

    @Override
    public Visit admit(ClinicCase each, long seed) throws IOException {
        Path own = Files.createDirectories(folder.resolve(each.id() + "-" + seed));
        each.data().write(own, seed);
        each.brought().write(own, seed);
        Path config = own.resolve("case.conf");
        Files.writeString(config, each.configWithValidation(seed));
        return new CaseVisit(each, new ConfigPatient(configs, planner, config, Map.of()));
    }

    private final class CaseVisit implements Visit {
        private final ClinicCase of;
        private final Patient patient;

        CaseVisit(ClinicCase of, Patient patient) {
            this.of = of;
            this.patient = patient;
        }

        @Override
        public double train(Patch patch, long seed) {
            try (TrainingPlan plan = patient.plan(patch, seed)) {
                TrainingResult result =
                        new Trainer(plan, List.of(), List.of(), new StopRequest()).train();
                return of.data().metric().of(result.test().orElseThrow());
            }
        }

        @Override
        public Treatment doctor() {
            Repair repair =
                    new RepairProtocol(
                                    patient,
                                    remedies,
                                    RepairOptions.DEFAULTS,
                                    RepairListener.NONE,
                                    new StopRequest())
                            .run();
            Map<Integer, List<Edit>> early = new TreeMap<>();
            for (Contender random : Contender.RANDOM) {
                early.put(random.trainings(), CutOff.at(repair, random.trainings()).edits());
            }
            return new Treatment(
                    repair.status(),
                    repair.status() == Status.REPAIRED ? repair.patch().edits() : List.of(),
                    early,
                    repair.cost().search(),
                    repair.cost().proof(),
                    repair.cost().result(),
                    repair.trials().stream().map(Trial::seed).distinct().toList(),
                    (int)
                            repair.trials().stream()
                                    .map(Trial::patch)
                                    .filter(patch -> !patch.isEmpty())
                                    .distinct()
                                    .count());
        }

        @Override
        public Treatment random(int trainings) {
            try (TrainingPlan control = patient.plan(Patch.NONE, patient.seed())) {
                boolean brought =
                        control.config()
                                .map(LoadedConfig::config)
                                .filter(config -> config.model().brings())
                                .isPresent();
                SearchSpace space = new SearchSpace(brought, special(control));
                return new RandomSearch(
                                patient,
                                space,
                                Skill.of(control),
                                control.horizon().steps(),
                                seedOf(trainings))
                        .search(trainings);
            }
        }

        /** Each case and each cost has draws of its own. */
        private long seedOf(int trainings) {
            return Long.parseUnsignedLong(
                    ClinicCase.hash(of.id() + " " + patient.seed() + " " + trainings), 16);
        }

        /** What the recipe does to layers, outputs, losses and targets: chance may do it too. */
        private List<Edit> special(TrainingPlan control) {
            return remedies.recipe(control).edits().stream()
                    .filter(
                            edit ->
                                    switch (edit.kind()) {
                                        case LAYERS, OUTPUT, LOSS -> true;
                                        case SCALING -> !edit.key().equals("data.normalize");
                                        default -> false;
                                    })
                    .collect(Collectors.toList());
        }

        @Override
        public Treatment fixedRecipe() {
            return Treatment.of(FixedRecipe.of(patient));
        }

        @Override
        public Treatment fittingRecipe() {
            try (TrainingPlan control = patient.plan(Patch.NONE, patient.seed())) {
                return Treatment.of(remedies.recipe(control));
            }
        }
    }
}
