package org.evengrad;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.evengrad.engine.step.StepRecord;
import org.evengrad.engine.train.TrainingListener;
import org.evengrad.engine.train.TrainingResult;
import org.evengrad.engine.train.TrainingResult.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.lossfunctions.impl.LossSparseMCXENT;

class TrainerTest {
    private static final Evengrad EVENGRAD = Evengrad.create();

    @TempDir private Path folder;

    private static NeuralNetConfiguration.Builder builder() {
        return new NeuralNetConfiguration.Builder()
                .seed(7)
                .updater(new Adam(0.02))
                .activation(Activation.TANH);
    }

    private static MultiLayerNetwork chain(
            NeuralNetConfiguration.Builder builder, LossFunction loss, Activation output) {
        MultiLayerNetwork network =
                new MultiLayerNetwork(
                        builder.list()
                                .layer(new DenseLayer.Builder().nIn(6).nOut(8).build())
                                .layer(
                                        new OutputLayer.Builder(loss)
                                                .activation(output)
                                                .nIn(8)
                                                .nOut(3)
                                                .build())
                                .build());
        network.init();
        return network;
    }

    private static MultiLayerNetwork classifier() {
        return chain(builder(), LossFunction.MCXENT, Activation.SOFTMAX);
    }

    private static float[] parameters(Model model) {
        return model.params().dup().toFloatVector();
    }

    /** The loss of each step. */
    private static final class Losses implements TrainingListener {
        private final List<Double> all = new ArrayList<>();

        @Override
        public void stepped(StepRecord record) {
            all.add(record.loss());
        }

        private double first() {
            return all.get(0);
        }

        private double last() {
            return all.get(all.size() - 1);
        }
    }

    @Test
    void trainsTheNetworkItself() {
        MultiLayerNetwork network = classifier();
        DataSetIterator data = UserData.classification();
        double before = network.score(data.next());
        data.reset();

        TrainingResult result = train(network).fit(data, 20);

        data.reset();
        assertTrue(network.score(data.next()) < before / 2);
        assertEquals(60, result.ending().steps());
        assertEquals(20, result.epochs());
        assertEquals(60, network.getIterationCount());
        assertEquals(20, network.getEpochCount());
        assertEquals(Status.HEALTHY, result.status());
    }

    @Test
    void measuresOnTheExamplesThatItIsGiven() {
        TrainingResult result =
                train(classifier())
                        .validation(UserData.classification(2))
                        .test(UserData.classification(3))
                        .fit(UserData.classification(), 20);

        assertEquals(41, result.validation().orElseThrow().rows());
        assertTrue(result.test().orElseThrow().accuracy().orElseThrow() > 0.6);
        assertTrue(result.test().get().confusion().isPresent());
    }

    @Test
    void theMetricsAreThoseOfDl4jsOwnEvaluation() {
        MultiLayerNetwork network = classifier();
        DataSetIterator test = UserData.classification(3);
        TrainingResult result = train(network).test(test).fit(UserData.classification(), 5);

        test.reset();
        assertEquals(
                network.evaluate(test).accuracy(),
                result.test().orElseThrow().accuracy().orElseThrow(),
                1e-9);
    }

    @Test
    void validatesOnWhatItTrainsOn() {
        DataSetIterator data = UserData.classification();
        TrainingResult result = train(classifier()).validation(data).fit(data, 3);
        assertEquals(result.trainLoss(), result.validation().orElseThrow().loss(), 1e-12);
    }

    @Test
    void theSameSeedGivesTheSameParameters() {
        MultiLayerNetwork first = withDropout();
        MultiLayerNetwork second = withDropout();
        MultiLayerNetwork other = withDropout();
        train(first).seed(5).threads(1).fit(UserData.classification(), 3);
        train(second).seed(5).threads(1).fit(UserData.classification(), 3);
        train(other).seed(6).threads(1).fit(UserData.classification(), 3);
        assertArrayEquals(parameters(first), parameters(second));
        assertFalse(java.util.Arrays.equals(parameters(first), parameters(other)));
    }

    private static MultiLayerNetwork withDropout() {
        return chain(builder().dropOut(0.7), LossFunction.MCXENT, Activation.SOFTMAX);
    }

