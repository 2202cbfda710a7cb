package org.evengrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.evengrad.Evengrad;
import org.evengrad.diagnosis.repair.Repair.Status;
import org.evengrad.engine.train.StopRequest;
import org.evengrad.operations.RepairRequest;
import org.evengrad.operations.Treatment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String SICK =
            """
            name = sick
            data { source = blobs, samples = 120, classes = 2, features = 3, batch-size = 8 }
            model { layers = [ { dense = 8, repeat = 8 } ] }
            activation = sigmoid, initializer = xavier
            optimizer { use = sgd, learning-rate = 0.05 }
            training { steps = 100, threads = 1 }
            """;

    @TempDir private Path temporary;

    private Path config() throws IOException {
        return Files.writeString(temporary.resolve("net.conf"), SICK);
    }

    private CommandRun doctor(String... more) throws IOException {
        String[] first = {
            "doctor", config().toString(), "--run-dir", temporary.resolve("out").toString()
        };
        return CommandRun.of(Stream.of(first, more).flatMap(Stream::of).toArray(String[]::new));
    }

    @Test
    void repairsAndLeavesAConfigurationThatTrains() throws IOException {
        CommandRun command = doctor("--json");

        JsonNode result = JSON.readTree(command.out());
        assertEquals("repaired", result.get("status").asText(), command.out());
        assertEquals(ExitCode.DONE, command.exitCode());
        assertEquals("supported", result.get("proof").asText());
        for (JsonNode pair : result.get("pairs")) {
            assertTrue(
                    pair.get("repaired").asDouble() > pair.get("control").asDouble(),
                    result.get("pairs").toString());
        }
        double before = result.get("before").get("testAccuracy").get("mean").asDouble();
        double after = result.get("after").get("testAccuracy").get("mean").asDouble();
        assertTrue(after > before + 0.2, before + " before, " + after + " after");

        Path repaired = temporary.resolve("net.repaired.conf");
        assertEquals(repaired.toString(), result.get("repairedConfig").asText());
        assertTrue(Files.readString(repaired).startsWith("include \"net.conf\"\n"));
        assertEquals(SICK, Files.readString(temporary.resolve("net.conf")));
        Path out = temporary.resolve("out");
        for (String file :
                List.of(
                        "doctor.json",
                        "report.html",
                        "control/metrics.jsonl",
                        "control/report.html",
                        "repaired/summary.json",
                        "repaired/config.conf")) {
            assertTrue(Files.exists(out.resolve(file)), file);
        }
        assertEquals(
                JSON.readTree(out.resolve("doctor.json").toFile()).get("patch"),
                result.get("patch"));
        CommandRun trained =
                CommandRun.of(
                        "train",
                        repaired.toString(),
                        "--run-dir",
                        temporary.resolve("again").toString(),
                        "--quiet");
        assertEquals(ExitCode.DONE, trained.exitCode(), trained.out());
    }

    @Test
    void aBudgetThatEndsFirstIsUndecided() throws IOException {
        CommandRun command = doctor("--budget", "1ms", "--quiet");

        assertEquals(ExitCode.UNDECIDED, command.exitCode(), command.out());
        assertTrue(command.out().contains("unconfirmed: the budget ended before the proof"));
        assertTrue(command.out().contains("error: vanishing-gradient"), command.out());
        assertTrue(command.out().contains("first would have been: "), command.out());
        assertFalse(command.out().contains("Next:"), command.out());
        assertFalse(Files.exists(temporary.resolve("net.repaired.conf")), "nobody tried it");
        assertEquals("", command.err());
    }

    @Test
    void whatIsKnownWhenItIsStoppedIsWritten() throws IOException {
        StopRequest stop = new StopRequest();
        stop.request();

        Treatment treatment =
                Evengrad.create()
                        .doctor(
                                RepairRequest.of(config())
                                        .below(temporary.resolve("runs"))
                                        .stop(stop));

        assertEquals(Status.UNCONFIRMED, treatment.repair().status());
        assertEquals(ExitCode.INTERRUPTED, DoctorCommand.exitCode(treatment, true));
        assertEquals(temporary.resolve("runs/sick-doctor-001"), treatment.folder().path());
        JsonNode json = JSON.readTree(treatment.folder().json().toFile());
        assertEquals("vanishing-gradient", json.get("verdicts").get(0).get("problem").asText());
        assertTrue(Files.exists(treatment.folder().report()));
    }

    @Test
    void repairsAKerasModel() throws IOException {
        Path keras = Path.of("../examples/data/iris.h5").toAbsolutePath();
        Path config =
                Files.writeString(
                        temporary.resolve("keras.conf"),
                        "data.source = iris\nmodel.keras = \""
                                + keras
                                + "\"\noptimizer { use = adam, learning-rate = 1e-7 }\n"
                                + "training { epochs = 12, threads = 1 }\n");
        CommandRun command =
                CommandRun.of(
                        "doctor",
                        config.toString(),
                        "--run-dir",
                        temporary.resolve("out").toString(),
                        "--quiet");
        assertEquals(ExitCode.DONE, command.exitCode(), command.out());
        assertTrue(command.out().contains("repaired: test accuracy"), command.out());
        assertTrue(
                command.out().contains("note: the first weights came with the model and stay"),
                command.out());
    }

    @Test
    void refusesABudgetWithoutAUnit() throws IOException {
        doctor("--budget", "2").assertRefused("--budget", "90s, 2m or 1h", "'2'");
        doctor("--budget", "0s").assertRefused("--budget", "above 0");
    }

    @Test
    void refusesAnUnknownProof() throws IOException {
        doctor("--proof", "most").assertRefused("--proof", "FULL", "most");
    }

    @Test
    void refusesBeforeTrainingWhatCannotBeWritten() throws IOException {
        Files.createDirectories(temporary.resolve("net.repaired.conf"));

        doctor().assertRefused("net.repaired.conf", "is a folder");
        assertFalse(Files.exists(temporary.resolve("out")));
    }

    @Test
    void refusesAConfigurationThatIsWrongAndLeavesNothing() throws IOException {
        doctor("-D", "data.samples=-3").assertRefused("data.samples");
        assertFalse(Files.exists(temporary.resolve("out")));
    }
}
