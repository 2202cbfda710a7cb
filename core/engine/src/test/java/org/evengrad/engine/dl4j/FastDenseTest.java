package org.evengrad.engine.dl4j;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationCube;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Fast dense layers against DL4J's. */
class FastDenseTest {
    private static Agreement chain(IActivation activation, boolean biased, int... widths) {
        NeuralNetConfiguration.ListBuilder list = new NeuralNetConfiguration.Builder().list();
        for (int i = 1; i + 1 < widths.length; i++) {
            list.layer(
                    new DenseLayer.Builder()
                            .nIn(widths[i - 1])
                            .nOut(widths[i])
                            .activation(activation)
                            .hasBias(biased)
                            .build());
        }
        list.layer(
                new OutputLayer.Builder(LossFunction.MCXENT)
                        .nIn(widths[widths.length - 2])
                        .nOut(widths[widths.length - 1])
                        .activation(Activation.SOFTMAX)
                        .hasBias(biased)
                        .build());
        return Agreement.of(list.build(), widths[0]);
    }

    @ParameterizedTest
    @EnumSource(
            value = Activation.class,
            names = {
                "IDENTITY",
                "RELU",
                "RELU6",
                "LEAKYRELU",
                "ELU",
                "SELU",
                "SWISH",
                "MISH",
                "SIGMOID",
                "TANH",
                "HARDTANH",
                "RATIONALTANH",
                "SOFTSIGN",
                "SOFTPLUS"
            })
    void agreesForEveryActivation(Activation activation) {
        chain(activation.getActivationFunction(), true, 4, 7, 5, 3).holds();
    }

    @Test
    void agreesForOptionsOfActivations() {
        chain(new ActivationLReLU(0.3), true, 4, 7, 3).holds();
    }

    @Test
    void leavesAnActivationThatNoStrategyComputesToDl4j() {
        assertEquals(
                List.of("layer0: activation ActivationCube"),
                chain(new ActivationCube(), true, 4, 7, 3).translated().notCovered());
    }

    @Test
    void agreesForAnActivationOfOurs() {
        IActivation bend = new Activations(Networks.REGISTRY).of(new Bend());
        chain(bend, true, 4, 7, 5, 3).onlyInFloats().holds();
    }

    @Test
    void agreesWithoutBiases() {
        chain(Activation.TANH.getActivationFunction(), false, 4, 7, 5, 3).holds();
    }

    @Test
    void agreesForLayersThatAreCutIntoPieces() {
        chain(Activation.MISH.getActivationFunction(), true, 130, 150, 4100, 3)
                .rows(11)
                .scale(0.05, 1e-4)
                .holds();
    }

    @Test
    void agreesForAnActivationLayer() {
        Agreement.of(
                        new NeuralNetConfiguration.Builder()
                                .list(
                                        new DenseLayer.Builder()
                                                .nIn(4)
                                                .nOut(6)
                                                .activation(Activation.IDENTITY)
                                                .build(),
                                        new ActivationLayer(Activation.SWISH),
                                        new OutputLayer.Builder(LossFunction.MCXENT)
                                                .nIn(6)
                                                .nOut(3)
                                                .activation(Activation.SOFTMAX)
                                                .build())
                                .build(),
                        4)
                .holds();
    }

    @Test
    void namesTheLayerWhoseOptionItLeavesToDl4j() {
        Agreement noisy =
                Agreement.of(
                        new NeuralNetConfiguration.Builder()
                                .list()
                                .layer(
                                        new DenseLayer.Builder()
                                                .name("first")
                                                .nIn(4)
                                                .nOut(6)
                                                .weightNoise(new DropConnect(0.5))
                                                .build())
                                .layer(
                                        new OutputLayer.Builder(LossFunction.MCXENT)
                                                .nIn(6)
                                                .nOut(3)
                                                .activation(Activation.SOFTMAX)
                                                .build())
                                .build(),
                        4);
        assertEquals(List.of("first: weight noise"), noisy.translated().notCovered());
    }
}
