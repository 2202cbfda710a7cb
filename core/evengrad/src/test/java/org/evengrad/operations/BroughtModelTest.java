package org.evengrad.operations;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.evengrad.Evengrad;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.diagnosis.repair.Repair;
import org.evengrad.engine.step.StepRecord;
import org.evengrad.engine.train.StopRequest;
import org.evengrad.engine.train.TrainingListener;
import org.evengrad.engine.train.TrainingResult.Status;
import org.evengrad.operations.EvaluateRequest.Part;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Models of DL4J's, trained from a configuration. */
class BroughtModelTest {
    private static final Evengrad EVENGRAD = Evengrad.create();

    @TempDir private Path folder;

    private static NeuralNetConfiguration.Builder builder() {
        return new NeuralNetConfiguration.Builder()
                .seed(3)
                .updater(new Adam(0.02))
                .activation(Activation.TANH);
    }

    private static OutputLayer output(int classes) {
        return new OutputLayer.Builder(LossFunction.MCXENT)
                .activation(Activation.SOFTMAX)
                .nOut(classes)
                .build();
    }

    private static MultiLayerNetwork chain(
            NeuralNetConfiguration.Builder builder, InputType input, Layer... layers) {
        NeuralNetConfiguration.ListBuilder list = builder.list();
        for (Layer layer : layers) {
            list.layer(layer);
        }
        MultiLayerNetwork network = new MultiLayerNetwork(list.setInputType(input).build());
        network.init();
        return network;
    }

    private static MultiLayerNetwork dense(NeuralNetConfiguration.Builder builder) {
        return chain(
                builder,
                InputType.feedForward(4),
                new DenseLayer.Builder().nOut(8).build(),
                output(3));
    }

    private void save(Model model) throws IOException {
        ModelSerializer.writeModel(model, folder.resolve("mine.zip").toFile(), true);
    }

    private Path config(String data, String... lines) throws IOException {
        return Files.writeString(
                folder.resolve("mine.conf"),
                "data { " + data + " }\nmodel { dl4j = mine.zip }\n" + String.join("\n", lines));
    }

    private TrainRequest request(Path config) {
        return TrainRequest.of(config).below(folder.resolve("runs"));
    }

    private TrainedRun train(String data, String... lines) throws IOException {
        TrainedRun run = EVENGRAD.train(request(config(data, lines)));
        assertReopens(run);
        return run;
    }

    /** The model that was saved scores as the run says. */
    private static void assertReopens(TrainedRun run) {
        assertEquals(
                run.result().test().orElseThrow().loss(),
                EVENGRAD.evaluate(
                                new EvaluateRequest(
                                        run.folder().path(), Optional.empty(), Part.TEST))
                        .scores()
                        .loss(),
                1e-6);
    }

    private static JsonNode json(Path file) throws IOException {
        return new ObjectMapper().readTree(file.toFile());
    }

    @Test
    void trainsADenseNetworkAsItSays() throws IOException {
        save(dense(builder().l2(1e-3)));
        TrainedRun run = train("source = iris", "training { epochs = 10 }");

        assertEquals(Status.HEALTHY, run.result().status());
        assertTrue(run.result().test().orElseThrow().accuracy().orElseThrow() > 0.85);
        JsonNode summary = json(run.folder().summary());
        assertEquals("healthy", summary.path("status").asText());
        assertTrue(summary.path("testAccuracy").asDouble() > 0.85);
        assertTrue(summary.path("model").path("opensWithPlainDl4j").asBoolean());
        JsonNode manifest = json(run.folder().manifest());
        assertEquals(
                "read from the model: adam 0.02, l2 0.001 on 2 layers, loss cross-entropy",
                manifest.path("notes").path(0).asText());
        assertTrue(manifest.path("strategies").toString().contains("\"adam\""));
    }

