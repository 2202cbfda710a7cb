package org.evengrad.operations;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.zip.ZipFile;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.evengrad.Evengrad;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.engine.dl4j.export.PlainModel.Updater;
import org.evengrad.operations.EvaluateRequest.Part;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

/**
 * Every run trains on one batch of all rows, so that what DL4J fits on is known without asking the
 * code under test.
 */
class ExportTest {
    private static final int ROWS = 24;
    private static final int INPUTS = 3;
    private static final int STEPS_BEFORE = 20;
    private static final int STEPS_AFTER = 5;

    private static final String PLAIN =
            """
            data {
              source = csv, file = rows.csv, task = regression, header = false, normalize = none
              batch-size = 24, shuffle = false, split = time, validation = 0, test = 0
            }
            model { layers = [ { dense = 8 }, { dense = 5 } ], loss = mse }
            activation = tanh, initializer = xavier
            training { steps = 20, threads = 1 }
            """;

    private static final Evengrad EVENGRAD = Evengrad.create();

    @TempDir private Path folder;
    private final float[][] features = new float[ROWS][INPUTS];
    private final float[][] targets = new float[ROWS][1];

    @BeforeEach
    void writeTheRows() throws IOException {
        writeRows(ROWS);
    }

    /** Rows of a product, but its negative from one row on. */
    private void writeRows(int contraryFrom) throws IOException {
        Random random = new Random(5);
        StringBuilder csv = new StringBuilder();
        for (int row = 0; row < ROWS; row++) {
            for (int i = 0; i < INPUTS; i++) {
                features[row][i] = random.nextInt(2000) / 500f - 2;
                csv.append(features[row][i]).append(',');
            }
            float target = features[row][0] * features[row][1] - features[row][2];
            targets[row][0] = row < contraryFrom ? target : -target;
            csv.append(targets[row][0]).append('\n');
        }
        Files.writeString(folder.resolve("rows.csv"), csv);
    }

    /** Trains, and gives the run's folder. */
    private Path train(String name, String config, String... overrides) throws IOException {
        Path file = Files.writeString(folder.resolve(name + ".conf"), config);
        Map<String, String> map =
                overrides.length == 0 ? Map.of() : Map.of(overrides[0], overrides[1]);
        TrainRequest request = TrainRequest.of(file).below(folder.resolve("runs"));
        return EVENGRAD.train(
                        new TrainRequest(
                                file,
                                map,
                                request.runFolder(),
                                request.runs(),
                                List.of(),
                                request.stop(),
                                false,
                                request.asked()))
                .folder()
                .path();
    }

    private ExportedModel export(Path run) {
        return EVENGRAD.export(ExportRequest.of(run, folder.resolve("plain.zip")));
    }

    private static MultiLayerNetwork open(Path zip) throws IOException {
        return ModelSerializer.restoreMultiLayerNetwork(zip.toFile(), true);
    }

    private void fit(MultiLayerNetwork network, int steps) {
        INDArray x = Nd4j.createFromArray(features);
        INDArray y = Nd4j.createFromArray(targets);
        for (int step = 0; step < steps; step++) {
            network.fit(x, y);
        }
    }

    private static float[] parameters(Path run) throws IOException {
        return open(run.resolve("model.zip")).params().toFloatVector();
    }

