package org.evengrad.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import org.evengrad.diagnosis.CheckResult;
import org.evengrad.diagnosis.LayerHealth;
import org.evengrad.diagnosis.Quartiles;
import org.evengrad.engine.run.VerdictJson;

/** A check as one JSON object. Keys are always present; what is no finite number is null. */
final class CheckJson {
    private CheckJson() {}

    static String of(CheckResult result) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.useDefaultPrettyPrinter();
            write(json, result);
        } catch (IOException e) {
            throw new IllegalStateException("a string cannot fail to be written", e);
        }
        return text.append('\n').toString();
    }

    private static void write(JsonGenerator json, CheckResult result) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", result.name());
        json.writeBooleanField("healthy", result.healthy());
        json.writeNumberField("seeds", result.seeds());
        json.writeBooleanField("givenWeights", result.givenWeights());
        number(json, "probeLoss", result.probeLoss());
        number(json, "nullLoss", result.nullLoss());
        number(json, "totalSignal", result.totalSignal().median());
        quartiles(json, "totalSignalQuartiles", result.totalSignal());
        number(json, "zeroShare", result.zeroShare());
        number(json, "depthScale", result.depthScale());
        number(json, "sumOfInverseWidths", result.inverseWidths());
        number(json, "seconds", result.seconds());
        VerdictJson.write(json, result.verdicts(), result.waived());
        json.writeArrayFieldStart("layers");
        for (LayerHealth layer : result.layers()) {
            json.writeStartObject();
            layer(json, layer);
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void layer(JsonGenerator json, LayerHealth layer) throws IOException {
        json.writeStringField("name", layer.name());
        json.writeBooleanField("blamed", layer.blamed());
        number(json, "forwardVariance", layer.forwardVariance().median());
        number(json, "backwardGain", layer.backwardGain().median());
        number(json, "weightGain", layer.weightGain().median());
        number(json, "activationGain", layer.activationGain().median());
        number(json, "structureGain", layer.structureGain().median());
        number(json, "deadShare", layer.deadShare());
        number(json, "saturatedShare", layer.saturatedShare());
        number(json, "zeroShare", layer.zeroShare());
        number(json, "branchRatio", layer.branchRatio().orElse(Double.NaN));
        number(
                json,
                "horizonSteps",
                layer.horizon().isPresent() ? layer.horizon().getAsInt() : Double.NaN);
        json.writeObjectFieldStart("quartiles");
        quartiles(json, "forwardVariance", layer.forwardVariance());
        quartiles(json, "backwardGain", layer.backwardGain());
        quartiles(json, "weightGain", layer.weightGain());
        quartiles(json, "activationGain", layer.activationGain());
        quartiles(json, "structureGain", layer.structureGain());
        json.writeEndObject();
    }

    private static void quartiles(JsonGenerator json, String name, Quartiles value)
            throws IOException {
        json.writeObjectFieldStart(name);
        number(json, "lower", value.lower());
        number(json, "median", value.median());
        number(json, "upper", value.upper());
        json.writeEndObject();
    }

    private static void number(JsonGenerator json, String name, double value) throws IOException {
        VerdictJson.number(json, name, value);
    }
}
