package org.evengrad.engine.run;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.Optional;
import org.evengrad.config.LoadedConfig;
import org.evengrad.config.plugins.HashedJar;
import org.evengrad.config.plugins.Provenance;
import org.evengrad.engine.data.Normalizer;
import org.evengrad.engine.data.SplitData;
import org.evengrad.engine.network.Machine;
import org.evengrad.engine.plan.Batches;
import org.evengrad.engine.plan.TrainingPlan;

/** {@code manifest.json}: what ran, on what, with what. Keys are always present. */
final class ManifestJson {
    private static final String UNKNOWN = "unknown";

    private ManifestJson() {}

    /**
     * The manifest as text.
     *
     * @param provenance the strategies that are used, and the jars that were loaded
     * @param exitReason why the run ended; empty while it goes on
     * @param end when it ended
     */
    static String of(
            TrainingPlan plan,
            Provenance provenance,
            Instant start,
            Optional<Instant> end,
            Optional<String> exitReason)
            throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.useDefaultPrettyPrinter();
            json.writeStartObject();
            Package self = ManifestJson.class.getPackage();
            string(json, "version", Optional.ofNullable(self.getImplementationVersion()));
            string(json, "gitCommit", BuildInfo.gitCommit());
            json.writeNumberField("seed", plan.seed());
            json.writeNumberField("threads", plan.threads());
            machine(json, plan.network().machine());
            string(json, "configSha256", plan.config().map(LoadedConfig::sha256));
            string(json, "dataSha256", plan.data().split().map(SplitData::sha256));
            json.writeObjectFieldStart("rows");
            json.writeNumberField("train", plan.data().train().examples());
            json.writeNumberField("validation", examples(plan.data().validation()));
            json.writeNumberField("test", examples(plan.data().test()));
            json.writeEndObject();
            ModelDescription.normalizer(
                    json,
                    plan.data().split().map(SplitData::normalizer).orElseGet(Normalizer::none));
            ModelDescription.targetScale(json, plan.data().targetScale());
            json.writeArrayFieldStart("plugins");
            for (HashedJar jar : provenance.jars()) {
                json.writeStartObject();
                json.writeStringField("file", jar.fileName());
                json.writeStringField("sha256", jar.sha256());
                json.writeEndObject();
            }
            json.writeEndArray();
            UsedStrategiesJson.write(json, provenance.strategies());
            json.writeArrayFieldStart("notes");
            for (String note : plan.notes()) {
                json.writeString(note);
            }
            json.writeEndArray();
            json.writeStringField("start", start.toString());
            string(json, "end", end.map(Instant::toString));
            string(json, "exitReason", exitReason);
            json.writeEndObject();
        }
        return text.append('\n').toString();
    }

    private static int examples(Optional<Batches> part) {
        return part.map(Batches::examples).orElse(0);
    }

    private static void machine(JsonGenerator json, Machine machine) throws IOException {
        json.writeObjectFieldStart("jdk");
        json.writeStringField("version", Runtime.version().toString());
        json.writeStringField("vendor", System.getProperty("java.vendor", UNKNOWN));
        json.writeArrayFieldStart("flags");
        for (String flag : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            json.writeString(flag);
        }
        json.writeEndArray();
        json.writeEndObject();
        json.writeObjectFieldStart("os");
        json.writeStringField("name", System.getProperty("os.name", UNKNOWN));
        json.writeStringField("version", System.getProperty("os.version", UNKNOWN));
        json.writeStringField("arch", System.getProperty("os.arch", UNKNOWN));
        json.writeEndObject();
        json.writeObjectFieldStart("processor");
        json.writeNumberField("cores", Runtime.getRuntime().availableProcessors());
        Processor processor = Processor.read(Processor.LINUX);
        string(json, "model", processor.model());
        json.writeArrayFieldStart("features");
        for (String feature : processor.features()) {
            json.writeString(feature);
        }
        json.writeEndArray();
        json.writeEndObject();
        json.writeStringField("backend", machine.backend());
        json.writeObjectFieldStart("blas");
        json.writeStringField("name", machine.blas());
        json.writeStringField("version", machine.blasVersion());
        json.writeNumberField("threads", machine.threads());
        json.writeEndObject();
    }

    private static void string(JsonGenerator json, String name, Optional<String> value)
            throws IOException {
        if (value.isPresent()) {
            json.writeStringField(name, value.get());
        } else {
            json.writeNullField(name);
        }
    }
}
