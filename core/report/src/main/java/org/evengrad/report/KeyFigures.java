package org.evengrad.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** The numbers that people look for first. */
final class KeyFigures {
    private static final List<String> OF_THE_TASK =
            List.of("perplexity", "r2", "rmse", "mae", "auc", "macroF1");

    private final List<Figure> figures = new ArrayList<>();

    private record Figure(String label, String value, String detail) {}

    private KeyFigures() {}

    static Markup of(RunFolder run) {
        KeyFigures figures = new KeyFigures();
        if (run.finished()) {
            figures.end(run.summary());
        } else {
            figures.soFar(run.metrics());
        }
        return figures.html();
    }

    private void end(JsonNode summary) {
        percent("Test accuracy", summary.path("testAccuracy"));
        ofTheTask(summary);
        decimal("Test loss", summary.path("testLoss"), "");
        percent("Validation accuracy", summary.path("validationAccuracy"));
        decimal("Validation loss", summary.path("validationLoss"), "");
        if (summary.has("trainLoss")) {
            add("Training loss", Numbers.decimal(summary.path("trainLoss")), "without penalties");
        }
        whole("Steps", summary.path("steps"), epochs(summary));
        JsonNode speed = summary.path("samplesPerSecond");
        if (speed.path("median").isNumber()) {
            add(
                    "Samples per second",
                    Numbers.whole(Math.round(speed.path("median").asDouble())),
                    "median");
        }
        JsonNode millis = summary.path("stepMillis");
        if (millis.path("median").isNumber()) {
            add(
                    "Step, median",
                    Numbers.decimal(millis.path("median")) + Numbers.THIN_SPACE + "ms",
                    millis.path("p95").isNumber()
                            ? "95% below "
                                    + Numbers.decimal(millis.path("p95"))
                                    + Numbers.THIN_SPACE
                                    + "ms"
                            : "");
        }
        whole("Parameters", summary.path("parameters"), "");
        percent("Clipped steps", summary.path("clippedShare"));
        whole("Skipped steps", summary.path("skippedSteps"), "");
        if (summary.path("rollbacks").asLong() > 0) {
            whole("Roll-backs", summary.path("rollbacks"), "");
        }
    }

    /** What the task is measured by, on test data if there are any. */
    private void ofTheTask(JsonNode summary) {
        boolean test = !summary.path("testMetrics").isEmpty();
        JsonNode metrics = summary.path(test ? "testMetrics" : "validationMetrics");
        for (String name : OF_THE_TASK) {
            if (metrics.path(name).isNumber()) {
                add(
                        (test ? "Test " : "Validation ") + Scores.label(name),
                        Scores.value(name, metrics.path(name)),
                        "");
            }
        }
    }

    private static String epochs(JsonNode summary) {
        if (summary.path("epochs").asLong() == 0) {
            return "";
        }
        String text = Numbers.count(summary.path("epochs").asLong(), "epoch");
        return summary.path("bestEpoch").isNumber()
                ? text + ", best " + summary.path("bestEpoch").asLong()
                : text;
    }

    private void soFar(Metrics metrics) {
        if (metrics.progress().step() == 0) {
            return;
        }
        add("Training loss", Numbers.decimal(metrics.progress().loss()), "last step");
        if (Double.isFinite(metrics.validation().lastAccuracy())) {
            add(
                    "Validation accuracy",
                    Numbers.percent(metrics.validation().lastAccuracy()),
                    "last");
        }
        if (Double.isFinite(metrics.validation().lastLoss())) {
            add("Validation loss", Numbers.decimal(metrics.validation().lastLoss()), "last");
        }
        add("Steps", Numbers.whole(metrics.progress().step()), "so far");
        if (metrics.progress().epoch() > 0) {
            add("Epoch", Numbers.whole(metrics.progress().epoch()), "");
        }
    }

    private void percent(String label, JsonNode share) {
        if (share.isNumber()) {
            add(label, Numbers.percent(share.asDouble()), "");
        }
    }

    private void decimal(String label, JsonNode value, String detail) {
        if (value.isNumber()) {
            add(label, Numbers.decimal(value), detail);
        }
    }

    private void whole(String label, JsonNode value, String detail) {
        if (value.isNumber()) {
            add(label, Numbers.whole(value.asLong()), detail);
        }
    }

    private void add(String label, String value, String detail) {
        figures.add(new Figure(label, value, detail));
    }

    private Markup html() {
        Markup html = new Markup();
        if (figures.isEmpty()) {
            return html.element("p", "quiet", "Nothing measured yet.");
        }
        html.raw("<dl class=\"figures\">");
        for (Figure figure : figures) {
            html.raw("<div>").element("dt", figure.label()).raw("<dd>").text(figure.value());
            if (!figure.detail().isEmpty()) {
                html.element("small", figure.detail());
            }
            html.raw("</dd></div>");
        }
        return html.raw("</dl>");
    }
}
