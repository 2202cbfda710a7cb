package org.evengrad.engine.run;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.evengrad.config.DataConfig.Normalize;
import org.evengrad.config.LoadedConfig;
import org.evengrad.config.plugins.KebabCase;
import org.evengrad.config.plugins.Provenance;
import org.evengrad.engine.data.Normalizer;
import org.evengrad.engine.data.SplitData;
import org.evengrad.engine.data.TargetScale;
import org.evengrad.engine.plan.TrainingPlan;
import org.evengrad.spi.Tensor;

/**
 * What a model zip says in {@code evengrad.json}, beyond DL4J's own configuration: what must be
 * done to data before the model sees it, and to its predictions, and how it was trained. It names
 * strategies, never classes.
 *
 * @param inputShape of one example
 * @param classes the names of the classes, in the order of the outputs; empty for regression
 * @param normalizer to apply to features
 * @param targetScale that the targets had; predictions are on it too
 * @param config the effective configuration, if it was trained from one
 * @param optimizer the optimizer as a configuration writes it, if it is known
 * @param strategies those that the configuration uses, and the jars that they were in
 * @param penalties what entered the gradient of each layer's weights, by its name; only layers that
 *     have one
 */
public record ModelDescription(
        List<Integer> inputShape,
        List<String> classes,
        Normalizer normalizer,
        TargetScale targetScale,
        Optional<String> config,
        Optional<String> optimizer,
        List<Provenance.Use> strategies,
        Map<String, Penalty> penalties) {
    private static final String PENALTIES = "penalties";
    private static final String TARGET_SCALE = "targetScale";

    /** Keeps copies of the collections. */
    public ModelDescription {
        inputShape = List.copyOf(inputShape);
        classes = List.copyOf(classes);
        strategies = List.copyOf(strategies);
        penalties = Collections.unmodifiableMap(new LinkedHashMap<>(penalties));
    }

    /**
     * What the gradient of a weight w has on top: {@code l1 * sign(w) + l2 * w}.
     *
     * @param l1 the weight of the sum of magnitudes
     * @param l2 the weight of half the sum of squares
     */
    public record Penalty(double l1, double l2) {}

    /** The description of a model that is being trained with some strategies. */
    public static ModelDescription of(TrainingPlan plan, List<Provenance.Use> strategies) {
        return new ModelDescription(
                plan.network().inputShape(),
                plan.data().classes(),
                plan.data().split().map(SplitData::normalizer).orElseGet(Normalizer::none),
                plan.data().targetScale(),
                plan.config().map(LoadedConfig::effectiveText),
                Optional.of(plan.strategies().optimizerText()),
                strategies,
                penalties(plan));
    }

    private static Map<String, Penalty> penalties(TrainingPlan plan) {
        Map<String, Penalty> penalties = new LinkedHashMap<>();
        for (Tensor tensor : plan.network().tensors()) {
            Penalty penalty =
                    new Penalty(
                            plan.penalties().l1()[tensor.index()],
                            plan.penalties().l2()[tensor.index()]);
            // Biases of a model that was brought along may have another one.
            if (penalty.l1() != 0 || penalty.l2() != 0) {
                penalties.putIfAbsent(plan.network().layers().get(tensor.layer()), penalty);
            }
        }
        return penalties;
    }

    /** The description as JSON. */
    public String toJson() {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.useDefaultPrettyPrinter();
            json.writeStartObject();
            json.writeArrayFieldStart("inputShape");
            for (int size : inputShape) {
                json.writeNumber(size);
            }
            json.writeEndArray();
            json.writeArrayFieldStart("classes");
            for (String name : classes) {
                json.writeString(name);
            }
            json.writeEndArray();
            normalizer(json, normalizer);
            targetScale(json, targetScale);
            if (config.isPresent()) {
                json.writeStringField("config", config.get());
            } else {
                json.writeNullField("config");
            }
            if (optimizer.isPresent()) {
                json.writeStringField("optimizer", optimizer.get());
            }
            UsedStrategiesJson.write(json, strategies);
            json.writeObjectFieldStart(PENALTIES);
            for (Map.Entry<String, Penalty> penalty : penalties.entrySet()) {
                json.writeObjectFieldStart(penalty.getKey());
                json.writeNumberField("l1", penalty.getValue().l1());
                json.writeNumberField("l2", penalty.getValue().l2());
                json.writeEndObject();
            }
            json.writeEndObject();
            json.writeEndObject();
        } catch (IOException e) {
            throw new IllegalStateException("a string cannot fail to be written", e);
        }
        return text.append('\n').toString();
    }

    /**
     * Reads what {@link #toJson()} wrote.
     *
     * @throws IOException if it is something else
     */
    public static ModelDescription parse(String text) throws IOException {
        JsonNode json = new ObjectMapper().readTree(text);
        List<Integer> inputShape = new ArrayList<>();
        json.path("inputShape").forEach(size -> inputShape.add(size.asInt()));
        List<String> classes = new ArrayList<>();
        json.path("classes").forEach(name -> classes.add(name.asText()));
        Map<String, Penalty> penalties = new LinkedHashMap<>();
        json.path(PENALTIES)
                .properties()
                .forEach(
                        layer ->
                                penalties.put(
                                        layer.getKey(),
                                        new Penalty(
                                                layer.getValue().path("l1").asDouble(),
                                                layer.getValue().path("l2").asDouble())));
        JsonNode normalizer = json.path("normalizer");
        JsonNode targetScale = json.path(TARGET_SCALE);
        try {
            return new ModelDescription(
                    inputShape,
                    classes,
                    new Normalizer(
                            Normalize.valueOf(
                                    normalizer
                                            .path("kind")
                                            .asText()
                                            .toUpperCase(Locale.ROOT)
                                            .replace('-', '_')),
                            numbers(normalizer.path("replacements")),
                            numbers(normalizer.path("shift")),
                            numbers(normalizer.path("scale"))),
                    new TargetScale(
                            numbers(targetScale.path("mean")),
                            numbers(targetScale.path("deviation"))),
                    Optional.ofNullable(json.path("config").textValue()),
                    Optional.ofNullable(json.path("optimizer").textValue()),
                    UsedStrategiesJson.read(json),
                    penalties);
        } catch (IllegalArgumentException e) {
            throw new IOException("its normalizer or targetScale is damaged: " + e.getMessage(), e);
        }
    }

    static void normalizer(JsonGenerator json, Normalizer normalizer) throws IOException {
        json.writeObjectFieldStart("normalizer");
        json.writeStringField("kind", KebabCase.of(normalizer.kind()));
        json.writeFieldName("replacements");
        json.writeArray(normalizer.replacements(), 0, normalizer.replacements().length);
        json.writeFieldName("shift");
        json.writeArray(normalizer.shift(), 0, normalizer.shift().length);
        json.writeFieldName("scale");
        json.writeArray(normalizer.scale(), 0, normalizer.scale().length);
        json.writeEndObject();
    }

    /** Written only if the targets were scaled. */
    static void targetScale(JsonGenerator json, TargetScale scale) throws IOException {
        if (scale.isNone()) {
            return;
        }
        json.writeObjectFieldStart(TARGET_SCALE);
        json.writeFieldName("mean");
        json.writeArray(scale.mean(), 0, scale.mean().length);
        json.writeFieldName("deviation");
        json.writeArray(scale.deviation(), 0, scale.deviation().length);
        json.writeEndObject();
    }

    private static double[] numbers(JsonNode array) {
        double[] values = new double[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = array.get(i).asDouble();
        }
        return values;
    }
}
