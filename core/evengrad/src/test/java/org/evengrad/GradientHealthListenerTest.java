package org.evengrad;

import static org.evengrad.engine.train.Verdict.EXPLODING_GRADIENT;
import static org.evengrad.engine.train.Verdict.NON_FINITE;
import static org.evengrad.engine.train.Verdict.VANISHING_GRADIENT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.listeners.CollectScoresIterationListener;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.engine.train.Verdict;
import org.evengrad.engine.train.Verdict.Severity;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.nativeblas.NativeOpsHolder;

class GradientHealthListenerTest {
    private static final int FEATURES = 6;
    private static final int CLASSES = 3;
    private static final int BATCH = 32;
    private static final int SEED = 7;

    private final List<Verdict> told = new ArrayList<>();

    private static int blasThreads;
    private static int openMpThreads;

    /** Waking threads takes most of the time that such small networks need. */
    @BeforeAll
    static void computeOnOneThread() {
        blasThreads = Nd4j.factory().blas().getMaxThreads();
        openMpThreads = NativeOpsHolder.getInstance().getDeviceNativeOps().ompGetMaxThreads();
        threads(1, 1);
    }

    @AfterAll
    static void computeOnAsManyAsBefore() {
        threads(blasThreads, openMpThreads);
    }

    private static void threads(int blas, int openMp) {
        Nd4j.factory().blas().setMaxThreads(blas);
        NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(openMp);
    }

    private GradientHealthListener listener() {
        return new GradientHealthListener(told::add);
    }

    private List<String> problems() {
        return told.stream().map(Verdict::problem).toList();
    }

    /** Batches of points around a center for each class. */
    private static List<DataSet> blobs(int batches) {
        SplittableRandom random = new SplittableRandom(3);
        List<DataSet> all = new ArrayList<>();
        for (int batch = 0; batch < batches; batch++) {
            INDArray features = Nd4j.create(DataType.FLOAT, BATCH, FEATURES);
            INDArray labels = Nd4j.create(DataType.FLOAT, BATCH, CLASSES);
            for (int row = 0; row < BATCH; row++) {
                int group = random.nextInt(CLASSES);
                labels.putScalar(row, group, 1);
                for (int i = 0; i < FEATURES; i++) {
                    double center = i % CLASSES == group ? 1.5 : 0;
                    features.putScalar(row, i, center + random.nextDouble(-0.5, 0.5));
                }
            }
            all.add(new DataSet(features, labels));
        }
        return all;
    }

    private static DataSetIterator iterator(List<DataSet> batches) {
        List<DataSet> rows = new ArrayList<>();
        batches.forEach(batch -> rows.addAll(batch.asList()));
        return new ListDataSetIterator<>(rows, BATCH);
    }

    private static NeuralNetConfiguration.Builder settings(IUpdater updater) {
        return new NeuralNetConfiguration.Builder().seed(SEED).updater(updater);
    }

    private static MultiLayerNetwork network(MultiLayerConfiguration configuration) {
        MultiLayerNetwork network = new MultiLayerNetwork(configuration);
        network.init();
        return network;
    }

    private static MultiLayerNetwork dense(
            IUpdater updater, Activation activation, WeightInit weights, int layers, int width) {
        NeuralNetConfiguration.ListBuilder list =
                settings(updater).activation(activation).weightInit(weights).list();
        for (int i = 0; i < layers; i++) {
            list.layer(new DenseLayer.Builder().name("hidden-" + (i + 1)).nOut(width).build());
        }
        list.layer(
                new OutputLayer.Builder(LossFunction.MCXENT)
                        .name("output")
                        .nOut(CLASSES)
                        .activation(Activation.SOFTMAX)
                        .weightInit(WeightInit.XAVIER)
                        .build());
        return network(list.setInputType(InputType.feedForward(FEATURES)).build());
    }

    private static MultiLayerNetwork healthy() {
        return dense(new Adam(0.01), Activation.TANH, WeightInit.XAVIER, 2, 16);
    }

    /** With all that keeps a state or draws. */
    private static MultiLayerNetwork lively() {
        return network(
                settings(new Adam(0.01))
                        .l2(1e-3)
                        .list()
                        .layer(new DenseLayer.Builder().nOut(16).dropOut(0.8).build())
                        .layer(new BatchNormalization())
                        .layer(new DenseLayer.Builder().nOut(16).build())
                        .layer(
                                new OutputLayer.Builder(LossFunction.MCXENT)
                                        .nOut(CLASSES)
                                        .activation(Activation.SOFTMAX)
                                        .build())
                        .setInputType(InputType.feedForward(FEATURES))
                        .build());
    }

