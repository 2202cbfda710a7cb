package org.evengrad.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The page of an attempt at a repair: what helps, how it was proved, and what was tried. */
final class RepairPage {
    private final RepairFolder repair;
    private final JsonNode doctor;

    private RepairPage(RepairFolder repair) {
        this.repair = repair;
        this.doctor = repair.doctor();
    }

    static String of(RepairFolder repair) {
        RepairPage page = new RepairPage(repair);
        Map<String, Markup> places = new HashMap<>();
        places.put("name", new Markup().text(repair.name()));
        places.put("status", RepairStatus.of(repair.doctor()).pill());
        places.put("outcome", new Markup().text(page.outcome()));
        places.put("about", new Markup().text(page.about()));
        places.put("patch", page.patch());
        places.put("outcomes", SeedSpread.of(repair.doctor()));
        places.put("columns-note", new Markup().text(page.columnsNote()));
        places.put("loss-note", new Markup().text(page.lossNote()));
        places.put("tried", TriedTable.of(repair.doctor()));
        places.put("ruled-out", page.ruledOut());
        places.put("verdicts", VerdictCards.of(repair.asRun()));
        places.put("trials", TriedTable.trainings(repair.doctor()));
        places.put("data", Markup.json(page.data()));
        return Page.of("repair.html", "repair.js", places);
    }

    private String outcome() {
        String before = SeedSpread.figure(doctor, "before");
        String after = SeedSpread.figure(doctor, "after");
        String word = RepairStatus.of(doctor).word() + ": ";
        return word
                + switch (RepairStatus.of(doctor)) {
                    case HEALTHY -> "there is nothing to repair.";
                    case REPAIRED ->
                            before.isEmpty() || after.isEmpty()
                                    ? "a patch of " + lines() + "."
                                    : SeedSpread.metric(doctor)
                                            + " "
                                            + before
                                            + " before, "
                                            + after
                                            + " after, by a patch of "
                                            + lines()
                                            + ".";
                    case UNCONFIRMED ->
                            doctor.path("patch").asText().isEmpty()
                                    ? "time ended before anything promising was found."
                                    : "time ended before the proof. The patch is the most"
                                            + " promising one by then.";
                    case NOT_REPAIRED -> "nothing that was tried helps enough.";
                };
    }

    private String lines() {
        return Numbers.count(doctor.path("edits").size(), "line");
    }

    private String about() {
        List<String> parts = new ArrayList<>();
        if (doctor.path("cost").isNumber()) {
            parts.add("search and proof took " + times("cost") + " trainings of the original");
        }
        if (doctor.path("costOfResult").asDouble() > 0) {
            parts.add("the trainings below " + times("costOfResult"));
        }
        parts.add(Numbers.duration(doctor.path("seconds").asDouble(Double.NaN)));
        JsonNode version = repair.asRun().manifest().path("version");
        if (version.isTextual()) {
            parts.add("Evengrad " + version.asText());
        }
        return String.join("  ·  ", parts);
    }

    private String times(String key) {
        return String.format(Locale.ROOT, "%.1f", doctor.path(key).asDouble());
    }

    /** The patch, and how it was proved; nothing if there is neither. */
    private Markup patch() {
        String patch = doctor.path("patch").asText();
        Markup html = new Markup();
        if (patch.isEmpty() && doctor.path("pairs").isEmpty()) {
            return html;
        }
        html.raw("<section class=\"repair\" aria-labelledby=\"patch-title\">")
                .raw("<h2 id=\"patch-title\">")
                .raw(patch.isEmpty() ? "The proof that failed" : "The patch")
                .raw("</h2>");
        if (!patch.isEmpty()) {
            code(html, patch);
            if (doctor.path("repairedConfig").isTextual()) {
                String file = fileName(doctor.path("repairedConfig").asText());
                html.raw("<p>It stands in <code>")
                        .text(file)
                        .raw("</code> beside the original, which it includes: <code>")
                        .text("evengrad train " + file)
                        .raw("</code></p>");
            }
        }
        if (!doctor.path("pairs").isEmpty()) {
            html.element("p", proof()).add(TriedTable.pairs(doctor));
        }
        return html.raw("</section>");
    }