    @Test
    void theConfigurationWins() throws IOException {
        save(dense(builder().updater(new Nesterovs(0.1, 0.8))));
        TrainedRun run =
                train(
                        "source = iris",
                        "optimizer { use = sgd, learning-rate = 0.3 }",
                        "guards = [ { use = clip-global-norm, max-norm = 1.0 } ]",
                        "training { epochs = 2 }");
        assertEquals(new org.evengrad.optimizers.sgd.Sgd(0.3), run.result().plan().optimizer());
        assertEquals(java.util.List.of("clip-global-norm"), run.result().plan().guardNames());
    }

    @Test
    void aFrozenLayerStaysAsItWas() throws IOException {
        MultiLayerNetwork network =
                chain(
                        builder().l2(0.1),
                        InputType.feedForward(4),
                        new FrozenLayer(new DenseLayer.Builder().nIn(4).nOut(8).build()),
                        output(3));
        save(network);
        TrainedRun run = train("source = iris", "training { epochs = 2 }");
        MultiLayerNetwork trained =
                ModelSerializer.restoreMultiLayerNetwork(run.folder().model().toFile(), false);
        assertArrayEquals(
                network.getLayer(0).params().dup().toFloatVector(),
                trained.getLayer(0).params().dup().toFloatVector());
    }

    private void images(boolean flat) throws IOException {
        Files.createDirectories(folder.resolve("images"));
        for (int label = 0; label < 2; label++) {
            Path ofClass = Files.createDirectories(folder.resolve("images/class-" + label));
            Random random = new Random(label);
            for (int i = 0; i < 20; i++) {
                java.awt.image.BufferedImage image =
                        new java.awt.image.BufferedImage(
                                8, 8, java.awt.image.BufferedImage.TYPE_BYTE_GRAY);
                for (int pixel = 0; pixel < 64; pixel++) {
                    boolean bright = label == 0 ? pixel % 8 < 4 : pixel / 8 < 4;
                    int gray = random.nextInt(100) + (bright ? 150 : 0);
                    image.getRaster().setSample(pixel % 8, pixel / 8, 0, gray);
                }
                javax.imageio.ImageIO.write(image, "png", ofClass.resolve(i + ".png").toFile());
            }
        }
        save(
                chain(
                        builder(),
                        flat
                                ? InputType.convolutionalFlat(8, 8, 1)
                                : InputType.convolutional(8, 8, 1),
                        new ConvolutionLayer.Builder(3, 3).nOut(3).build(),
                        output(2)));
    }

    @Test
    void trainsConvolutionsOverImagesAndFlatRows() throws IOException {
        for (boolean flat : new boolean[] {true, false}) {
            images(flat);
            TrainedRun run =
                    train(
                            "source = image-folder, folder = images, channels = 1, batch-size = 8",
                            "training { epochs = 4 }");
            assertTrue(run.result().test().orElseThrow().accuracy().orElseThrow() > 0.9);
        }
    }

    private void sequences() throws IOException {
        Random random = new Random(5);
        StringBuilder rows = new StringBuilder("series,step,a,b,label\n");
        for (int series = 0; series < 40; series++) {
            double sum = 0;
            int steps = 4 + series % 3;
            for (int step = 0; step < steps; step++) {
                double a = random.nextGaussian();
                sum += a;
                rows.append(
                        String.format(
                                Locale.ROOT,
                                "%d,%d,%.4f,%.4f,%s%n",
                                series,
                                step,
                                a,
                                random.nextGaussian(),
                                sum > 0 ? "up" : "down"));
            }
        }
        Files.writeString(folder.resolve("series.csv"), rows);
        save(
                chain(
                        builder(),
                        InputType.recurrent(2),
                        new LSTM.Builder().nOut(6).build(),
                        new RnnOutputLayer.Builder(LossFunction.MCXENT)
                                .activation(Activation.SOFTMAX)
                                .nOut(2)
                                .build()));
    }

