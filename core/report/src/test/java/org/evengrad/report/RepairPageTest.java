package org.evengrad.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepairPageTest {
    private static final Pattern DATA =
            Pattern.compile("<script type=\"application/json\" id=\"run-data\">(.*?)</script>");

    @TempDir Path folder;

    private static JsonNode data(String page) throws IOException {
        Matcher matcher = DATA.matcher(page);
        assertTrue(matcher.find());
        return RunFixture.MAPPER.readTree(matcher.group(1));
    }

    @Test
    void saysWhatHelpsAndHowMuch() throws IOException {
        String page = HtmlReport.render(RepairFixture.repaired(folder).save());

        assertTrue(
                page.contains(
                        "Repaired: test accuracy 9.8\u202f% before, 96.1\u202f% after, by a patch"
                                + " of 2 lines."));
        assertTrue(
                page.contains(
                        "activation = relu    <span class=\"comment\"># passes gradients as they"
                                + " are</span>\n"));
        assertTrue(page.contains("evengrad train deep-sigmoid.repaired.conf"));
        assertTrue(
                page.contains(
                        "Supported: better on 3 of 3 seeds that played no part in its choice"));
        assertTrue(page.contains("<h3>Vanishing gradient</h3>"));
        assertTrue(page.contains("<p>dense-1 to dense-22 (22 layers)</p>"));
        assertTrue(page.contains("<li>optimizer = adam alone: 0.02 beside 0.01 at 15%</li>"));
    }

    @Test
    void everySeedHasADotAtItsPlace() throws IOException {
        String page = HtmlReport.render(RepairFixture.repaired(folder).save());

        for (String place : List.of("9.60%", "9.80%", "10.00%", "95.70%", "96.10%", "96.50%")) {
            assertTrue(page.contains("<circle cx=\"" + place + "\""), place);
        }
        // One standard deviation to each side of the mean.
        assertTrue(
                page.contains(
                        "<rect class=\"band\" x=\"95.68%\" y=\"7\" height=\"16\""
                                + " width=\"0.84%\"/>"));
    }

    @Test
    void theTableOfPatchesHasOnlyTheLengthsThatWereTrained() throws IOException {
        String page = HtmlReport.render(RepairFixture.repaired(folder).save());

        assertTrue(
                page.contains(
                        "<th>At 5 %</th><th>At 15 %</th><th>Fresh seeds, 25 %</th>"
                                + "<th>Patch</th>"));
        assertTrue(page.contains("<tr class=\"chosen\"><td>0.71<svg"));
        assertTrue(page.contains("<td class=\"negative\">-1.00<svg"));
    }

    @Test
    void bothRunsHaveColumnsOfEquallyManySteps() throws IOException {
        JsonNode data = data(HtmlReport.render(RepairFixture.repaired(folder).save()));

        // 1250 steps of 52 tensors need columns of two steps; alone, 400 steps need none.
        assertEquals(1250, data.get("steps").asInt());
        assertEquals(2, data.get("stepsPerColumn").asInt());
        assertEquals(2, data.get("control").get("stepsPerColumn").asInt());
        assertEquals(2, data.get("repaired").get("stepsPerColumn").asInt());
        assertEquals(625, data.get("recorded").size());
        assertEquals(200, data.get("repaired").get("recorded").size());
        assertEquals(200, data.get("repaired").get("loss").get("median").size());
    }

    @Test
    void withoutRunsThereIsAPageOfWhatIsKnown() throws IOException {
        RepairFixture repair =
                RepairFixture.repaired(Files.createDirectories(folder.resolve("with")));
        ObjectNode doctor = repair.doctor;
        doctor.put("status", "unconfirmed").putNull("before").putNull("after").putNull("proof");
        doctor.putArray("pairs");
        Path bare = Files.createDirectories(folder.resolve("bare"));
        Files.writeString(bare.resolve("doctor.json"), doctor.toString());

        String page = HtmlReport.render(bare);

        assertTrue(page.contains("Unconfirmed: time ended before the proof."));
        assertFalse(page.contains("class=\"spread\""));
        assertTrue(data(page).get("control").isNull());
    }

    @Test
    void aFailedProofIsShownAsOne() throws IOException {
        RepairFixture repair = RepairFixture.repaired(folder);
        repair.doctor.put("status", "not-repaired").put("patch", "").putNull("proof");
        repair.doctor.putArray("edits");

        String page = HtmlReport.render(repair.save());

        assertTrue(page.contains("Not repaired: nothing that was tried helps enough."));
        assertTrue(page.contains("The proof that failed"));
        assertTrue(page.contains("Not proved: better on 3 of 3"));
    }

    @Test
    void textOfARunIsNeverMarkup() throws IOException {
        String hostile = "</script><script>alert(1)</script>{{data}}";
        RepairFixture repair = RepairFixture.repaired(folder);
        repair.doctor.put("name", hostile).put("patch", "# " + hostile).put("proof", hostile);
        ((ObjectNode) repair.doctor.get("tried").get(0)).put("patch", hostile);
        repair.doctor.putArray("ruledOut").add(hostile);

        String page = HtmlReport.render(repair.save());

        assertFalse(page.contains("alert(1)</script>"));
        assertEquals(3, page.split("<script", -1).length - 1);
    }

    @Test
    void saysThatTwoLossesCannotBeCompared() throws IOException {
        RepairFixture repair = RepairFixture.repaired(folder);
        assertFalse(HtmlReport.render(repair.save()).contains("measure different things"));
        repair.doctor.putArray("edits").addObject().put("kind", "loss");
        assertTrue(HtmlReport.render(repair.save()).contains("measure different things"));
    }
}
