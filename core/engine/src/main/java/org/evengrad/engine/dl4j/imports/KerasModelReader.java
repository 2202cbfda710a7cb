package org.evengrad.engine.dl4j.imports;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.modelimport.keras.KerasLayer;
import org.deeplearning4j.nn.modelimport.keras.KerasModelImport;
import org.deeplearning4j.nn.modelimport.keras.config.Keras2LayerConfiguration;
import org.deeplearning4j.nn.modelimport.keras.utils.KerasLayerUtils;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;

/**
 * Reads a whole model that Keras 2 saved as HDF5, with DL4J's Keras import. That leaves out what
 * only training needs, so it is read here: loss, optimizer, penalties and frozen layers.
 */
public final class KerasModelReader {
    private static final JsonMapper JSON = new JsonMapper();

    private KerasModelReader() {}

    /**
     * Reads a model. A Sequential becomes a MultiLayerNetwork, a functional model a
     * ComputationGraph. Its outputs have the loss that it was compiled with; without one, the loss
     * that fits the last activation: cross-entropy to softmax, binary cross-entropy to sigmoid,
     * else the mean squared error.
     *
     * @param file an {@code .h5} file with layers and weights
     * @throws InvalidInputException if it is no such file, or has a layer that cannot be imported,
     *     which is named
     */
    public static ImportedModel read(Path file) {
        KerasFile texts = KerasFile.read(file);
        List<JsonNode> layers = layers(texts);
        checkLayers(texts, layers);
        Model imported = load(texts);
        KerasTraining training = KerasTraining.of(texts.training(), layers);
        Model trainable = training.prepare(imported);
        KerasOptimizer optimizer = training.optimizer();
        ModelSettings settings = ModelSettings.of(trainable);
        return new ImportedModel(
                trainable,
                settings.with(
                        optimizer.optimizer(),
                        optimizer.scheduler(),
                        optimizer.guards(),
                        settings.inputs().stream().map(input -> shaped(input, layers)).toList(),
                        training.notes()));
    }

    /** Keras keeps the shape that DL4J does not: {@code [null, height, width, channels]}. */
    private static InputSettings shaped(InputSettings input, List<JsonNode> layers) {
        JsonNode sizes =
                layers.stream()
                        .filter(layer -> input.name().equals(layer.path("name").asText("")))
                        .findFirst()
                        .orElse(layers.get(0))
                        .path("config")
                        .path("batch_input_shape");
        List<Integer> shape = new ArrayList<>();
        sizes.forEach(size -> shape.add(size.asInt(0)));
        if (shape.size() - 1 != input.shape().size() || input.symbols().isPresent()) {
            return input;
        }
        shape.remove(0);
        if (input.channelsLast()) {
            shape.add(0, shape.remove(shape.size() - 1));
        }
        return new InputSettings(
                input.name(), shape, input.symbols(), input.channelsLast(), input.flattened());
    }

    private static List<JsonNode> layers(KerasFile texts) {
        String kind = texts.architecture().path("class_name").asText("");
        JsonNode config = texts.architecture().path("config");
        JsonNode layers = config.isArray() ? config : config.path("layers");
        boolean known = List.of("Sequential", "Functional", "Model").contains(kind);
        if (!known || !layers.isArray() || layers.isEmpty()) {
            throw KerasFile.refused(
                    texts.file(),
                    known
                            ? "it has no layers"
                            : "its class is "
                                    + kind
                                    + "; Sequential and functional models can be"
                                    + " imported");
        }
        List<JsonNode> list = new ArrayList<>();
        layers.forEach(list::add);
        return list;
    }

    /** Builds each layer alone, so that one that cannot be imported is named. */
    private static void checkLayers(KerasFile texts, List<JsonNode> layers) {
        List<Problem> problems = new ArrayList<>();
        for (JsonNode layer : layers) {
            String kind = layer.path("class_name").asText("");
            String name = layer.path("config").path("name").asText(layer.path("name").asText(""));
            failure(layer)
                    .ifPresent(
                            why ->
                                    problems.add(
                                            Problem.inFile(
                                                    texts.file(),
                                                    "the layer "
                                                            + name
                                                            + " of class "
                                                            + kind
                                                            + " cannot be imported"
                                                            + why)));
        }
        if (!problems.isEmpty()) {
            throw new InvalidInputException(problems);
        }
    }

    /** Why a layer cannot be built; empty if it can, or needs the layers before it. */
    private static Optional<String> failure(JsonNode layer) {
        String kind = layer.path("class_name").asText("");
        if (kind.equals("Lambda")) {
            return Optional.of(": it holds Python code");
        }
        if (kind.equals("Sequential") || kind.equals("Functional") || kind.equals("Model")) {
            return Optional.of(": it is a model within the model; make its layers part of it");
        }
        Map<String, Object> config =
                JSON.convertValue(layer, new TypeReference<HashMap<String, Object>>() {});
        config.put("keras_version", 2);
        config.put("backend", "tensorflow");
        try {
            Map<String, KerasLayer> before = new HashMap<>();
            KerasLayerUtils.getKerasLayerFromConfig(
                    config, false, new Keras2LayerConfiguration(), Map.of(), Map.of(), before);
            return Optional.empty();
        } catch (Exception e) {
            String why = e.getMessage() == null ? "" : e.getMessage();
            // An embedding may refer to layers that are not there now.
            return why.contains("Unsupported keras layer type")
                    ? Optional.of(": Deeplearning4j has none like it")
                    : Optional.empty();
        }
    }

    private static Model load(KerasFile texts) {
        String path = texts.file().toString();
        try {
            return texts.architecture().path("class_name").asText().equals("Sequential")
                    ? KerasModelImport.importKerasSequentialModelAndWeights(path, false)
                    : KerasModelImport.importKerasModelAndWeights(path, false);
        } catch (Exception e) {
            throw KerasFile.refused(
                    texts.file(), "Deeplearning4j cannot import it: " + firstSentence(e));
        }
    }

    private static String firstSentence(Exception e) {
        String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return message.strip().lines().findFirst().orElse("").replaceFirst("\\. Please file.*", "");
    }
}
