package org.evengrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

class FindLrCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String LOW =
            """
            name = low
            data { source = iris, batch-size = 16 }
            model { layers = [ { dense = 16 } ] }
            optimizer { use = adam, learning-rate = 0.00001 }
            training { epochs = 20 }
            """;

    private static final String SICK =
            """
            name = sick
            data { source = iris, batch-size = 16 }
            model { layers = [ { dense = 8, repeat = 20 } ] }
            activation = sigmoid, initializer = xavier
            optimizer { use = sgd, learning-rate = 0.1 }
            training { epochs = 20 }
            """;

    @TempDir private Path temporary;

    private CommandRun find(Surroundings surroundings, String text, String... more)
            throws IOException {
        Path file = Files.writeString(temporary.resolve("net.conf"), text);
        return CommandRun.in(
                surroundings,
                Stream.concat(
                                Stream.of("find-lr", file.toString(), "--steps", "60"),
                                Stream.of(more))
                        .toArray(String[]::new));
    }

    private CommandRun find(String text, String... more) throws IOException {
        return find(Surroundings.NONE, text, more);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(temporary)) {
            return files.sorted().toList();
        }
    }

    @Test
    void showsTheCurveTheSuggestionItsRuleAndWhatToWrite() throws IOException {
        CommandRun command = find(LOW);
        assertEquals(ExitCode.DONE, command.exitCode(), command.err());
        String out = command.out();
        assertTrue(out.startsWith("low: loss "), out);
        assertTrue(out.chars().allMatch(c -> c < 128), "ASCII without a terminal that takes more");
        assertTrue(out.lines().allMatch(line -> line.length() < 400));
        assertTrue(out.contains("^ yours 1e-5"), out);
        assertTrue(out.matches("(?s).*1e-7 +1e-6 +1e-5 .* 0\\.1 .*"), out);
        assertTrue(out.contains("times lower"), out);
        assertTrue(out.contains("  rule        The curve falls fastest at "), out);
        assertTrue(
                out.matches(
                        "(?s).*  do +optimizer\\.learning-rate = (\\S+) \\(Java:"
                                + " optimizer\\.withLearningRate\\(\\1\\)\\).*"),
                out);
        assertTrue(out.contains("suggested: "), out);
        assertEquals("", command.err());
        assertEquals(List.of(temporary.resolve("net.conf")), files(), "the folder is untouched");
    }

    @Test
    void aTerminalGetsLinesThatFitAndDotsOfBraille() throws IOException {
        CommandRun command = find(new Surroundings(Optional.empty(), 60, false, false, true), LOW);
        List<String> lines = command.out().lines().toList();
        assertTrue(lines.stream().skip(1).limit(20).allMatch(line -> line.length() <= 60));
        assertTrue(command.out().chars().anyMatch(c -> c > 0x2800 && c < 0x2900), command.out());
    }

    @Test
    void jsonHasTheWholeResultAndThePictureIsWritten() throws Exception {
        Path picture = temporary.resolve("rates.svg");
        CommandRun command = find(LOW, "--json", "--picture", picture.toString());
        assertEquals(ExitCode.DONE, command.exitCode(), command.err());
        JsonNode result = JSON.readTree(command.out());
        double suggestion = result.get("suggestion").asDouble();
        assertTrue(suggestion > 1e-3 && suggestion < 1, command.out());
        assertEquals("least-that-wins-most", result.get("rule").asText());
        assertEquals(1e-5, result.get("current").asDouble(), 1e-12);
        assertTrue(result.has("divergesAt") && result.has("seconds") && result.has("why"));
        JsonNode point = result.get("curve").get(0);
        for (String key : List.of("rate", "loss", "low", "high")) {
            assertTrue(point.get(key).isNumber(), key);
        }
        assertEquals(List.of(temporary.resolve("net.conf"), picture), files());
        String svg = Files.readString(picture);
        Document document =
                DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
        assertEquals("svg", document.getDocumentElement().getTagName());
        assertTrue(svg.contains(">suggestion " + RangeAxes.rate(suggestion) + "<"), svg);
        assertFalse(svg.contains("NaN") || svg.contains("Infinity"), svg);
    }

    @Test
    void aNetworkThatLearnsNothingIsUndecided() throws IOException {
        CommandRun command = find(SICK, "--orders", "2");
        assertEquals(ExitCode.UNDECIDED, command.exitCode(), command.out());
        assertTrue(command.out().contains("  suggestion  none"), command.out());
        assertTrue(command.out().contains("run check"), command.out());
        JsonNode result = JSON.readTree(find(SICK, "--orders", "2", "--json").out());
        assertTrue(result.get("suggestion").isNull());
    }

    @Test
    void refusesWhatCannotBe() throws IOException {
        find(LOW, "--from", "0").assertRefused("--from", "above 0");
        find(LOW, "--from", "1", "--to", "0.1").assertRefused("--from", "below --to");
        find(LOW, "--orders", "0").assertRefused("--orders", "at least 1");
        find(LOW, "--picture", temporary.resolve("net.conf").toString())
                .assertRefused("--picture", ".svg");
        find(LOW, "--picture", temporary.resolve("no/rates.svg").toString())
                .assertRefused("rates.svg", "folder");
        find(LOW.replace("dense", "dens")).assertRefused("net.conf: 3", "dense");
        CommandRun.of("find-lr", "net.conf", "--steps", "5").assertRefused("--steps", "20");
    }

    @Test
    void writesRatesAsAConfigurationTakesThem() {
        assertEquals("0.01", RangeAxes.rate(0.01));
        assertEquals("2.6e-6", RangeAxes.rate(2.6e-6));
        assertEquals("1e-5", RangeAxes.rate(1e-5));
        assertEquals("30", RangeAxes.rate(30));
        assertEquals("1e6", RangeAxes.rate(1e6));
    }
}
