package org.evengrad.engine.dl4j.imports;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.engine.dl4j.imports.TensorSettings.Motion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

class KerasModelReaderTest {
    private static final String ADAM =
            "{\"class_name\": \"Adam\", \"config\": {\"learning_rate\": 0.01, \"decay\": 0.0,"
                    + " \"beta_1\": 0.9, \"beta_2\": 0.98, \"epsilon\": 1e-7, \"amsgrad\": false,"
                    + " \"clipnorm\": 0.5}}";

    @TempDir private Path folder;

    private Path file() {
        return folder.resolve("model.h5");
    }

    private static KerasFixture classifier() {
        return new KerasFixture()
                .input(4)
                .dense("hidden", 4, 3, "tanh")
                .dense("classes", 3, 2, "softmax");
    }

    private ImportedModel read(KerasFixture fixture) {
        fixture.sequential(file());
        return KerasModelReader.read(file());
    }

    @Test
    void computesWhatTheWeightsInTheFileSay() {
        MultiLayerNetwork network = (MultiLayerNetwork) read(classifier()).model();
        float[] input = {1, -2, 0.5f, 3};
        double[] hidden = new double[3];
        for (int unit = 0; unit < 3; unit++) {
            double sum = KerasFixture.value("bias", unit);
            for (int i = 0; i < 4; i++) {
                sum += input[i] * KerasFixture.value("kernel", i * 3 + unit);
            }
            hidden[unit] = Math.tanh(sum);
        }
        double[] scores = new double[2];
        for (int unit = 0; unit < 2; unit++) {
            scores[unit] = KerasFixture.value("bias", unit);
            for (int i = 0; i < 3; i++) {
                scores[unit] += hidden[i] * KerasFixture.value("kernel", i * 2 + unit);
            }
        }
        double first = 1 / (1 + Math.exp(scores[1] - scores[0]));
        assertArrayEquals(
                new double[] {first, 1 - first},
                network.output(Nd4j.createFromArray(input).reshape(1, 4)).toDoubleVector(),
                1e-6);
    }

    @Test
    void takesLossOptimizerAndClippingThatTheModelWasCompiledWith() {
        ModelSettings settings =
                read(classifier().compiled("\"categorical_crossentropy\"", ADAM)).settings();
        assertEquals(
                "{ use = adam, learning-rate = 0.01, beta1 = 0.9, beta2 = 0.98, epsilon = 1.0E-7 }",
                settings.optimizer().orElseThrow().hocon());
        assertEquals("{ use = clip-norm, max-norm = 0.5 }", settings.guards().get(0).hocon());
        assertEquals(Optional.of("cross-entropy"), settings.outputs().get(0).loss());
        assertEquals(List.of(), settings.notes());
    }

    @Test
    void givesAModelThatWasNotCompiledTheLossThatFitsItsActivation() {
        ModelSettings settings = read(classifier()).settings();
        assertEquals(Optional.of("cross-entropy"), settings.outputs().get(0).loss());
        assertEquals(Optional.empty(), settings.optimizer());
        assertEquals(1, settings.notes().size());
        assertTrue(settings.notes().get(0).startsWith("the file names no loss for classes"));
    }

    @Test
    void putsTheActivationBackThatKerasHasWithinItsLoss() {
        ImportedModel read =
                read(
                        new KerasFixture()
                                .input(4)
                                .dense("classes", 4, 2, "linear")
                                .compiled(
                                        "{\"class_name\": \"SparseCategoricalCrossentropy\","
                                                + " \"config\": {\"from_logits\": true}}",
                                        ADAM));
        MultiLayerNetwork network = (MultiLayerNetwork) read.model();
        assertEquals(1, network.output(Nd4j.ones(1, 4)).sumNumber().doubleValue(), 1e-6);
        assertEquals(Optional.of("cross-entropy"), read.settings().outputs().get(0).loss());
    }

