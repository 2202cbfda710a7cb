package org.evengrad.operations;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.evengrad.config.plugins.KebabCase;
import org.evengrad.diagnosis.repair.Edit;
import org.evengrad.diagnosis.repair.Outcome;
import org.evengrad.diagnosis.repair.Proof;
import org.evengrad.diagnosis.repair.Repair;
import org.evengrad.diagnosis.repair.Trial;
import org.evengrad.engine.run.VerdictJson;

/**
 * An attempt at a repair as one JSON object. Keys are always present, but {@code after} only where
 * there is a patch; what is no finite number is null.
 */
public final class TreatmentJson {
    private TreatmentJson() {}

    /** The object as indented text. */
    public static String of(Treatment treatment) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.useDefaultPrettyPrinter();
            write(json, treatment);
        } catch (IOException e) {
            throw new IllegalStateException("a string cannot fail to be written", e);
        }
        return text.append('\n').toString();
    }

    private static void write(JsonGenerator json, Treatment treatment) throws IOException {
        Repair repair = treatment.repair();
        json.writeStartObject();
        json.writeStringField("name", repair.name());
        json.writeStringField("status", KebabCase.of(repair.status()));
        outcome(json, "before", repair.before());
        if (!repair.patch().isEmpty()) {
            outcome(json, "after", repair.after());
        }
        json.writeStringField("patch", treatment.patch());
        edits(json, repair.patch().edits());
        proof(json, repair.proof());
        number(json, "cost", repair.cost().searchAndProof());
        number(json, "costOfSearch", repair.cost().search());
        number(json, "costOfProof", repair.cost().proof());
        number(json, "costOfResult", repair.cost().result());
        number(json, "seconds", repair.seconds());
        json.writeStringField(
                "repairedConfig", treatment.repairedConfig().map(Object::toString).orElse(null));
        json.writeStringField("folder", treatment.folder().path().toString());
        sentences(json, "notes", treatment.notes());
        sentences(json, "ruledOut", repair.ruledOut());
        VerdictJson.write(json, repair.verdicts(), List.of());
        tried(json, repair);
        trials(json, repair.trials());
        json.writeEndObject();
    }

    private static void sentences(JsonGenerator json, String name, List<String> sentences)
            throws IOException {
        json.writeArrayFieldStart(name);
        for (String sentence : sentences) {
            json.writeString(sentence);
        }
        json.writeEndArray();
    }

    private static void outcome(JsonGenerator json, String name, Optional<Outcome> outcome)
            throws IOException {
        if (outcome.isEmpty() || outcome.get().values().isEmpty()) {
            json.writeNullField(name);
            return;
        }
        Outcome known = outcome.get();
        json.writeObjectFieldStart(name);
        json.writeObjectFieldStart(known.metric());
        number(json, "mean", known.mean());
        number(json, "spread", known.spread());
        numbers(json, "values", known.values());
        json.writeEndObject();
        numbers(json, "skills", known.skills());
        json.writeEndObject();
    }

    private static void edits(JsonGenerator json, List<Edit> edits) throws IOException {
        json.writeArrayFieldStart("edits");
        for (Edit edit : edits) {
            json.writeStartObject();
            json.writeStringField("kind", KebabCase.of(edit.kind()));
            json.writeStringField("key", edit.key());
            json.writeStringField("value", edit.value());
            json.writeStringField("reason", edit.reason());
            json.writeStringField("java", edit.java());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    /** The word only of a proof that holds; the pairs also of one that failed. */
    private static void proof(JsonGenerator json, Optional<Proof> proof) throws IOException {
        json.writeStringField(
                "proof",
                proof.filter(Proof::accepted).map(held -> KebabCase.of(held.level())).orElse(null));
        number(json, "proofShare", proof.map(Proof::share).orElse(Double.NaN));
        number(json, "meanGain", proof.map(Proof::meanGain).orElse(Double.NaN));
        json.writeArrayFieldStart("pairs");
        for (Proof.Pair pair : proof.map(Proof::pairs).orElse(List.of())) {
            json.writeStartObject();
            json.writeNumberField("seed", pair.seed());
            number(json, "control", pair.control());
            number(json, "repaired", pair.repaired());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void tried(JsonGenerator json, Repair repair) throws IOException {
        json.writeArrayFieldStart("tried");
        for (Tried tried : Tried.of(repair.trials())) {
            json.writeStartObject();
            json.writeStringField("patch", tried.patch().name());
            json.writeBooleanField(
                    "chosen", !tried.patch().isEmpty() && tried.patch().equals(repair.patch()));
            for (Map.Entry<Tried.Length, Tried.Result> result : tried.results().entrySet()) {
                json.writeObjectFieldStart(KebabCase.of(result.getKey()));
                number(json, "skill", result.getValue().skill());
                json.writeNumberField("seeds", result.getValue().seeds());
                json.writeNumberField("steps", result.getValue().steps());
                json.writeEndObject();
            }
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void trials(JsonGenerator json, List<Trial> trials) throws IOException {
        json.writeArrayFieldStart("trials");
        for (Trial trial : trials) {
            json.writeStartObject();
            json.writeStringField("patch", trial.patch().name());
            json.writeStringField("stage", KebabCase.of(trial.stage()));
            json.writeNumberField("seed", trial.seed());
            json.writeNumberField("steps", trial.steps());
            number(json, "skill", trial.skill());
            number(json, "seconds", trial.seconds());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void numbers(JsonGenerator json, String name, List<Double> values)
            throws IOException {
        json.writeArrayFieldStart(name);
        for (double value : values) {
            if (Double.isFinite(value)) {
                json.writeNumber(value);
            } else {
                json.writeNull();
            }
        }
        json.writeEndArray();
    }

    private static void number(JsonGenerator json, String name, double value) throws IOException {
        VerdictJson.number(json, name, value);
    }
}
