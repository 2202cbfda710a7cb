package org.evengrad;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.deeplearning4j.nn.api.Model;
import org.evengrad.config.plugins.StrategyRegistry;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;
import org.evengrad.diagnosis.repair.Patch;
import org.evengrad.diagnosis.repair.Patient;
import org.evengrad.engine.dl4j.HeldExamples;
import org.evengrad.engine.dl4j.UserModels;
import org.evengrad.engine.dl4j.UserModels.UserTraining;
import org.evengrad.engine.network.FirstWeights;
import org.evengrad.engine.network.ModelChanges;
import org.evengrad.engine.plan.BroughtStrategies;
import org.evengrad.engine.plan.Redrawn;
import org.evengrad.engine.plan.TrainingPlan;
import org.evengrad.engine.plan.TrainingStrategies;
import org.evengrad.spi.GradientGuard;
import org.evengrad.spi.Optimizer;
import org.evengrad.spi.Scheduler;

/**
 * A network that a program builds, on examples that are held in memory. Trainings work on copies:
 * the program's own networks stay as they are. For one thread.
 */
final class ProgramPatient implements Patient {
    private final Run run;
    private final Supplier<? extends Model> networks;
    private final HeldExamples examples;
    private final Map<List<Boolean>, HeldExamples> scaled = new HashMap<>();
    private final Map<Long, Model> given = new HashMap<>();
    private final Model first;
    private boolean drawn = true;

    /**
     * How the network is trained.
     *
     * @param optimizer in place of its updater
     * @param schedule in place of the updater's
     * @param guards in place of its clipping
     */
    record Run(
            String name,
            long seed,
            int threads,
            int epochs,
            StrategyRegistry registry,
            Optional<Optimizer> optimizer,
            Optional<Scheduler> schedule,
            Optional<List<GradientGuard>> guards) {}

    /**
     * A patient.
     *
     * @param first a copy of what the supplier gave first
     * @param networks gives fresh ones
     */
    ProgramPatient(
            Run run, Model first, Supplier<? extends Model> networks, HeldExamples examples) {
        this.run = run;
        this.first = first;
        this.networks = networks;
        this.examples = examples;
        try (TrainingPlan plan = plan(Patch.NONE, run.seed())) {
            drawn = plan.firstWeights().isPresent();
        }
    }

    @Override
    public String name() {
        return run.name();
    }

    @Override
    public long seed() {
        return run.seed();
    }

    @Override
    public List<String> notes() {
        List<String> notes = new ArrayList<>();
        if (examples.heldOut()) {
            notes.add(
                    "trainings are compared on examples that none was trained on: 15% of those to"
                            + " train on are held out");
        }
        if (!drawn) {
            notes.add(
                    "the first weights came with the network and stay, unless a patch draws them"
                            + " anew: trainings with different seeds differ in the order of their"
                            + " batches");
        }
        return notes;
    }

    @Override
    public TrainingPlan plan(Patch patch, long seed) {
        ProgramPatch changes = ProgramPatch.of(patch, run.registry());
        Model model = network(changes, seed);
        UserTraining training =
                UserModels.bring(model, scaled(changes), seed, run.registry(), run.threads());
        try {
            return plan(changes, seed, training);
        } catch (RuntimeException e) {
            training.model().network().close();
            throw e;
        }
    }

    /** What moves the parameters of the unchanged network. */
    Optimizer optimizer() {
        try (TrainingPlan plan = plan(Patch.NONE, seed())) {
            return plan.optimizer();
        }
    }

    /** A fresh network with the structure and the first weights of a patch. */
    Model network(Patch patch, long seed) {
        ProgramPatch changes = ProgramPatch.of(patch, run.registry());
        Model model = network(changes, seed);
        UserTraining training =
                UserModels.bring(model, scaled(changes), seed, run.registry(), run.threads());
        plan(changes, seed, training).close();
        return model;
    }

    private TrainingPlan plan(ProgramPatch changes, long seed, UserTraining training) {
        TrainingStrategies strategies = strategies(changes, training);
        Optional<FirstWeights> weights = weights(changes, training);
        weights.ifPresent(draws -> draws.draw(seed));
        return Trainer.plan(
                run.name(),
                seed,
                run.threads(),
                training,
                strategies,
                changes.epochs().orElse(run.epochs()),
                weights);
    }

    private TrainingStrategies strategies(ProgramPatch changes, UserTraining training) {
        TrainingStrategies original =
                new BroughtStrategies(
                                run.registry(), training.model().settings(), Path.of(run.name()))
                        .unless(run.optimizer(), run.schedule(), run.guards());
        return TrainingStrategies.of(
                run.registry(),
                changes.optimizerInPlaceOf(original.optimizer(), run.registry()),
                changes.scheduler().orElse(original.scheduler()),
                changes.guards().orElse(original.guards()));
    }

    private static Optional<FirstWeights> weights(ProgramPatch changes, UserTraining training) {
        Optional<FirstWeights> own = training.model().firstWeights();
        return changes.weights().isEmpty() && changes.biases().isEmpty()
                ? own
                : Optional.of(
                        Redrawn.of(
                                training.model().network(),
                                own,
                                changes.weights(),
                                changes.biases(),
                                training.data().train()));
    }

    private Model network(ProgramPatch changes, long seed) {
        Model original = UserModels.copy(original(seed));
        ModelChanges structure = changes.structure();
        try {
            return UserModels.changed(original, structure, run.registry());
        } catch (InvalidInputException e) {
            throw e;
        } catch (RuntimeException refusedByDl4j) {
            throw new InvalidInputException(
                    Problem.ofKey(
                            "model",
                            "not tried: DL4J cannot build the network so: "
                                    + refusedByDl4j.getMessage()));
        }
    }

    /** Weights that are not drawn here may be drawn by the program, anew for each network. */
    private Model original(long seed) {
        return drawn || seed == run.seed()
                ? first
                : given.computeIfAbsent(seed, fresh -> UserModels.copy(networks.get()));
    }

    private HeldExamples scaled(ProgramPatch changes) {
        boolean features = changes.scalesFeatures();
        boolean targets = changes.scalesTargets();
        if (!features && !targets) {
            return examples;
        }
        if (features && examples.symbols()) {
            throw new InvalidInputException(
                    Problem.ofKey(
                            "data.normalize",
                            "not tried: features are numbers of symbols, which have no scale"));
        }
        return scaled.computeIfAbsent(
                List.of(features, targets), ignored -> examples.standardized(features, targets));
    }
}