    @Test
    void leavesTheThreadAsItWas() {
        MultiLayerNetwork network = withDropout();
        Nd4j.getRandom().setSeed(99);
        double expected = Nd4j.getRandom().nextDouble();
        int blasThreads = Nd4j.factory().blas().getMaxThreads();
        Nd4j.getRandom().setSeed(99);

        try (MemoryWorkspace workspace =
                Nd4j.getWorkspaceManager().getAndActivateWorkspace("APPLICATION")) {
            assertTrue(workspace.isScopeActive());
        }
        train(network).threads(1).fit(UserData.classification(), 1);

        assertTrue(Nd4j.getWorkspaceManager().checkIfWorkspaceExists("APPLICATION"));
        assertEquals(expected, Nd4j.getRandom().nextDouble());
        assertEquals(blasThreads, Nd4j.factory().blas().getMaxThreads());
        network.fit(UserData.classification(), 2);
        assertEquals(3 + 6, network.getIterationCount());
    }

    @Test
    void trainsWhatDl4jAloneCanScore() {
        MultiLayerNetwork network =
                chain(builder(), LossFunction.SQUARED_HINGE, Activation.IDENTITY);
        DataSetIterator data = UserData.signs();
        Losses losses = new Losses();
        double expected = network.score(data.next());

        TrainingResult result =
                train(network)
                        .validation(UserData.signs())
                        .listener(losses)
                        .runFolder(folder.resolve("hinge"))
                        .fit(data, 20);

        assertEquals(expected, losses.first(), 1e-5);
        assertTrue(losses.last() < losses.first() / 2);
        assertEquals(Set.of(), result.validation().orElseThrow().metrics().keySet());
        data.reset();
        double rows = 0;
        double sum = 0;
        while (data.hasNext()) {
            DataSet batch = data.next();
            sum += network.score(batch) * batch.numExamples();
            rows += batch.numExamples();
        }
        assertEquals(sum / rows, result.validation().get().loss(), 1e-5);
    }

    @Test
    void trainsAGraphWithSeveralInputsAndOutputs() {
        ComputationGraph graph = TrainerParityTest.pairs(new Adam(0.02));
        Losses losses = new Losses();
        TrainingResult result =
                train(graph)
                        .validation(UserData.pairs())
                        .listener(losses)
                        .runFolder(folder.resolve("pairs"))
                        .fit(UserData.pairs(), 20);

        assertTrue(losses.last() < losses.first() / 2);
        // The loss is that of both outputs, the accuracy that of the first.
        assertEquals(result.trainLoss(), result.validation().orElseThrow().loss(), 1e-12);
        assertTrue(result.validation().get().accuracy().orElseThrow() > 0.8);
        assertTrue(Files.exists(folder.resolve("pairs/report.html")));
    }

    @Test
    void trainsSequencesWithMasks() {
        MultiLayerNetwork network =
                new MultiLayerNetwork(
                        builder()
                                .list()
                                .layer(new LSTM.Builder().nIn(2).nOut(6).build())
                                .layer(
                                        new RnnOutputLayer.Builder(LossFunction.MCXENT)
                                                .activation(Activation.SOFTMAX)
                                                .nIn(6)
                                                .nOut(2)
                                                .build())
                                .build());
        network.init();
        Losses losses = new Losses();
        TrainingResult result =
                train(network)
                        .validation(UserData.sequences(true))
                        .listener(losses)
                        .runFolder(folder.resolve("sequences"))
                        .fit(UserData.sequences(true), 15);

        assertTrue(losses.last() < losses.first());
        assertEquals(7, result.validation().orElseThrow().lossPerStep().size());
        DataSetIterator data = UserData.sequences(true);
        assertEquals(
                network.evaluate(data).accuracy(),
                result.validation().get().accuracy().orElseThrow(),
                1e-9);
    }