    @Test
    void carriesOverPenaltiesAndLayersThatAreNotTrainable() {
        ModelSettings settings =
                read(new KerasFixture()
                                .input(4)
                                .dense("fixed", 4, 3, "relu", "\"trainable\": false")
                                .dense(
                                        "hidden",
                                        3,
                                        3,
                                        "relu",
                                        "\"kernel_regularizer\": {\"class_name\": \"L1L2\","
                                                + " \"config\": {\"l1\": 0.25, \"l2\": 0.01}}")
                                .dense("classes", 3, 2, "softmax"))
                        .settings();
        List<TensorSettings> tensors = settings.tensors();
        assertEquals(
                List.of("fixed.W", "fixed.b"),
                tensors.stream()
                        .filter(tensor -> tensor.motion() == Motion.FROZEN)
                        .map(tensor -> tensor.layer() + "." + tensor.parameter())
                        .toList());
        TensorSettings hidden = tensors.get(2);
        assertEquals("hidden.W", hidden.layer() + "." + hidden.parameter());
        assertEquals(0.25, hidden.l1());
        assertEquals(0.02, hidden.l2(), 1e-12, "Keras takes the whole sum of squares");
        assertEquals(0, tensors.get(3).l2());
    }

    @Test
    void trainsAnImportedModelWithPenaltiesAndFrozenLayers() {
        MultiLayerNetwork network =
                (MultiLayerNetwork)
                        read(new KerasFixture()
                                        .input(4)
                                        .dense("fixed", 4, 3, "tanh", "\"trainable\": false")
                                        .dense("classes", 3, 2, "softmax"))
                                .model();
        DataSet data =
                new DataSet(
                        Nd4j.createFromArray(new float[][] {{1, 2, 3, 4}, {-1, 2, -3, 4}}),
                        Nd4j.createFromArray(new float[][] {{1, 0}, {0, 1}}));
        double before = network.score(data);
        for (int i = 0; i < 200; i++) {
            network.setInput(data.getFeatures());
            network.setLabels(data.getLabels());
            network.initGradientsView();
            network.computeGradientAndScore();
            INDArray gradient = network.getFlattenedGradients();
            network.params().subi(gradient.reshape(network.params().shape()).mul(0.1));
        }
        assertTrue(network.score(data) < before / 2, before + " -> " + network.score(data));
        assertEquals(
                KerasFixture.value("kernel", 0),
                network.getLayer(0).getParam("W").getFloat(0),
                "the gradient of a frozen layer is zero");
    }

    @Test
    void readsAConvolutionalModelAndItsActivationAtTheEnd() {
        ImportedModel read =
                read(
                        new KerasFixture()
                                .input(6, 8, 1)
                                .conv("conv", 1, 2, 3, "relu")
                                .layer(
                                        "MaxPooling2D",
                                        "pool",
                                        "\"pool_size\": [2, 2], \"padding\": \"valid\","
                                                + " \"strides\": [2, 2],"
                                                + " \"data_format\": \"channels_last\"")
                                .layer("Flatten", "flatten", "\"data_format\": \"channels_last\"")
                                .dense("dense", 12, 3, "linear")
                                .layer("Activation", "softmax", "\"activation\": \"softmax\""));
        MultiLayerNetwork network = (MultiLayerNetwork) read.model();
        assertArrayEquals(new long[] {2, 3}, network.output(Nd4j.ones(2, 6, 8, 1)).shape());
        InputSettings input = read.settings().inputs().get(0);
        assertEquals(List.of(1, 6, 8), input.shape());
        assertTrue(input.channelsLast());
        assertEquals(Optional.of("cross-entropy"), read.settings().outputs().get(0).loss());
        assertEquals("dense", read.settings().outputs().get(0).layer());
    }

    @Test
    void readsARecurrentModelWithAnOutputPerTimeStep() {
        ImportedModel read =
                read(
                        new KerasFixture()
                                .input(7, 2)
                                .lstm("lstm", 2, 5, true)
                                .dense("dense", 5, 3, "softmax"));
        OutputSettings output = read.settings().outputs().get(0);
        assertTrue(output.perTimeStep());
        assertTrue(output.channelsLast());
        assertEquals(List.of(2, 7), read.settings().inputs().get(0).shape());
        INDArray predicted = ((MultiLayerNetwork) read.model()).output(Nd4j.ones(4, 7, 2));
        assertArrayEquals(new long[] {4, 7, 3}, predicted.shape());
    }

