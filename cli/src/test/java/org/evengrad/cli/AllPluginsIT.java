package org.evengrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.evengrad.cli.AllPluginsTest.Leaf;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Element;

/** What the build says that it has run: a contract that nothing runs looks like one that holds. */
@DisabledIfSystemProperty(named = "test", matches = ".+", disabledReason = "-Dtest runs only some")
class AllPluginsIT {
    @ParameterizedTest
    @MethodSource("org.evengrad.cli.AllPluginsTest#leaves")
    void theContractOfEveryPluginRan(Leaf leaf) throws Exception {
        Path folder = leaf.folder().resolve("target/surefire-reports");
        assertTrue(Files.isDirectory(folder), () -> "no test ran: there is no " + folder);
        List<Path> reports = reports(folder);

        assertEquals(1, reports.size(), () -> "one report in " + folder + ", not " + reports);
        Element suite =
                DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(reports.get(0).toFile())
                        .getDocumentElement();
        // Every contract has more tests than this, for every kind.
        assertTrue(Integer.parseInt(suite.getAttribute("tests")) >= 5, "tests of " + leaf);
        assertEquals("0", suite.getAttribute("skipped"), () -> "skipped tests of " + leaf);
    }

    private static List<Path> reports(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().matches("TEST-.*\\.xml"))
                    .toList();
        }
    }
}
