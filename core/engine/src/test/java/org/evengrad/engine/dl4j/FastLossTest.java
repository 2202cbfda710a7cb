package org.evengrad.engine.dl4j;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.evengrad.engine.dl4j.layers.HuberLoss;
import org.evengrad.engine.executor.layers.NumberLoss;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossBinaryXENT;
import org.nd4j.linalg.lossfunctions.impl.LossKLD;
import org.nd4j.linalg.lossfunctions.impl.LossL1;
import org.nd4j.linalg.lossfunctions.impl.LossL2;
import org.nd4j.linalg.lossfunctions.impl.LossMAE;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;
import org.nd4j.linalg.lossfunctions.impl.LossNegativeLogLikelihood;

/** Fast losses against DL4J's. */
class FastLossTest {
    private static INDArray weights() {
        return Nd4j.createFromArray(new float[] {0.5f, 2, 1.5f}).reshape(1, 3);
    }

    static Stream<Arguments> losses() {
        return Stream.of(
                Arguments.of(new LossMCXENT(), Activation.SOFTMAX),
                Arguments.of(new LossMCXENT(weights()), Activation.SOFTMAX),
                Arguments.of(new LossMCXENT(weights()), Activation.SIGMOID),
                Arguments.of(new LossNegativeLogLikelihood(weights()), Activation.SOFTMAX),
                Arguments.of(new LossBinaryXENT(), Activation.SIGMOID),
                Arguments.of(new LossBinaryXENT(weights()), Activation.SIGMOID),
                Arguments.of(new LossMSE(), Activation.IDENTITY),
                Arguments.of(new LossMSE(weights()), Activation.MISH),
                Arguments.of(new LossL2(weights()), Activation.IDENTITY),
                Arguments.of(new LossMAE(), Activation.IDENTITY),
                Arguments.of(new LossMAE(weights()), Activation.TANH),
                Arguments.of(new LossL1(), Activation.TANH),
                Arguments.of(new HuberLoss(0.7), Activation.IDENTITY),
                Arguments.of(new HuberLoss(0.7), Activation.TANH));
    }

    private static Agreement of(Layer... layers) {
        return Agreement.of(list(layers), 4);
    }

    private static Agreement perStep(Layer... layers) {
        return Agreement.of(list(layers), 4, 5);
    }

    private static MultiLayerConfiguration list(Layer... layers) {
        return new NeuralNetConfiguration.Builder()
                .list(layers)
                .validateOutputLayerConfig(false)
                .build();
    }

    private static DenseLayer dense(int units) {
        return new DenseLayer.Builder().nIn(4).nOut(units).activation(Activation.TANH).build();
    }

    private static OutputLayer output(ILossFunction loss, Activation activation) {
        return new OutputLayer.Builder(loss).nIn(5).nOut(3).activation(activation).build();
    }

    private static RnnOutputLayer rnnOutput(ILossFunction loss, Activation activation) {
        return new RnnOutputLayer.Builder(loss)
                .nIn(4)
                .nOut(3)
                .activation(activation)
                .dataFormat(RNNFormat.NCW)
                .build();
    }

    private static Agreement with(Agreement agreement, ILossFunction loss) {
        return loss instanceof LossMCXENT || loss instanceof LossBinaryXENT
                ? agreement
                : agreement.numbers();
    }

    @ParameterizedTest
    @MethodSource("losses")
    void agreesForExamples(ILossFunction loss, Activation activation) {
        with(of(dense(5), output(loss, activation)), loss).holds();
    }

    @ParameterizedTest
    @MethodSource("losses")
    void agreesForTimeSteps(ILossFunction loss, Activation activation) {
        with(perStep(rnnOutput(loss, activation)), loss).holds();
    }

    @ParameterizedTest
    @MethodSource("losses")
    void agreesForPaddedSequences(ILossFunction loss, Activation activation) {
        with(perStep(rnnOutput(loss, activation)), loss).lengths(5, 2, 3, 1, 4).holds();
    }

