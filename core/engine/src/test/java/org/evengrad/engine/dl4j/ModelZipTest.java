package org.evengrad.engine.dl4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.evengrad.activations.leakyrelu.LeakyRelu;
import org.evengrad.activations.relu.Relu;
import org.evengrad.activations.sigmoid.Sigmoid;
import org.evengrad.activations.tanh.Tanh;
import org.evengrad.config.ModelConfig.Loss;
import org.evengrad.config.plugins.PluginLoader;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.engine.network.Network;
import org.evengrad.engine.network.NetworkPlan;
import org.evengrad.engine.network.OpenedModel;
import org.evengrad.spi.Activation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ModelZipTest {
    private static final List<Integer> EXAMPLE = List.of(4);
    private static final int ROWS = 5;
    private static final int[] WIDTHS = {4, 6, 5, 3};
    private static final String JSON = "{ \"classes\": [\"a\", \"ü\"] }\n";

    @TempDir private Path folder;

    private static Network network(Activation activation, Loss loss) {
        Network network = Networks.build(Networks.plan(activation, loss, WIDTHS));
        Networks.fill(network, 1, 0.5);
        return network;
    }

    private Path save(Network network, String name) throws IOException {
        Path file = folder.resolve(name);
        network.save(file, JSON);
        return file;
    }

    private Path saved(Activation activation) throws IOException {
        try (Network network = network(activation, Loss.CROSS_ENTROPY)) {
            return save(network, "model.zip");
        }
    }

    private static float[] predict(Network network) {
        float[] predicted = new float[ROWS * network.outputs()];
        float[][] examples = Networks.examples(2, ROWS, WIDTHS[0]);
        network.predict(
                Networks.batch(network, examples, new float[ROWS][network.outputs()]), predicted);
        return predicted;
    }

    private static String refusal(Path file) {
        return refusal(file, Networks.BUILDER);
    }

    private static String refusal(Path file, Dl4jNetworkBuilder builder) {
        InvalidInputException refused =
                assertThrows(InvalidInputException.class, () -> builder.open(file, 1));
        assertEquals(1, refused.problems().size());
        assertEquals(1, refused.getMessage().lines().count(), refused.getMessage());
        return refused.getMessage();
    }

    /** The entries of a zip, to be changed and written again. */
    private static Map<String, byte[]> entries(Path file) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (ZipFile zip = new ZipFile(file.toFile())) {
            Enumeration<? extends ZipEntry> all = zip.entries();
            while (all.hasMoreElements()) {
                ZipEntry entry = all.nextElement();
                try (InputStream in = zip.getInputStream(entry)) {
                    entries.put(entry.getName(), in.readAllBytes());
                }
            }
        }
        return entries;
    }

    private Path write(Map<String, byte[]> entries) throws IOException {
        Path file = folder.resolve("changed.zip");
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue());
                zip.closeEntry();
            }
        }
        return file;
    }

    @ParameterizedTest
    @EnumSource
    void opensAsItWasSaved(Loss loss) throws IOException {
        int[] widths = {4, 6, 5, loss == Loss.BINARY_CROSS_ENTROPY ? 1 : 3};
        try (Network network = Networks.build(Networks.plan(new Tanh(), loss, widths))) {
            Networks.fill(network, 1, 0.5);
            OpenedModel opened = Networks.BUILDER.open(save(network, "model.zip"), 1);
            try (Network again = opened.network(EXAMPLE, 0)) {
                assertEquals(loss, opened.loss());
                assertEquals(Optional.of(JSON), opened.evengradJson());
                assertEquals(network.tensors(), again.tensors());
                assertEquals(network.layers(), again.layers());
                assertArrayEquals(
                        Networks.copy(network.parameters()), Networks.copy(again.parameters()));
                assertArrayEquals(predict(network), predict(again));
            }
        }
    }

    @Test
    void opensAnActivationBehindTheOutputAndAnOutputWithoutBiases() throws IOException {
        NetworkPlan plan =
                Networks.plan(new Relu(), Loss.MSE, Optional.of(new LeakyRelu(0.2)), false, WIDTHS);
        try (Network network = Networks.build(plan)) {
            Networks.fill(network, 1, 0.5);
            try (Network again =
                    Networks.BUILDER.open(save(network, "m.zip"), 1).network(EXAMPLE, 0)) {
                assertEquals(network.tensors(), again.tensors());
                assertArrayEquals(predict(network), predict(again));
            }
        }
    }

    @Test
    void theSameModelGivesTheSameBytes() throws IOException {
        try (Network network = network(new Sigmoid(), Loss.MSE);
                Network twin = network(new Sigmoid(), Loss.MSE)) {
            byte[] first = Files.readAllBytes(save(network, "first.zip"));
            assertArrayEquals(first, Files.readAllBytes(save(network, "second.zip")));
            assertArrayEquals(first, Files.readAllBytes(save(twin, "third.zip")));
        }
        // Nor does the clock matter, which may not have moved between the three.
        try (ZipFile zip = new ZipFile(folder.resolve("first.zip").toFile())) {
            zip.stream().forEach(entry -> assertEquals(0, entry.getTime()));
        }
    }

    @Test
    void dl4jItselfOpensIt() throws IOException {
        try (Network network = network(new Relu(), Loss.CROSS_ENTROPY)) {
            MultiLayerNetwork theirs =
                    ModelSerializer.restoreMultiLayerNetwork(save(network, "model.zip").toFile());
            INDArray given =
                    theirs.output(
                            Nd4j.createFromArray(Networks.examples(2, ROWS, WIDTHS[0])), false);
            assertArrayEquals(predict(network), given.dup('c').data().asFloat(), 1e-7f);
        }
    }

    /** What a user without our jars would write. */
    private static final String CHECK =
            """
            import java.io.File;
            import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
            import org.deeplearning4j.util.ModelSerializer;
            import org.nd4j.linalg.api.ndarray.INDArray;
            import org.nd4j.linalg.factory.Nd4j;

            public class Check {
                public static void main(String[] arguments) throws Exception {
                    try {
                        Class.forName("org.evengrad.spi.Optimizer");
                        throw new IllegalStateException("our jars are here");
                    } catch (ClassNotFoundException expected) {
                    }
                    MultiLayerNetwork network =
                            ModelSerializer.restoreMultiLayerNetwork(new File(arguments[0]));
                    float[] example = new float[arguments.length - 1];
                    for (int i = 0; i < example.length; i++) {
                        example[i] = Float.parseFloat(arguments[i + 1]);
                    }
                    INDArray in = Nd4j.createFromArray(example).reshape(1, example.length);
                    for (float value : network.output(in, false).toFloatVector()) {
                        System.out.println("given " + value);
                    }
                }
            }
            """;

    /** The class path of this test without what we built. */
    private static String thirdPartyClassPath() {
        String all =
                System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path"));
        List<String> jars = new ArrayList<>();
        for (String entry : all.split(File.pathSeparator)) {
            Path path = Path.of(entry);
            if (Files.isRegularFile(path) && !path.getFileName().toString().contains("evengrad")) {
                jars.add(entry);
            }
        }
        return String.join(File.pathSeparator, jars);
    }

    private List<String> check(Path model, float[] example, Path output)
            throws IOException, InterruptedException {
        Path source = Files.writeString(folder.resolve("Check.java"), CHECK);
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-cp", thirdPartyClassPath(), source.toString()));
        command.add(model.toString());
        for (float value : example) {
            command.add(Float.toString(value));
        }
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        try {
            assertTrue(process.waitFor(2, TimeUnit.MINUTES), "still running");
        } finally {
            process.destroyForcibly();
        }
        return Files.readAllLines(output);
    }

    @Test
    void opensWithoutOurJarsWhenDl4jHasTheActivations() throws Exception {
        try (Network network = network(new LeakyRelu(0.2), Loss.CROSS_ENTROPY)) {
            assertEquals(List.of(), network.needsEvengrad());
            float[] example = Networks.examples(2, 1, WIDTHS[0])[0];
            List<String> lines =
                    check(save(network, "model.zip"), example, folder.resolve("output.txt"));
            float[] predicted = predict(network);
            List<Float> given =
                    lines.stream()
                            .filter(line -> line.startsWith("given "))
                            .map(line -> Float.parseFloat(line.substring(6)))
                            .toList();
            assertEquals(3, given.size(), String.join("\n", lines));
            for (int i = 0; i < 3; i++) {
                assertEquals(predicted[i], given.get(i), 1e-6f);
            }
        }
    }

    @Test
    void saysWhichLayersNeedEvengradAndOpensThemWhenTheStrategyIsInstalled() throws IOException {
        try (Network network = network(new Bend(2.5), Loss.CROSS_ENTROPY)) {
            assertEquals(
                    List.of(
                            "dense-1: activation { use = bend, width = 2.5 }",
                            "dense-2: activation { use = bend, width = 2.5 }"),
                    network.needsEvengrad());
            Path file = save(network, "model.zip");
            try (Network again = Networks.BUILDER.open(file, 1).network(EXAMPLE, 0)) {
                assertEquals(network.needsEvengrad(), again.needsEvengrad());
                assertEquals(network.tensors(), again.tensors());
                assertArrayEquals(predict(network), predict(again));
            }
        }
    }

    @Test
    void namesTheStrategyThatIsNotInstalled() throws IOException {
        Path file = saved(new Bend());
        Dl4jNetworkBuilder withoutBend =
                new Dl4jNetworkBuilder(
                        PluginLoader.load(getClass().getClassLoader(), List.of(), List.of()));
        String message = refusal(file, withoutBend);
        assertTrue(message.contains("no activation 'bend' is installed"), message);
        assertTrue(message.contains(file.toString()), message);
    }

    @Test
    void theZipNamesNoPluginClass() throws IOException {
        for (byte[] entry : entries(saved(new Bend())).values()) {
            String text = new String(entry, StandardCharsets.ISO_8859_1);
            assertFalse(text.contains(Bend.class.getName()));
        }
    }

    @Test
    void opensWhatDl4jSavedByItself() throws IOException {
        MultiLayerNetwork theirs =
                new MultiLayerNetwork(
                        new NeuralNetConfiguration.Builder()
                                .updater(new org.nd4j.linalg.learning.config.Adam(0.1))
                                .seed(3)
                                .list()
                                .layer(new DenseLayer.Builder().nIn(4).nOut(6).build())
                                .layer(new OutputLayer.Builder().nIn(6).nOut(3).build())
                                .build());
        theirs.init();
        Path file = folder.resolve("theirs.zip");
        ModelSerializer.writeModel(theirs, file.toFile(), true);
        OpenedModel opened = Networks.BUILDER.open(file, 1);
        try (Network network = opened.network(EXAMPLE, 0)) {
            assertEquals(Optional.empty(), opened.evengradJson());
            assertEquals(Loss.CROSS_ENTROPY, opened.loss());
            assertEquals(List.of("layer0", "layer1"), network.layers());
            assertArrayEquals(theirs.params().toFloatVector(), Networks.copy(network.parameters()));
            INDArray given =
                    theirs.output(
                            Nd4j.createFromArray(Networks.examples(2, ROWS, WIDTHS[0])), false);
            assertArrayEquals(given.dup('c').data().asFloat(), predict(network), 1e-6f);
        }
    }

    @Test
    void opensAModelOfDoublesAsFloats() throws IOException {
        MultiLayerNetwork theirs =
                new MultiLayerNetwork(
                        new NeuralNetConfiguration.Builder()
                                .dataType(DataType.DOUBLE)
                                .list()
                                .layer(new DenseLayer.Builder().nIn(4).nOut(6).build())
                                .layer(new OutputLayer.Builder().nIn(6).nOut(3).build())
                                .build());
        theirs.init();
        Path file = folder.resolve("theirs.zip");
        ModelSerializer.writeModel(theirs, file.toFile(), true);
        try (Network network = Networks.BUILDER.open(file, 1).network(EXAMPLE, 0)) {
            INDArray given =
                    theirs.output(
                            Nd4j.createFromArray(Networks.examples(2, ROWS, WIDTHS[0])), false);
            assertArrayEquals(
                    given.castTo(DataType.FLOAT).dup('c').data().asFloat(),
                    predict(network),
                    1e-5f);
        }
    }

    private Path dl4jModel(Model model) throws IOException {
        Path file = folder.resolve("theirs.zip");
        ModelSerializer.writeModel(model, file.toFile(), false);
        return file;
    }

    private static MultiLayerNetwork convolution(InputType input) {
        MultiLayerNetwork theirs =
                new MultiLayerNetwork(
                        new NeuralNetConfiguration.Builder()
                                .list()
                                .layer(new ConvolutionLayer.Builder(3, 3).nOut(2).build())
                                .layer(new OutputLayer.Builder().nOut(3).build())
                                .setInputType(input)
                                .build());
        theirs.init();
        return theirs;
    }

    @Test
    void opensAConvolutionOverFlatRows() throws IOException {
        Path file = dl4jModel(convolution(InputType.convolutionalFlat(5, 4, 1)));
        for (List<Integer> example : List.of(List.of(20), List.of(1, 5, 4))) {
            try (Network network = Networks.BUILDER.open(file, 1).network(example, 0)) {
                assertEquals(List.of(20), network.inputShape());
                assertEquals(3, network.outputs());
            }
        }
    }

    @Test
    void opensAConvolutionOverImagesOfTheDatasSize() throws IOException {
        MultiLayerNetwork theirs = convolution(InputType.convolutional(5, 4, 1));
        Path file = dl4jModel(theirs);
        List<Integer> image = List.of(1, 5, 4);
        try (Network network = Networks.BUILDER.open(file, 1).network(image, 0)) {
            assertEquals(image, network.inputShape());
            INDArray given = theirs.output(Nd4j.ones(ROWS, 1, 5, 4), false);
            Network.Batch batch = network.batch(ROWS);
            batch.features().put(Nd4j.ones(ROWS * 20).toFloatVector());
            float[] outputs = new float[ROWS * 3];
            network.predict(batch, outputs);
            assertArrayEquals(given.dup('c').data().asFloat(), outputs, 1e-6f);
        }
        OpenedModel opened = Networks.BUILDER.open(file, 1);
        assertEquals(
                "an example has the shape [20], the model in " + file + " takes [1, any, any]",
                assertThrows(InvalidInputException.class, () -> opened.network(List.of(20), 0))
                        .problems()
                        .get(0)
                        .message());
    }

    @Test
    void opensAGraph() throws IOException {
        ComputationGraphConfiguration configuration =
                new NeuralNetConfiguration.Builder()
                        .graphBuilder()
                        .addInputs("in")
                        .addLayer("out", new OutputLayer.Builder().nIn(4).nOut(3).build(), "in")
                        .setOutputs("out")
                        .build();
        ComputationGraph theirs = new ComputationGraph(configuration);
        theirs.init();
        try (Network network = Networks.BUILDER.open(dl4jModel(theirs), 1).network(EXAMPLE, 0)) {
            assertEquals(List.of("out"), network.layers());
            assertEquals(theirs.params().getFloat(7), network.parameters().get(7));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"preprocessor.bin", "normalizer.bin", "updater.bin"})
    void refusesSerializedObjectsByName(String name) throws IOException {
        Map<String, byte[]> entries = entries(saved(new Relu()));
        entries.put(name, new byte[] {(byte) 0xAC, (byte) 0xED, 0, 5});
        Path file = write(entries);
        assertEquals(
                file
                        + ": not a model: its entry "
                        + name
                        + " is a serialized Java object, which Evengrad does not read",
                refusal(file));
    }

    @Test
    void refusesAFileThatIsNotThere() {
        Path file = folder.resolve("absent.zip");
        assertEquals("no such model: " + file, refusal(file));
    }

    @Test
    void refusesATruncatedZip() throws IOException {
        byte[] whole = Files.readAllBytes(saved(new Relu()));
        Path file = folder.resolve("truncated.zip");
        for (int length : new int[] {0, 10, whole.length / 2, whole.length - 1}) {
            Files.write(file, Arrays.copyOf(whole, length));
            String message = refusal(file);
            assertTrue(message.startsWith(file + ": not a model: "), message);
        }
    }

    @Test
    void refusesAnyOtherZip() throws IOException {
        Path file = write(Map.of("readme.txt", new byte[] {65}));
        assertEquals(
                file
                        + ": not a model: it has no entry configuration.json, so DL4J did not"
                        + " write it",
                refusal(file));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no json", "{}", "[1, 2]", "{ \"confs\": [] }"})
    void refusesAConfigurationThatIsNone(String configuration) throws IOException {
        Map<String, byte[]> entries = entries(saved(new Relu()));
        entries.put("configuration.json", configuration.getBytes(StandardCharsets.UTF_8));
        Path file = write(entries);
        assertEquals(
                file + ": not a model: its configuration is not that of a DL4J network",
                refusal(file));
    }

    @Test
    void refusesAnotherNumberOfParameters() throws IOException {
        Map<String, byte[]> entries = entries(saved(new Relu()));
        try (Network other =
                Networks.build(Networks.plan(new Relu(), Loss.CROSS_ENTROPY, 4, 6, 3))) {
            entries.put(
                    "coefficients.bin", entries(save(other, "other.zip")).get("coefficients.bin"));
        }
        Path file = write(entries);
        assertEquals(
                file + ": not a model: its layers need 83 parameters, it holds 51", refusal(file));
    }

    @Test
    void refusesParametersThatAreMissingOrCutShortOrTooMany() throws IOException {
        Map<String, byte[]> entries = entries(saved(new Relu()));
        byte[] whole = entries.remove("coefficients.bin");
        List<String> messages = new ArrayList<>();
        messages.add(refusal(write(entries)));
        for (int length : new int[] {0, 3, 40, whole.length - 4, 10_000}) {
            entries.put("coefficients.bin", Arrays.copyOf(whole, length));
            messages.add(refusal(write(entries)));
        }
        for (String message : messages) {
            assertTrue(message.startsWith(folder.resolve("changed.zip") + ": not a model: "));
        }
        assertTrue(messages.get(0).contains("parameters are missing"), messages.get(0));
        assertTrue(messages.get(5).contains("too many"), messages.get(5));
    }
}
