package org.evengrad.operations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.evengrad.Evengrad;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.engine.step.StepRecord;
import org.evengrad.engine.train.Scores;
import org.evengrad.engine.train.StopRequest;
import org.evengrad.engine.train.TrainingListener;
import org.evengrad.engine.train.Verdict;
import org.evengrad.operations.EvaluateRequest.Part;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.factory.Nd4j;

/** Prices in the hundred thousands, which a network learns at size one. */
class NormalizeTargetsTest {
    private static final Evengrad EVENGRAD = Evengrad.create();
    private static final int ROWS = 200;

    @TempDir private Path folder;

    @BeforeEach
    void writePrices() throws IOException {
        Random random = new Random(5);
        StringBuilder rows = new StringBuilder("size,age,price\n");
        for (int i = 0; i < ROWS; i++) {
            double size = random.nextGaussian();
            double age = random.nextGaussian();
            double price = 300_000 + 80_000 * size - 20_000 * age;
            rows.append(size).append(',').append(age).append(',').append(price).append('\n');
        }
        Files.writeString(folder.resolve("prices.csv"), rows);
    }

    private Path config(String targets) throws IOException {
        return Files.writeString(
                folder.resolve("prices.conf"),
                """
                seed = 4
                data { source = csv, file = prices.csv, task = regression, batch-size = 16 }
                data.normalize-targets = %s
                model { layers = [ { dense = 8 } ] }
                initializer = he
                optimizer { use = adam, learning-rate = 0.02 }
                training { epochs = 12, early-stop { metric = validation-rmse, patience = 12 } }
                """
                        .formatted(targets));
    }

    private TrainRequest request(Path config, String run) {
        return TrainRequest.of(config).into(folder.resolve(run));
    }

    @Test
    void learnsAtSizeOneAndShowsTheOriginalScale() throws IOException {
        TrainedRun run = EVENGRAD.train(request(config("standard"), "run"));

        Scores test = run.result().test().orElseThrow();
        double r2 = test.metrics().get("r2");
        double rmse = test.metrics().get("rmse");
        assertTrue(r2 > 0.9, "r2 " + r2);
        assertTrue(rmse > 500 && rmse < 30_000, "rmse " + rmse);
        assertTrue(test.loss() < 0.2, "the loss is that of scaled targets: " + test.loss());
        // One target: both differ by its deviation alone.
        assertEquals(82_000, rmse / Math.sqrt(test.loss()), 8_000);
        assertTrue(says(run).stream().noneMatch(Verdict.INPUT_SCALE::equals), says(run).toString());

        Scores evaluated =
                EVENGRAD.evaluate(
                                new EvaluateRequest(
                                        run.folder().path(), Optional.empty(), Part.TEST))
                        .scores();
        assertEquals(test.loss(), evaluated.loss(), 1e-6);
        assertEquals(rmse, evaluated.metrics().get("rmse"), 1e-2);
        Map<String, Double> onFile =
                EVENGRAD.evaluate(
                                new EvaluateRequest(
                                        run.folder().model(),
                                        Optional.of(folder.resolve("prices.csv")),
                                        Part.ALL))
                        .scores()
                        .metrics();
        assertTrue(onFile.get("rmse") > 500 && onFile.get("r2") > 0.9, onFile.toString());
    }

    @Test
    void withoutItTheHealthCheckNamesTheTargets() throws IOException {
        TrainedRun run = EVENGRAD.train(request(config("none"), "run"));
        assertTrue(says(run).contains(Verdict.INPUT_SCALE), says(run).toString());
        Verdict verdict =
                run.result().verdicts().stream()
                        .filter(each -> each.problem().equals(Verdict.INPUT_SCALE))
                        .findFirst()
                        .orElseThrow();
        assertTrue(
                verdict.advice().get(0).startsWith("data.normalize-targets = standard"),
                verdict.toString());
    }

    private static List<String> says(TrainedRun run) {
        return run.result().verdicts().stream().map(Verdict::problem).toList();
    }

    @Test
    void goesOnWhereItStopped() throws IOException {
        Path config = config("standard");
        TrainedRun whole = EVENGRAD.train(request(config, "whole"));
        StopRequest stop = new StopRequest();
        TrainingListener stopping =
                new TrainingListener() {
                    @Override
                    public void stepped(StepRecord record) {
                        if (record.step() == 25) {
                            stop.request();
                        }
                    }
                };
        EVENGRAD.train(request(config, "parts").listener(stopping).stop(stop));
        TrainedRun second =
                EVENGRAD.train(
                        request(folder.resolve("parts").resolve("config.conf"), "parts")
                                .resuming());
        assertEquals(whole.result().parametersSha256(), second.result().parametersSha256());
        assertEquals(
                whole.result().test().orElseThrow().metrics(),
                second.result().test().orElseThrow().metrics());
    }

    @Test
    void anExportSaysHowToReadItsPredictions() throws IOException {
        TrainedRun run = EVENGRAD.train(request(config("standard"), "run"));
        ExportedModel exported =
                EVENGRAD.export(ExportRequest.of(run.folder().path(), folder.resolve("plain.zip")));
        String notes = String.join("\n", exported.notes());
        assertTrue(notes.contains("multiply predictions by targetScale.deviation"), notes);
        MultiLayerNetwork network =
                ModelSerializer.restoreMultiLayerNetwork(exported.file().toFile(), false);
        double mean = network.output(Nd4j.zeros(1, 2)).getDouble(0);
        assertEquals(0, mean, 0.3, "a mean house has about the mean price");
    }

    @Test
    void refusesClassesAndWordsThatItDoesNotKnow() throws IOException {
        Path classes =
                Files.writeString(
                        folder.resolve("iris.conf"),
                        """
                        data { source = iris, normalize-targets = standard }
                        model { layers = [ { dense = 8 } ] }
                        training { epochs = 1 }
                        """);
        assertEquals(
                "data.normalize-targets: scales numbers to predict, and these targets are"
                        + " classes; leave it out",
                refusal(classes));
        String unknown = refusal(config("standart"));
        assertTrue(unknown.contains("normalize-targets") && unknown.contains("standard"), unknown);
    }

    private String refusal(Path config) {
        return assertThrows(
                        InvalidInputException.class, () -> EVENGRAD.train(request(config, "no")))
                .problems()
                .get(0)
                .toString();
    }
}
