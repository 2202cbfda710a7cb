package org.evengrad.engine.run;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.evengrad.config.plugins.KebabCase;
import org.evengrad.engine.train.Verdict;
import org.evengrad.engine.train.WaivedVerdict;

/** A verdict as JSON: the same fields wherever one is written. */
public final class VerdictJson {
    private VerdictJson() {}

    /** Writes the fields of a verdict into the object that is open. */
    public static void write(JsonGenerator json, Verdict verdict) throws IOException {
        json.writeStringField("problem", verdict.problem());
        json.writeStringField("severity", KebabCase.of(verdict.severity()));
        json.writeArrayFieldStart("layers");
        for (String layer : verdict.layers()) {
            json.writeString(layer);
        }
        json.writeEndArray();
        json.writeStringField("cause", verdict.cause());
        json.writeObjectFieldStart("evidence");
        for (Map.Entry<String, Verdict.Evidence> entry : verdict.evidence().entrySet()) {
            json.writeObjectFieldStart(entry.getKey());
            number(json, "value", entry.getValue().value());
            number(json, "threshold", entry.getValue().threshold());
            json.writeEndObject();
        }
        json.writeEndObject();
        json.writeObjectFieldStart("seeds");
        json.writeNumberField("k", verdict.seeds().k());
        json.writeNumberField("n", verdict.seeds().n());
        json.writeEndObject();
        json.writeNumberField("firstStep", verdict.firstStep());
        json.writeStringField("what", verdict.what());
        json.writeStringField("why", verdict.why());
        json.writeArrayFieldStart("advice");
        for (String advice : verdict.advice()) {
            json.writeString(advice);
        }
        json.writeEndArray();
    }

    /** Writes the fields {@code verdicts} and {@code waived}. */
    public static void write(JsonGenerator json, List<Verdict> verdicts, List<WaivedVerdict> waived)
            throws IOException {
        json.writeArrayFieldStart("verdicts");
        for (Verdict verdict : verdicts) {
            json.writeStartObject();
            write(json, verdict);
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("waived");
        for (WaivedVerdict each : waived) {
            json.writeStartObject();
            write(json, each.verdict());
            json.writeStringField("reason", each.waiver().reason());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    /** Writes a number, or null if it is not finite. */
    public static void number(JsonGenerator json, String name, double value) throws IOException {
        json.writeFieldName(name);
        if (Double.isFinite(value)) {
            json.writeNumber(value);
        } else {
            json.writeNull();
        }
    }
}
