package org.evengrad.engine.dl4j.export;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the classes of ours that a DL4J configuration names, wherever they stand in it. */
final class OurParts {
    private static final String CLASS = "@class";
    private static final String OURS = "org.evengrad.";
    private static final Pattern USED = Pattern.compile("\\buse\\s*=\\s*\"?([a-z0-9-]+)");

    /** What DL4J has in place of what it lacks, by our name. */
    private static final Map<String, String> INSTEAD =
            Map.of(
                    "celu", "elu",
                    "exponential", "softplus",
                    "gelu", "swish or mish",
                    "hard-swish", "swish",
                    "squareplus", "softplus",
                    "tat", "leaky-relu");

    private static final String ANY_ACTIVATION =
            "relu, elu, swish, mish, tanh or another of DL4J's";

    private final List<String> found = new ArrayList<>();

    private OurParts() {}

    /** One sentence for each, in the order of the configuration. */
    static List<String> of(JsonNode configuration) {
        OurParts parts = new OurParts();
        parts.search(configuration, "", "the model", "");
        return List.copyOf(parts.found);
    }

    /**
     * Searches an object or array.
     *
     * @param field under which it stands
     * @param layer that it belongs to
     * @param parent the field under which what it stands in does
     */
    private void search(JsonNode node, String field, String layer, String parent) {
        String here = layer;
        if (parent.equals("vertices")) {
            here = field;
        }
        String name = node.path("layerName").asText("");
        if (!name.isEmpty() && !name.equals("null")) {
            here = name;
        }
        String type = node.path(CLASS).asText("");
        if (type.startsWith(OURS)) {
            found.add(sentence(node, type, field, here));
        }
        if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                String item = field.equals("confs") ? "layer " + (i + 1) : here;
                search(node.get(i), field, item, field);
            }
        } else {
            for (Map.Entry<String, JsonNode> entry : node.properties()) {
                search(entry.getValue(), entry.getKey(), here, field);
            }
        }
    }

    private static String sentence(JsonNode node, String type, String field, String layer) {
        Matcher used = USED.matcher(node.path("strategy").asText(""));
        if (used.find()) {
            String activation = used.group(1);
            return layer
                    + ": DL4J has no activation "
                    + activation
                    + "; train with "
                    + INSTEAD.getOrDefault(activation, ANY_ACTIVATION)
                    + " instead";
        }
        String simple = type.substring(Math.max(type.lastIndexOf('.'), type.lastIndexOf('$')) + 1);
        String lower = simple.toLowerCase(Locale.ROOT);
        if (lower.contains("gru") || lower.contains("gatedrecurrent")) {
            return layer + ": DL4J has no layer gru; train with { lstm = … } instead";
        }
        if (lower.contains("layernorm")) {
            return layer
                    + ": DL4J has no layer layer-norm; train with { batch-norm = true } instead";
        }
        String kind =
                field.toLowerCase(Locale.ROOT).contains("loss")
                        ? "loss"
                        : lower.contains("preprocessor") ? "preprocessor" : "layer";
        return layer
                + ": DL4J has no "
                + kind
                + " "
                + simple
                + ", which is Evengrad's; train with one of DL4J's instead";
    }
}