    private static final String SERIES =
            "source = sequence-csv, file = series.csv, id = series, time = step, label = label,"
                    + " label-per = step, batch-size = 8";

    @Test
    void trainsSequences() throws IOException {
        sequences();
        TrainedRun run = train(SERIES, "training { epochs = 8 }");
        assertTrue(run.result().trainLoss() < 0.6, "loss " + run.result().trainLoss());
    }

    @Test
    void aPlainModelIsEvaluatedOnDataThatFits() throws IOException {
        sequences();
        Path config = config(SERIES);
        double loss =
                EVENGRAD.evaluate(
                                new EvaluateRequest(
                                        folder.resolve("mine.zip"), Optional.of(config), Part.ALL))
                        .scores()
                        .loss();
        assertEquals(Math.log(2), loss, 0.3);
    }

    @Test
    void goesOnWhereItStopped() throws IOException {
        save(dense(builder()));
        Path config = config("source = iris", "training { epochs = 4 }");
        TrainedRun whole = EVENGRAD.train(request(config).into(folder.resolve("whole")));
        StopRequest stop = new StopRequest();
        TrainingListener stopping =
                new TrainingListener() {
                    @Override
                    public void stepped(StepRecord record) {
                        if (record.step() == 5) {
                            stop.request();
                        }
                    }
                };
        Path parts = folder.resolve("parts");
        TrainedRun first =
                EVENGRAD.train(request(config).into(parts).listener(stopping).stop(stop));
        assertEquals(Status.INTERRUPTED, first.result().status());
        TrainedRun second =
                EVENGRAD.train(request(parts.resolve("config.conf")).into(parts).resuming());
        assertEquals(whole.result().parametersSha256(), second.result().parametersSha256());
    }

    @Test
    void anExportGoesOnWithTheModelsOwnUpdater() throws IOException {
        save(dense(builder().updater(new Nesterovs(0.1, 0.8)).l2(1e-3)));
        TrainedRun run = train("source = iris", "training { epochs = 2 }");
        Path exported = folder.resolve("exported.zip");
        EVENGRAD.export(ExportRequest.of(run.folder().path(), exported));

        MultiLayerNetwork network =
                ModelSerializer.restoreMultiLayerNetwork(exported.toFile(), true);
        Nesterovs updater =
                (Nesterovs)
                        ((org.deeplearning4j.nn.conf.layers.BaseLayer)
                                        network.getLayer(0).conf().getLayer())
                                .getIUpdater();
        assertEquals(0.8, updater.getMomentum());
        assertEquals(0.1, updater.getLearningRate());
        assertTrue(
                network.getUpdater().getStateViewArray().norm2Number().doubleValue() > 0,
                "the velocity is there");
    }

    private String refusal(String data, String... lines) throws IOException {
        Path config = config(data, lines);
        return assertThrows(InvalidInputException.class, () -> EVENGRAD.train(request(config)))
                .getMessage();
    }

    @Test
    void refusesDataThatDoesNotFit() throws IOException {
        save(chain(builder(), InputType.feedForward(5), output(3)));
        String shape = refusal("source = iris", "training { epochs = 1 }");
        assertTrue(
                shape.contains(
                        "an example has the shape [4], the model in "
                                + folder.resolve("mine.zip")
                                + " takes [5]"),
                shape);
        save(chain(builder(), InputType.feedForward(4), output(2)));
        String classes = refusal("source = iris", "training { epochs = 1 }");
        assertTrue(classes.contains("3") && classes.contains("2"), classes);
    }

    @Test
    void refusesKeysThatOnlyABuiltNetworkHas() throws IOException {
        save(dense(builder()));
        for (String line :
                new String[] {
                    "model.l1 = 0.1",
                    "model.l2 = 0.1",
                    "model.normalization = batch",
                    "model.residual = true",
                    "model.output.bias = false"
                }) {
            String message = refusal("source = iris", line, "training { epochs = 1 }");
            assertTrue(
                    message.contains(
                            "is for a network that is built here; a model that you bring keeps its"
                                    + " own layers and penalties"),
                    message);
        }
    }

