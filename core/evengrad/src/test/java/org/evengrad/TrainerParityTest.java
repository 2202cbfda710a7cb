package org.evengrad;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/** Training here and DL4J's own {@code fit}, on the same network and the same batches. */
class TrainerParityTest {
    private static final Evengrad EVENGRAD = Evengrad.create();

    private static final int EPOCHS = 3;
    private static final double LARGEST_DIFFERENCE = 1e-5;

    private static NeuralNetConfiguration.Builder with(IUpdater updater) {
        return new NeuralNetConfiguration.Builder()
                .seed(7)
                .updater(updater)
                .activation(Activation.TANH);
    }

    private static DenseLayer.Builder dense(int inputs) {
        return new DenseLayer.Builder().nIn(inputs).nOut(8);
    }

    private static OutputLayer.Builder output() {
        return new OutputLayer.Builder(LossFunction.MCXENT)
                .activation(Activation.SOFTMAX)
                .nIn(8)
                .nOut(3);
    }

    private static MultiLayerNetwork chain(
            NeuralNetConfiguration.Builder builder, Layer... layers) {
        NeuralNetConfiguration.ListBuilder list = builder.list();
        for (Layer layer : layers) {
            list.layer(layer);
        }
        MultiLayerNetwork network = new MultiLayerNetwork(list.build());
        network.init();
        return network;
    }

    private static MultiLayerNetwork chain(NeuralNetConfiguration.Builder builder) {
        return chain(builder, dense(6).build(), dense(8).build(), output().build());
    }

    private static void assertEqualsFit(MultiLayerNetwork network) {
        assertEqualsFit(network, UserData.classification());
    }

    private static void assertEqualsFit(MultiLayerNetwork network, DataSetIterator data) {
        MultiLayerNetwork theirs = network.clone();
        train(network).threads(1).fit(data, EPOCHS);
        data.reset();
        theirs.fit(data, EPOCHS);
        assertEqualModels(theirs, network);
        assertEquals(theirs.getIterationCount(), network.getIterationCount());
        assertEquals(theirs.getEpochCount(), network.getEpochCount());
    }

    private static void assertEqualModels(Model expected, Model actual) {
        double[] theirs = expected.params().dup().toDoubleVector();
        double[] ours = actual.params().dup().toDoubleVector();
        double largest = 0;
        for (int i = 0; i < theirs.length; i++) {
            largest = Math.max(largest, Math.abs(theirs[i] - ours[i]));
        }
        assertTrue(largest < LARGEST_DIFFERENCE, "largest difference " + largest);
    }

    @Test
    void gradientDescent() {
        assertEqualsFit(chain(with(new Sgd(0.2))));
    }

    @Test
    void momentum() {
        assertEqualsFit(chain(with(new Nesterovs(0.05, 0.9))));
    }

    /** DL4J puts epsilon elsewhere than the paper, so it gets one that does not matter. */
    private static Adam adam(double rate) {
        return new Adam(rate, 0.9, 0.999, 1e-16);
    }

    @Test
    void adam() {
        assertEqualsFit(chain(with(adam(0.01))));
    }

    @Test
    void penalties() {
        assertEqualsFit(chain(with(new Nesterovs(0.05, 0.9)).l1(1e-3).l2(1e-2).l2Bias(1e-2)));
    }

    @Test
    void ratesOfSingleLayersAndBiases() {
        assertEqualsFit(
                chain(
                        with(adam(0.01)).biasUpdater(adam(0.02)),
                        dense(6).build(),
                        dense(8).updater(adam(0.002)).build(),
                        output().build()));
    }

    @Test
    void weightDecayWithAndWithoutTheRate() {
        assertEqualsFit(chain(with(adam(0.01)).weightDecay(0.05, true)));
        assertEqualsFit(chain(with(adam(0.01)).weightDecay(1e-3, false)));
        assertEqualsFit(chain(with(new Sgd(0.1)).weightDecay(0.05, true)));
    }

    @Test
    void aFrozenLayerDoesNotMove() {
        MultiLayerNetwork network =
                chain(
                        with(new Nesterovs(0.05, 0.9)).l2(0.1),
                        new FrozenLayer(dense(6).build()),
                        dense(8).build(),
                        output().build());
        double[] before = network.getLayer(0).params().dup().toDoubleVector();
        assertEqualsFit(network);
        assertArrayEquals(before, network.getLayer(0).params().dup().toDoubleVector());
    }

    @Test
    void nothingReachesALayerInFrontOfAFrozenOne() {
        MultiLayerNetwork network =
                chain(
                        with(new Sgd(0.1)),
                        dense(6).build(),
                        new FrozenLayer(dense(8).build()),
                        output().build());
        double[] before = network.getLayer(0).params().dup().toDoubleVector();
        train(network).threads(1).fit(UserData.classification(), EPOCHS);
        assertArrayEquals(before, network.getLayer(0).params().dup().toDoubleVector());
    }

    @Test
    void constraints() {
        assertEqualsFit(chain(with(new Sgd(0.5)).constrainWeights(new MaxNormConstraint(0.5, 1))));
    }

