package org.evengrad.engine.dl4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.DoubleUnaryOperator;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.evengrad.activations.leakyrelu.LeakyRelu;
import org.evengrad.activations.relu.Relu;
import org.evengrad.config.ModelConfig.Loss;
import org.evengrad.config.plugins.Kind;
import org.evengrad.config.plugins.StrategyType;
import org.evengrad.engine.dl4j.graph.NormalMoments;
import org.evengrad.engine.network.Machine;
import org.evengrad.engine.network.Network;
import org.evengrad.engine.network.NetworkPlan.Recurrence;
import org.evengrad.spi.Role;
import org.evengrad.spi.Tensor;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Where the parameters lie, and what is said about them. */
class TensorLayoutTest {
    private static MultiLayerNetwork dl4j() {
        MultiLayerNetwork network =
                new MultiLayerNetwork(
                        new NeuralNetConfiguration.Builder()
                                .list()
                                .layer(new DenseLayer.Builder().nIn(3).nOut(4).build())
                                .layer(new OutputLayer.Builder().nIn(4).nOut(2).build())
                                .build());
        network.init();
        return network;
    }

    @Test
    void theWeightsOfAUnitLieTogetherAndThenTheBiases() {
        MultiLayerNetwork theirs = dl4j();
        try (Network network =
                new Dl4jNetwork(
                        new Dl4jModel.Chain(theirs),
                        List.of(3),
                        Recurrence.WHOLE,
                        ArrayLayout.OURS,
                        Optional.empty(),
                        1)) {
            FloatBuffer parameters = network.parameters();
            assertEquals(3 * 4 + 4 + 4 * 2 + 2, parameters.limit());
            for (int i = 0; i < parameters.limit(); i++) {
                parameters.put(i, i);
            }
            INDArray weights = theirs.getParam("0_W");
            INDArray biases = theirs.getParam("0_b");
            INDArray second = theirs.getParam("1_W");
            for (int unit = 0; unit < 4; unit++) {
                for (int input = 0; input < 3; input++) {
                    assertEquals(unit * 3 + input, weights.getFloat(input, unit));
                }
                assertEquals(12 + unit, biases.getFloat(unit));
                assertEquals(16 + 4 + unit, second.getFloat(unit, 1));
            }
        }
    }

    @Test
    void writingToTheParametersIsAnUpdateOfTheNetwork() {
        MultiLayerNetwork theirs = dl4j();
        try (Network network =
                new Dl4jNetwork(
                        new Dl4jModel.Chain(theirs),
                        List.of(3),
                        Recurrence.WHOLE,
                        ArrayLayout.OURS,
                        Optional.empty(),
                        1)) {
            network.parameters().put(5, 42);
            assertEquals(42, theirs.params().getFloat(5));
            theirs.params().putScalar(6, 43);
            assertEquals(43, network.parameters().get(6));
        }
    }

    @Test
    void saysWhatEachTensorIs() {
        try (Network network =
                Networks.build(Networks.plan(new Relu(), Loss.CROSS_ENTROPY, 3, 4, 5, 2))) {
            List<Tensor> tensors = network.tensors();
            assertEquals(
                    List.of(
                            "dense-1.W",
                            "dense-1.b",
                            "dense-2.W",
                            "dense-2.b",
                            "output.W",
                            "output.b"),
                    tensors.stream().map(Tensor::name).toList());
            assertEquals(List.of("dense-1", "dense-2", "output"), network.layers());
            assertEquals(3, network.inputs());
            assertEquals(2, network.outputs());
            for (int i = 0; i < tensors.size(); i++) {
                Tensor tensor = tensors.get(i);
                assertEquals(i, tensor.index());
                assertEquals(i / 2, tensor.layer());
                assertEquals(i / 2 + 1, tensor.depth());
                Role weights = i == 4 ? Role.OUTPUT : Role.WEIGHT;
                assertEquals(i % 2 == 1 ? Role.BIAS : weights, tensor.role());
            }
            Tensor second = tensors.get(2);
            assertEquals(List.of(5, 4), second.shape());
            assertEquals(5, second.units());
            assertEquals(4, second.fanIn());
            assertEquals(5, second.fanOut());
            assertEquals(List.of(5), tensors.get(3).shape());
            assertEquals(Math.sqrt(2), second.gain(), 1e-3);
            assertEquals(1, tensors.get(4).gain());
            assertEquals(1, tensors.get(0).inputSecondMoment());
            assertEquals(0.5, second.inputSecondMoment(), 1e-3);
            assertEquals(0.5, tensors.get(4).inputSecondMoment(), 1e-3);
        }
    }