    @Test
    void writesARunFolderWithAReport() throws IOException {
        Path run = folder.resolve("run");
        MultiLayerNetwork network = classifier();
        TrainingResult result =
                train(network)
                        .name("mine")
                        .validation(UserData.classification(2))
                        .runFolder(run)
                        .fit(UserData.classification(), 3);

        JsonNode summary = new ObjectMapper().readTree(run.resolve("summary.json").toFile());
        assertEquals("mine", summary.path("name").asText());
        assertEquals(9, summary.path("steps").asInt());
        assertEquals(
                result.validation().orElseThrow().loss(),
                summary.path("validationLoss").asDouble(),
                1e-9);
        assertTrue(summary.path("model").path("opensWithPlainDl4j").asBoolean());
        assertEquals(
                "read from the model: adam 0.02, loss cross-entropy",
                new ObjectMapper()
                        .readTree(run.resolve("manifest.json").toFile())
                        .path("notes")
                        .path(0)
                        .asText());
        String report = Files.readString(run.resolve("report.html"));
        assertTrue(report.contains("mine"));
        assertFalse(Files.exists(run.resolve("config.conf")));
        MultiLayerNetwork reopened =
                ModelSerializer.restoreMultiLayerNetwork(run.resolve("model.zip").toFile(), false);
        assertArrayEquals(parameters(network), parameters(reopened));
        assertEquals(9, reopened.getIterationCount());
    }

    @Test
    void aStrategyThatIsGivenWins() {
        MultiLayerNetwork network = classifier();
        TrainingResult result =
                train(network)
                        .optimizer(new org.evengrad.optimizers.sgd.Sgd(0.3))
                        .guards(new org.evengrad.guards.nonfinite.Nonfinite())
                        .fit(UserData.classification(), 1);
        assertEquals(new org.evengrad.optimizers.sgd.Sgd(0.3), result.plan().optimizer());
        assertEquals(List.of("nonfinite"), result.plan().guardNames());
    }

    private static MultiLayerNetwork with(ILossFunction loss) {
        MultiLayerNetwork network =
                new MultiLayerNetwork(
                        builder()
                                .list()
                                .layer(new DenseLayer.Builder().nIn(6).nOut(8).build())
                                .layer(
                                        new OutputLayer.Builder(loss)
                                                .activation(Activation.SOFTMAX)
                                                .nIn(8)
                                                .nOut(3)
                                                .build())
                                .build());
        network.init();
        return network;
    }

    @Test
    void aLossThatWeighsClassesLeavesTheMetricsAsTheyAre() {
        MultiLayerNetwork network = with(new LossMCXENT(Nd4j.createFromArray(1f, 2f, 3f)));
        DataSet whole = DataSet.merge(UserData.classes());
        Losses losses = new Losses();
        TrainingResult result =
                train(network)
                        .validation(UserData.classification())
                        .listener(losses)
                        .fit(UserData.classification(), 3);
        assertTrue(losses.last() < losses.first());
        assertEquals(network.score(whole), result.validation().orElseThrow().loss(), 1e-5);
        assertEquals(
                network.evaluate(UserData.classification()).accuracy(),
                result.validation().get().accuracy().orElseThrow(),
                1e-9);
    }

    @Test
    void targetsThatAreNumbersOfClassesHaveNoMetrics() {
        MultiLayerNetwork network = with(new LossSparseMCXENT());
        List<DataSet> batches = new ArrayList<>();
        for (DataSet batch : UserData.classes()) {
            INDArray numbers = batch.getLabels().argMax(1).castTo(DataType.FLOAT).reshape(-1, 1);
            batches.add(new DataSet(batch.getFeatures(), numbers));
        }
        Losses losses = new Losses();
        TrainingResult result =
                train(network)
                        .listener(losses)
                        .validation(new ExistingDataSetIterator(batches))
                        .fit(new ExistingDataSetIterator(batches), 10);
        assertTrue(losses.last() < losses.first());
        assertTrue(result.validation().orElseThrow().metrics().isEmpty());
    }

    private static String refusal(Trainer trainer, DataSetIterator data) {
        return assertThrows(IllegalArgumentException.class, () -> trainer.fit(data, 1))
                .getMessage();
    }

    @Test
    void refusesANetworkThatIsNotReady() {
        MultiLayerNetwork network =
                new MultiLayerNetwork(classifier().getLayerWiseConfigurations().clone());
        assertEquals(
                "the network has no parameters; call network.init() before it is trained",
                refusal(train(network), UserData.classification()));
        ComputationGraph graph =
                new ComputationGraph(
                        TrainerParityTest.pairs(new Adam()).getConfiguration().clone());
        assertEquals(
                "the network has no parameters; call network.init() before it is trained",
                refusal(train(graph), UserData.classification()));
    }

