package org.evengrad.engine.run;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.evengrad.config.DataConfig.Normalize;
import org.evengrad.config.LoadedConfig;
import org.evengrad.config.plugins.KebabCase;
import org.evengrad.config.plugins.Provenance;
import org.evengrad.engine.data.Normalizer;
import org.evengrad.engine.plan.TrainingPlan;

/**
 * What a model zip says in {@code evengrad.json}, beyond DL4J's own configuration: what must be
 * done to data before the model sees it, and how it was trained. It names strategies, never
 * classes.
 *
 * @param classes the names of the classes, in the order of the outputs; empty for regression
 * @param normalizer to apply to features
 * @param config the effective configuration, if it was trained from one
 * @param strategies those that the configuration uses, and the jars that they were in
 */
public record ModelDescription(
        List<String> classes,
        Normalizer normalizer,
        Optional<String> config,
        List<Provenance.Use> strategies) {
    /** Keeps copies of the lists. */
    public ModelDescription {
        classes = List.copyOf(classes);
        strategies = List.copyOf(strategies);
    }

    /** The description of a model that is being trained with some strategies. */
    public static ModelDescription of(TrainingPlan plan, List<Provenance.Use> strategies) {
        return new ModelDescription(
                plan.data().dataset().classes(),
                plan.data().normalizer(),
                plan.config().map(LoadedConfig::effectiveText),
                strategies);
    }

    /** The description as JSON. */
    public String toJson() {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.useDefaultPrettyPrinter();
            json.writeStartObject();
            json.writeArrayFieldStart("classes");
            for (String name : classes) {
                json.writeString(name);
            }
            json.writeEndArray();
            normalizer(json, normalizer);
            if (config.isPresent()) {
                json.writeStringField("config", config.get());
            } else {
                json.writeNullField("config");
            }
            UsedStrategiesJson.write(json, strategies);
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
        List<String> classes = new ArrayList<>();
        json.path("classes").forEach(name -> classes.add(name.asText()));
        JsonNode normalizer = json.path("normalizer");
        try {
            return new ModelDescription(
                    classes,
                    new Normalizer(
                            Normalize.valueOf(
                                    normalizer
                                            .path("kind")
                                            .asText()
                                            .toUpperCase(Locale.ROOT)
                                            .replace('-', '_')),
                            numbers(normalizer.path("shift")),
                            numbers(normalizer.path("scale"))),
                    Optional.ofNullable(json.path("config").textValue()),
                    UsedStrategiesJson.read(json));
        } catch (IllegalArgumentException e) {
            throw new IOException("its normalizer is damaged: " + e.getMessage(), e);
        }
    }

    static void normalizer(JsonGenerator json, Normalizer normalizer) throws IOException {
        json.writeObjectFieldStart("normalizer");
        json.writeStringField("kind", KebabCase.of(normalizer.kind()));
        json.writeFieldName("shift");
        json.writeArray(normalizer.shift(), 0, normalizer.shift().length);
        json.writeFieldName("scale");
        json.writeArray(normalizer.scale(), 0, normalizer.scale().length);
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
