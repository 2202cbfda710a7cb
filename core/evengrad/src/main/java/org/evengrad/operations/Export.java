package org.evengrad.operations;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.evengrad.config.ConfigLoader;
import org.evengrad.config.DataConfig.Normalize;
import org.evengrad.config.bind.StrategyReader;
import org.evengrad.config.plugins.KebabCase;
import org.evengrad.config.plugins.Kind;
import org.evengrad.config.plugins.Provenance;
import org.evengrad.config.plugins.StrategyRegistry;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;
import org.evengrad.engine.dl4j.export.Continuation;
import org.evengrad.engine.dl4j.export.PlainModel;
import org.evengrad.engine.dl4j.export.PlainModel.Updater;
import org.evengrad.engine.dl4j.export.SavedModel;
import org.evengrad.engine.run.AtomicFile;
import org.evengrad.engine.run.ModelDescription;
import org.evengrad.engine.run.RunFolder;
import org.evengrad.engine.run.RunRecorder;
import org.evengrad.engine.step.TrainingState;
import org.evengrad.engine.train.Checkpoint;
import org.evengrad.spi.Optimizer;

/** Writes a trained model for those who have DL4J and none of our jars. */
public final class Export {
    /** The share of the optimizer's rate below which users should be told. */
    private static final double HARDLY_ANY = 0.01;

    private final StrategyRegistry registry;
    private final ConfigLoader configs;

    /**
     * The operation.
     *
     * @param registry what is installed
     * @param configs reads the configuration that is stored in a model
     */
    public Export(StrategyRegistry registry, ConfigLoader configs) {
        this.registry = registry;
        this.configs = configs;
    }

    /**
     * Exports.
     *
     * @throws InvalidInputException if the model cannot be read or holds what DL4J lacks, or the
     *     file cannot be written
     */
    public ExportedModel run(ExportRequest request) {
        requireWritable(request);
        Optional<RunFolder> run = runFolder(request.model());
        Path zip = run.map(RunFolder::model).orElse(request.model());
        SavedModel model = SavedModel.read(zip);
        Optional<ModelDescription> description =
                model.evengradJson().map(text -> describe(zip, text));
        Optional<Optimizer> optimizer =
                description
                        .flatMap(ModelDescription::optimizer)
                        .map(text -> optimizer(description.get(), text, zip));
        if (optimizer.isEmpty() && request.checkpoint()) {
            throw new InvalidInputException(
                    Problem.inFile(
                            zip,
                            "does not say with which optimizer it was trained, so its checkpoint"
                                    + " means nothing"));
        }
        List<String> notes = new ArrayList<>();
        Optional<Continuation> continuation =
                optimizer.map(
                        known ->
                                continuation(
                                        known,
                                        description.orElseThrow(),
                                        run,
                                        state(run, model, request.checkpoint(), notes)));
        PlainModel written = write(request.file(), model, continuation);
        description.ifPresent(known -> noteScales(known, notes));
        optimizer.ifPresent(
                known ->
                        noteTraining(
                                known, description.orElseThrow(), written, continuation, notes));
        return new ExportedModel(
                request.file().toAbsolutePath().normalize(),
                written,
                optimizer.map(known -> registry.typeOf(known).name()),
                continuation.isPresent() && written.updater() != Updater.NONE
                        ? OptionalDouble.of(continuation.get().rate())
                        : OptionalDouble.empty(),
                notes);
    }

    private static void requireWritable(ExportRequest request) {
        Path file = request.file();
        if (Files.isDirectory(file)) {
            throw new InvalidInputException(
                    Problem.inFile(file, "is a folder; name the zip to write"));
        }
        if (Files.exists(file) && !request.overwrite()) {
            throw new InvalidInputException(
                    Problem.inFile(file, "exists already; --force writes over it"));
        }
        Path folder = file.toAbsolutePath().getParent();
        if (!Files.isDirectory(folder)) {
            throw new InvalidInputException(
                    Problem.inFile(file, "cannot be written: there is no folder " + folder));
        }
    }

    private static Optional<RunFolder> runFolder(Path model) {
        if (!Files.isDirectory(model)) {
            if (!Files.exists(model)) {
                throw new InvalidInputException(Problem.of("no such run or model: " + model));
            }
            return Optional.empty();
        }
        RunFolder folder = new RunFolder(model.toAbsolutePath().normalize());
        if (!Files.exists(folder.model())) {
            throw new InvalidInputException(
                    Problem.of(model + " holds no model.zip, so it is no finished run"));
        }
        return Optional.of(folder);
    }

    private static ModelDescription describe(Path zip, String text) {
        try {
            return ModelDescription.parse(text);
        } catch (IOException e) {
            throw new InvalidInputException(
                    Problem.inFile(zip, "evengrad.json cannot be read: " + e.getMessage()));
        }
    }