    /** Each line, with its comment in a tone of its own. */
    private static void code(Markup html, String patch) {
        html.raw("<pre class=\"scroll\" tabindex=\"0\"><code>");
        patch.lines()
                .filter(line -> !line.isBlank())
                .forEach(
                        line -> {
                            int comment = line.startsWith("#") ? 0 : line.lastIndexOf(" # ") + 1;
                            boolean bare = comment == 0 && !line.startsWith("#");
                            html.text(bare ? line : line.substring(0, comment));
                            if (!bare) {
                                html.element("span", "comment", line.substring(comment));
                            }
                            html.raw("\n");
                        });
        html.raw("</code></pre>");
    }

    private static String fileName(String path) {
        Path last = Path.of(path).getFileName();
        return last == null ? path : last.toString();
    }

    private String proof() {
        int better = 0;
        for (JsonNode pair : doctor.path("pairs")) {
            better +=
                    pair.path("repaired").asDouble(-1) > pair.path("control").asDouble(-1) ? 1 : 0;
        }
        String word = doctor.path("proof").asText("");
        return (doctor.path("proof").isTextual()
                        ? word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1)
                        : "Not proved")
                + ": better on "
                + better
                + " of "
                + doctor.path("pairs").size()
                + " seeds that played no part in its choice, after "
                + String.format(Locale.ROOT, "%.0f", 100 * doctor.path("proofShare").asDouble())
                + Numbers.THIN_SPACE
                + "% of the run; the mean gain is "
                + Numbers.decimal(doctor.path("meanGain"))
                + " in skill.";
    }

    private Markup ruledOut() {
        Markup html = new Markup();
        if (doctor.path("ruledOut").isEmpty()) {
            return html;
        }
        html.raw("<section aria-labelledby=\"ruled-out-title\">")
                .raw("<h2 id=\"ruled-out-title\">Ruled out</h2><ul class=\"plain\">");
        doctor.path("ruledOut").forEach(sentence -> html.element("li", sentence.asText()));
        return html.raw("</ul></section>");
    }

    private String columnsNote() {
        return runs().values().stream()
                .max(Comparator.comparingLong(run -> run.metrics().progress().step()))
                .map(run -> Page.columnsNote(run.metrics()))
                .orElse("");
    }

    /** Two losses cannot be compared by their size. */
    private String lossNote() {
        for (JsonNode edit : doctor.path("edits")) {
            if (edit.path("kind").asText().equals("loss")) {
                return "The patch changes the loss itself: the lines before and after measure"
                        + " different things.";
            }
        }
        return "";
    }

    private Map<String, RunFolder> runs() {
        Map<String, RunFolder> runs = new LinkedHashMap<>();
        repair.control().ifPresent(run -> runs.put("control", run));
        repair.repaired().ifPresent(run -> runs.put("repaired", run));
        return runs;
    }

    /**
     * {@code steps}, {@code stepsPerColumn} and {@code recorded} of the longer run, the {@code
     * tensors} of both, and {@link PageData} of each as {@code control} and {@code repaired}.
     */
    private ObjectNode data() {
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        Optional<RunFolder> longer =
                runs().values().stream()
                        .max(Comparator.comparingInt(run -> run.metrics().columns().count()));
        data.put("steps", longer.map(run -> run.metrics().progress().step()).orElse(0L));
        data.put(
                "stepsPerColumn",
                longer.map(run -> run.metrics().columns().stepsPerColumn()).orElse(1L));
        ArrayNode recorded = data.putArray("recorded");
        longer.ifPresent(
                run -> {
                    for (int steps : run.metrics().columns().recorded()) {
                        recorded.add(steps);
                    }
                });
        ArrayNode tensors = data.putArray("tensors");
        data.putObject("norms").put("perDecade", NormCode.PER_DECADE);
        for (String side : List.of("control", "repaired")) {
            RunFolder run = runs().get(side);
            if (run == null) {
                data.putNull(side);
            } else {
                ObjectNode own = PageData.of(run.metrics(), run.summary());
                own.path("tensors").forEach(tensors::add);
                data.set(side, own);
            }
        }
        return data;
    }
}
