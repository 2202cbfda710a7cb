package org.evengrad;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.evengrad.diagnosis.repair.Edit;
import org.evengrad.diagnosis.repair.Patch;
import org.evengrad.diagnosis.repair.Repair;
import org.evengrad.diagnosis.repair.RepairListener;
import org.evengrad.diagnosis.repair.Stage;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class DoctorTest {
    private static final Evengrad EVENGRAD = Evengrad.create();
    private static final int BATCH = 12;

    private static MultiLayerNetwork deep(
            int depth, Activation activation, IUpdater updater, LossFunction loss) {
        boolean classes = loss == LossFunction.MCXENT;
        NeuralNetConfiguration.ListBuilder layers =
                new NeuralNetConfiguration.Builder()
                        .seed(7)
                        .updater(updater)
                        .activation(activation)
                        .list();
        for (int i = 0; i < depth; i++) {
            layers.layer(new DenseLayer.Builder().nIn(i == 0 ? 4 : 8).nOut(8).build());
        }
        layers.layer(
                new OutputLayer.Builder(loss)
                        .activation(classes ? Activation.SOFTMAX : Activation.IDENTITY)
                        .nIn(8)
                        .nOut(classes ? 3 : 1)
                        .build());
        MultiLayerNetwork network = new MultiLayerNetwork(layers.build());
        network.init();
        return network;
    }

    private static MultiLayerNetwork sick() {
        return deep(6, Activation.SIGMOID, new Sgd(0.1), LossFunction.MCXENT);
    }

    private static MultiLayerNetwork healthy() {
        return deep(1, Activation.TANH, new Adam(0.02), LossFunction.MCXENT);
    }

    /** Three clusters that lie far from each other. */
    private static DataSetIterator clusters() {
        return clusters(1);
    }

    private static DataSetIterator clusters(long seed) {
        INDArray features = UserData.gaussians(seed, 120, 4);
        for (int row = 0; row < 120; row++) {
            int at = row % 3;
            features.putScalar(row, at, features.getDouble(row, at) + 6);
        }
        return batches(features, UserData.classes(features, 3));
    }

    /** A sum of thousands. */
    private static DataSetIterator sums() {
        INDArray features = UserData.gaussians(3, 120, 4);
        INDArray targets = features.sum(true, 1).mul(1000).add(5000);
        return batches(features, targets);
    }

    private static DataSetIterator batches(INDArray features, INDArray targets) {
        List<DataSet> batches = new ArrayList<>();
        for (int from = 0; from < features.rows(); from += BATCH) {
            INDArrayIndex rows = NDArrayIndex.interval(from, from + BATCH);
            batches.add(
                    new DataSet(
                            features.get(rows, NDArrayIndex.all()).dup(),
                            targets.get(rows, NDArrayIndex.all()).dup()));
        }
        return new ExistingDataSetIterator(batches);
    }

    private static Doctor doctor(MultiLayerNetwork network) {
        return of(network, clusters());
    }

    private static double accuracy(MultiLayerNetwork network, DataSetIterator iterator) {
        int right = 0;
        int rows = 0;
        while (iterator.hasNext()) {
            DataSet batch = iterator.next();
            int[] predicted = network.predict(batch.getFeatures());
            for (int row = 0; row < predicted.length; row++) {
                right += (int) batch.getLabels().getDouble(row, predicted[row]);
            }
            rows += predicted.length;
        }
        return (double) right / rows;
    }

    private static Doctor of(Model network, DataSetIterator iterator) {
        return Doctor.of(() -> network, () -> iterator).strategies(EVENGRAD).threads(1);
    }

    private static float[] parameters(Model model) {
        return model.params().dup().toFloatVector();
    }

    /** Keeps what it is told. */
    private static final class Told implements RepairListener {
        private final List<String> notes = new ArrayList<>();
        private final List<String> calls = new ArrayList<>();

        @Override
        public void began(Stage stage, List<Patch> patches) {
            patches.forEach(patch -> patch.edits().forEach(edit -> calls.add(edit.java())));
        }

        @Override
        public void noted(List<String> told) {
            notes.addAll(told);
        }
    }

    @Test
    void repairsANetworkThatDoesNotTrain() {
        MultiLayerNetwork network = sick();
        float[] before = parameters(network);
        Told told = new Told();
        Doctor doctor = doctor(network).epochs(8).test(() -> clusters(2)).listener(told);
        Repair repair = doctor.repair();
        assertEquals(Repair.Status.REPAIRED, repair.status(), repair.toString());
        assertTrue(repair.after().orElseThrow().mean() > 0.9);
        assertTrue(repair.before().orElseThrow().mean() < 0.6);
        assertArrayEquals(before, parameters(network));
        assertEquals(0, network.getIterationCount());
        assertEquals(
                List.of(".activation(Activation.ELU)"),
                repair.patch().edits().stream().map(Edit::java).toList());
        assertTrue(told.calls.contains(".weightInit(WeightInit.RELU)"), told.calls.toString());
        assertTrue(
                told.calls.contains(".optimizer(new Adam().withLearningRate(0.001))"),
                told.calls.toString());

        MultiLayerNetwork repaired = (MultiLayerNetwork) doctor.network(repair.patch());
        doctor.trainer(repaired, repair.patch()).fit(clusters(), 8);
        assertTrue(accuracy(repaired, clusters(2)) > 0.9);
    }

    @Test
    void leavesAHealthyNetworkAlone() {
        Told told = new Told();
        Repair repair = doctor(healthy()).listener(told).repair();
        assertEquals(Repair.Status.HEALTHY, repair.status());
        assertEquals(Patch.NONE, repair.patch());
        assertEquals(1, told.notes.size());
        assertTrue(told.notes.get(0).contains("held out"), told.notes.get(0));
    }

    @Test
    void repairsARegression() {
        MultiLayerNetwork network = deep(2, Activation.TANH, new Sgd(0.1), LossFunction.MSE);
        Repair repair = of(network, sums()).epochs(6).repair();
        assertEquals(Repair.Status.REPAIRED, repair.status(), repair.toString());
        assertEquals(Map.of("data.normalize-targets", "standard"), repair.patch().overrides());
    }

    @Test
    void repairsSequencesWithPadding() {
        Repair repair = of(steps(), paddedSteps()).epochs(10).repair();
        assertEquals(Repair.Status.REPAIRED, repair.status(), repair.toString());
        assertEquals(Map.of("data.normalize", "standard"), repair.patch().overrides());
    }

    /**
     * Whether a feature is above 100, at each of 5 steps; behind the third there may be padding.
     */
    private static DataSetIterator paddedSteps() {
        List<DataSet> batches = new ArrayList<>();
        for (int batch = 0; batch < 6; batch++) {
            INDArray features = UserData.gaussians(batch, BATCH, 2, 5).addi(100);
            INDArray targets = Nd4j.zeros(DataType.FLOAT, BATCH, 2, 5);
            INDArray mask = Nd4j.ones(DataType.FLOAT, BATCH, 5);
            for (int row = 0; row < BATCH; row++) {
                for (int step = 0; step < 5; step++) {
                    boolean padding = row % 3 == 2 && step > 2;
                    mask.putScalar(row, step, padding ? 0 : 1);
                    boolean above = features.getDouble(row, 0, step) > 100;
                    // What is padding would mislead whoever looked at it.
                    targets.putScalar(row, above == padding ? 0 : 1, step, 1);
                }
            }
            batches.add(new DataSet(features, targets, mask, mask.dup()));
        }
        return new ExistingDataSetIterator(batches);
    }

    private static MultiLayerNetwork steps() {
        MultiLayerNetwork network =
                new MultiLayerNetwork(
                        new NeuralNetConfiguration.Builder()
                                .seed(7)
                                .updater(new Adam(0.05))
                                .list()
                                .layer(new LSTM.Builder().nIn(2).nOut(4).build())
                                .layer(
                                        new RnnOutputLayer.Builder(LossFunction.MCXENT)
                                                .activation(Activation.SOFTMAX)
                                                .nIn(4)
                                                .nOut(2)
                                                .build())
                                .build());
        network.init();
        return network;
    }

    @Test
    void saysThatGivenWeightsStay() {
        MultiLayerNetwork network = healthy();
        network.params().muli(1.1);
        Told told = new Told();
        doctor(network).listener(told).epochs(2).repair();
        assertTrue(told.notes.get(1).contains("came with the network"), told.notes.get(1));
    }

    @Test
    void aBudgetEndsIt() {
        Repair repair = doctor(sick()).budget(Duration.ofMillis(1)).repair();
        assertEquals(Repair.Status.UNCONFIRMED, repair.status());
        assertFalse(repair.patch().isEmpty());
    }

    @Test
    void aPatchedNetworkHasNormsBehindItsLayersAndItsOwnWeights() {
        Patch patch =
                Patch.of(
                        new Edit(
                                Edit.Kind.NORMALIZATION, "model.normalization", "batch", "r", "j"));
        MultiLayerNetwork network = deep(2, Activation.TANH, new Sgd(0.1), LossFunction.MCXENT);
        MultiLayerNetwork patched = (MultiLayerNetwork) doctor(network).seed(7).network(patch);
        assertEquals(7, patched.getnLayers());
        assertArrayEquals(
                network.getLayer(1).getParam("W").dup().data().asFloat(),
                patched.getLayer(3).getParam("W").dup().data().asFloat());
        // At first, norms change nothing but by their epsilon.
        INDArray rows = UserData.gaussians(5, 3, 4);
        INDArray expected = network.output(rows);
        assertTrue(expected.equalsWithEps(patched.output(rows), 1e-3));

        ComputationGraph graph = network.toComputationGraph();
        ComputationGraph patchedGraph =
                (ComputationGraph) of(graph, clusters()).seed(7).network(patch);
        assertEquals(7, patchedGraph.getNumLayers());
        assertTrue(expected.equalsWithEps(patchedGraph.outputSingle(rows), 1e-3));
    }

    @Test
    void weightsAreDrawnAnewWithEachSeed() {
        MultiLayerNetwork network = healthy();
        assertArrayEquals(
                parameters(network), parameters(doctor(network).seed(7).network(Patch.NONE)));
        assertNotEquals(network.params(), doctor(network).seed(8).network(Patch.NONE).params());
    }

    @Test
    void anOutputThatDoesNotFitTheLossIsReplaced() {
        MultiLayerNetwork network =
                new MultiLayerNetwork(
                        new NeuralNetConfiguration.Builder()
                                .seed(7)
                                .updater(new Adam(0.02))
                                .list()
                                .layer(
                                        new OutputLayer.Builder(LossFunction.MCXENT)
                                                .activation(Activation.SIGMOID)
                                                .nIn(4)
                                                .nOut(3)
                                                .build())
                                .validateOutputLayerConfig(false)
                                .build());
        network.init();
        Patch patch = doctor(network).budget(Duration.ofMillis(1)).repair().patch();
        assertEquals(
                List.of(".activation(Activation.SOFTMAX)"),
                patch.edits().stream().map(Edit::java).toList());
        MultiLayerNetwork changed = (MultiLayerNetwork) doctor(network).network(patch);
        INDArray rows = UserData.gaussians(5, 2, 4);
        assertEquals(2, changed.output(rows).sumNumber().doubleValue(), 1e-5);
    }

    @Test
    void refusesNoEpochs() {
        assertThrows(IllegalArgumentException.class, () -> doctor(healthy()).epochs(0));
    }
}
