package org.evengrad.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.evengrad.config.problem.InvalidInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HtmlReportTest {
    private static final Pattern DATA =
            Pattern.compile("<script type=\"application/json\" id=\"run-data\">(.*?)</script>");
    private static final int LARGEST_BYTES = 1_000_000;

    /** Everything that HTML or a script could stumble over. */
    private static final String HOSTILE =
            "</script><script>alert(1)</script><img src=x"
                    + " onerror=\"alert('2')\">&amp;{{data}}$1\\u2028\u2028-->";

    @TempDir Path folder;

    @Test
    void saysHowAHealthyRunWent() {
        String page = HtmlReport.render(RunFixture.healthy(folder));

        assertEquals(
                "Healthy: test accuracy 96.7\u202f% after 20 epochs in 1.23\u202fs.",
                inner(page, "<p class=\"outcome\">", "</p>"));
        assertTrue(page.contains("<h1>first-run</h1>"));
        assertTrue(page.contains("</svg>Healthy</span>"));
        assertTrue(page.contains("No verdict: nothing that is watched crossed its threshold."));
        assertTrue(page.contains("<dt>Test loss</dt><dd>0.108</dd>"));
        assertTrue(page.contains("<dt>Steps</dt><dd>400<small>20 epochs, best 18</small></dd>"));
        assertTrue(page.contains("<dt>Parameters</dt><dd>52,650</dd>"));
        assertTrue(page.contains("optimizer   { use = adam, learning-rate = 0.001 }"));
        assertTrue(page.contains("<th scope=\"row\">java.version</th><td>17.0.15</td>"));
    }

    @Test
    void showsTheMetricsOfTheTask() throws IOException {
        String page = HtmlReport.render(RunFixture.sequences(folder));

        assertEquals(
                "Healthy: test perplexity 4.482 after 3 epochs in 1\u202fs.",
                inner(page, "<p class=\"outcome\">", "</p>"));
        assertTrue(page.contains("<dt>Test perplexity</dt><dd>4.482</dd>"));
        assertTrue(page.contains("<dt>Test macro F1</dt><dd>0.7123</dd>"));
        assertEquals(
                "<tr><th scope=\"row\">Loss</th><td class=\"number\">1.5</td>"
                        + "<td class=\"number\">2</td></tr>"
                        + "<tr><th scope=\"row\">Accuracy</th><td class=\"number\">75.0\u202f%</td>"
                        + "<td class=\"number\">50.0\u202f%</td></tr>"
                        + "<tr><th scope=\"row\">Macro F1</th><td class=\"number\">0.7123</td>"
                        + "<td class=\"number\">undefined</td></tr>"
                        + "<tr><th scope=\"row\">Perplexity</th><td class=\"number\">4.482</td>"
                        + "<td class=\"number\">7.389</td></tr>",
                inner(page, "Validation</th></tr></thead><tbody>", "</tbody>"));
        assertEquals(
                "{\"test\":[2.5,1.25,null],\"validation\":[2.25,1.75]}",
                data(page).get("timeSteps").toString());
        assertTrue(page.contains("<div id=\"time-steps\" class=\"plot\"></div>"));
    }

    @Test
    void showsWhichClassWasTakenForWhich() {
        String page = HtmlReport.render(RunFixture.sequences(folder));

        assertTrue(
                page.contains(
                        "<tr><th scope=\"row\" title=\"b &amp; c\">b &amp; c</th>"
                                + "<td class=\"number miss shade-2\">100</td>"
                                + "<td class=\"number hit shade-2\">101</td>"
                                + "<td class=\"number miss shade-2\">102</td></tr>"));
        assertTrue(page.contains("<td class=\"number none shade-0\">0</td>"));
    }

    @Test
    void manyClassesStayInTheSummary() throws IOException {
        RunFixture run = new RunFixture(folder, 1);
        RunFixture.sequences(folder);
        ObjectNode summary =
                (ObjectNode) RunFixture.MAPPER.readTree(folder.resolve("summary.json").toFile());
        run.confusion(summary, "abcdefghijklmnopqrstu".split(""));
        run.write("summary.json", summary.toString());

        String page = HtmlReport.render(folder);

        assertTrue(page.contains("Which of the 21 classes was taken for which stands in"));
        assertFalse(page.contains("<table class=\"confusion\">"));
    }

    @Test
    void aRunWithoutMetricsHasNoSectionForThem() {
        assertFalse(HtmlReport.render(RunFixture.healthy(folder)).contains("id=\"scores-title\""));
    }

    @Test
    void showsEveryTensorOfAVanishingRunInOrder() throws IOException {
        JsonNode data = data(HtmlReport.render(RunFixture.vanishing(folder)));

        assertEquals(1250, data.get("steps").asLong());
        assertEquals(52, data.get("tensors").size());
        assertEquals("dense-1.W", data.get("tensors").get(0).get("name").asText());
        assertEquals("dense-1", data.get("tensors").get(0).get("layer").asText());
        assertTrue(data.get("tensors").get(0).get("weight").asBoolean());
        assertFalse(data.get("tensors").get(1).get("weight").asBoolean());
        double first = meanLog10(data, "gradientNorm", 0);
        double last = meanLog10(data, "gradientNorm", 50);
        // The fixture loses a factor of e to the 1.4 in each of 25 layers.
        assertEquals(25 * 1.4 / Math.log(10), last - first, 0.05);
        double update = meanLog10(data, "updateRatio", 50);
        assertEquals(Math.log10(0.004), update - last, 0.05);
    }

    @Test
    void putsEvidenceBesideItsThreshold() {
        String page = HtmlReport.render(RunFixture.vanishing(folder));

        assertTrue(page.contains("<h3>Vanishing gradient</h3>"));
        assertTrue(
                page.contains(
                        "<th scope=\"row\">total signal</th>"
                                + "<td class=\"number measured\">3.2e-16</td>"
                                + "<td class=\"number\">0.001</td>"));
        assertTrue(page.contains("<p>dense-1 to dense-22 (22 layers)</p>"));
        assertTrue(page.contains("<p>at step 1, in 16 of 16 initializations</p>"));
        assertTrue(
                page.indexOf("<h3>Vanishing gradient</h3>")
                        < page.indexOf("<h3>Slow convergence</h3>"),
                "errors come before warnings");
        assertEquals(
                "Unhealthy: vanishing gradient. Test accuracy 11.4\u202f% after 5 epochs in"
                        + " 12.9\u202fs.",
                inner(page, "<p class=\"outcome\">", "</p>"));
    }

    @Test
    void tellsZeroNonFiniteAndMissingApart() throws IOException {
        RunFixture run = new RunFixture(folder, 1);
        run.start("cells", 3);
        ObjectNode first = run.step(1, 1, 1, 0);
        ((ObjectNode) first.get("gradientNorm")).put("dense-1.W", 0.01);
        ObjectNode second = run.step(2, 1, 1, 0);
        ((ObjectNode) second.get("gradientNorm")).putNull("dense-1.W");
        second.putNull("loss");
        ObjectNode third = run.step(3, 1, 1, 0);
        RunFixture.zero(third, "dense-1.W");
        ((ObjectNode) third.get("gradientNorm")).remove("dense-1.b");
        run.line(first);
        run.line(second);
        run.line(third);
        run.save();

        String page = HtmlReport.render(folder);
        JsonNode data = data(page);

        assertEquals(-2 * NormCode.PER_DECADE, code(data, "gradientNorm", 0, 0));
        assertEquals(NormCode.NON_FINITE, code(data, "gradientNorm", 0, 1));
        assertEquals(NormCode.ZERO, code(data, "gradientNorm", 0, 2));
        assertEquals(NormCode.MISSING, code(data, "gradientNorm", 1, 2));
        assertTrue(data.get("loss").get("median").get(1).isNull());
        assertEquals("[0,1,0]", data.get("nonFinite").toString());
        assertTrue(page.contains("Loss or gradient not finite"));
    }

    @Test
    void reportsADivergedRun() throws IOException {
        String page = HtmlReport.render(RunFixture.diverged(folder));
        JsonNode data = data(page);

        assertEquals(
                "Diverged: non-finite. Training loss not finite after 79 steps in 0.4\u202fs.",
                inner(page, "<p class=\"outcome\">", "</p>"));
        assertEquals("nonfinite", data.get("guards").get(0).get("guard").asText());
        assertEquals("skip", data.get("guards").get(0).get("action").asText());
        assertEquals(0, data.get("guards").get(0).get("perColumn").get(58).asInt());
        assertEquals(1, data.get("guards").get(0).get("perColumn").get(59).asInt());
        assertTrue(
                page.contains(
                        "<b>nonfinite skipped the step</b> in 20 of 79 steps (25.3\u202f%);"
                                + " first at step 60, last at step 79"));
    }

    @Test
    void saysHowToSeeABadStepAgain() throws IOException {
        RunFixture.diverged(folder);
        String command = "evengrad train --replay bad-batches/step-60.json";
        ObjectNode summary =
                (ObjectNode) RunFixture.MAPPER.readTree(folder.resolve("summary.json").toFile());
        ((ObjectNode) summary.path("verdicts").path(0)).put("firstStep", 60);
        Files.writeString(folder.resolve("summary.json"), summary.toString());
        assertFalse(HtmlReport.render(folder).contains(command), "no such file");

        Path file = folder.resolve("bad-batches").resolve("step-60.json");
        Files.createDirectories(file.getParent());
        Files.writeString(file, "{}");
        assertTrue(
                HtmlReport.render(folder)
                        .contains(
                                "<dt>See it again</dt><dd><p>"
                                        + command
                                        + ", in the folder of the run</p></dd>"));
    }

    @Test
    void countsStepsAndNotActions() {
        RunFixture run = new RunFixture(folder, 1);
        run.start("actions", 2);
        ObjectNode line = run.step(1, 1, 1, 0);
        RunFixture.guard(line, "clip-norm", "scale", "dense-1.W");
        RunFixture.guard(line, "clip-norm", "scale", "output.W");
        run.line(line);
        run.line(run.step(2, 1, 1, 0));
        run.save();

        String page = HtmlReport.render(folder);

        assertTrue(page.contains("in 1 of 2 steps (50.0\u202f%); at step 1"));
    }

    @Test
    void takesAKilledRunWithAHalfWrittenLastLine() throws IOException {
        RunFixture run = new RunFixture(folder, 2);
        run.start("killed", 5000);
        for (int step = 1; step <= 30; step++) {
            run.line(run.step(step, 1, 1, 0.2));
        }
        run.evaluation(30, 1, 0.5, 0.75);
        String half = run.step(31, 1, 1, 0.2).toString();
        run.append(half.substring(0, half.length() - 20));
        run.save();

        String page = HtmlReport.render(folder);

        assertEquals(30, data(page).get("steps").asLong());
        assertTrue(page.contains("</svg>No summary yet</span>"));
        assertTrue(page.contains("30 of 5,000 planned steps"));
        assertTrue(page.contains("<dt>Validation accuracy</dt><dd>75.0\u202f%"));
        assertTrue(page.contains("<h1>" + folder.getFileName() + "</h1>"));
        assertFalse(page.contains("could not be read"), "a cut last line is what a kill leaves");
        assertEquals(0.75, data(page).get("validation").get("accuracy").get(29).asDouble());
    }

    @Test
    void takesALastLineThatIsCutInsideACharacter() throws IOException {
        RunFixture run = new RunFixture(folder, 1);
        run.start("cut", 10);
        run.line(run.step(1, 1, 1, 0.2));
        run.save();
        byte[] whole = Files.readAllBytes(folder.resolve("metrics.jsonl"));
        byte[] cut = ByteBuffer.allocate(whole.length + 3).put(whole).array();
        cut[whole.length] = '{';
        cut[whole.length + 1] = '"';
        cut[whole.length + 2] = (byte) 0xC3;
        Files.write(folder.resolve("metrics.jsonl"), cut);

        assertEquals(1, data(HtmlReport.render(folder)).get("steps").asLong());
    }

    @Test
    void saysHowManyLinesInTheMiddleCouldNotBeRead() throws IOException {
        RunFixture run = new RunFixture(folder, 1);
        run.start("holes", 3);
        run.line(run.step(1, 1, 1, 0.2));
        run.append("{\"type\":\"step\",\"st\n");
        run.line(run.step(3, 1, 1, 0.2));
        run.save();

        String page = HtmlReport.render(folder);

        assertTrue(page.contains("1 line of metrics.jsonl could not be read"));
        assertTrue(page.contains("2 of 3 steps are on record."));
        assertEquals("[1,0,1]", data(page).get("recorded").toString());
    }

    @Test
    void showsARunBeforeItsFirstStep() throws IOException {
        Files.writeString(folder.resolve("manifest.json"), "{\"seed\": 1}");

        String page = HtmlReport.render(folder);

        assertTrue(page.contains("no step is recorded yet"));
        assertEquals(0, data(page).get("recorded").size());
    }

    @Test
    void knowsTheTensorsWithoutALayoutLine() throws IOException {
        RunFixture run = new RunFixture(folder, 2);
        run.line(run.step(1, 1, 1, 0.2));
        run.save();

        JsonNode data = data(HtmlReport.render(folder));

        assertEquals(6, data.get("tensors").size());
        assertEquals("output.b", data.get("tensors").get(5).get("name").asText());
    }

    @Test
    void replacesStepsThatCameAgainAfterAResume() throws IOException {
        RunFixture run = new RunFixture(folder, 1);
        run.start("resumed", 4);
        for (double loss : new double[] {8, 7, 6}) {
            run.line(run.step(9 - (long) loss, 1, 1, 0).put("loss", loss));
        }
        ObjectNode again = run.step(2, 1, 1, 0).put("loss", 3);
        RunFixture.guard(again, "nonfinite", "skip", "");
        run.line(again);
        run.line(run.step(3, 1, 1, 0).put("loss", 2));
        run.save();

        JsonNode data = data(HtmlReport.render(folder));

        assertEquals("[8.0,3.0,2.0]", data.get("loss").get("median").toString());
        assertEquals("[1,1,1]", data.get("recorded").toString());
        assertEquals("[0,1,0]", data.get("guards").get(0).get("perColumn").toString());
    }

    @Test
    void staysSmallForALongRunAndShowsMedians() throws IOException {
        int steps = 200_000;
        StringBuilder lines = new StringBuilder();
        lines.append(
                "{\"type\":\"layout\",\"tensors\":[\"dense-1.W\",\"output.W\"],\"layers\":[\"dense-1\",\"output\"],\"plannedSteps\":200000,\"stepsPerEpoch\":1000}\n");
        for (int step = 1; step <= steps; step++) {
            // In each 250 steps most have 1e-3, some 1e-9: the median is not the mean.
            String norm = step % 250 < 100 ? "1e-9" : "1e-3";
            String norms = "{\"dense-1.W\":" + norm + ",\"output.W\":0.5}";
            lines.append("{\"type\":\"step\",\"step\":")
                    .append(step)
                    .append(",\"epoch\":1,\"loss\":");
            lines.append(step % 250 == 7 ? 9.0 : 0.5).append(",\"learningRate\":0.001");
            lines.append(",\"gradientNorm\":").append(norms);
            lines.append(",\"gradientNormAfterGuards\":").append(norms);
            lines.append(",\"updateRatio\":").append(norms).append(",\"guards\":[]}\n");
        }
        Files.writeString(folder.resolve("metrics.jsonl"), lines);

        String page = HtmlReport.render(folder);
        JsonNode data = data(page);

        assertTrue(page.length() < LARGEST_BYTES, () -> page.length() + " characters");
        assertEquals(800, data.get("recorded").size());
        assertEquals(250, data.get("stepsPerColumn").asInt());
        assertTrue(page.contains("A column stands for 250 steps and shows their median."));
        for (int column = 0; column < 800; column++) {
            assertEquals(-3 * NormCode.PER_DECADE, code(data, "gradientNorm", 0, column));
        }
        assertEquals(0.5, data.get("loss").get("median").get(3).asDouble());
        assertEquals(9.0, data.get("loss").get("greatest").get(3).asDouble());
        assertEquals(0.5, data.get("loss").get("least").get(3).asDouble());
    }

    @Test
    void staysSmallForADeepNetwork() {
        RunFixture run = new RunFixture(folder, 120);
        run.start("deep", 320);
        for (int step = 1; step <= 320; step++) {
            run.line(run.step(step, 1, 1, 0.1));
        }
        run.save();

        int length = HtmlReport.render(folder).length();

        assertTrue(length < LARGEST_BYTES, () -> length + " characters");
    }

    @Test
    void letsNoTextOfTheRunBecomeMarkup() throws IOException {
        RunFixture run = new RunFixture(folder, 1);
        ObjectNode layout = RunFixture.MAPPER.createObjectNode().put("type", "layout");
        layout.putArray("tensors").add(HOSTILE);
        layout.putArray("layers").add(HOSTILE);
        run.line(layout);
        ObjectNode line = run.step(1, 1, 1, 0);
        ((ObjectNode) line.get("gradientNorm")).put(HOSTILE, 1);
        RunFixture.guard(line, HOSTILE, HOSTILE, HOSTILE);
        run.line(line);
        run.save();
        ObjectNode summary = run.summary(HOSTILE, 1, 1, 1);
        summary.put("name", HOSTILE);
        ObjectNode verdict = summary.withArray("verdicts").addObject();
        verdict.put("problem", HOSTILE).put("severity", HOSTILE).put("cause", HOSTILE);
        verdict.put("what", HOSTILE).put("why", HOSTILE);
        verdict.putArray("layers").add(HOSTILE);
        verdict.putArray("advice").add(HOSTILE);
        verdict.putObject("evidence").putObject(HOSTILE).put("value", 1).put("threshold", 2);
        run.write("summary.json", summary.toString());
        ObjectNode manifest = RunFixture.MAPPER.createObjectNode();
        manifest.put(HOSTILE, HOSTILE).put("start", HOSTILE).put("exitReason", HOSTILE);
        run.write("manifest.json", manifest.toString());
        run.write("config.conf", HOSTILE);

        String page = HtmlReport.render(folder);

        assertFalse(page.contains("<img"));
        assertFalse(page.contains("<script>alert"));
        assertFalse(
                inner(page, "<script type=\"application/json\"", "</script>").contains("\u2028"));
        assertEquals(3, page.split("<script", -1).length - 1, "only the page's own scripts");
        assertEquals(HOSTILE, data(page).get("tensors").get(0).get("name").asText());
        assertEquals(HOSTILE, data(page).get("guards").get(0).get("guard").asText());
        assertTrue(page.contains("&lt;img src=x onerror=&quot;alert(&#39;2&#39;)&quot;&gt;"));
    }

    @Test
    void refersToNothingOutsideItself() {
        String page = HtmlReport.render(RunFixture.healthy(folder));

        List<String> references = new ArrayList<>();
        Matcher attribute =
                Pattern.compile("\\b(?:src|srcset|href|action|poster|data)=\"([^\"]*)\"")
                        .matcher(page);
        while (attribute.find()) {
            references.add(attribute.group(1));
        }
        assertEquals(List.of("data:,", "#gradients"), references);
        for (String word : List.of("@import", "url(", "fetch(", "XMLHttpRequest", "WebSocket")) {
            assertFalse(page.contains(word), word);
        }
    }

    @Test
    void letsOnlyItsOwnScriptsAndStyleRun() throws Exception {
        String page = HtmlReport.render(RunFixture.healthy(folder));
        String policy = inner(page, "Content-Security-Policy\" content=\"", "\"");

        assertTrue(policy.startsWith("default-src 'none';"), policy);
        assertFalse(policy.contains("unsafe"), policy);
        Matcher element = Pattern.compile("(?s)<(script|style)>(.*?)</\\1>").matcher(page);
        int count = 0;
        while (element.find()) {
            byte[] bytes = element.group(2).getBytes(StandardCharsets.UTF_8);
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            String hash = "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
            assertTrue(policy.contains(element.group(1) + "-src") && policy.contains(hash), hash);
            count++;
        }
        assertEquals(3, count);
        assertFalse(page.contains("style=\""), "the policy would drop it");
        assertFalse(Pattern.compile("<[^>]* on[a-z]+=").matcher(markup(page)).find());
    }

    @Test
    void carriesTheLicenseOfWhatItShips() {
        String page = HtmlReport.render(RunFixture.healthy(folder));

        assertTrue(page.contains("The MIT License (MIT)"));
        assertTrue(page.contains("Copyright (c) 2022 Leon Sorokin"));
    }

    @Test
    void replacesTheReportInOneMove() throws IOException {
        RunFixture.healthy(folder);
        Path report = folder.resolve("report.html");
        Files.writeString(report, "old");
        Path sameFile = Files.createLink(folder.resolve("link.html"), report);

        assertEquals(report, HtmlReport.write(folder));

        assertEquals("old", Files.readString(sameFile), "the old file was not written into");
        assertEquals(HtmlReport.render(folder), Files.readString(report));
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(
                    List.of(
                            "config.conf",
                            "link.html",
                            "manifest.json",
                            "metrics.jsonl",
                            "report.html",
                            "summary.json"),
                    files.map(file -> file.getFileName().toString()).sorted().toList());
        }
    }

    @Test
    void keepsTheOldReportWhenTheRunCannotBeRead() throws IOException {
        RunFixture.healthy(folder);
        Path report = HtmlReport.write(folder);
        byte[] old = Files.readAllBytes(report);
        Files.writeString(folder.resolve("summary.json"), "{\n  \"status\": \"heal");

        InvalidInputException error =
                assertThrows(InvalidInputException.class, () -> HtmlReport.write(folder));

        assertEquals(2, error.problems().get(0).line());
        assertTrue(error.getMessage().contains("summary.json:2:"), error.getMessage());
        assertArrayEquals(old, Files.readAllBytes(report));
    }

    @Test
    void refusesAFolderThatIsNoRunFolder() throws IOException {
        Files.writeString(folder.resolve("notes.txt"), "nothing to see");

        InvalidInputException error =
                assertThrows(InvalidInputException.class, () -> HtmlReport.write(folder));

        assertTrue(error.getMessage().contains("is no run folder"), error.getMessage());
        assertFalse(Files.exists(folder.resolve("report.html")));
    }

    @Test
    void refusesAFolderThatDoesNotExist() {
        InvalidInputException error =
                assertThrows(
                        InvalidInputException.class,
                        () -> HtmlReport.render(folder.resolve("nowhere")));

        assertTrue(error.getMessage().endsWith("nowhere: no such folder"), error.getMessage());
    }

    @Test
    void refusesAFile() throws IOException {
        Path file = Files.writeString(folder.resolve("model.zip"), "");

        InvalidInputException error =
                assertThrows(InvalidInputException.class, () -> HtmlReport.render(file));

        assertTrue(error.getMessage().endsWith("is a file, not a run folder"), error.getMessage());
    }

    @Test
    void leavesNothingBehindWhenWritingBreaksOff() throws IOException {
        RunFixture.healthy(folder);
        Path report = Files.createDirectories(folder.resolve("report.html/inside"));

        assertThrows(UncheckedIOException.class, () -> HtmlReport.write(folder));

        assertTrue(Files.exists(report));
        try (Stream<Path> files = Files.list(folder)) {
            assertTrue(files.noneMatch(file -> file.toString().endsWith(".tmp")));
        }
    }

    @Test
    void givesTheSamePageForTheSameRun() {
        RunFixture.healthy(folder);

        assertEquals(HtmlReport.render(folder), HtmlReport.render(folder));
    }

    private static JsonNode data(String page) throws IOException {
        Matcher matcher = DATA.matcher(page);
        assertTrue(matcher.find(), "the page has its data");
        return RunFixture.MAPPER.readTree(matcher.group(1));
    }

    private static short code(JsonNode data, String measure, int tensor, int column) {
        byte[] bytes = Base64.getDecoder().decode(data.get("norms").get(measure).asText());
        int columns = data.get("recorded").size();
        return ByteBuffer.wrap(bytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .getShort(2 * (tensor * columns + column));
    }

    private static double meanLog10(JsonNode data, String measure, int tensor) {
        int columns = data.get("recorded").size();
        double sum = 0;
        for (int column = 0; column < columns; column++) {
            sum += code(data, measure, tensor, column);
        }
        return sum / columns / data.get("norms").get("perDecade").asDouble();
    }

    private static String inner(String page, String start, String end) {
        int from = page.indexOf(start);
        assertTrue(from >= 0, start);
        return page.substring(from + start.length(), page.indexOf(end, from + start.length()));
    }

    /** The page without its scripts and style. */
    private static String markup(String page) {
        return page.replaceAll("(?s)<(script|style)[ >].*?</\\1>", "");
    }
}
