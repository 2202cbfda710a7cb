package org.evengrad.engine.dl4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration.ListBuilder;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.rnn.LastTimeStepVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.GravesLSTM;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.evengrad.engine.network.LayerSignal;
import org.evengrad.engine.network.Network.Batch;
import org.evengrad.engine.network.NetworkPlan.Recurrence;
import org.evengrad.engine.network.Signals;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;

/** Signals through models that were built elsewhere. */
class BroughtSignalsTest {
    private static final long SEED = 4;
    private static final int ROWS = 4;

    private static NeuralNetConfiguration.Builder settings() {
        return new NeuralNetConfiguration.Builder().seed(1).activation(Activation.TANH);
    }

    private static Model chain(InputType input, Layer... layers) {
        ListBuilder list = settings().list();
        for (Layer layer : layers) {
            list.layer(layer);
        }
        MultiLayerNetwork network = new MultiLayerNetwork(list.setInputType(input).build());
        network.init();
        return network;
    }

    private static OutputLayer output() {
        return new OutputLayer.Builder(new LossMSE())
                .nOut(3)
                .activation(Activation.IDENTITY)
                .build();
    }

    private static Signals signals(Model model, ArrayLayout layout, Integer... input) {
        try (Dl4jNetwork network =
                new Dl4jNetwork(
                        BroughtModels.wrap(model),
                        List.of(input),
                        Recurrence.WHOLE,
                        layout,
                        Optional.of(new Activations(Networks.REGISTRY)),
                        1)) {
            Batch batch = network.batch(ROWS, input.length == 2);
            batch.features().put(0, Networks.gaussians(3, batch.features().limit(), 1));
            batch.mask()
                    .ifPresent(
                            mask -> {
                                for (int i = 0; i < mask.limit(); i++) {
                                    mask.put(i, i == 4 ? 0 : 1);
                                }
                            });
            Signals signals = network.signals(batch, SEED);
            assertWhole(network, signals);
            return signals;
        }
    }

    private static void assertWhole(Dl4jNetwork network, Signals signals) {
        assertEquals(network.layers(), signals.layers().stream().map(LayerSignal::layer).toList());
        for (int i = 0; i < signals.layers().size(); i++) {
            LayerSignal layer = signals.layers().get(i);
            assertTrue(Double.isFinite(layer.logDelta()), layer::toString);
            if (i > 0) {
                double log =
                        layer.logDelta()
                                + Math.log(layer.activationGain())
                                + Math.log(layer.weightGain())
                                + Math.log(layer.structureGain());
                assertEquals(signals.layers().get(i - 1).logDelta(), log, 1e-9, layer.layer());
            }
        }
    }

    @Test
    void frozenLayersLetSignalsThrough() {
        DenseLayer dense = new DenseLayer.Builder().nOut(6).build();
        InputType input = InputType.feedForward(5);
        Signals open = signals(chain(input, dense, dense.clone(), output()), ArrayLayout.OURS, 5);
        Signals frozen =
                signals(
                        chain(
                                input,
                                new FrozenLayer(dense.clone()),
                                new FrozenLayer(dense.clone()),
                                output()),
                        ArrayLayout.OURS,
                        5);
        assertEquals(open.layers().get(0).logDelta(), frozen.layers().get(0).logDelta(), 1e-5);
    }

    @Test
    void branchesThatAreMergedAreNoResidualBlock() {
        GraphBuilder graph =
                settings()
                        .graphBuilder()
                        .addInputs("in")
                        .addLayer("left", new DenseLayer.Builder().nOut(4).build(), "in")
                        .addLayer("right", new DenseLayer.Builder().nOut(3).build(), "in")
                        .addVertex("both", new MergeVertex(), "left", "right")
                        .addLayer("output", output(), "both")
                        .setOutputs("output")
                        .setInputTypes(InputType.feedForward(5));
        ComputationGraph network = new ComputationGraph(graph.build());
        network.init();
        assertEquals(List.of(), signals(network, ArrayLayout.OURS, 5).branches());
    }

