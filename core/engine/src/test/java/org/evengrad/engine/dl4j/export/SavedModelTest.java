package org.evengrad.engine.dl4j.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.deeplearning4j.util.ModelSerializer;
import org.evengrad.config.plugins.PluginLoader;
import org.evengrad.config.plugins.StrategyRegistry;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;
import org.evengrad.engine.dl4j.StrategyActivation;
import org.evengrad.engine.dl4j.export.PlainModel.Updater;
import org.evengrad.engine.run.ModelDescription.Penalty;
import org.evengrad.engine.step.TrainingState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** The networks and the memory are DL4J's own here: what it wrote must come back. */
class SavedModelTest {
    private static final StrategyRegistry REGISTRY =
            PluginLoader.load(SavedModelTest.class.getClassLoader(), List.of(), List.of());
    private static final double RATE = 0.01;
    private static final org.evengrad.optimizers.adam.Adam OURS =
            new org.evengrad.optimizers.adam.Adam(RATE, 0.9, 0.999, 1e-8);

    @TempDir private Path folder;

    /** Batch normalization, whose statistics lie between what is trained, in a branch. */
    private static ComputationGraph graph(IUpdater updater, IActivation activation) {
        ComputationGraph graph =
                new ComputationGraph(
                        new NeuralNetConfiguration.Builder()
                                .seed(3)
                                .updater(updater)
                                .activation(activation)
                                .graphBuilder()
                                .addInputs("image")
                                .addLayer(
                                        "conv",
                                        new ConvolutionLayer.Builder(3, 3)
                                                .nOut(2)
                                                .convolutionMode(ConvolutionMode.Same)
                                                .build(),
                                        "image")
                                .addLayer("norm", new BatchNormalization(), "conv")
                                .addLayer(
                                        "second",
                                        new ConvolutionLayer.Builder(3, 3)
                                                .nOut(2)
                                                .convolutionMode(ConvolutionMode.Same)
                                                .build(),
                                        "norm")
                                .addVertex(
                                        "sum",
                                        new ElementWiseVertex(ElementWiseVertex.Op.Add),
                                        "second",
                                        "conv")
                                .addLayer(
                                        "output",
                                        new OutputLayer.Builder(LossFunction.MCXENT)
                                                .nOut(2)
                                                .activation(Activation.SOFTMAX)
                                                .build(),
                                        "sum")
                                .setOutputs("output")
                                .setInputTypes(InputType.convolutional(4, 4, 1))
                                .build());
        graph.init();
        return graph;
    }

    private static MultiLayerNetwork recurrent(IUpdater updater) {
        MultiLayerNetwork network =
                new MultiLayerNetwork(
                        new NeuralNetConfiguration.Builder()
                                .seed(3)
                                .updater(updater)
                                .list()
                                .layer(new Bidirectional(new LSTM.Builder().nOut(3).build()))
                                .layer(
                                        new RnnOutputLayer.Builder(LossFunction.MSE)
                                                .nOut(1)
                                                .activation(Activation.IDENTITY)
                                                .build())
                                .setInputType(InputType.recurrent(2))
                                .build());
        network.init();
        return network;
    }

    private static DataSet images() {
        INDArray x = Nd4j.linspace(-2, 3, 4 * 16).castTo(DataType.FLOAT).reshape(4, 1, 4, 4);
        return new DataSet(x, Nd4j.createFromArray(new float[][] {{1, 0}, {0, 1}, {1, 0}, {0, 1}}));
    }

    private static DataSet sequences() {
        INDArray x = Nd4j.linspace(-2, 3, 3 * 2 * 5).castTo(DataType.FLOAT).reshape(3, 2, 5);
        return new DataSet(x, Nd4j.linspace(0, 1, 15).castTo(DataType.FLOAT).reshape(3, 1, 5));
    }

    /** Without what the updater remembers, as Evengrad saves models. */
    private Path save(Model network) throws IOException {
        Path file = folder.resolve("model.zip");
        ModelSerializer.writeModel(network, file.toFile(), false);
        return file;
    }

    /** Takes the memory of DL4J's Adam apart, block by block, as one flat array for each slot. */
    private static TrainingState state(INDArray parameters, Object updater, int updates) {
        int size = (int) parameters.length();
        float[][] slots = new float[2][size];
        for (UpdaterBlock block : ((BaseMultiLayerUpdater<?>) updater).getUpdaterBlocks()) {
            if (block.getUpdaterView() == null || block.getUpdaterView().isEmpty()) {
                continue;
            }
            Map<?, ?> memory = block.getGradientUpdater().getState();
            int from = block.getParamOffsetStart();
            int count = block.getParamOffsetEnd() - from;
            for (int slot = 0; slot < 2; slot++) {
                INDArray means = (INDArray) memory.get(slot == 0 ? "M" : "V");
                System.arraycopy(means.dup().data().asFloat(), 0, slots[slot], from, count);
            }
        }
        return new TrainingState(
                updates + 4,
                updates,
                1,
                RATE,
                parameters.dup().data().asFloat(),
                slots,
                new double[0],
                new double[0],
                new double[0],
                new double[0][],
                new float[0][][]);
    }

    private static Continuation training(TrainingState state, Map<String, Penalty> penalties) {
        return new Continuation(OURS, RATE, penalties, Optional.of(state), 2);
    }

    private PlainModel write(Path model, Continuation training, Path file) throws IOException {
        return SavedModel.read(model).write(file, Optional.of(training), REGISTRY);
    }

