package org.evengrad.engine.run;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.evengrad.config.plugins.Kind;
import org.evengrad.config.plugins.Provenance;

/**
 * The strategies that a run uses, as {@code manifest.json} and {@code evengrad.json} list them:
 * {@code "strategies": [ { "kind", "name", "jar", "sha256" } ]}. The last two are null for a
 * strategy that was on the class path.
 */
final class UsedStrategiesJson {
    private static final String FIELD = "strategies";

    private UsedStrategiesJson() {}

    static void write(JsonGenerator json, List<Provenance.Use> uses) throws IOException {
        json.writeArrayFieldStart(FIELD);
        for (Provenance.Use use : uses) {
            json.writeStartObject();
            json.writeStringField("kind", use.kind().singular());
            json.writeStringField("name", use.name());
            json.writeStringField("jar", use.jar());
            json.writeStringField("sha256", use.sha256());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    /** Reads the list from the object that holds it; what is no strategy is left out. */
    static List<Provenance.Use> read(JsonNode object) {
        List<Provenance.Use> uses = new ArrayList<>();
        for (JsonNode use : object.path(FIELD)) {
            Optional<Kind> kind = Kind.of(use.path("kind").asText());
            String name = use.path("name").textValue();
            if (kind.isPresent() && name != null) {
                uses.add(
                        new Provenance.Use(
                                kind.get(),
                                name,
                                use.path("jar").textValue(),
                                use.path("sha256").textValue()));
            }
        }
        return uses;
    }
}
