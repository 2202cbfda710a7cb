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
import org.evengrad.config.DataConfig.Part;
import org.evengrad.config.DataConfig.Source;
import org.evengrad.config.DataConfig.Task;
import org.evengrad.config.RunData;
import org.evengrad.config.plugins.KebabCase;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;
import org.evengrad.engine.data.DataLoader;
import org.evengrad.engine.data.DataPart;
import org.evengrad.engine.data.Normalizer;
import org.evengrad.engine.data.SplitData;
import org.evengrad.engine.network.NetworkBuilder;
import org.evengrad.engine.network.OpenedModel;
import org.evengrad.engine.run.ModelDescription;
import org.evengrad.engine.run.RunFolder;
import org.evengrad.engine.train.Evaluator;

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
        OpenedModel model = networks.open(zip, Runtime.getRuntime().availableProcessors());
        try (var network = model.network()) {
            Optional<ModelDescription> description = describe(zip, model);
            Optional<RunData> trained =
                    description.flatMap(ModelDescription::config).map(text -> parse(zip, text));
            DataPart part = rows(request, description, trained);
            int inputs = network.inputs();
            if (part.dataset().featureCount() != inputs) {
                throw new InvalidInputException(
                        Problem.of(
                                "the model takes "
                                        + inputs
                                        + " features, the data has "
                                        + part.dataset().featureCount()));
            }
            if (part.isEmpty()) {
                throw new InvalidInputException(
                        Problem.of(
                                "the data has no "
                                        + KebabCase.of(request.part())
                                        + " rows; choose another --part"));
            }
            return new EvaluatedModel(
                    new Evaluator(network, model.loss(), part).scores(), part.dataset().classes());
        }
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
        if (request.data().isEmpty()) {
            RunData config =
                    trained.orElseThrow(
                            () ->
                                    new InvalidInputException(
                                            Problem.of(
                                                    "the model does not say what it was trained"
                                                            + " on; name the data with --data")));
            return part(request, DataLoader.load(config.data(), config.seed(), normalizer));
        }
        Path file = request.data().get();
        boolean isConfig = file.getFileName().toString().endsWith(".conf");
        RunData config = isConfig ? configs.loadData(file, Map.of()) : null;
        if (isConfig && request.part() != EvaluateRequest.Part.ALL) {
            return part(request, DataLoader.load(config.data(), config.seed(), normalizer));
        }
        DataConfig data = isConfig ? config.data() : csv(file, trained);
        long seed = isConfig ? config.seed() : SEED_WITHOUT_CONFIG;
        return description
                .map(known -> DataLoader.loadWhole(data, seed, normalizer, known.classes()))
                .orElseGet(() -> DataLoader.load(data, seed, normalizer).dataset().all());
    }

    /** The columns mean what they meant in training, if that was on a CSV file. */
    private static DataConfig csv(Path file, Optional<RunData> trained) {
        Source.Csv columns =
                trained.map(config -> config.data().source())
                        .filter(Source.Csv.class::isInstance)
                        .map(Source.Csv.class::cast)
                        .orElse(
                                new Source.Csv(
                                        file,
                                        "last",
                                        Optional.<Task>empty(),
                                        Optional.empty(),
                                        Normalize.NONE));
        Source source =
                new Source.Csv(
                        file.toAbsolutePath().normalize(),
                        columns.label(),
                        columns.task(),
                        columns.header(),
                        columns.normalize());
        return new DataConfig(
                source,
                1,
                Optional.empty(),
                Optional.of(new Part(0)),
                new Part(0),
                Optional.of(DataConfig.Split.TIME),
                false);
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