    @ParameterizedTest
    @MethodSource("losses")
    void agreesForLayersOfALossAlone(ILossFunction loss, Activation activation) {
        LossLayer last = new LossLayer.Builder(loss).activation(activation).build();
        // DL4J's way back overwrites what it then takes the loss of.
        with(of(dense(3), last), loss).lossOfEvaluation().holds();
    }

    @ParameterizedTest
    @MethodSource("losses")
    void agreesForExamplesThatCountDifferently(ILossFunction loss, Activation activation) {
        with(of(dense(5), output(loss, activation)), loss).targetMask(1, 0, 1, 1, 0).holds();
    }

    @Test
    void agreesForNumbersThatCountDifferently() {
        float[] mask = {1, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1};
        of(dense(5), output(new LossMSE(), Activation.TANH)).numbers().targetMask(mask).holds();
        of(dense(5), output(new LossBinaryXENT(), Activation.SIGMOID)).targetMask(mask).holds();
    }

    @Test
    void agreesForALossOfTimeStepsAlone() {
        RnnLossLayer last =
                new RnnLossLayer.Builder(new LossMSE()).activation(Activation.TANH).build();
        Agreement agreement =
                Agreement.of(
                        new NeuralNetConfiguration.Builder()
                                .list(dense(3), last)
                                .setInputType(InputType.recurrent(4, 5))
                                .build(),
                        4,
                        5);
        agreement.numbers().lengths(5, 2, 3, 1, 4).lossOfEvaluation().holds();
    }

    @Test
    void agreesForManyTimeStepsAndClasses() {
        Agreement.of(
                        new NeuralNetConfiguration.Builder()
                                .list(
                                        new RnnOutputLayer.Builder(new LossMCXENT())
                                                .nIn(4)
                                                .nOut(70)
                                                .activation(Activation.SOFTMAX)
                                                .dataFormat(RNNFormat.NCW)
                                                .build())
                                .build(),
                        4,
                        23)
                .rows(7)
                .onlyInFloats()
                .holds();
    }

    @Test
    void agreesForProbabilitiesThatAreClipped() {
        of(dense(5), output(new LossMCXENT(), Activation.SOFTMAX))
                .scale(40, 2e-5)
                .onlyInFloats()
                .holds();
    }

    /** Near 1, DL4J's own gradient is rounding. */
    @Test
    void binaryLossesStayFinite() {
        NumberLoss loss = new NumberLoss.Binary(1e-5f);
        assertEquals(-Math.log(1e-5), loss.of(0, 1), 1e-5);
        assertEquals(-Math.log(1e-5), loss.of(1, 0), 2e-2);
        assertEquals(-1e5, loss.slope(0, 1), 1);
        assertEquals(1e5, loss.slope(1, 0), 2e3);
        assertEquals(Float.NaN, loss.slope(Float.NaN, 1));
    }

    @Test
    void namesALossThatItLeavesToDl4j() {
        OutputLayer odd =
                new OutputLayer.Builder(new LossKLD())
                        .name("out")
                        .nIn(5)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build();
        assertEquals(List.of("out: LossKLD"), of(dense(5), odd).translated().notCovered());
        OutputLayer mixed = output(new LossMSE(), Activation.SOFTMAX);
        mixed.setLayerName("out");
        assertEquals(
                List.of("out: activation ActivationSoftmax"),
                of(dense(5), mixed).translated().notCovered());
    }

    @Test
    void namesALossOfImagesThatItLeavesToDl4j() {
        CnnLossLayer last = new CnnLossLayer.Builder(new LossMSE()).name("out").build();
        assertEquals(
                List.of("out: CnnLossLayer"),
                Agreement.of(
                                new NeuralNetConfiguration.Builder()
                                        .list(dense(4), last)
                                        .inputPreProcessor(
                                                1, new FeedForwardToCnnPreProcessor(2, 2, 1))
                                        .build(),
                                4)
                        .translated()
                        .notCovered());
    }
}