    private static float[] parameters(Model model) {
        return model.params().dup().data().asFloat();
    }

    private static Verdict only(List<Verdict> verdicts, String problem) {
        List<Verdict> found =
                verdicts.stream().filter(verdict -> verdict.problem().equals(problem)).toList();
        assertEquals(1, found.size(), () -> problem + " in " + verdicts);
        return found.get(0);
    }

    /** Remembers the parameters from before each update. */
    private static final class Before extends BaseTrainingListener {
        private float[] parameters;
        private int gradients;
        private int updates;

        @Override
        public void onGradientCalculation(Model model) {
            parameters = GradientHealthListenerTest.parameters(model);
            gradients++;
        }

        @Override
        public void iterationDone(Model model, int iteration, int epoch) {
            updates++;
        }
    }

    @Test
    void endsFitBeforeABadStepSoThatTheWeightsAreThoseFromBeforeIt() {
        List<DataSet> batches = blobs(4);
        batches.get(2).getFeatures().putScalar(5, 1, Float.NaN);
        MultiLayerNetwork network = healthy();
        Before before = new Before();
        network.setListeners(before, listener().failOn(NON_FINITE));

        UnhealthyTrainingException ended =
                assertThrows(
                        UnhealthyTrainingException.class, () -> network.fit(iterator(batches)));

        assertEquals(3, ended.step());
        assertTrue(ended.getMessage().startsWith("non-finite at step 3: "), ended.getMessage());
        assertSame(only(told, NON_FINITE), ended.verdict());
        assertEquals(List.of("hidden-1"), ended.verdict().layers());
        assertEquals(Severity.ERROR, ended.verdict().severity());
        assertEquals(3, ended.verdict().evidence().get("firstStep").value());
        assertEquals(1, ended.verdict().evidence().get("skippedSteps").value());
        assertTrue(ended.verdict().what().contains("before that step's update"));
        assertEquals(2, before.updates);
        assertArrayEquals(before.parameters, parameters(network));
    }

    @Test
    void endsFitAtEachBadStepThoughItSpeaksOnce() {
        DataSet bad = blobs(1).get(0);
        bad.getFeatures().putScalar(0, 0, Float.POSITIVE_INFINITY);
        MultiLayerNetwork network = healthy();
        network.setListeners(listener().failOn(NON_FINITE));
        network.fit(blobs(1).get(0));
        float[] weights = parameters(network);

        assertThrows(UnhealthyTrainingException.class, () -> network.fit(bad));
        assertThrows(UnhealthyTrainingException.class, () -> network.fit(bad));

        assertEquals(List.of(NON_FINITE), problems());
        assertArrayEquals(weights, parameters(network));
    }

    @Test
    void leavesANetworkThatCanBeTrainedAndUsedAfterItEndedFit() {
        List<DataSet> batches = blobs(30);
        DataSet bad = batches.get(3).copy();
        bad.getFeatures().putScalar(0, 0, Float.NaN);
        MultiLayerNetwork network = healthy();
        network.setListeners(listener().failOn(NON_FINITE));
        MultiLayerNetwork alone = healthy();
        for (int i = 0; i < batches.size(); i++) {
            if (i == 3) {
                assertThrows(UnhealthyTrainingException.class, () -> network.fit(bad));
            }
            network.fit(batches.get(i));
            alone.fit(batches.get(i));
        }

        assertArrayEquals(parameters(alone), parameters(network), "moments of Adam stay");
        INDArray features = batches.get(0).getFeatures();
        assertEquals(alone.output(features), network.output(features));
        List<Verdict> later = listener().verdicts();
        assertEquals(List.of(), later, "a listener that saw nothing says nothing");
    }

    @Test
    void saysWhichLayerOfAnExplodingRecurrentNetworkBroke() {
        MultiLayerNetwork network =
                network(
                        settings(new Sgd(0.1))
                                .activation(Activation.IDENTITY)
                                .list()
                                .layer(
                                        new SimpleRnn.Builder()
                                                .name("memory")
                                                .nOut(16)
                                                .weightInit(new NormalDistribution(0, 0.9))
                                                .build())
                                .layer(
                                        new RnnOutputLayer.Builder(LossFunction.MSE)
                                                .name("output")
                                                .nOut(1)
                                                .activation(Activation.IDENTITY)
                                                .build())
                                .setInputType(InputType.recurrent(2, 60))
                                .build());
        network.setListeners(listener().failOn(NON_FINITE, EXPLODING_GRADIENT));
        float[] weights = parameters(network);
        INDArray features = Nd4j.ones(DataType.FLOAT, 4, 2, 60);

        UnhealthyTrainingException ended =
                assertThrows(
                        UnhealthyTrainingException.class,
                        () -> network.fit(features, Nd4j.zeros(DataType.FLOAT, 4, 1, 60)));

        assertEquals(1, ended.step());
        assertEquals(List.of("memory"), only(told, NON_FINITE).layers());
        assertEquals("overflow", only(told, NON_FINITE).cause());
        assertArrayEquals(weights, parameters(network));
    }

