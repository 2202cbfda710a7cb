package org.evengrad.engine.run;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.evengrad.engine.metrics.Confusion;
import org.evengrad.engine.train.Scores;

/** Scores as JSON: the same fields wherever some are written. Non-finite numbers are null. */
public final class ScoresJson {
    private ScoresJson() {}

    /**
     * Scores on some rows as an object with {@code part}, {@code rows}, {@code loss}, {@code
     * accuracy}, {@code metrics}, {@code lossPerStep} and {@code confusion}.
     *
     * @param part which rows
     * @param classes the names of the classes; empty if there are none
     */
    public static String of(String part, Scores scores, List<String> classes) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.useDefaultPrettyPrinter();
            json.writeStartObject();
            json.writeStringField("part", part);
            json.writeNumberField("rows", scores.rows());
            VerdictJson.number(json, "loss", scores.loss());
            VerdictJson.number(json, "accuracy", scores.accuracy().orElse(Double.NaN));
            json.writeFieldName("metrics");
            metrics(json, scores.metrics());
            json.writeFieldName("lossPerStep");
            lossPerStep(json, scores.lossPerStep());
            json.writeFieldName("confusion");
            confusion(json, scores.confusion(), classes);
            json.writeEndObject();
        } catch (IOException e) {
            throw new IllegalStateException("a string cannot fail to be written", e);
        }
        return text.append('\n').toString();
    }

    /** An object with a number for each metric. */
    static void metrics(JsonGenerator json, Map<String, Double> metrics) throws IOException {
        json.writeStartObject();
        for (Map.Entry<String, Double> metric : metrics.entrySet()) {
            VerdictJson.number(json, metric.getKey(), metric.getValue());
        }
        json.writeEndObject();
    }

    /** An array with a number for each time step, or null if there are no steps. */
    static void lossPerStep(JsonGenerator json, List<Double> losses) throws IOException {
        if (losses.isEmpty()) {
            json.writeNull();
            return;
        }
        json.writeStartArray();
        for (double loss : losses) {
            if (Double.isFinite(loss)) {
                json.writeNumber(loss);
            } else {
                json.writeNull();
            }
        }
        json.writeEndArray();
    }

    /**
     * An object with {@code classes}, the names, and {@code counts}, a row for each true class with
     * a count for each predicted one; or null.
     */
    static void confusion(JsonGenerator json, Optional<Confusion> confusion, List<String> names)
            throws IOException {
        if (confusion.isEmpty()) {
            json.writeNull();
            return;
        }
        json.writeStartObject();
        json.writeArrayFieldStart("classes");
        for (String name : confusion.get().names(names)) {
            json.writeString(name);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("counts");
        for (List<Long> row : confusion.get().counts()) {
            json.writeStartArray();
            for (long count : row) {
                json.writeNumber(count);
            }
            json.writeEndArray();
        }
        json.writeEndArray();
        json.writeEndObject();
    }
}
