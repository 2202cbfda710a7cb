package org.evengrad.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** How the run went, in a sentence or two. */
final class Outcome {
    private final RunFolder run;
    private final JsonNode summary;

    private Outcome(RunFolder run) {
        this.run = run;
        this.summary = run.summary();
    }

    /** {@code Healthy: test accuracy 96.7 % after 20 epochs in 1.2 s.} */
    static String of(RunFolder run) {
        return new Outcome(run).sentence();
    }

    private String sentence() {
        RunStatus status = RunStatus.of(run);
        return switch (status) {
            case UNHEALTHY, DIVERGED ->
                    status.word()
                            + ": "
                            + String.join(", ", problems("something is wrong"))
                            + ". "
                            + capitalized(score())
                            + length()
                            + ".";
            case HEALTHY, INTERRUPTED, ENDED -> status.word() + ": " + score() + length() + ".";
            case UNFINISHED -> unfinished();
        };
    }

    private String unfinished() {
        Metrics metrics = run.metrics();
        if (metrics.progress().step() == 0) {
            return "The run is still going, or ended early: no step is recorded yet.";
        }
        long planned = metrics.layout().plannedSteps();
        String text =
                "The run is still going, or ended early: "
                        + (planned > 0
                                ? Numbers.whole(metrics.progress().step())
                                        + " of "
                                        + Numbers.count(planned, "planned step")
                                : Numbers.count(metrics.progress().step(), "step"))
                        + ", training loss "
                        + Numbers.decimal(metrics.progress().loss())
                        + ".";
        Set<String> problems = problems("");
        problems.remove("");
        return problems.isEmpty()
                ? text
                : text + " Seen so far: " + String.join(", ", problems) + ".";
    }

    /** The problems of the worst severity that there is, in words. */
    private Set<String> problems(String none) {
        for (Severity severity : Severity.worstFirst()) {
            Set<String> problems = new LinkedHashSet<>();
            for (JsonNode verdict : run.verdicts()) {
                if (Severity.of(verdict) == severity) {
                    problems.add(VerdictCards.words(verdict));
                }
            }
            if (!problems.isEmpty()) {
                return problems;
            }
        }
        return new LinkedHashSet<>(List.of(none));
    }

    /** The number that says most: on test data if there are any, accuracy if there is any. */
    private String score() {
        for (String part : List.of("test", "validation")) {
            JsonNode metrics = summary.path(part + "Metrics");
            for (String name : List.of("perplexity", "accuracy", "r2")) {
                JsonNode value =
                        name.equals("accuracy")
                                ? summary.path(part + "Accuracy")
                                : metrics.path(name);
                if (value.isNumber()) {
                    return part + " " + Scores.label(name) + " " + Scores.value(name, value);
                }
            }
            if (summary.path(part + "Loss").isNumber()) {
                return part + " loss " + Numbers.decimal(summary.path(part + "Loss"));
            }
        }
        return "training loss " + Numbers.decimal(summary.path("trainLoss"));
    }

    private String length() {
        List<String> parts = new ArrayList<>();
        if (summary.path("epochs").asLong() > 0) {
            parts.add("after " + Numbers.count(summary.path("epochs").asLong(), "epoch"));
        } else if (summary.path("steps").isNumber()) {
            parts.add("after " + Numbers.count(summary.path("steps").asLong(), "step"));
        }
        if (summary.path("seconds").isNumber()) {
            parts.add("in " + Numbers.duration(summary.path("seconds").asDouble()));
        }
        return parts.isEmpty() ? "" : " " + String.join(" ", parts);
    }

    private static String capitalized(String text) {
        return Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }
}