    private static MultiLayerNetwork sigmoids() {
        return chain(
                builder().activation(Activation.SIGMOID),
                InputType.feedForward(4),
                new DenseLayer.Builder().nOut(8).build(),
                new DenseLayer.Builder().nOut(6).activation(Activation.SOFTMAX).build(),
                output(3));
    }

    private TrainedRun untrained(String... lines) throws IOException {
        Path config =
                Files.writeString(
                        folder.resolve("mine.conf"),
                        "data { source = iris }\nmodel { dl4j = mine.zip }\n"
                                + "optimizer { use = sgd, learning-rate = 1e-12 }\n"
                                + "training { steps = 1 }\n"
                                + String.join("\n", lines));
        return EVENGRAD.train(request(config));
    }

    private static MultiLayerNetwork open(TrainedRun run) throws IOException {
        return ModelSerializer.restoreMultiLayerNetwork(run.folder().model().toFile(), false);
    }

    private static Activation activation(MultiLayerNetwork network, int layer) {
        return Activation.fromString(
                ((org.deeplearning4j.nn.conf.layers.BaseLayer)
                                network.getLayerWiseConfigurations().getConf(layer).getLayer())
                        .getActivationFn()
                        .toString());
    }

    @Test
    void anOverrideReplacesActivationsAndDrawsNamedLayersAnew() throws IOException {
        MultiLayerNetwork given = sigmoids();
        save(given);
        TrainedRun run =
                untrained(
                        "model.override { activation = relu, initializer = he }",
                        "model.override.layers = [ layer1 ]");

        MultiLayerNetwork network = open(run);
        assertEquals(Activation.SIGMOID, activation(network, 0));
        assertEquals(Activation.RELU, activation(network, 1));
        assertEquals(Activation.SOFTMAX, activation(network, 2));
        for (String kept : new String[] {"0_W", "0_b", "2_W"}) {
            assertArrayEquals(
                    given.getParam(kept).dup().data().asFloat(),
                    network.getParam(kept).dup().data().asFloat(),
                    1e-6f,
                    kept);
        }
        double size = network.getParam("1_W").norm2Number().doubleValue();
        double distance = network.getParam("1_W").distance2(given.getParam("1_W"));
        assertTrue(distance > 0.5 * size, distance + " of " + size);
        String notes = json(run.folder().manifest()).path("notes").toString();
        assertTrue(
                notes.contains(
                        "model.override.initializer: he draws the weights of 1 layer anew; 2 keep"
                                + " theirs"),
                notes);
        assertTrue(
                notes.contains("model.override.activation: relu in place of softmax in layer1"),
                notes);
    }

    @Test
    void anOverrideWithoutLayersIsForAllOfThem() throws IOException {
        MultiLayerNetwork given = sigmoids();
        save(given);
        MultiLayerNetwork network =
                open(untrained("model.override { activation = relu, initializer = he }"));
        assertEquals(Activation.RELU, activation(network, 0));
        assertEquals(Activation.RELU, activation(network, 1));
        assertEquals(Activation.SOFTMAX, activation(network, 2));
        for (String drawn : new String[] {"0_W", "1_W", "2_W"}) {
            assertTrue(network.getParam(drawn).distance2(given.getParam(drawn)) > 0.1, drawn);
        }
    }