    @Test
    void callsARateThatIsMuchTooLargeAnExplodingGradientAsWell() {
        MultiLayerNetwork network = dense(new Sgd(1e6), Activation.RELU, WeightInit.RELU, 3, 16);
        network.setListeners(listener().plannedSteps(100));
        network.fit(iterator(blobs(20)), 5);

        Verdict broken = only(told, NON_FINITE);
        assertTrue(broken.what().contains("writes it into the weights"), broken.what());
        assertEquals("learning-rate", only(told, EXPLODING_GRADIENT).cause());
        assertEquals(2, told.size(), () -> "each once: " + told);
    }

    @Test
    void saysOfVanishingGradientsWhatTheLoopOfOursSays() {
        List<DataSet> batches = blobs(20);
        MultiLayerNetwork network =
                dense(new Sgd(0.1), Activation.SIGMOID, WeightInit.XAVIER, 30, 8);
        MultiLayerNetwork ours = network.clone();
        GradientHealthListener listener = listener().plannedSteps(60);
        network.setListeners(listener);
        network.fit(iterator(batches), 3);
        List<Verdict> expected = Trainer.of(ours).threads(1).fit(iterator(batches), 3).verdicts();

        only(told, VANISHING_GRADIENT);
        Verdict verdict = only(listener.verdicts(), VANISHING_GRADIENT);
        Verdict same = only(expected, VANISHING_GRADIENT);
        assertEquals(Severity.ERROR, verdict.severity());
        assertTrue(verdict.layers().size() > 15, () -> "" + verdict.layers());
        assertEquals(same.layers(), verdict.layers());
        assertEquals(same.cause(), verdict.cause());
        assertEquals(same.severity(), verdict.severity());
        assertEquals(same.why(), verdict.why());
        assertEquals(
                same.evidence().get("totalSignal").value(),
                verdict.evidence().get("totalSignal").value(),
                1e-3 * same.evidence().get("totalSignal").value());
    }

    @Test
    void endsFitForAVanishingGradientOnceATenthOfThePlanIsDone() {
        MultiLayerNetwork network =
                dense(new Sgd(0.1), Activation.SIGMOID, WeightInit.XAVIER, 30, 8);
        network.setListeners(listener().plannedSteps(100).failOn(VANISHING_GRADIENT));
        UnhealthyTrainingException ended =
                assertThrows(
                        UnhealthyTrainingException.class,
                        () -> network.fit(iterator(blobs(30)), 3));
        assertEquals(0, ended.step() % 10, () -> "step " + ended.step());
        assertEquals(VANISHING_GRADIENT, ended.verdict().problem());
    }

    @Test
    void isSilentOnAHealthyNetwork() {
        MultiLayerNetwork network = healthy();
        GradientHealthListener listener = listener().plannedSteps(60);
        network.setListeners(listener);
        network.fit(iterator(blobs(20)), 3);
        assertEquals(List.of(), told);
        assertEquals(List.of(), listener.verdicts());
    }

    /** Trains twice, once with a listener, and compares all that fit leaves behind. */
    private void changesNothing(Supplier<? extends Model> models, Consumer<Model> fit) {
        Nd4j.getRandom().setSeed(99);
        Model alone = models.get();
        fit.accept(alone);
        int drawnAlone = Nd4j.getRandom().nextInt();
        Nd4j.getRandom().setSeed(99);
        Model watched = models.get();
        watched.setListeners(listener().plannedSteps(10).failOn(NON_FINITE));
        fit.accept(watched);

        assertEquals(drawnAlone, Nd4j.getRandom().nextInt());
        assertArrayEquals(parameters(alone), parameters(watched));
        assertEquals(alone.score(), watched.score());
    }

    @Test
    void leavesTheThreadsOfTheProcessAsTheyAre() {
        threads(2, 2);
        try {
            MultiLayerNetwork network = healthy();
            network.setListeners(listener());
            network.fit(blobs(1).get(0));
            assertEquals(2, Nd4j.factory().blas().getMaxThreads());
            assertEquals(2, NativeOpsHolder.getInstance().getDeviceNativeOps().ompGetMaxThreads());
        } finally {
            threads(1, 1);
        }
    }

