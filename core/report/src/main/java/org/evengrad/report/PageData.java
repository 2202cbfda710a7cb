package org.evengrad.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import org.evengrad.report.Metrics.Columns;
import org.evengrad.report.Metrics.GuardActivity;
import org.evengrad.report.Metrics.Layout;

/** What the page's script draws, as JSON. */
final class PageData {
    private static final MathContext DIGITS = new MathContext(5);

    private PageData() {}

    /**
     * An object with {@code steps}, {@code stepsPerColumn}, {@code recorded}, {@code tensors} (with
     * {@code name}, {@code layer}, {@code weight}), {@code norms} (by measure: tensors times
     * columns of {@link NormCode}s in Base64), {@code loss} ({@code median}, {@code least}, {@code
     * greatest}), {@code learningRate}, {@code validation} ({@code loss}, {@code accuracy}), {@code
     * guards} (with {@code guard}, {@code action}, {@code perColumn}), {@code nonFinite}, {@code
     * verdicts} (with {@code problem}, {@code step}) and {@code timeSteps} ({@code test}, {@code
     * validation}: the loss of each step of a sequence).
     *
     * @param summary the end of the run; a missing node while there is none
     */
    static ObjectNode of(Metrics metrics, JsonNode summary) {
        Columns columns = metrics.columns();
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        data.put("steps", metrics.progress().step());
        data.put("stepsPerColumn", columns.stepsPerColumn());
        data.set("recorded", whole(columns.recorded()));
        ArrayNode tensors = data.putArray("tensors");
        for (String tensor : metrics.layout().tensors()) {
            tensors.addObject()
                    .put("name", tensor)
                    .put("layer", Layout.layerOf(tensor))
                    .put("weight", Layout.isWeight(tensor));
        }
        ObjectNode norms = data.putObject("norms");
        norms.put("perDecade", NormCode.PER_DECADE);
        columns.norms().forEach((measure, rows) -> norms.put(measure.key(), NormCode.base64(rows)));
        ObjectNode loss = data.putObject("loss");
        loss.set("median", decimal(columns.medianLoss()));
        loss.set("least", decimal(columns.leastLoss()));
        loss.set("greatest", decimal(columns.greatestLoss()));
        data.set("learningRate", decimal(columns.learningRate()));
        ObjectNode validation = data.putObject("validation");
        validation.set("loss", decimal(metrics.validation().loss()));
        validation.set("accuracy", decimal(metrics.validation().accuracy()));
        ArrayNode guards = data.putArray("guards");
        for (GuardActivity activity : metrics.guards()) {
            guards.addObject()
                    .put("guard", activity.guard())
                    .put("action", activity.action())
                    .set("perColumn", whole(activity.perColumn()));
        }
        data.set("nonFinite", whole(columns.nonFinite()));
        ArrayNode verdicts = data.putArray("verdicts");
        for (JsonNode verdict : metrics.verdicts()) {
            verdicts.addObject()
                    .put("problem", verdict.path("problem").asText(""))
                    .put("step", verdict.path("step").asLong());
        }
        ObjectNode timeSteps = data.putObject("timeSteps");
        for (String part : List.of("test", "validation")) {
            timeSteps.set(part, decimal(numbers(summary.path(part + "LossPerStep"))));
        }
        return data;
    }

    private static double[] numbers(JsonNode array) {
        double[] values = new double[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = array.get(i).isNumber() ? array.get(i).asDouble() : Double.NaN;
        }
        return values;
    }

    private static ArrayNode whole(int[] values) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode(values.length);
        for (int value : values) {
            array.add(value);
        }
        return array;
    }

    /** Five digits that count; null where there is no finite number. */
    private static ArrayNode decimal(double[] values) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode(values.length);
        for (double value : values) {
            if (Double.isFinite(value)) {
                array.add(new BigDecimal(value).round(DIGITS).doubleValue());
            } else {
                array.addNull();
            }
        }
        return array;
    }
}