    private static String refusal(org.junit.jupiter.api.function.Executable call) {
        InvalidInputException refused = assertThrows(InvalidInputException.class, call);
        return String.join("\n", refused.problems().stream().map(Object::toString).toList());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{ use = nesterov, learning-rate = 0.02, momentum = 0.8 }",
                "{ use = adam, learning-rate = 0.01 }",
                "{ use = rmsprop, learning-rate = 0.003, decay = 0.95 }"
            })
    void dl4jGoesOnAsEvengradWould(String optimizer) throws IOException {
        String config = PLAIN + "optimizer " + optimizer;
        Path half = train("half", config);
        Path whole =
                train(
                        "whole",
                        config,
                        "training.steps",
                        Integer.toString(STEPS_BEFORE + STEPS_AFTER));

        ExportedModel exported = export(half);
        assertEquals(Updater.WITH_MEMORY, exported.model().updater());
        assertEquals(STEPS_BEFORE, exported.model().iterations());
        MultiLayerNetwork network = open(exported.file());
        assertArrayEquals(parameters(half), network.params().toFloatVector());
        assertEquals(STEPS_BEFORE, network.getIterationCount());
        assertEquals(STEPS_BEFORE, network.getEpochCount());
        fit(network, STEPS_AFTER);
        float[] expected = parameters(whole);
        assertArrayEquals(expected, network.params().toFloatVector(), 1e-5f);
        assertTrue(distance(parameters(half), expected) > 1e-3);

        // The comparison can fail: without what the optimizer remembered, other steps follow.
        MultiLayerNetwork forgetful =
                ModelSerializer.restoreMultiLayerNetwork(exported.file().toFile(), false);
        fit(forgetful, STEPS_AFTER);
        assertTrue(distance(expected, forgetful.params().toFloatVector()) > 1e-4);
    }

    private static double distance(float[] a, float[] b) {
        double most = 0;
        for (int i = 0; i < a.length; i++) {
            most = Math.max(most, Math.abs(a[i] - b[i]));
        }
        return most;
    }

    @Test
    void penaltiesGoOnInDl4j() throws IOException {
        String config =
                PLAIN.replace("loss = mse", "loss = mse, l2 = 0.02")
                                .replace("{ dense = 5 }", "{ dense = 5, l1 = 0.01, l2 = 0 }")
                        + "optimizer { use = adam, learning-rate = 0.01 }";
        Path half = train("half", config);
        Path whole = train("whole", config, "training.steps", "25");

        MultiLayerNetwork network = open(export(half).file());
        fit(network, STEPS_AFTER);

        assertArrayEquals(parameters(whole), network.params().toFloatVector(), 1e-5f);
        Path without = train("without", config.replaceAll("l[12] = 0\\.\\d+", "l1 = 0"));
        assertTrue(distance(parameters(half), parameters(without)) > 1e-3);
    }

    @Test
    void namesWhatIsDifferentWithoutEvengrad() throws IOException {
        Path run =
                train(
                        "scheduled",
                        PLAIN.replace("normalize = none", "normalize = standard")
                                + """
                                optimizer { use = adam, learning-rate = 0.01 }
                                scheduler = { use = cosine, floor = 0.1 }
                                guards = [ nonfinite, { use = clip-global-norm, max-norm = 1.0 } ]
                                """);
        ExportedModel exported = export(run);

        double rate = exported.rate().orElseThrow();
        assertTrue(rate > 0 && rate < 0.009, "the last step's rate, not " + rate);
        assertEquals(
                rate,
                ((BaseLayer) open(exported.file()).getLayer(0).conf().getLayer())
                        .getIUpdater()
                        .getLearningRate(0, 0));
        String notes = String.join("\n", exported.notes());
        assertTrue(notes.contains("the schedule cosine ends here"), notes);
        assertTrue(notes.contains("the guards: nonfinite, clip-global-norm"), notes);
        assertTrue(notes.contains("normalizer.shift"), notes);
        assertEquals(3, exported.notes().size(), notes);
    }

    @Test
    void anOptimizerThatDl4jLacksLeavesAModelThatFitDoesNotMove() throws IOException {
        Path run = train("lions", PLAIN + "optimizer = lion");
        ExportedModel exported = export(run);

        assertEquals(Updater.NONE, exported.model().updater());
        assertEquals(OptionalDouble.empty(), exported.rate());
        assertEquals(Optional.of("lion"), exported.optimizer());
        String notes = String.join("\n", exported.notes());
        assertTrue(notes.contains("DL4J has no updater that goes on as lion would"), notes);
        MultiLayerNetwork network = open(exported.file());
        assertEquals(new Sgd(0), ((BaseLayer) network.getLayer(0).conf().getLayer()).getIUpdater());
        fit(network, 2);
        assertArrayEquals(parameters(run), network.params().toFloatVector());
    }

    @Test
    void aModelZipAloneGoesOnWithoutAMemory() throws IOException {
        Path run = train("zipped", PLAIN + "optimizer { use = adam, learning-rate = 0.01 }");
        ExportedModel exported = export(run.resolve("model.zip"));

        assertEquals(Updater.WITHOUT_MEMORY, exported.model().updater());
        assertEquals(OptionalDouble.of(0.01), exported.rate());
        MultiLayerNetwork network = open(exported.file());
        assertEquals(0, network.getIterationCount());
        assertArrayEquals(parameters(run), network.params().toFloatVector());
        try (ZipFile zip = new ZipFile(exported.file().toFile())) {
            assertTrue(zip.getEntry("updaterState.bin") == null);
        }
        String notes = String.join("\n", exported.notes());
        assertTrue(notes.contains("a model zip holds no memory"), notes);
    }

    @Test
    void leavesTheMemoryOutWhereItBelongsToOtherParameters() throws IOException {
        // What is learned makes the validation rows worse, so the first epoch is the best.
        writeRows(16);
        Path run =
                train(
                        "best",
                        PLAIN.replace("validation = 0", "validation = 8")
                                        .replace("batch-size = 24", "batch-size = 16")
                                        .replace("steps = 20", "steps = 20, keep = best")
                                + "optimizer { use = adam, learning-rate = 0.05 }");
        ExportedModel kept = export(run);
        assertEquals(Updater.WITHOUT_MEMORY, kept.model().updater());
        String notes = String.join("\n", kept.notes());
        assertTrue(notes.contains("the newest checkpoint, of step 20, has other"), notes);
        assertArrayEquals(parameters(run), open(kept.file()).params().toFloatVector());

        ExportedModel last =
                EVENGRAD.export(new ExportRequest(run, folder.resolve("last.zip"), false, true));
        assertEquals(Updater.WITH_MEMORY, last.model().updater());
        assertEquals(20, last.model().iterations());
        assertTrue(distance(parameters(run), open(last.file()).params().toFloatVector()) > 0.1);
    }

    @Test
    void aRunWithoutACheckpointSaysThatTheMemoryIsLost() throws IOException {
        Path run = train("bare", PLAIN + "optimizer = adam");
        try (var files = Files.list(run.resolve("checkpoints"))) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        String notes = String.join("\n", export(run).notes());
        assertTrue(notes.contains("the run has no checkpoint"), notes);
        assertTrue(
                refusal(
                                () ->
                                        EVENGRAD.export(
                                                new ExportRequest(
                                                        run, folder.resolve("b.zip"), false, true)))
                        .contains("has no checkpoint that is whole"));
    }

    @Test
    void evengradStillOpensWhatItExported() throws IOException {
        Path run = train("again", PLAIN + "optimizer = adam");
        Path file = export(run).file();
        assertEquals(
                EVENGRAD.evaluate(new EvaluateRequest(run, Optional.empty(), Part.TRAIN)),
                EVENGRAD.evaluate(new EvaluateRequest(file, Optional.empty(), Part.TRAIN)));
    }

    @Test
    void theSameRunGivesTheSameBytes() throws IOException {
        Path run = train("bytes", PLAIN + "optimizer = adam");
        byte[] first = Files.readAllBytes(export(run).file());
        Path second = folder.resolve("second.zip");
        EVENGRAD.export(ExportRequest.of(run, second));
        assertArrayEquals(first, Files.readAllBytes(second));
    }

    @Test
    void namesEveryActivationThatDl4jLacksAtOnce() throws IOException {
        Path run =
                train(
                        "ours",
                        PLAIN.replace(
                                        "{ dense = 8 }",
                                        "{ dense = 8, activation = gelu }, { dense = 6 }, { dense ="
                                                + " 4, activation = { use = squareplus } }")
                                + "optimizer = adam");
        Path file = folder.resolve("plain.zip");
        String refused = refusal(() -> export(run));
        List<String> lines = refused.lines().toList();
        assertEquals(2, lines.size(), refused);
        assertTrue(
                lines.get(0).contains("dense-1: DL4J has no activation gelu; train with swish"),
                refused);
        assertTrue(
                lines.get(1).contains("dense-3: DL4J has no activation squareplus; train with"),
                refused);
        assertFalse(Files.exists(file));
    }

    @Test
    void refusesWhatItCannotReadOrWrite() throws IOException {
        Path run = train("small", PLAIN + "optimizer = adam");
        Path file = folder.resolve("plain.zip");
        Path none = folder.resolve("none");
        assertTrue(refusal(() -> export(none)).contains("no such run or model: " + none));
        Path empty = Files.createDirectory(folder.resolve("empty"));
        assertTrue(refusal(() -> export(empty)).contains("holds no model.zip"));
        Path text = Files.writeString(folder.resolve("text.zip"), "text");
        assertTrue(refusal(() -> export(text)).contains("not a model"));
        assertTrue(
                refusal(() -> EVENGRAD.export(ExportRequest.of(run, none.resolve("x.zip"))))
                        .contains("there is no folder"));
        assertTrue(
                refusal(() -> EVENGRAD.export(ExportRequest.of(run, empty)))
                        .contains("is a folder"));

        Files.writeString(file, "mine");
        assertTrue(refusal(() -> export(run)).toLowerCase(Locale.ROOT).contains("exists already"));
        assertEquals("mine", Files.readString(file));
        EVENGRAD.export(new ExportRequest(run, file, true, false));
        assertEquals(STEPS_BEFORE, open(file).getIterationCount());
        try (var files = Files.list(folder)) {
            assertFalse(files.anyMatch(left -> left.toString().endsWith(".tmp")));
        }
    }
}