    @Test
    void fitGivesTheSameParametersAsWithoutIt() {
        changesNothing(
                GradientHealthListenerTest::lively,
                model -> ((MultiLayerNetwork) model).fit(iterator(blobs(8)), 3));
    }

    @Test
    void fitOfSingleBatchesGivesTheSameParametersAsWithoutIt() {
        changesNothing(
                GradientHealthListenerTest::lively,
                model -> blobs(24).forEach(((MultiLayerNetwork) model)::fit));
    }

    private static ComputationGraph twoInputs() {
        ComputationGraphConfiguration configuration =
                settings(new Adam(0.01))
                        .weightInit(WeightInit.XAVIER)
                        .graphBuilder()
                        .addInputs("left", "right")
                        .addLayer(
                                "a", new DenseLayer.Builder().nOut(8).dropOut(0.9).build(), "left")
                        .addLayer("b", new DenseLayer.Builder().nOut(8).build(), "right")
                        .addVertex("both", new MergeVertex(), "a", "b")
                        .addLayer(
                                "class",
                                new OutputLayer.Builder(LossFunction.MCXENT)
                                        .nOut(CLASSES)
                                        .activation(Activation.SOFTMAX)
                                        .build(),
                                "both")
                        .addLayer(
                                "number",
                                new OutputLayer.Builder(LossFunction.MSE)
                                        .nOut(1)
                                        .activation(Activation.IDENTITY)
                                        .build(),
                                "both")
                        .setOutputs("class", "number")
                        .setInputTypes(
                                InputType.feedForward(FEATURES), InputType.feedForward(FEATURES))
                        .build();
        ComputationGraph graph = new ComputationGraph(configuration);
        graph.init();
        return graph;
    }

    private static MultiDataSet twoInputs(DataSet batch) {
        return new MultiDataSet(
                new INDArray[] {batch.getFeatures(), batch.getFeatures().mul(2)},
                new INDArray[] {batch.getLabels(), batch.getFeatures().getColumn(0, true).dup()});
    }

    @Test
    void aGraphOfTwoInputsAndOutputsGetsTheSameParametersAsWithoutIt() {
        changesNothing(
                GradientHealthListenerTest::twoInputs,
                model ->
                        blobs(12)
                                .forEach(
                                        batch -> ((ComputationGraph) model).fit(twoInputs(batch))));
        assertEquals(List.of(), told);
    }

    @Test
    void saysWhichLayerOfAGraphBroke() {
        ComputationGraph graph = twoInputs();
        graph.setListeners(listener().failOn(NON_FINITE));
        MultiDataSet bad = twoInputs(blobs(1).get(0));
        bad.getFeatures(1).putScalar(0, 0, Float.NaN);
        float[] weights = parameters(graph);
        assertThrows(UnhealthyTrainingException.class, () -> graph.fit(bad));
        assertArrayEquals(weights, parameters(graph));
        assertEquals(1, only(told, NON_FINITE).layers().size());
    }

    private static final int STEPS = 12;

    private static MultiLayerNetwork recurrent(BackpropType type) {
        NeuralNetConfiguration.ListBuilder list =
                settings(new Adam(0.01))
                        .list()
                        .layer(new LSTM.Builder().nOut(8).activation(Activation.TANH).build())
                        .layer(
                                new RnnOutputLayer.Builder(LossFunction.MCXENT)
                                        .nOut(CLASSES)
                                        .activation(Activation.SOFTMAX)
                                        .build());
        if (type == BackpropType.TruncatedBPTT) {
            list.backpropType(type).tBPTTForwardLength(4).tBPTTBackwardLength(4);
        }
        return network(list.setInputType(InputType.recurrent(2, STEPS)).build());
    }

    /** Sequences of several lengths, with masks. */
    private static List<DataSet> sequences(int batches) {
        SplittableRandom random = new SplittableRandom(4);
        List<DataSet> all = new ArrayList<>();
        for (int batch = 0; batch < batches; batch++) {
            INDArray features = Nd4j.create(DataType.FLOAT, 5, 2, STEPS);
            INDArray labels = Nd4j.create(DataType.FLOAT, 5, CLASSES, STEPS);
            INDArray mask = Nd4j.zeros(DataType.FLOAT, 5, STEPS);
            for (int row = 0; row < 5; row++) {
                for (int step = 0; step < STEPS - row; step++) {
                    double x = random.nextDouble(-1, 1);
                    features.putScalar(row, 0, step, x);
                    features.putScalar(row, 1, step, -x);
                    labels.putScalar(row, x < -0.3 ? 0 : x < 0.3 ? 1 : 2, step, 1);
                    mask.putScalar(row, step, 1);
                }
            }
            all.add(new DataSet(features, labels, mask, mask.dup()));
        }
        return all;
    }

