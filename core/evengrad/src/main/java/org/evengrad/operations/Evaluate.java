package org.evengrad.operations;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.evengrad.config.ConfigLoader;
import org.evengrad.config.DataConfig;
import org.evengrad.config.DataConfig.Normalize;
import org.evengrad.config.DataConfig.NormalizeTargets;
import org.evengrad.config.DataConfig.Part;
import org.evengrad.config.DataConfig.Source;
import org.evengrad.config.DataConfig.Task;
import org.evengrad.config.RunData;
import org.evengrad.config.plugins.KebabCase;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;
import org.evengrad.engine.data.DataLoader;
import org.evengrad.engine.data.DataPart;
import org.evengrad.engine.data.Dataset;
import org.evengrad.engine.data.Normalizer;
import org.evengrad.engine.data.SplitData;
import org.evengrad.engine.data.TargetScale;
import org.evengrad.engine.network.Network;
import org.evengrad.engine.network.NetworkBuilder;
import org.evengrad.engine.network.OpenedModel;
import org.evengrad.engine.plan.Batches;
import org.evengrad.engine.plan.TrainingData;
import org.evengrad.engine.run.ModelDescription;
import org.evengrad.engine.run.RunFolder;
import org.evengrad.engine.train.Evaluator;
import org.evengrad.engine.train.Scores;

/** Scores a saved model on data, prepared as the training data was. */
public final class Evaluate {
    private static final long SEED_WITHOUT_CONFIG = 42;

    private final ConfigLoader configs;
    private final NetworkBuilder networks;

    /**
     * The operation.
     *
     * @param configs reads configurations
     * @param networks opens models
     */
    public Evaluate(ConfigLoader configs, NetworkBuilder networks) {
        this.configs = configs;
        this.networks = networks;
    }

    /**
     * Evaluates.
     *
     * @throws InvalidInputException if the model or the data cannot be used
     */
    public EvaluatedModel run(EvaluateRequest request) {
        Path zip = zip(request.model());
        OpenedModel model = networks.open(zip, networks.cores());
        Optional<ModelDescription> description = describe(zip, model);
        Optional<RunData> trained =
                description.flatMap(ModelDescription::config).map(text -> parse(zip, text));
        DataPart part = rows(request, description, trained);
        if (part.isEmpty()) {
            throw new InvalidInputException(
                    Problem.of(
                            "the data has no "
                                    + KebabCase.of(request.part())
                                    + " rows; choose another --part"));
        }
        Dataset dataset = part.dataset();
        try (Network network = model.network(dataset.featureShape(), dataset.symbols())) {
            Batches batches = TrainingData.batches(network, part).orElseThrow();
            Scores scores =
                    new Evaluator(
                                    network,
                                    model.loss(),
                                    dataset.task(),
                                    targetScale(description),
                                    batches)
                            .scores();
            return new EvaluatedModel(scores, dataset.classes());
        }
    }

    private static TargetScale targetScale(Optional<ModelDescription> description) {
        return description.map(ModelDescription::targetScale).orElseGet(TargetScale::none);
    }

    private static Path zip(Path model) {
        if (!Files.isDirectory(model)) {
            return model;
        }
        Path zip = new RunFolder(model.toAbsolutePath()).model();
        if (!Files.exists(zip)) {
            throw new InvalidInputException(
                    Problem.of(model + " holds no model.zip, so it is no finished run"));
        }
        return zip;
    }

    private static Optional<ModelDescription> describe(Path zip, OpenedModel model) {
        if (model.evengradJson().isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(ModelDescription.parse(model.evengradJson().get()));
        } catch (IOException e) {
            throw new InvalidInputException(
                    Problem.inFile(zip, "evengrad.json cannot be read: " + e.getMessage()));
        }
    }

    /**
     * What the configuration that is stored in the model says of its data; its paths are absolute.
     */
    private RunData parse(Path zip, String text) {
        try {
            Path file = Files.createTempFile("evengrad", ".conf");
            try {
                return configs.loadData(Files.writeString(file, text), Map.of());
            } catch (InvalidInputException e) {
                throw new InvalidInputException(
                        Problem.inFile(
                                zip,
                                "the configuration stored in it cannot be used: "
                                        + e.problems().get(0).message()));
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private DataPart rows(
            EvaluateRequest request,
            Optional<ModelDescription> description,
            Optional<RunData> trained) {
        Normalizer normalizer =
                description.map(ModelDescription::normalizer).orElse(Normalizer.none());
        TargetScale scale = targetScale(description);
        if (request.data().isEmpty()) {
            RunData config =
                    trained.orElseThrow(
                            () ->
                                    new InvalidInputException(
                                            Problem.of(
                                                    "the model does not say what it was trained"
                                                            + " on; name the data with --data")));
            return part(request, DataLoader.load(config.data(), config.seed(), normalizer, scale));
        }
        Path file = request.data().get();
        boolean isConfig = file.getFileName().toString().endsWith(".conf");
        RunData config = isConfig ? configs.loadData(file, Map.of()) : null;
        if (isConfig && request.part() != EvaluateRequest.Part.ALL) {
            return part(request, DataLoader.load(config.data(), config.seed(), normalizer, scale));
        }
        DataConfig data = isConfig ? config.data() : onFile(file, trained);
        long seed = isConfig ? config.seed() : SEED_WITHOUT_CONFIG;
        return description
                .map(known -> DataLoader.loadWhole(data, seed, normalizer, scale, known.classes()))
                .orElseGet(() -> DataLoader.load(data, seed, normalizer, scale).dataset().all());
    }

    private static DataConfig onFile(Path data, Optional<RunData> trained) {
        Path file = data.toAbsolutePath().normalize();
        Source source =
                trained.map(config -> onFile(config.data().source(), file))
                        .orElseGet(() -> unknown(file));
        return new DataConfig(
                source,
                1,
                Optional.empty(),
                Optional.of(new Part(0)),
                new Part(0),
                Optional.of(DataConfig.Split.TIME),
                false,
                Optional.empty(),
                NormalizeTargets.NONE);
    }

    /** The file means what the file meant that the model was trained on. */
    private static Source onFile(Source trained, Path file) {
        if (trained instanceof Source.Csv csv) {
            return new Source.Csv(
                    file,
                    csv.label(),
                    csv.task(),
                    csv.header(),
                    csv.normalize(),
                    csv.missing(),
                    csv.group(),
                    csv.time(),
                    csv.streaming());
        } else if (trained instanceof Source.SequenceCsv csv) {
            return new Source.SequenceCsv(
                    file,
                    csv.id(),
                    csv.time(),
                    csv.label(),
                    csv.labelPer(),
                    csv.task(),
                    csv.normalize(),
                    csv.missing(),
                    csv.group(),
                    csv.streaming());
        } else if (trained instanceof Source.Text text) {
            return new Source.Text(file, text.sequenceLength());
        }
        return unknown(file);
    }

    private static Source unknown(Path file) {
        return new Source.Csv(
                file, "last", Optional.<Task>empty(), Optional.empty(), Normalize.NONE);
    }

    private static DataPart part(EvaluateRequest request, SplitData data) {
        return switch (request.part()) {
            case TRAIN -> data.train();
            case VALIDATION -> data.validation();
            case TEST -> data.test();
            case ALL -> data.dataset().all();
        };
    }
}