    @Test
    void anOverriddenModelGoesOnWhereItStopped() throws IOException {
        save(sigmoids());
        Path config =
                config(
                        "source = iris",
                        "model.override { activation = relu, initializer = he, layers = [ layer0 ]"
                                + " }",
                        "training { epochs = 3 }");
        TrainedRun whole = EVENGRAD.train(request(config).into(folder.resolve("whole")));
        assertReopens(whole);
        StopRequest stop = new StopRequest();
        TrainingListener stopping =
                new TrainingListener() {
                    @Override
                    public void stepped(StepRecord record) {
                        if (record.step() == 5) {
                            stop.request();
                        }
                    }
                };
        Path parts = folder.resolve("parts");
        EVENGRAD.train(request(config).into(parts).listener(stopping).stop(stop));
        TrainedRun second =
                EVENGRAD.train(request(parts.resolve("config.conf")).into(parts).resuming());
        assertEquals(whole.result().parametersSha256(), second.result().parametersSha256());
    }

    @Test
    void theOutputGetsAnActivationOrThatOfItsLoss() throws IOException {
        MultiLayerNetwork given =
                chain(
                        builder(),
                        InputType.feedForward(4),
                        new DenseLayer.Builder().nOut(8).build(),
                        new OutputLayer.Builder(LossFunction.MSE)
                                .activation(Activation.RELU)
                                .nOut(3)
                                .build());
        save(given);
        assertEquals(
                Activation.IDENTITY,
                activation(open(untrained("model.output.activation = identity")), 1));
        assertEquals(Activation.RELU, activation(open(untrained("model.loss = cross-entropy")), 1));
        TrainedRun entropy = untrained("model { loss = cross-entropy, output.match-loss = true }");
        assertEquals(Activation.SOFTMAX, activation(open(entropy), 1));
        String notes = json(entropy.folder().manifest()).path("notes").toString();
        assertTrue(
                notes.contains("model.output.match-loss: softmax in place of relu at the output"),
                notes);
        String both =
                refusal(
                        "source = iris",
                        "model { loss = cross-entropy, output.activation = identity }",
                        "training { epochs = 1 }");
        assertTrue(both.contains("model.output.activation: cross-entropy brings softmax"), both);
    }

    @Test
    void refusesAnOverrideOfALayerThatIsNotThere() throws IOException {
        save(sigmoids());
        String unknown =
                refusal(
                        "source = iris",
                        "model.override { initializer = he, layers = [ layer11 ] }",
                        "training { epochs = 1 }");
        assertTrue(
                unknown.contains("model.override.layers: the network has no layer 'layer11'.")
                        && unknown.contains("layer1"),
                unknown);
        String nothing =
                refusal(
                        "source = iris",
                        "model.override { layers = [ layer1 ] }",
                        "training { epochs = 1 }");
        assertTrue(nothing.contains("needs activation or initializer beside it"), nothing);
    }

    @Test
    void aRepairSaysThatItDrawsGivenWeightsAnew() throws IOException {
        MultiLayerNetwork network =
                chain(
                        builder().updater(new Sgd(0.1)),
                        InputType.feedForward(4),
                        new DenseLayer.Builder().nOut(8).build(),
                        new DenseLayer.Builder().nOut(8).build(),
                        new DenseLayer.Builder().nOut(8).build(),
                        output(3));
        network.params().muli(0.02);
        save(network);
        Path config = config("source = iris", "training { epochs = 6, threads = 1 }");
        Treatment treatment =
                EVENGRAD.doctor(RepairRequest.of(config).below(folder.resolve("runs")));
        Repair repair = treatment.repair();
        assertEquals(Repair.Status.REPAIRED, repair.status(), repair.toString());
        assertTrue(
                repair.after().orElseThrow().mean() > repair.before().orElseThrow().mean() + 0.2,
                repair.toString());
        List<String> advice =
                repair.verdicts().stream().flatMap(verdict -> verdict.advice().stream()).toList();
        assertTrue(
                advice.stream().anyMatch(each -> each.startsWith("model.override.initializer = ")),
                advice.toString());
        assertTrue(treatment.patch().contains("; draws given weights anew"), treatment.patch());
        String notes = String.join("\n", treatment.notes());
        assertTrue(notes.contains("the first weights came with the model and stay"), notes);
        assertTrue(notes.contains("draws the weights of 4 layers anew"), notes);
    }
}
