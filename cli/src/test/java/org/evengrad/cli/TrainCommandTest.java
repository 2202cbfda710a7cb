package org.evengrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String SMALL =
            """
            name = small
            data { source = iris, batch-size = 16 }
            model { layers = [ { dense = 8 } ] }
            activation = tanh, initializer = xavier
            optimizer { use = adam, learning-rate = 0.02 }
            training { epochs = 10 }
            """;

    private static final String SICK =
            """
            name = sick
            data { source = blobs, samples = 600, classes = 10, features = 20 }
            model { layers = [ { dense = 16, repeat = 25 } ] }
            activation = sigmoid, initializer = xavier
            optimizer { use = sgd, learning-rate = 0.1 }
            training { epochs = 3 }
            """;

    @TempDir private Path temporary;
    private Path run;

    @BeforeEach
    void nameTheRun() {
        run = temporary.resolve("run");
    }

    private String config(String text) throws IOException {
        return Files.writeString(temporary.resolve("net.conf"), text).toString();
    }

    private CommandRun train(String text, String... more) throws IOException {
        Stream<String> start = Stream.of("train", config(text), "--run-dir", run.toString());
        return CommandRun.of(Stream.concat(start, Stream.of(more)).toArray(String[]::new));
    }

    private JsonNode json(String file) throws IOException {
        return JSON.readTree(run.resolve(file).toFile());
    }

    @Test
    void leavesAWholeRunFolder() throws IOException {
        CommandRun command = train(SMALL);

        assertEquals(ExitCode.DONE, command.exitCode(), command.err());
        try (Stream<Path> files = Files.list(run)) {
            assertEquals(
                    List.of(
                            "checkpoints",
                            "config.conf",
                            "manifest.json",
                            "metrics.jsonl",
                            "model.zip",
                            "report.html",
                            "summary.json"),
                    files.map(file -> file.getFileName().toString()).sorted().toList());
        }
        JsonNode summary = json("summary.json");
        assertEquals("healthy", summary.path("status").asText());
        assertEquals(70, summary.path("steps").asInt());
        assertTrue(summary.path("testAccuracy").asDouble() > 0.8, summary::toString);
        assertTrue(summary.path("model").path("opensWithPlainDl4j").asBoolean());
        assertTrue(summary.path("startupSeconds").asDouble() > 0);
        JsonNode manifest = json("manifest.json");
        assertEquals(102, manifest.path("rows").path("train").asInt());
        assertEquals("completed", manifest.path("exitReason").asText());
        long steps =
                Files.readAllLines(run.resolve("metrics.jsonl")).stream()
                        .filter(line -> line.startsWith("{\"type\":\"step\""))
                        .count();
        assertEquals(70, steps);
    }

    @Test
    void saysHowItWentAndWhereTheReportIs() throws IOException {
        CommandRun command = train(SMALL);

        List<String> lines = command.out().lines().toList();
        assertEquals(7, lines.size(), command.out());
        assertTrue(lines.get(0).startsWith("healthy: test accuracy "), lines.get(0));
        assertEquals(List.of("test", "validation", "train"), words(lines.get(1)));
        assertEquals("loss", words(lines.get(2)).get(0));
        assertEquals(4, words(lines.get(2)).size(), lines.get(2));
        assertEquals(
                List.of(
                        "accuracy",
                        Numbers.percent(json("summary.json").path("testAccuracy").asDouble())),
                words(lines.get(3)).subList(0, 2));
        assertEquals(List.of("macro", "F1"), words(lines.get(4)).subList(0, 2));
        assertTrue(
                lines.get(5).matches("step \\S+ ms: batch \\S+%, .*optimizer \\S+%"), lines.get(5));
        assertTrue(lines.get(6).startsWith("Report: "), lines.get(6));
        assertTrue(lines.get(6).endsWith("report.html"), lines.get(6));
    }

    private static List<String> words(String line) {
        return List.of(line.strip().split("\\s+"));
    }

    @Test
    void aRegressionIsMeasuredByItsErrors() throws IOException {
        train(
                """
                data { source = linear, samples = 100, features = 3 }
                model { layers = [ { dense = 8 } ] }
                activation = tanh, initializer = xavier
                optimizer { use = adam, learning-rate = 0.05 }
                training { epochs = 10, keep = best, early-stop { metric = validation-r2 } }
                """);
        JsonNode summary = json("summary.json");
        assertTrue(summary.path("testAccuracy").isNull());
        assertTrue(summary.path("testConfusion").isNull());
        List<String> names = new ArrayList<>();
        summary.path("testMetrics").fieldNames().forEachRemaining(names::add);
        assertEquals(List.of("r2", "rmse", "mae"), names);
        double rmse = summary.path("testMetrics").path("rmse").asDouble();
        assertEquals(summary.path("testLoss").asDouble(), rmse * rmse, 1e-6);

        CommandRun evaluated = CommandRun.of("evaluate", run.toString());

        List<String> lines = evaluated.out().lines().toList();
        assertEquals("test, 20 rows", lines.get(0));
        assertEquals(List.of("RMSE", Numbers.shortest(rmse)), words(lines.get(3)));
        assertEquals(5, lines.size(), evaluated.out());
    }

    @Test
    void refusesToWatchWhatTheTaskDoesNotHave() throws IOException {
        CommandRun command = train(SMALL, "-D", "training.early-stop.metric=validation-auc");

        assertEquals(ExitCode.INVALID_INPUT, command.exitCode());
        assertEquals(
                "training.early-stop.metric: validation-auc is not measured for these targets;"
                        + " choose one of validation-loss, validation-accuracy,"
                        + " validation-macro-f1",
                command.err().strip());
        assertFalse(Files.exists(run));
    }

    @Test
    void writesLinesWhereThereIsNoTerminalAndNothingWhenQuiet() throws IOException {
        List<String> lines = train(SMALL).errors();
        assertTrue(lines.get(0).startsWith("small: 102 rows to train on, 18 to validate, 30 to"));
        int threads = json("manifest.json").path("threads").asInt();
        assertTrue(
                lines.get(1).endsWith(", " + threads + (threads == 1 ? " thread" : " threads")),
                lines.get(1));
        assertTrue(lines.get(lines.size() - 1).startsWith("step 70 of 70, epoch 10: loss "));

        run = temporary.resolve("quiet");
        assertEquals("", train(SMALL, "--quiet").err());
    }

    @Test
    void drawsABarOnATerminal() throws IOException {
        Surroundings terminal = new Surroundings(java.util.Optional.empty(), 120, false, false);

        CommandRun command =
                CommandRun.in(terminal, "train", config(SMALL), "--run-dir", run.toString());

        assertEquals(ExitCode.DONE, command.exitCode(), command.err());
        assertTrue(command.err().contains("\r"), command.err());
        assertTrue(command.err().contains("70/70"), command.err());
        assertTrue(command.err().contains("gradients "), command.err());
    }

    @Test
    void printsTheSummaryAsOneObject() throws IOException {
        CommandRun command = train(SMALL, "--json");

        assertEquals(json("summary.json"), JSON.readTree(command.out()));
    }

    @Test
    void overridesWinOverTheFile() throws IOException {
        train(SMALL, "-D", "training.epochs=2", "--seed", "7");

        JsonNode summary = json("summary.json");
        assertEquals(2, summary.path("epochs").asInt());
        assertEquals(7, summary.path("seed").asInt());
    }

    @Test
    void theSameSeedGivesTheSameParametersAndAnotherOneOthers() throws IOException {
        train(SMALL);
        String first = json("summary.json").path("parametersSha256").asText();
        run = temporary.resolve("again");
        train(SMALL);
        assertEquals(first, json("summary.json").path("parametersSha256").asText());
        run = temporary.resolve("other");
        train(SMALL, "--seed", "43");
        assertFalse(first.equals(json("summary.json").path("parametersSha256").asText()));
    }

    @Test
    void endsWithThreeAndNamesTheLayersWhenGradientsVanish() throws IOException {
        CommandRun command = train(SICK);

        assertEquals(ExitCode.UNHEALTHY, command.exitCode());
        List<String> lines = command.out().lines().toList();
        assertTrue(
                lines.get(0).matches("error: vanishing-gradient \\(first seen at step \\d+\\)"),
                lines.get(0));
        assertTrue(
                lines.get(1).contains(" of the signal reaches the first layer (threshold "),
                lines.get(1));
        assertTrue(
                lines.get(2).startsWith("  why   dense-2 to dense-25 each multiply "),
                lines.get(2));
        assertTrue(lines.get(3).startsWith("  do    activation = relu"), lines.get(3));
        assertEquals("unhealthy", json("summary.json").path("status").asText());
        JsonNode verdict = json("summary.json").path("verdicts").path(0);
        assertEquals("vanishing-gradient", verdict.path("problem").asText());
        assertEquals("error", verdict.path("severity").asText());
        assertEquals("activation-slope", verdict.path("cause").asText());
        assertTrue(verdict.path("evidence").path("totalSignal").path("value").asDouble() < 1e-6);
        assertTrue(Files.readString(run.resolve("report.html")).contains("anishing"));
    }

    @Test
    void endsWithThreeAndSaysWhereWhenTrainingDiverges() throws IOException {
        CommandRun command =
                train(
                        """
                        data { source = blobs, samples = 2000, features = 4 }
                        model { layers = [ { dense = 32, repeat = 12 } ] }
                        activation = relu
                        initializer { use = random-normal, standard-deviation = 3.0 }
                        optimizer { use = sgd, learning-rate = 1.0 }
                        """);

        assertEquals(ExitCode.UNHEALTHY, command.exitCode());
        assertTrue(command.out().contains("error: non-finite"), command.out());
        assertTrue(
                command.out().contains("20 unusable steps in a row, up to step "), command.out());
        assertTrue(command.out().contains("the first bad tensor is "), command.out());
        assertEquals("diverged", json("summary.json").path("status").asText());
    }

    @Test
    void goesOnFromACheckpointAsIfNothingHadHappened() throws IOException {
        String config = SMALL.replace("epochs = 10", "epochs = 10, checkpoint-every = 30 steps");
        train(config);
        String whole = json("summary.json").path("parametersSha256").asText();
        String metrics = Files.readString(run.resolve("metrics.jsonl"));

        // That of the end, so that there is something left to do.
        Files.delete(run.resolve("checkpoints").resolve("step-000000000070.checkpoint"));
        CommandRun resumed = train(config, "--resume");

        assertEquals(ExitCode.DONE, resumed.exitCode(), resumed.err());
        assertEquals(whole, json("summary.json").path("parametersSha256").asText());
        assertEquals(metrics, Files.readString(run.resolve("metrics.jsonl")));
    }

    @Test
    void goingOnFromTheEndChangesNothing() throws IOException {
        String stopping = "training { early-stop { patience = 1 }, epochs = 10, keep = best }";
        for (String config : List.of(SMALL, SMALL.replaceAll("training.*", stopping))) {
            run = temporary.resolve("run-" + config.length());
            train(config);
            String whole = json("summary.json").path("parametersSha256").asText();
            int steps = json("summary.json").path("steps").asInt();
            String metrics = Files.readString(run.resolve("metrics.jsonl"));

            CommandRun resumed = train(config, "--resume");

            assertEquals(ExitCode.DONE, resumed.exitCode(), resumed.err());
            assertEquals(whole, json("summary.json").path("parametersSha256").asText());
            assertEquals(steps, json("summary.json").path("steps").asInt());
            assertEquals(metrics, Files.readString(run.resolve("metrics.jsonl")));
        }
    }

    @Test
    void refusesToGoOnWithAnotherConfiguration() throws IOException {
        String config = SMALL.replace("epochs = 10", "epochs = 10, checkpoint-every = 30 steps");
        train(config);

        CommandRun resumed = train(config.replace("0.02", "0.03"), "--resume");

        assertEquals(ExitCode.INVALID_INPUT, resumed.exitCode());
        assertEquals(1, resumed.errors().size(), resumed.err());
        assertTrue(resumed.err().contains("is not the configuration of the run in"));
    }

    @Test
    void saysThatThereIsNothingToGoOnWith() throws IOException {
        CommandRun resumed = train(SMALL, "--resume");

        assertEquals(ExitCode.INVALID_INPUT, resumed.exitCode());
        assertTrue(resumed.err().startsWith("nothing to resume: "), resumed.err());
    }

    @Test
    void evaluatesWhatItTrained() throws IOException {
        train(SMALL);
        double trained = json("summary.json").path("testAccuracy").asDouble();

        CommandRun ofRun = CommandRun.of("evaluate", run.toString(), "--json");
        CommandRun ofZip = CommandRun.of("evaluate", run.resolve("model.zip").toString(), "--json");

        assertEquals(ExitCode.DONE, ofRun.exitCode(), ofRun.err());
        JsonNode scores = JSON.readTree(ofRun.out());
        assertEquals("test", scores.path("part").asText());
        assertEquals(30, scores.path("rows").asInt());
        assertEquals(trained, scores.path("accuracy").asDouble());
        assertEquals(json("summary.json").path("testMetrics"), scores.path("metrics"));
        assertEquals(json("summary.json").path("testConfusion"), scores.path("confusion"));
        assertEquals("setosa", scores.path("confusion").path("classes").path(0).asText());
        assertEquals(ofRun.out(), ofZip.out());
        List<String> lines = CommandRun.of("evaluate", run.toString()).out().lines().toList();
        assertTrue(lines.contains("True classes down, predicted across:"), lines::toString);
    }

    @Test
    void evaluatesOtherRowsWithTheScaleOfTheTrainingRows() throws IOException {
        StringBuilder rows = new StringBuilder();
        StringBuilder shifted = new StringBuilder();
        for (int row = 0; row < 200; row++) {
            double x = row % 40 / 4.0;
            String name = x < 5 ? "low" : "high";
            rows.append(x).append(',').append(name).append('\n');
            if (x >= 7) {
                shifted.append(x).append(',').append(name).append('\n');
            }
        }
        Files.writeString(temporary.resolve("train.csv"), rows);
        Path other = Files.writeString(temporary.resolve("other.csv"), shifted);
        train(
                """
                data { source = csv, file = train.csv, batch-size = 16 }
                model { layers = [ { dense = 8 } ], loss = binary-cross-entropy }
                activation = tanh, initializer = xavier
                optimizer { use = adam, learning-rate = 0.05 }
                """);

        CommandRun command =
                CommandRun.of("evaluate", run.toString(), "--data", other.toString(), "--json");

        // Scaled by themselves, half of these rows would look low.
        assertEquals(ExitCode.DONE, command.exitCode(), command.err());
        assertEquals(1.0, JSON.readTree(command.out()).path("accuracy").asDouble());
    }

    @Test
    void defaultRunFoldersCountUp() throws IOException {
        String config = config(SMALL);
        Path runs = temporary.resolve("runs");
        for (String expected : List.of("small-001", "small-002")) {
            org.evengrad.operations.TrainRequest request =
                    org.evengrad.operations.TrainRequest.of(Path.of(config)).below(runs);
            assertEquals(
                    expected,
                    org.evengrad.Evengrad.create()
                            .train(request)
                            .folder()
                            .path()
                            .getFileName()
                            .toString());
        }
    }
}