    @Test
    void refusesANetworkOfOtherNumbers() {
        assertEquals(
                "the network's numbers are DOUBLE, only FLOAT can be trained;"
                        + " network.convertDataType(DataType.FLOAT) gives a network that can",
                refusal(
                        train(
                                chain(
                                        builder().dataType(DataType.DOUBLE),
                                        LossFunction.MCXENT,
                                        Activation.SOFTMAX)),
                        UserData.classification()));
    }

    @Test
    void refusesANetworkWithoutALoss() {
        MultiLayerNetwork network =
                new MultiLayerNetwork(
                        builder()
                                .list()
                                .layer(
                                        new DenseLayer.Builder()
                                                .name("hidden")
                                                .nIn(6)
                                                .nOut(3)
                                                .build())
                                .layer(
                                        new ActivationLayer.Builder()
                                                .activation(Activation.TANH)
                                                .name("end")
                                                .build())
                                .validateOutputLayerConfig(false)
                                .build());
        network.init();
        assertEquals(
                "the layer end has no loss, so nothing can be trained",
                refusal(train(network), UserData.classification()));
    }

    @Test
    void refusesIteratorsThatCannotBeRead() {
        List<DataSet> batches = List.of(UserData.classification().next());
        assertEquals(
                "the iterator cannot be reset, so it cannot be read again for each epoch",
                refusal(train(classifier()), new ExistingDataSetIterator(batches.iterator())));
        assertEquals(
                "the iterator gives no examples",
                refusal(train(classifier()), new ExistingDataSetIterator(List.of())));
        assertEquals(
                "batch 1 of the iterator has no labels",
                refusal(
                        train(classifier()),
                        new ExistingDataSetIterator(
                                List.of(new DataSet(UserData.gaussians(1, 4, 6), null)))));
    }

    @Test
    void refusesALabelMaskOfTheWrongShape() {
        DataSet whole = UserData.classification().next();
        int rows = whole.numExamples();
        for (long[] shape : new long[][] {{rows - 1, 1}, {rows, 2}, {1, rows}}) {
            DataSet masked = whole.copy();
            masked.setLabelsMaskArray(Nd4j.ones(DataType.FLOAT, shape));
            assertEquals(
                    "the label mask of batch 2 of the iterator has the shape "
                            + Arrays.toString(shape)
                            + ", which does not fit labels of the shape ["
                            + rows
                            + ", 3]",
                    refusal(
                            train(classifier()),
                            new ExistingDataSetIterator(List.of(whole, masked))));
        }
    }

    @Test
    void refusesExamplesThatDoNotFit() {
        assertEquals(
                "an example of the iterator has features of the shape [5], the network's input"
                        + " takes [6]",
                refusal(
                        train(classifier()),
                        new ExistingDataSetIterator(
                                List.of(
                                        new DataSet(
                                                UserData.gaussians(1, 4, 5),
                                                UserData.gaussians(1, 4, 3))))));
        assertEquals(
                "an example of the iterator has labels of the shape [2], the network's layer1"
                        + " gives 3 numbers",
                refusal(
                        train(classifier()),
                        new ExistingDataSetIterator(
                                List.of(
                                        new DataSet(
                                                UserData.gaussians(1, 4, 6),
                                                UserData.gaussians(1, 4, 2))))));
        assertEquals(
                "the iterator has arrays for 1 inputs, the network has 2",
                refusal(train(TrainerParityTest.pairs(new Adam())), UserData.classification()));
        assertThrows(
                IllegalArgumentException.class,
                () -> train(classifier()).fit(UserData.classification(), 0));
    }

    @Test
    void aRefusedIteratorLeavesTheThreadCountsAsTheyWere() {
        int before = Nd4j.factory().blas().getMaxThreads();
        refusal(train(classifier()).threads(1), new ExistingDataSetIterator(List.of()));
        assertEquals(before, Nd4j.factory().blas().getMaxThreads());
        assertNotEquals(0, before);
    }

    private static Trainer train(MultiLayerNetwork network) {
        return Trainer.of(network).strategies(EVENGRAD);
    }

    private static Trainer train(ComputationGraph network) {
        return Trainer.of(network).strategies(EVENGRAD);
    }
}