    @Test
    void aGraphGoesOnWithTheSameMemory() throws IOException {
        ComputationGraph graph = graph(new Adam(RATE), new ActivationTanH());
        for (int step = 0; step < 6; step++) {
            graph.fit(images());
        }
        Path file = folder.resolve("plain.zip");
        PlainModel written =
                write(
                        save(graph(new RmsProp(3), new ActivationTanH())),
                        training(state(graph.params(), graph.getUpdater(), 6), Map.of()),
                        file);

        assertEquals(new PlainModel(true, Updater.WITH_MEMORY, "Adam", 6, false), written);
        ComputationGraph again = ModelSerializer.restoreComputationGraph(file.toFile(), true);
        assertEquals(graph.params(), again.params());
        assertEquals(
                graph.getUpdater().getStateViewArray(), again.getUpdater().getStateViewArray());
        assertEquals(6, again.getConfiguration().getIterationCount());
        assertEquals(2, again.getConfiguration().getEpochCount());
        graph.fit(images());
        again.fit(images());
        assertArrayEquals(graph.params().toFloatVector(), again.params().toFloatVector(), 1e-6f);
    }

    @Test
    void layersInsideOfOthersGoOnToo() throws IOException {
        MultiLayerNetwork network = recurrent(new Adam(RATE));
        for (int step = 0; step < 4; step++) {
            network.fit(sequences());
        }
        Path file = folder.resolve("plain.zip");
        PlainModel written =
                write(
                        save(recurrent(new RmsProp(3))),
                        training(state(network.params(), network.getUpdater(), 4), Map.of()),
                        file);

        assertTrue(written.summedOverTime());
        MultiLayerNetwork again = ModelSerializer.restoreMultiLayerNetwork(file.toFile(), true);
        network.fit(sequences());
        again.fit(sequences());
        assertArrayEquals(network.params().toFloatVector(), again.params().toFloatVector(), 1e-6f);
    }

    @Test
    void penaltiesStandAtTheLayerThatHasThem() throws IOException {
        MultiLayerNetwork network = recurrent(new Adam(RATE));
        Path file = folder.resolve("plain.zip");
        write(
                save(network),
                training(
                        state(network.params(), network.getUpdater(), 0),
                        Map.of("layer1", new Penalty(0.5, 0.25))),
                file);
        String json =
                ModelSerializer.restoreMultiLayerNetwork(file.toFile())
                        .getLayerWiseConfigurations()
                        .toJson();
        assertEquals(2, json.split("L[12]Regularization", -1).length - 1, json);
    }

    @Test
    void aNetworkThatTheUserBuiltKeepsItsUpdatersAndTheirState() throws IOException {
        MultiLayerNetwork network = recurrent(new RmsProp(0.05));
        network.fit(sequences());
        Path model = folder.resolve("users.zip");
        ModelSerializer.writeModel(network, model.toFile(), true);
        Path file = folder.resolve("plain.zip");

        PlainModel written = SavedModel.read(model).write(file, Optional.empty(), REGISTRY);

        assertEquals(Updater.AS_CONFIGURED, written.updater());
        MultiLayerNetwork again = ModelSerializer.restoreMultiLayerNetwork(file.toFile(), true);
        assertEquals(network.getLayerWiseConfigurations(), again.getLayerWiseConfigurations());
        assertEquals(
                network.getUpdater().getStateViewArray(), again.getUpdater().getStateViewArray());
    }

    @Test
    void namesTheVertexOfAGraphThatHasAnActivationOfOurs() throws IOException {
        Path model = save(graph(new Adam(RATE), new StrategyActivation("{ use = hard-swish }")));
        InvalidInputException refused =
                assertThrows(InvalidInputException.class, () -> SavedModel.read(model));
        List<String> messages = refused.problems().stream().map(Problem::message).toList();
        assertEquals(
                List.of("conv", "norm", "second"),
                messages.stream().map(message -> message.split(":")[0]).toList());
        assertTrue(
                messages.get(0).endsWith("no activation hard-swish; train with swish instead"),
                messages.get(0));
    }

    @Test
    void refusesWhatIsNoModel() throws IOException {
        Path model = save(recurrent(new Adam(RATE)));
        byte[] whole = Files.readAllBytes(model);
        Path cut = Files.write(folder.resolve("cut.zip"), java.util.Arrays.copyOf(whole, 300));
        for (Path file : List.of(cut, folder, folder.resolve("none.zip"))) {
            InvalidInputException refused =
                    assertThrows(InvalidInputException.class, () -> SavedModel.read(file));
            assertEquals(1, refused.getMessage().lines().count(), refused.getMessage());
        }
        assertFalse(SavedModel.read(model).evengradJson().isPresent());
    }

    @Test
    void aDenseLayerOfTheUsersKeepsItsBias() throws IOException {
        MultiLayerNetwork network =
                new MultiLayerNetwork(
                        new NeuralNetConfiguration.Builder()
                                .updater(new Adam(RATE))
                                .biasUpdater(new RmsProp(0.5))
                                .list()
                                .layer(new DenseLayer.Builder().nIn(2).nOut(3).build())
                                .layer(
                                        new OutputLayer.Builder(LossFunction.MSE)
                                                .nIn(3)
                                                .nOut(1)
                                                .activation(Activation.IDENTITY)
                                                .build())
                                .build());
        network.init();
        TrainingState state =
                new TrainingState(
                        1,
                        1,
                        1,
                        RATE,
                        network.params().dup().data().asFloat(),
                        new float[2][(int) network.numParams()],
                        new double[0],
                        new double[0],
                        new double[0],
                        new double[0][],
                        new float[0][][]);
        Path file = folder.resolve("plain.zip");
        write(save(network), training(state, Map.of()), file);
        MultiLayerNetwork again = ModelSerializer.restoreMultiLayerNetwork(file.toFile(), true);
        // One updater for all: the biases were trained with the run's optimizer too.
        assertEquals(1, ((BaseMultiLayerUpdater<?>) again.getUpdater()).getUpdaterBlocks().size());
    }
}