    @Test
    void clippingAndRenormalization() {
        for (GradientNormalization kind : GradientNormalization.values()) {
            assertEqualsFit(
                    chain(
                            with(new Sgd(0.1))
                                    .l2(1e-2)
                                    .gradientNormalization(kind)
                                    .gradientNormalizationThreshold(0.05)));
        }
    }

    @Test
    void schedulesOfStepsAndEpochs() {
        assertEqualsFit(
                chain(with(new Sgd(new ExponentialSchedule(ScheduleType.ITERATION, 0.3, 0.9)))));
        assertEqualsFit(
                chain(with(new Sgd(new MapSchedule(ScheduleType.EPOCH, Map.of(0, 0.3, 2, 0.1))))));
    }

    @Test
    void batchNormalization() {
        assertEqualsFit(
                chain(
                        with(new Sgd(0.1)),
                        dense(6).build(),
                        new BatchNormalization.Builder().nIn(8).nOut(8).build(),
                        output().build()));
    }

    private static MultiLayerNetwork recurrent(int truncate) {
        NeuralNetConfiguration.ListBuilder list =
                with(new Sgd(0.1))
                        .list()
                        .layer(new LSTM.Builder().nIn(2).nOut(5).build())
                        .layer(
                                new RnnOutputLayer.Builder(LossFunction.MCXENT)
                                        .activation(Activation.SOFTMAX)
                                        .nIn(5)
                                        .nOut(2)
                                        .build());
        if (truncate > 0) {
            list.backpropType(BackpropType.TruncatedBPTT).tBPTTLength(truncate);
        }
        MultiLayerNetwork network = new MultiLayerNetwork(list.build());
        network.init();
        return network;
    }

    @Test
    void sequences() {
        assertEqualsFit(recurrent(0), UserData.sequences(false));
    }

    @Test
    void sequencesWithMasks() {
        assertEqualsFit(recurrent(0), UserData.sequences(true));
    }

    @Test
    void truncatedBackPropagation() {
        assertEqualsFit(recurrent(3), UserData.sequences(false));
        assertEqualsFit(recurrent(3), UserData.sequences(true));
    }

    @Test
    void sequencesWhoseFeaturesComeLast() {
        MultiLayerNetwork network =
                new MultiLayerNetwork(
                        with(new Sgd(0.1))
                                .list()
                                .layer(
                                        new LSTM.Builder()
                                                .nIn(2)
                                                .nOut(5)
                                                .dataFormat(RNNFormat.NWC)
                                                .build())
                                .layer(
                                        new RnnOutputLayer.Builder(LossFunction.MCXENT)
                                                .activation(Activation.SOFTMAX)
                                                .nIn(5)
                                                .nOut(2)
                                                .dataFormat(RNNFormat.NWC)
                                                .build())
                                .backpropType(BackpropType.Standard)
                                .build());
        network.init();
        assertEqualsFit(network, UserData.featuresLast());
    }

    @Test
    void convolutionsOverImages() {
        for (CNN2DFormat format : CNN2DFormat.values()) {
            MultiLayerNetwork network =
                    new MultiLayerNetwork(
                            with(new Nesterovs(0.05, 0.9))
                                    .list()
                                    .layer(new ConvolutionLayer.Builder(3, 3).nOut(3).build())
                                    .layer(
                                            new OutputLayer.Builder(LossFunction.MCXENT)
                                                    .activation(Activation.SOFTMAX)
                                                    .nOut(2)
                                                    .build())
                                    .setInputType(InputType.convolutional(6, 6, 2, format))
                                    .build());
            network.init();
            assertEqualsFit(network, UserData.images(format == CNN2DFormat.NHWC));
        }
    }

    static ComputationGraph pairs(IUpdater updater) {
        ComputationGraph graph =
                new ComputationGraph(
                        with(updater)
                                .graphBuilder()
                                .addInputs("a", "b")
                                .addLayer("left", dense(4).build(), "a")
                                .addLayer("right", dense(3).build(), "b")
                                .addLayer(
                                        "class",
                                        new OutputLayer.Builder(LossFunction.MCXENT)
                                                .activation(Activation.SOFTMAX)
                                                .nIn(8)
                                                .nOut(3)
                                                .build(),
                                        "left")
                                .addLayer(
                                        "sum",
                                        new OutputLayer.Builder(LossFunction.MSE)
                                                .activation(Activation.IDENTITY)
                                                .nIn(16)
                                                .nOut(1)
                                                .build(),
                                        "left",
                                        "right")
                                .setOutputs("class", "sum")
                                .build());
        graph.init();
        return graph;
    }

    @Test
    void severalInputsAndOutputs() {
        ComputationGraph network = pairs(adam(0.01));
        ComputationGraph theirs = network.clone();
        train(network).threads(1).fit(UserData.pairs(), EPOCHS);
        theirs.fit(UserData.pairs(), EPOCHS);
        assertEqualModels(theirs, network);
        assertEquals(theirs.getIterationCount(), network.getIterationCount());
        assertEquals(theirs.getEpochCount(), network.getEpochCount());
    }

    private static Trainer train(MultiLayerNetwork network) {
        return Trainer.of(network).strategies(EVENGRAD);
    }

    private static Trainer train(ComputationGraph network) {
        return Trainer.of(network).strategies(EVENGRAD);
    }
}