    @Test
    void theGainIsThatOfTheActivation() {
        assertEquals(1, gainOf(new ActivationIdentity()), 1e-6);
        assertEquals(Math.sqrt(2), gainOf(new ActivationReLU()), 1e-3);
        assertEquals(Math.sqrt(2 / (1 + 0.3 * 0.3)), gainOf(activation(new LeakyRelu(0.3))), 1e-3);
        assertEquals(
                gain(z -> 1 - Math.tanh(z) * Math.tanh(z)), gainOf(new ActivationTanH()), 1e-4);
        assertEquals(
                gain(z -> Math.exp(-z) / Math.pow(1 + Math.exp(-z), 2)),
                gainOf(new ActivationSigmoid()),
                1e-3);
        assertEquals(
                gain(z -> 1 / Math.pow(1 + Math.abs(z), 2)), gainOf(activation(new Bend())), 1e-3);
    }

    @Test
    void theSecondMomentIsThatOfTheActivation() {
        assertEquals(1, NormalMoments.of(new ActivationIdentity()).secondMoment(), 1e-6);
        assertEquals(0.5, NormalMoments.of(new ActivationReLU()).secondMoment(), 1e-6);
        assertEquals(
                1 / Math.pow(gain(Math::tanh), 2),
                NormalMoments.of(new ActivationTanH()).secondMoment(),
                1e-5);
        assertEquals(
                1 / Math.pow(gain(z -> z / (1 + Math.abs(z))), 2),
                NormalMoments.of(activation(new Bend())).secondMoment(),
                1e-5);
    }

    private static double gainOf(IActivation activation) {
        return NormalMoments.of(activation).gain();
    }

    /** 1/sqrt(E[f'(z)^2]) by another rule than the code's: Simpson's. */
    private static double gain(DoubleUnaryOperator slope) {
        int intervals = 20_000;
        double width = 20.0 / intervals;
        double sum = 0;
        for (int i = 0; i <= intervals; i++) {
            double z = -10 + i * width;
            double weight = i == 0 || i == intervals ? 1 : i % 2 == 0 ? 2 : 4;
            double f = slope.applyAsDouble(z);
            sum += weight * f * f * Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);
        }
        return 1 / Math.sqrt(sum * width / 3);
    }

    private static IActivation activation(org.evengrad.spi.Activation strategy) {
        return new Activations(Networks.REGISTRY).of(strategy);
    }

    /** With their defaults; the others are those that DL4J lacks or computes otherwise. */
    @Test
    void dl4jsOwnClassStandsForAnActivationThatItHas() {
        Map<String, String> classes = new TreeMap<>();
        for (StrategyType type : Networks.REGISTRY.all(Kind.ACTIVATION)) {
            classes.put(
                    type.name(),
                    activation((org.evengrad.spi.Activation) type.defaults())
                            .getClass()
                            .getSimpleName()
                            .replaceFirst("^Activation", ""));
        }
        classes.values().removeIf(name -> name.equals("StrategyActivation"));
        assertEquals(
                new TreeMap<>(
                        Map.ofEntries(
                                Map.entry("elu", "ELU"),
                                Map.entry("hard-sigmoid", "HardSigmoid"),
                                Map.entry("hard-tanh", "HardTanH"),
                                Map.entry("identity", "Identity"),
                                Map.entry("leaky-relu", "LReLU"),
                                Map.entry("mish", "Mish"),
                                Map.entry("rational-tanh", "RationalTanh"),
                                Map.entry("relu", "ReLU"),
                                Map.entry("relu6", "ReLU6"),
                                Map.entry("selu", "SELU"),
                                Map.entry("sigmoid", "Sigmoid"),
                                Map.entry("softplus", "SoftPlus"),
                                Map.entry("softsign", "SoftSign"),
                                Map.entry("swish", "Swish"),
                                Map.entry("tanh", "TanH"))),
                classes);
        assertEquals("LReLU", simpleName(new LeakyRelu(0.2)));
    }

    private static String simpleName(org.evengrad.spi.Activation activation) {
        return activation(activation).getClass().getSimpleName().replaceFirst("^Activation", "");
    }

    @Test
    void aStrategyThatOnlyBearsTheNameOfOneIsKeptAsItIs() {
        StrategyActivation kept =
                assertInstanceOf(StrategyActivation.class, activation(new FalseTanh()));
        assertEquals("{ use = tanh }", kept.strategy());
    }

    @Test
    void saysWhatComputes() {
        try (Network network =
                Networks.build(Networks.plan(new Relu(), Loss.CROSS_ENTROPY, 3, 4, 2))) {
            Machine machine = network.machine();
            assertEquals("CpuBackend", machine.backend());
            assertEquals("openblas", machine.blas());
            assertEquals(1, machine.threads());
        }
    }
}