    @Test
    void readsAFunctionalModelWithTwoBranches() {
        new KerasFixture()
                .input(4)
                .dense("left", 4, 3, "tanh")
                .dense("right", 4, 3, "relu")
                .layer("Add", "add", "")
                .dense("classes", 3, 2, "softmax")
                .compiled("{\"classes\": \"categorical_crossentropy\"}", ADAM)
                .functional(
                        file(),
                        Map.of(
                                "left", List.of("input_1"),
                                "right", List.of("input_1"),
                                "add", List.of("left", "right"),
                                "classes", List.of("add")),
                        "input_1",
                        "classes");
        ImportedModel read = KerasModelReader.read(file());
        ComputationGraph graph = assertInstanceOf(ComputationGraph.class, read.model());
        assertArrayEquals(new long[] {2, 2}, graph.outputSingle(Nd4j.ones(2, 4)).shape());
        assertEquals(List.of(4), read.settings().inputs().get(0).shape());
        assertEquals(Optional.of("cross-entropy"), read.settings().outputs().get(0).loss());
        assertEquals(
                KerasFixture.value("kernel", 5),
                graph.getLayer("right").getParam("W").getFloat(1, 2));
    }

    @Test
    void readsTheSameModelTwiceTheSame() {
        Model once = read(classifier()).model();
        Model again = KerasModelReader.read(file()).model();
        assertEquals(once.params(), again.params());
        assertEquals(
                ((MultiLayerNetwork) once).getLayerWiseConfigurations().toJson(),
                ((MultiLayerNetwork) again).getLayerWiseConfigurations().toJson());
    }

    @Test
    void namesEachLayerThatCannotBeImported() {
        new KerasFixture()
                .input(4)
                .layer("Lambda", "twice", "\"function\": [\"4wEAAAAA\", null, null]")
                .layer("MyAttention", "attend", "")
                .dense("classes", 4, 2, "softmax")
                .sequential(file());
        List<String> messages = refusal();
        assertEquals(
                List.of(
                        "the layer twice of class Lambda cannot be imported: it holds Python code",
                        "the layer attend of class MyAttention cannot be imported: Deeplearning4j"
                                + " has none like it"),
                messages);
    }

    @Test
    void refusesWeightsWithoutLayers() {
        classifier().weightsOnly(file());
        assertTrue(refusal().get(0).contains("it has no layers, only weights"));
    }

    @Test
    void refusesAFileThatIsNoHdf5() throws IOException {
        Files.writeString(file(), "epoch,loss\n1,0.5\n");
        assertTrue(refusal().get(0).contains("it is no HDF5 file"));
    }

    @Test
    void refusesAFileThatEndsTooSoon() throws IOException {
        classifier().sequential(file());
        byte[] whole = Files.readAllBytes(file());
        for (int length : new int[] {20, 600, whole.length / 2, whole.length - 1}) {
            Files.write(file(), Arrays.copyOf(whole, length));
            assertTrue(refusal().get(0).startsWith("not a Keras model: "), refusal().toString());
        }
    }

    @Test
    void refusesTheZipThatKeras3Writes() throws IOException {
        Files.write(file(), new byte[] {'P', 'K', 3, 4, 20, 0, 0, 0, 8, 0});
        assertTrue(refusal().get(0).contains("a .keras file of Keras 3"));
    }

    @Test
    void refusesHdf5OfKeras3() {
        classifier().writtenBy("3.4.1").sequential(file());
        assertTrue(refusal().get(0).contains("Keras 3.4.1 wrote it"));
    }

    @Test
    void refusesAFileThatIsNotThere() {
        InvalidInputException refusal =
                assertThrows(InvalidInputException.class, () -> KerasModelReader.read(file()));
        assertEquals("no such model: " + file(), refusal.getMessage());
    }

    @Test
    void printsNothing() throws IOException {
        PrintStream usual = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            read(classifier());
            Files.write(file(), Arrays.copyOf(Files.readAllBytes(file()), 900));
            refusal();
        } finally {
            System.setOut(usual);
        }
        assertEquals("", printed.toString(StandardCharsets.UTF_8));
    }

    private List<String> refusal() {
        InvalidInputException refusal =
                assertThrows(InvalidInputException.class, () -> KerasModelReader.read(file()));
        return refusal.problems().stream()
                .map(
                        problem -> {
                            assertEquals(file().toString(), problem.file());
                            assertEquals(1, problem.message().lines().count());
                            return problem.message();
                        })
                .toList();
    }
}
