package org.evengrad.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import org.evengrad.config.plugins.KebabCase;
import org.evengrad.diagnosis.RangeResult;
import org.evengrad.diagnosis.RangeResult.Point;
import org.evengrad.diagnosis.RangeResult.Trial;
import org.evengrad.engine.run.VerdictJson;

/** A range test as one JSON object. Keys are always present; what is no finite number is null. */
final class RangeJson {
    private RangeJson() {}

    static String of(RangeResult result) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.useDefaultPrettyPrinter();
            write(json, result);
        } catch (IOException e) {
            throw new IllegalStateException("a string cannot fail to be written", e);
        }
        return text.append('\n').toString();
    }

    private static void write(JsonGenerator json, RangeResult result) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", result.name());
        number(json, "suggestion", result.suggestion().orElse(Double.NaN));
        number(json, "setting", result.setting().orElse(Double.NaN));
        json.writeStringField("rule", KebabCase.of(result.rule()));
        json.writeStringField("why", result.why());
        number(json, "current", result.current());
        number(json, "divergesAt", result.divergesAt().orElse(Double.NaN));
        number(json, "lossBefore", result.lossBefore());
        json.writeArrayFieldStart("curve");
        for (Point point : result.curve()) {
            json.writeStartObject();
            number(json, "rate", point.rate());
            number(json, "loss", point.loss());
            number(json, "low", point.low());
            number(json, "high", point.high());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("trials");
        for (Trial trial : result.trials()) {
            json.writeStartObject();
            number(json, "rate", trial.rate());
            number(json, "loss", trial.loss());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeNumberField("trialSteps", result.trialSteps());
        json.writeNumberField("orders", result.orders());
        json.writeNumberField("steps", result.steps());
        json.writeArrayFieldStart("notes");
        for (String note : result.notes()) {
            json.writeString(note);
        }
        json.writeEndArray();
        number(json, "seconds", result.seconds());
        json.writeEndObject();
    }

    private static void number(JsonGenerator json, String name, double value) throws IOException {
        VerdictJson.number(json, name, value);
    }
}