    private Optimizer optimizer(ModelDescription description, String text, Path zip) {
        StrategyReader reader = new StrategyReader(registry.remembering(description.strategies()));
        return (Optimizer) reader.read(Kind.OPTIMIZER, text, zip);
    }

    /** What training remembered, if it is that of the parameters that are exported. */
    private static Optional<TrainingState> state(
            Optional<RunFolder> run, SavedModel model, boolean checkpoint, List<String> notes) {
        if (run.isEmpty()) {
            if (checkpoint) {
                throw new InvalidInputException(
                        Problem.of("a model zip has no checkpoints; name the run's folder"));
            }
            notes.add(
                    "a model zip holds no memory of its optimizer; the run's folder does, if it is"
                            + " still there");
            return Optional.empty();
        }
        Optional<TrainingState> newest =
                RunRecorder.newestCheckpoint(run.get()).map(Checkpoint::state);
        if (newest.isEmpty()) {
            if (checkpoint) {
                throw new InvalidInputException(
                        Problem.of(run.get().path() + " has no checkpoint that is whole"));
            }
            notes.add("the run has no checkpoint, so what its optimizer remembered is lost");
            return Optional.empty();
        }
        if (checkpoint || Arrays.equals(newest.get().parameters(), model.parameters())) {
            return newest;
        }
        notes.add(
                "the newest checkpoint, of step "
                        + newest.get().step()
                        + ", has other parameters than the model that was kept, so what the"
                        + " optimizer remembered then is left out; --checkpoint exports the"
                        + " checkpoint with both");
        return Optional.empty();
    }

    private static Continuation continuation(
            Optimizer optimizer,
            ModelDescription description,
            Optional<RunFolder> run,
            Optional<TrainingState> state) {
        double rate =
                state.filter(known -> known.updates() > 0)
                        .map(TrainingState::rate)
                        .orElse(optimizer.learningRate());
        int epochs =
                state.isEmpty() ? 0 : RunRecorder.epochs(run.orElseThrow(), state.get().step());
        return new Continuation(optimizer, rate, description.penalties(), state, epochs);
    }

    private PlainModel write(Path file, SavedModel model, Optional<Continuation> continuation) {
        PlainModel[] written = new PlainModel[1];
        try {
            AtomicFile.write(
                    file.toAbsolutePath(),
                    temporary -> written[0] = model.write(temporary, continuation, registry));
        } catch (AccessDeniedException denied) {
            throw new InvalidInputException(
                    Problem.inFile(file, "cannot be written: permission denied"));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return written[0];
    }

    private static void noteScales(ModelDescription description, List<String> notes) {
        Normalize kind = description.normalizer().kind();
        if (kind != Normalize.NONE) {
            notes.add(
                    "DL4J gets features as they come: subtract normalizer.shift and divide by"
                            + " normalizer.scale of the entry evengrad.json first ("
                            + KebabCase.of(kind)
                            + ")");
        }
        if (!description.targetScale().isNone()) {
            notes.add(
                    "DL4J predicts on the scale that was learned: multiply predictions by"
                        + " targetScale.deviation and add targetScale.mean of the entry"
                        + " evengrad.json, and scale the targets that you fit on the other way");
        }
    }

    private void noteTraining(
            Optimizer used,
            ModelDescription description,
            PlainModel written,
            Optional<Continuation> continuation,
            List<String> notes) {
        String optimizer = registry.typeOf(used).name();
        if (written.updater() == Updater.NONE) {
            notes.add(
                    "DL4J has no updater that goes on as "
                            + optimizer
                            + " would: the model has Sgd(0.0), with which fit moves no weight; set"
                            + " one before you fit (TransferLearning.Builder,"
                            + " fineTuneConfiguration, updater)");
            return;
        }
        String scheduler = String.join(", ", names(description, Kind.SCHEDULER));
        if (!scheduler.isEmpty() && !scheduler.equals("constant")) {
            boolean last = continuation.flatMap(Continuation::state).isPresent();
            notes.add(
                    "the schedule "
                            + scheduler
                            + " ends here: fit goes on with a constant rate, "
                            + (last ? "the last step's" : "the optimizer's")
                            + (continuation.orElseThrow().rate() < HARDLY_ANY * used.learningRate()
                                    ? ", which hardly moves a weight"
                                    : "")
                            + "; network.setLearningRate(…) changes it");
        }
        List<String> guards = names(description, Kind.GUARD);
        if (!guards.isEmpty()) {
            notes.add("fit runs without the guards: " + String.join(", ", guards));
        }
        if (written.summedOverTime()) {
            notes.add(
                    "fit sums the loss over the time steps, of which Evengrad takes the mean: its"
                            + " gradient is longer by their number");
        }
    }

    private static List<String> names(ModelDescription description, Kind kind) {
        return description.strategies().stream()
                .filter(use -> use.kind() == kind)
                .map(Provenance.Use::name)
                .toList();
    }
}