    @Test
    @SuppressWarnings("deprecation")
    void sequencesThatFastLayersDoNotKnow() {
        InputType input = InputType.recurrent(3, 5);
        Signals signals =
                signals(
                        chain(
                                input,
                                new Convolution1DLayer.Builder().kernelSize(2).nOut(4).build(),
                                new Bidirectional(new LSTM.Builder().nOut(4).build()),
                                new GravesLSTM.Builder().nOut(4).build(),
                                new RnnOutputLayer.Builder(new LossMSE()).nOut(3).build()),
                        ArrayLayout.OURS,
                        3,
                        5);
        assertEquals(1, signals.alongTime().size());
        assertEquals(LayerSignal.Kind.RECURRENT, signals.layers().get(1).kind());
    }

    @Test
    void theLastStepOfASequence() {
        InputType input = InputType.recurrent(3, 5);
        Signals wrapped =
                signals(
                        chain(
                                input,
                                new LastTimeStep(new LSTM.Builder().nOut(4).build()),
                                output()),
                        ArrayLayout.OURS,
                        3,
                        5);
        ComputationGraph graph =
                new ComputationGraph(
                        settings()
                                .graphBuilder()
                                .addInputs("in")
                                .addLayer("lstm", new LSTM.Builder().nOut(4).build(), "in")
                                .addVertex("last", new LastTimeStepVertex("in"), "lstm")
                                .addLayer("output", output(), "last")
                                .setOutputs("output")
                                .setInputTypes(input)
                                .build());
        graph.init();
        Signals vertex = signals(graph, ArrayLayout.OURS, 3, 5);
        assertEquals(wrapped.layers().get(0).logDelta(), vertex.layers().get(0).logDelta(), 1e-5);
        assertEquals(5, wrapped.alongTime().get(0).logGain().size());
    }

    @Test
    void imagesWithTheirChannelsLast() {
        InputType input = InputType.convolutional(6, 5, 2, CNN2DFormat.NHWC);
        Model model =
                chain(
                        input,
                        new ConvolutionLayer.Builder(3, 3)
                                .nOut(4)
                                .dataFormat(CNN2DFormat.NHWC)
                                .activation(Activation.RELU)
                                .build(),
                        new SubsamplingLayer.Builder()
                                .kernelSize(2, 2)
                                .dataFormat(CNN2DFormat.NHWC)
                                .build(),
                        output());
        Signals signals = signals(model, new ArrayLayout(List.of(true), List.of(false)), 2, 6, 5);
        // The first of four filters never lets anything through.
        ((MultiLayerNetwork) model).getLayer(0).getParam("b").putScalar(0, -1000);
        Signals dead = signals(model, new ArrayLayout(List.of(true), List.of(false)), 2, 6, 5);
        assertEquals(signals.layers().get(0).deadShare() + 0.25, dead.layers().get(0).deadShare());
    }

    @Test
    void normalizationIgnoresTheActivationOfTheModel() {
        Model model =
                chain(
                        InputType.feedForward(5),
                        new DenseLayer.Builder().nOut(6).activation(Activation.IDENTITY).build(),
                        new BatchNormalization(),
                        new DenseLayer.Builder().nOut(6).build(),
                        output());
        LayerSignal norm = signals(model, ArrayLayout.OURS, 5).layers().get(1);
        assertEquals(1, norm.activationGain());
        assertEquals(LayerSignal.Kind.NORMALIZATION, norm.kind());
        assertEquals(1, norm.forwardVariance(), 0.1);
    }

    @Test
    void sumsOfPathsWithoutWeightsAreNoBlocks() {
        GraphBuilder graph =
                settings()
                        .graphBuilder()
                        .addInputs("in")
                        .addLayer("dense", new DenseLayer.Builder().nOut(4).build(), "in")
                        .addVertex(
                                "twice",
                                new ElementWiseVertex(ElementWiseVertex.Op.Add),
                                "dense",
                                "dense")
                        .addLayer("output", output(), "twice")
                        .setOutputs("output")
                        .setInputTypes(InputType.feedForward(5));
        ComputationGraph network = new ComputationGraph(graph.build());
        network.init();
        Signals signals = signals(network, ArrayLayout.OURS, 5);
        assertEquals(List.of(), signals.branches());
        assertEquals(2, signals.layers().get(1).structureGain(), 1e-5);
    }

    @Test
    void globalPoolingOfSequences() {
        Signals signals =
                signals(
                        chain(
                                InputType.recurrent(3, 5),
                                new LSTM.Builder().nOut(4).build(),
                                new GlobalPoolingLayer(),
                                output()),
                        ArrayLayout.OURS,
                        3,
                        5);
        assertFalse(signals.alongTime().isEmpty());
    }
}
