package org.evengrad.engine.dl4j;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Fast embedding layers against DL4J's. */
class FastEmbeddingTest {
    private static final int SYMBOLS = 7;

    @ParameterizedTest
    @CsvSource({"false, IDENTITY, 6", "true, TANH, 6", "true, SWISH, 5000"})
    void agreesForASymbol(boolean biased, Activation activation, int size) {
        Agreement agreement =
                Agreement.of(
                                new NeuralNetConfiguration.Builder()
                                        .list(
                                                new EmbeddingLayer.Builder()
                                                        .nIn(SYMBOLS)
                                                        .nOut(size)
                                                        .hasBias(biased)
                                                        .activation(activation)
                                                        .build(),
                                                new OutputLayer.Builder(LossFunction.MCXENT)
                                                        .nIn(size)
                                                        .nOut(3)
                                                        .activation(Activation.SOFTMAX)
                                                        .build())
                                        .build(),
                                1)
                        .symbols(SYMBOLS)
                        .rows(9)
                        .scale(size > 100 ? 0.01 : 0.5, 2e-5);
        (size > 100 ? agreement.onlyInFloats() : agreement).holds();
    }

    @ParameterizedTest
    @CsvSource({"false, IDENTITY, false", "true, TANH, true", "false, IDENTITY, true"})
    void agreesForSequencesOfSymbols(boolean biased, Activation activation, boolean masked) {
        NeuralNetConfiguration.ListBuilder list =
                new NeuralNetConfiguration.Builder()
                        .list(
                                new EmbeddingSequenceLayer.Builder()
                                        .nIn(SYMBOLS)
                                        .nOut(4)
                                        .hasBias(biased)
                                        .activation(activation)
                                        .build(),
                                new LSTM.Builder().nIn(4).nOut(5).build(),
                                new RnnOutputLayer.Builder(LossFunction.MCXENT)
                                        .nIn(5)
                                        .nOut(3)
                                        .activation(Activation.SOFTMAX)
                                        .build())
                        .overrideNinUponBuild(false);
        list.setInputType(InputType.recurrent(SYMBOLS, 6));
        Agreement agreement = Agreement.of(list.build(), 1, 6).symbols(SYMBOLS);
        (masked ? agreement.lengths(6, 3, 4) : agreement).holds();
    }
}
