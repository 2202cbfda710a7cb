package org.evengrad.comparison;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.evengrad.config.problem.InvalidInputException;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

class ComparisonTest {
    private static final Path FOLDER = Path.of("runs", "net-compare-001");

    @Test
    void commasInsideBracesBracketsAndQuotesDoNotSeparateValues() {
        assertEquals(
                new Variation("optimizer.use", List.of("adam", "sgd")),
                Variation.parse("optimizer.use=adam, sgd"));
        assertEquals(
                List.of("[nonfinite]", "[nonfinite, { use = agc, clipping = 0.1 }]", "\"a,b\""),
                Variation.parse("x=[nonfinite],[nonfinite, { use = agc, clipping = 0.1 }],\"a,b\"")
                        .values());
    }

    @Test
    void refusesAVariationWithoutKeyOrWithAnEmptyOrRepeatedValue() {
        for (String text : List.of("adam,sgd", "=a,b", "x=", "x=a,,b", "x=a,a")) {
            assertThrows(InvalidInputException.class, () -> Variation.parse(text), text);
        }
    }

    @Test
    void everyCombinationIsThereOnceAndTheLastKeyChangesFirst() {
        assertEquals(
                List.of(
                        Map.of("a", "1", "b", "x"),
                        Map.of("a", "1", "b", "y"),
                        Map.of("a", "2", "b", "x"),
                        Map.of("a", "2", "b", "y")),
                Matrix.of(
                        List.of(
                                new Variation("a", List.of("1", "2")),
                                new Variation("b", List.of("x", "y")))));
    }

    private static Cell cell(String value, double... accuracies) {
        List<ComparedRun> runs = new ArrayList<>();
        for (int i = 0; i < accuracies.length; i++) {
            Map<String, Double> scores =
                    Double.isNaN(accuracies[i])
                            ? Map.of()
                            : Map.of("accuracy", accuracies[i], "loss", 1 - accuracies[i]);
            runs.add(
                    new ComparedRun(
                            i, FOLDER.resolve(value + "/seed-" + i), "healthy", scores, scores, 1));
        }
        return new Cell(Map.of("key", value), runs);
    }

    private static Comparison comparison(Cell... cells) {
        List<Cell> all = List.of(cells);
        return new Comparison(
                "net",
                FOLDER,
                List.of(
                        new Variation(
                                "key",
                                all.stream().map(each -> each.values().get("key")).toList())),
                LongStream.range(0, all.get(0).runs().size()).boxed().toList(),
                Comparison.metric(Optional.empty(), all.get(0).runs()),
                all);
    }

    @Test
    void meanAndSpreadAreThoseOfTheSeeds() {
        Cell cell = cell("a", 0.5, 0.7, 0.9);
        assertEquals(0.7, cell.mean("accuracy"), 1e-15);
        assertEquals(0.2, cell.spread("accuracy"), 1e-15);
        assertTrue(Double.isNaN(cell("a", 0.5).spread("accuracy")));
    }

    @Test
    void theBestHasTheHighestMeanAndACombinationWithADivergedRunIsNone() {
        Comparison comparison =
                comparison(cell("a", 0.5, 0.6), cell("b", 0.99, Double.NaN), cell("c", 0.7, 0.6));
        assertEquals("c", comparison.best().orElseThrow().values().get("key"));
        assertTrue(comparison.higherIsBetter());
        assertEquals(Optional.empty(), comparison(cell("b", Double.NaN, 0.9)).best());
    }

    @Test
    void seedsThatSwingMoreThanTwoCombinationsDifferCannotTellThemApart() {
        Comparison comparison =
                comparison(
                        cell("best", 0.9, 0.8, 0.7),
                        cell("swings", 0.7, 0.9, 0.7),
                        cell("always-a-bit-less", 0.89, 0.79, 0.69));
        assertEquals(
                List.of("swings"),
                comparison.likeBest().stream().map(each -> each.values().get("key")).toList());
    }

    @Test
    void thePlotIsXmlWithADotForEachRunThatHasANumber() throws Exception {
        String svg =
                ComparisonPlot.of(
                        comparison(cell("<a> & b", 0.5, 0.6), cell("c", Double.NaN, 0.99)));
        var document =
                DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(new InputSource(new StringReader(svg)));
        assertEquals(3, document.getElementsByTagName("circle").getLength());
    }

    @Test
    void theTableHasALineForEachRunAndLeavesWhatIsUndefinedEmpty() {
        String csv = ComparisonCsv.of(comparison(cell("a", 0.5, Double.NaN)));
        List<String> lines = csv.lines().toList();
        assertEquals(3, lines.size());
        assertTrue(lines.get(0).startsWith("key,seed,status,validation."), csv);
        assertTrue(lines.get(2).startsWith("a,1,healthy,,"), csv);
        assertFalse(csv.contains("NaN"), csv);
    }
}
