package org.evengrad.comparison;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.evengrad.engine.run.VerdictJson;

/** A comparison as one JSON object. Keys are always present; what is no finite number is null. */
public final class ComparisonJson {
    private ComparisonJson() {}

    /** The text. */
    public static String of(Comparison comparison) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.useDefaultPrettyPrinter();
            write(json, comparison);
        } catch (IOException e) {
            throw new IllegalStateException("a string cannot fail to be written", e);
        }
        return text.append('\n').toString();
    }

    private static void write(JsonGenerator json, Comparison comparison) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", comparison.name());
        json.writeStringField("folder", comparison.folder().toString());
        json.writeBooleanField("complete", comparison.isWhole());
        json.writeStringField("metric", comparison.metric());
        json.writeBooleanField("higherIsBetter", comparison.higherIsBetter());
        json.writeArrayFieldStart("seeds");
        for (long seed : comparison.seeds()) {
            json.writeNumber(seed);
        }
        json.writeEndArray();
        List<Cell> like = comparison.likeBest();
        json.writeArrayFieldStart("cells");
        for (Cell cell : comparison.cells()) {
            json.writeStartObject();
            json.writeObjectFieldStart("values");
            for (Map.Entry<String, String> value : cell.values().entrySet()) {
                json.writeStringField(value.getKey(), value.getValue());
            }
            json.writeEndObject();
            json.writeBooleanField("best", comparison.best().filter(cell::equals).isPresent());
            json.writeBooleanField("likeBest", like.contains(cell));
            String metric = comparison.metric();
            summary(json, "validation", cell.mean(metric), cell.spread(metric));
            summary(json, "test", cell.testMean(metric), cell.testSpread(metric));
            json.writeArrayFieldStart("runs");
            for (ComparedRun run : cell.runs()) {
                run(json, comparison, run);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void summary(JsonGenerator json, String part, double mean, double spread)
            throws IOException {
        json.writeObjectFieldStart(part);
        VerdictJson.number(json, "mean", mean);
        VerdictJson.number(json, "spread", spread);
        json.writeEndObject();
    }

    private static void run(JsonGenerator json, Comparison comparison, ComparedRun run)
            throws IOException {
        json.writeStartObject();
        json.writeNumberField("seed", run.seed());
        json.writeStringField("folder", comparison.folder().relativize(run.folder()).toString());
        json.writeStringField("status", run.status());
        metrics(json, "validation", run.validation());
        metrics(json, "test", run.test());
        VerdictJson.number(json, "seconds", run.seconds());
        json.writeEndObject();
    }

    private static void metrics(JsonGenerator json, String part, Map<String, Double> metrics)
            throws IOException {
        json.writeObjectFieldStart(part);
        for (Map.Entry<String, Double> metric : metrics.entrySet()) {
            VerdictJson.number(json, metric.getKey(), metric.getValue());
        }
        json.writeEndObject();
    }
}
