package org.evengrad.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The page: the template with its places filled. The content security policy lets the page's own
 * two scripts and its style run, by their hashes, and nothing else: text of a run that got past the
 * escaping could still not run, and nothing is fetched.
 */
final class Page {
    private static final Pattern PLACE = Pattern.compile("\\{\\{([a-z-]+)}}");
    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);
    private static final List<String> SCRIPTS =
            List.of("values.js", "colors.js", "view.js", "heatmap.js", "charts.js");

    private Page() {}

    static String of(RunFolder run) {
        Map<String, Markup> places = new HashMap<>();
        places.put("name", new Markup().text(run.name()));
        places.put("status", RunStatus.of(run).pill());
        places.put("outcome", new Markup().text(Outcome.of(run)));
        places.put("about", new Markup().text(about(run)));
        places.put("verdicts", VerdictCards.of(run));
        places.put("figures", KeyFigures.of(run));
        places.put("scores", Scores.of(run));
        places.put("columns-note", new Markup().text(columnsNote(run.metrics())));
        places.put("norm-table", NormTable.of(run.metrics()));
        places.put("guards", GuardStrips.of(run.metrics()));
        places.put("config", new Markup().text(run.config().orElse("There is no config.conf.")));
        places.put("manifest", ManifestTable.of(run.manifest()));
        places.put("data", Markup.json(PageData.of(run.metrics(), run.summary())));
        return of("report.html", "main.js", places);
    }

    /**
     * A page.
     *
     * @param template its file
     * @param main the script that puts it together
     * @param places what is special to it, by the name of the place
     */
    static String of(String template, String main, Map<String, Markup> places) {
        String style = resource("uplot/uPlot.min.css") + "\n" + resource("report.css");
        String charts =
                "/*\nuPlot 1.6.32\n\n"
                        + resource("uplot/LICENSE")
                        + "\n*/\n"
                        + resource("uplot/uPlot.iife.min.js");
        String script =
                Stream.concat(SCRIPTS.stream(), Stream.of(main))
                        .map(Page::resource)
                        .collect(
                                Collectors.joining("\n", "(() => {\n\"use strict\";\n", "})();\n"));
        Map<String, Markup> all = new HashMap<>(places);
        all.put("style-hash", new Markup().raw(hash(style)));
        all.put("charts-hash", new Markup().raw(hash(charts)));
        all.put("script-hash", new Markup().raw(hash(script)));
        all.put("style", new Markup().raw(style));
        all.put("charts", new Markup().raw(charts));
        all.put("script", new Markup().raw(script));
        return fill(resource(template), all);
    }

    /** One pass, so that a place's name inside a run's text stays text. */
    private static String fill(String template, Map<String, Markup> places) {
        Matcher matcher = PLACE.matcher(template);
        StringBuilder page = new StringBuilder();
        while (matcher.find()) {
            Markup piece = places.get(matcher.group(1));
            if (piece == null) {
                throw new IllegalStateException("nothing to put at " + matcher.group());
            }
            matcher.appendReplacement(page, Matcher.quoteReplacement(piece.toString()));
        }
        return matcher.appendTail(page).toString();
    }

    private static String about(RunFolder run) {
        JsonNode manifest = run.manifest();
        List<String> parts = new ArrayList<>();
        JsonNode seed = run.summary().path("seed").isNumber() ? run.summary() : manifest;
        if (seed.path("seed").isNumber()) {
            parts.add("seed " + seed.path("seed").asText());
        }
        if (manifest.path("threads").isNumber()) {
            parts.add(Numbers.count(manifest.path("threads").asLong(), "thread"));
        }
        if (manifest.path("start").isTextual()) {
            parts.add("started " + minute(manifest.path("start").asText()));
        }
        if (manifest.path("exitReason").isTextual()) {
            parts.add("ended: " + manifest.path("exitReason").asText());
        }
        if (manifest.path("version").isTextual()) {
            parts.add("Evengrad " + manifest.path("version").asText());
        }
        return String.join("  ·  ", parts);
    }

    /** {@code 2026-01-02 03:04 UTC}; what is no instant stays as it is. */
    private static String minute(String instant) {
        try {
            return MINUTE.format(Instant.parse(instant));
        } catch (DateTimeException error) {
            return instant;
        }
    }

    /** How the columns and the record differ from the steps; may be empty. */
    static String columnsNote(Metrics metrics) {
        List<String> notes = new ArrayList<>();
        long width = metrics.columns().stepsPerColumn();
        if (width > 1) {
            notes.add(
                    "A column stands for "
                            + Numbers.whole(width)
                            + " steps and shows their median.");
        }
        long recorded = metrics.progress().recordedSteps();
        if (recorded > 0 && recorded < metrics.progress().step()) {
            notes.add(
                    Numbers.whole(recorded)
                            + " of "
                            + Numbers.count(metrics.progress().step(), "step")
                            + " are on record.");
        }
        if (metrics.unreadableLines() > 0) {
            notes.add(
                    Numbers.count(metrics.unreadableLines(), "line")
                            + " of metrics.jsonl could not be read and are left out.");
        }
        return String.join(" ", notes);
    }

    private static String hash(String text) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return "sha256-" + Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException error) {
            throw new IllegalStateException("every JDK has SHA-256", error);
        }
    }

    private static String resource(String name) {
        try (InputStream in = Page.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("missing resource " + name);
            }
            // A page's line ends are normalized before its scripts are hashed.
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }
}
