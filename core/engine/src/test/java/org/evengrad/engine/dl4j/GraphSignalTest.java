package org.evengrad.engine.dl4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.evengrad.engine.network.LayerSignal;
import org.evengrad.engine.network.Network;
import org.evengrad.engine.network.Network.Batch;
import org.evengrad.engine.network.NetworkPlan.Recurrence;
import org.evengrad.engine.random.KeyedRandom;
import org.evengrad.spi.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;

/** Signals through graphs, against differences of what the whole graph gives. */
class GraphSignalTest {
    private static final long SEED = 4;

    /** The random direction at the last pre-activation, as the probe draws it. */
    private static double[] direction(int size) {
        KeyedRandom random = new KeyedRandom(SEED);
        double[] direction = new double[size];
        for (int i = 0; i < size; i++) {
            direction[i] = (float) random.nextGaussian();
        }
        return direction;
    }

    /** v . y, where y is the logit of each output. */
    private static double along(Network network, Batch batch, double[] direction) {
        Dl4jNetwork dl4j = (Dl4jNetwork) network;
        ComputationGraph graph = ((Dl4jModel.Graph) dl4j.model()).network();
        BaseOutputLayer output = (BaseOutputLayer) graph.getOutputLayer(0).conf().getLayer();
        IActivation before = output.getActivationFn();
        output.setActivationFn(new ActivationIdentity());
        INDArray features = ((ArrayBatch) batch).arrays().features()[0];
        float[] logits = graph.outputSingle(features).toFloatVector();
        output.setActivationFn(before);
        double sum = 0;
        for (int i = 0; i < logits.length; i++) {
            sum += direction[i] * logits[i];
        }
        return sum;
    }

    /**
     * A bias is added to each pre-activation of its unit, so the derivative by it is the sum of the
     * signal there. With one row and flat layers, it is the signal itself.
     */
    @Test
    void deltasOfAResidualGraphAreDerivativesByBiases() {
        try (Network network = Networks.build(ModelPlans.RESIDUAL.plan())) {
            Networks.fill(network, 1, 0.5);
            Batch batch = network.batch(1);
            float[] features = Networks.gaussians(7, 5, 1);
            batch.features().put(0, features, 0, 5);
            List<LayerSignal> signals = network.signals(batch, SEED).layers();
            double[] direction = direction(3);
            for (Tensor tensor : network.tensors()) {
                if (!tensor.name().endsWith(".b")) {
                    continue;
                }
                double squares = 0;
                int at = network.offset(tensor.index());
                for (int i = at; i < at + tensor.size(); i++) {
                    float bias = network.parameters().get(i);
                    float step = 1e-2f;
                    network.parameters().put(i, bias + step);
                    double above = along(network, batch, direction);
                    network.parameters().put(i, bias - step);
                    double below = along(network, batch, direction);
                    network.parameters().put(i, bias);
                    squares += Math.pow((above - below) / (2 * step), 2);
                }
                LayerSignal signal = signals.get(tensor.layer());
                double atWeights = Math.exp(signal.logDelta()) * signal.activationGain();
                assertEquals(Math.sqrt(squares), atWeights, 2e-3, tensor.name());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyKindOfNetworkHasFiniteSignals(ModelPlans plan) {
        try (Network network = Networks.build(plan.plan())) {
            LayerGradientTest.fill(network);
            Batch batch = LayerGradientTest.batch(network, plan, plan.isSequence(), 2);
            List<LayerSignal> signals = network.signals(batch, SEED).layers();
            assertEquals(network.layers(), signals.stream().map(LayerSignal::layer).toList());
            for (LayerSignal signal : signals) {
                assertTrue(Double.isFinite(signal.logDelta()), signal::toString);
                assertTrue(Double.isFinite(signal.activationGain()), signal::toString);
                assertTrue(Double.isFinite(signal.forwardVariance()), signal::toString);
            }
            // The gains of a layer and of what lies behind it lead to the layer before.
            for (int i = 1; i < signals.size(); i++) {
                LayerSignal signal = signals.get(i);
                double log =
                        signal.logDelta()
                                + Math.log(signal.activationGain())
                                + Math.log(signal.weightGain())
                                + Math.log(signal.structureGain());
                assertEquals(signals.get(i - 1).logDelta(), log, 1e-9, signal.layer());
            }
        }
    }

    @Test
    void aGraphWithTwoOutputsHasFiniteSignals() {
        ComputationGraphConfiguration configuration =
                new NeuralNetConfiguration.Builder()
                        .seed(1)
                        .activation(Activation.TANH)
                        .graphBuilder()
                        .addInputs("in")
                        .addLayer("shared", new DenseLayer.Builder().nOut(4).build(), "in")
                        .addLayer("left", output(2), "shared")
                        .addLayer("right", output(3), "shared")
                        .setOutputs("left", "right")
                        .setInputTypes(InputType.feedForward(3))
                        .build();
        ComputationGraph graph = new ComputationGraph(configuration);
        graph.init();
        try (Network network =
                new Dl4jNetwork(
                        new Dl4jModel.Graph(graph),
                        List.of(3),
                        Recurrence.WHOLE,
                        ArrayLayout.OURS,
                        Optional.empty(),
                        1)) {
            Batch batch = network.batch(5);
            Random random = new Random(1);
            for (int i = 0; i < 15; i++) {
                batch.features().put(i, (float) random.nextGaussian());
            }
            List<LayerSignal> signals = network.signals(batch, SEED).layers();
            assertEquals(3, signals.size());
            for (LayerSignal signal : signals) {
                assertTrue(Double.isFinite(signal.logDelta()), signal::toString);
            }
        }
    }

    private static OutputLayer output(int units) {
        return new OutputLayer.Builder(new LossMSE())
                .nOut(units)
                .activation(Activation.IDENTITY)
                .build();
    }
}
