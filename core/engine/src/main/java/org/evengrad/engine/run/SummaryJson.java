package org.evengrad.engine.run;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.evengrad.config.plugins.KebabCase;
import org.evengrad.engine.network.PhaseTimes.Phase;
import org.evengrad.engine.train.Scores;
import org.evengrad.engine.train.TrainingResult;
import org.evengrad.engine.train.TrainingResult.Quantiles;

/** {@code summary.json}: the machine's view of the end. Keys are always present. */
public final class SummaryJson {
    private SummaryJson() {}

    /** The summary as text. */
    public static String of(TrainingResult result) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.useDefaultPrettyPrinter();
            write(json, result);
        } catch (IOException e) {
            throw new IllegalStateException("a string cannot fail to be written", e);
        }
        return text.append('\n').toString();
    }

    private static void write(JsonGenerator json, TrainingResult result) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", result.plan().name());
        json.writeNumberField("seed", result.plan().seed());
        json.writeStringField("status", KebabCase.of(result.status()));
        json.writeStringField("endReason", KebabCase.of(result.ending().reason()));
        json.writeNumberField("steps", result.ending().steps());
        json.writeNumberField("epochs", result.epochs());
        VerdictJson.number(json, "startupSeconds", result.startupSeconds());
        VerdictJson.number(json, "seconds", result.seconds());
        VerdictJson.number(json, "trainLoss", result.trainLoss());
        scores(json, "validation", result.validation());
        scores(json, "test", result.test());
        json.writeFieldName("testConfusion");
        ScoresJson.confusion(
                json, result.test().flatMap(Scores::confusion), result.plan().data().classes());
        if (result.bestEpoch().isPresent()) {
            json.writeNumberField("bestEpoch", result.bestEpoch().get());
        } else {
            json.writeNullField("bestEpoch");
        }
        quantiles(json, "samplesPerSecond", result.samplesPerSecond());
        quantiles(json, "stepMillis", result.stepMillis());
        json.writeObjectFieldStart("phaseShares");
        for (Phase phase : Phase.values()) {
            double share = result.phaseShares().getOrDefault(phase, Double.NaN);
            VerdictJson.number(json, KebabCase.of(phase), share);
        }
        json.writeEndObject();
        json.writeNumberField("skippedSteps", result.ending().skippedSteps());
        json.writeNumberField("rollbacks", result.rollbacks());
        VerdictJson.number(json, "clippedShare", result.clippedShare());
        json.writeNumberField("parameters", result.plan().network().parameters().limit());
        json.writeStringField("parametersSha256", result.parametersSha256());
        List<String> needs = result.plan().network().needsEvengrad();
        json.writeObjectFieldStart("model");
        json.writeBooleanField("opensWithPlainDl4j", needs.isEmpty());
        json.writeArrayFieldStart("needs");
        for (String need : needs) {
            json.writeString(need);
        }
        json.writeEndArray();
        json.writeEndObject();
        VerdictJson.write(json, result.verdicts(), result.waived());
        json.writeArrayFieldStart("notices");
        for (String notice : result.notices()) {
            json.writeString(notice);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void scores(JsonGenerator json, String part, Optional<Scores> scores)
            throws IOException {
        VerdictJson.number(json, part + "Loss", scores.map(Scores::loss).orElse(Double.NaN));
        VerdictJson.number(
                json,
                part + "Accuracy",
                scores.map(s -> s.accuracy().orElse(Double.NaN)).orElse(Double.NaN));
        json.writeFieldName(part + "Metrics");
        ScoresJson.metrics(json, scores.map(Scores::metrics).orElse(Map.of()));
        json.writeFieldName(part + "LossPerStep");
        ScoresJson.lossPerStep(json, scores.map(Scores::lossPerStep).orElse(List.of()));
    }

    private static void quantiles(JsonGenerator json, String name, Quantiles values)
            throws IOException {
        json.writeObjectFieldStart(name);
        VerdictJson.number(json, "median", values.median());
        VerdictJson.number(json, "p95", values.p95());
        json.writeEndObject();
    }
}