    @Test
    void maskedSequencesGiveTheSameParametersAsWithoutIt() {
        changesNothing(
                () -> recurrent(BackpropType.Standard),
                model -> sequences(12).forEach(((MultiLayerNetwork) model)::fit));
        assertEquals(List.of(), told);
    }

    @Test
    void truncatedSequencesGiveTheSameParametersAsWithoutIt() {
        changesNothing(
                () -> recurrent(BackpropType.TruncatedBPTT),
                model -> sequences(12).forEach(((MultiLayerNetwork) model)::fit));
        assertEquals(List.of(), told);
    }

    @Test
    void countsTheSegmentsOfATruncatedSequenceAsSteps() {
        MultiLayerNetwork network = recurrent(BackpropType.TruncatedBPTT);
        network.setListeners(listener().failOn(NON_FINITE));
        List<DataSet> sequences = sequences(2);
        network.fit(sequences.get(0));
        sequences.get(1).getFeatures().putScalar(new int[] {0, 0, 5}, Float.NaN);
        UnhealthyTrainingException ended =
                assertThrows(UnhealthyTrainingException.class, () -> network.fit(sequences.get(1)));
        assertEquals(3 + 2, ended.step(), "three segments before, and the second of this one");
        INDArray output = network.output(sequences.get(0).getFeatures());
        assertFalse(output.isNaN().any(), "no state stays behind");
    }

    @Test
    void severalListenersAtOnceDoNotDisturbEachOther() {
        MultiLayerNetwork alone = healthy();
        CollectScoresIterationListener scoresAlone = new CollectScoresIterationListener(1);
        alone.setListeners(scoresAlone);
        alone.fit(iterator(blobs(10)), 2);

        MultiLayerNetwork network =
                dense(new Adam(0.01), Activation.TANH, WeightInit.XAVIER, 2, 16);
        CollectScoresIterationListener scores = new CollectScoresIterationListener(1);
        Before before = new Before();
        List<Verdict> others = new ArrayList<>();
        network.setListeners(
                listener().plannedSteps(20),
                scores,
                new GradientHealthListener(others::add).plannedSteps(10),
                before);
        network.fit(iterator(blobs(10)), 2);

        assertEquals(20, before.gradients);
        assertEquals(20, before.updates);
        assertArrayEquals(
                scoresAlone.getScoreVsIter().getEffectiveScores(),
                scores.getScoreVsIter().getEffectiveScores());
        assertEquals(List.of(), told);
        assertEquals(List.of(), others);
    }

    @Test
    void beginsAnewForAnotherNetwork() {
        DataSet bad = blobs(1).get(0);
        bad.getFeatures().putScalar(0, 0, Float.NaN);
        GradientHealthListener listener = listener().failOn(NON_FINITE);
        for (int i = 0; i < 2; i++) {
            MultiLayerNetwork network = healthy();
            network.setListeners(listener);
            network.fit(blobs(1).get(0));
            UnhealthyTrainingException ended =
                    assertThrows(UnhealthyTrainingException.class, () -> network.fit(bad));
            assertEquals(2, ended.step());
        }
        assertEquals(List.of(NON_FINITE, NON_FINITE), problems());
    }

    @Test
    void refusesAProblemThatNoVerdictHas() {
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> listener().failOn("nonfinite"));
        assertTrue(refused.getMessage().contains("non-finite"), refused.getMessage());
        assertThrows(IllegalArgumentException.class, () -> listener().plannedSteps(0));
    }

    @Test
    void refusesANetworkOfDoubles() {
        MultiLayerNetwork network =
                network(
                        settings(new Sgd(0.1))
                                .dataType(DataType.DOUBLE)
                                .list()
                                .layer(
                                        new OutputLayer.Builder(LossFunction.MCXENT)
                                                .nOut(CLASSES)
                                                .activation(Activation.SOFTMAX)
                                                .build())
                                .setInputType(InputType.feedForward(FEATURES))
                                .build());
        network.setListeners(listener());
        DataSet batch = blobs(1).get(0);
        InvalidInputException refused =
                assertThrows(InvalidInputException.class, () -> network.fit(batch));
        assertTrue(refused.getMessage().contains("DOUBLE"), refused.getMessage());
        assertEquals(List.of(), Arrays.asList(told.toArray()));
    }
}
