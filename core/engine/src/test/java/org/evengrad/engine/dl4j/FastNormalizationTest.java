package org.evengrad.engine.dl4j;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.evengrad.engine.dl4j.layers.LayerNormalizationLayer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Fast batch and layer normalization against DL4J's. */
class FastNormalizationTest {
    private static DenseLayer dense(int inputs, int units) {
        return new DenseLayer.Builder()
                .nIn(inputs)
                .nOut(units)
                .activation(Activation.IDENTITY)
                .build();
    }

    private static OutputLayer output(int inputs) {
        return new OutputLayer.Builder(LossFunction.MCXENT)
                .nIn(inputs)
                .nOut(3)
                .activation(Activation.SOFTMAX)
                .build();
    }

    private static BatchNormalization.Builder batchNorm(int size) {
        return new BatchNormalization.Builder().nIn(size).nOut(size);
    }

    private static LayerNormalizationLayer layerNorm(int size) {
        return new LayerNormalizationLayer.Builder().nIn(size).nOut(size).build();
    }

    /** Rows of features. */
    private static Agreement flat(Layer norm, int width) {
        return Agreement.of(
                new NeuralNetConfiguration.Builder()
                        .list(
                                dense(4, width),
                                norm,
                                new ActivationLayer(Activation.TANH),
                                output(width))
                        .build(),
                4);
    }

    /** Images that a dense layer gives, so that their pixels differ. */
    private static Agreement image(Layer norm, int channels, int height, int width) {
        int size = channels * height * width;
        MultiLayerConfiguration configuration =
                new NeuralNetConfiguration.Builder()
                        .list()
                        .layer(dense(4, size))
                        .layer(norm)
                        .layer(new ActivationLayer(Activation.TANH))
                        .layer(output(size))
                        .inputPreProcessor(
                                1, new FeedForwardToCnnPreProcessor(height, width, channels))
                        .inputPreProcessor(
                                3, new CnnToFeedForwardPreProcessor(height, width, channels))
                        .build();
        return Agreement.of(configuration, 4);
    }

    private static Agreement sequence(Layer norm) {
        return Agreement.of(
                new NeuralNetConfiguration.Builder()
                        .list(
                                norm,
                                new RnnOutputLayer.Builder(LossFunction.MCXENT)
                                        .nIn(4)
                                        .nOut(3)
                                        .activation(Activation.SOFTMAX)
                                        .dataFormat(RNNFormat.NCW)
                                        .build())
                        .build(),
                4,
                5);
    }

    @Test
    void batchNormalizationAgreesForFeatures() {
        flat(batchNorm(6).build(), 6).holds();
    }

    @Test
    void batchNormalizationAgreesForChannels() {
        image(batchNorm(3).build(), 3, 2, 3).holds();
    }

    @Test
    void batchNormalizationAgreesForRowsThatAreCutIntoPieces() {
        flat(batchNorm(4300).build(), 4300).rows(7).scale(0.02, 1e-4).onlyInFloats().holds();
        image(batchNorm(5).build(), 5, 30, 31).rows(5).scale(0.02, 1e-4).onlyInFloats().holds();
    }

    @Test
    void batchNormalizationAgreesForManyRows() {
        flat(batchNorm(3).build(), 3).rows(2801).onlyInFloats().holds();
    }

    @Test
    void leavesBatchNormalizationOfTimeStepsToDl4j() {
        assertEquals(
                List.of("norm: BatchNormalization of time steps"),
                sequence(batchNorm(4).name("norm").build()).translated().notCovered());
    }

    @Test
    void batchNormalizationAgreesForItsOptions() {
        flat(batchNorm(6).useLogStd(false).build(), 6).onlyInFloats().holds();
        flat(batchNorm(6).eps(0.1).decay(0.3).build(), 6).onlyInFloats().holds();
        flat(batchNorm(6).lockGammaBeta(true).build(), 6).onlyInFloats().holds();
        flat(batchNorm(6).lockGammaBeta(true).gamma(2).beta(0.5).build(), 6).onlyInFloats().holds();
    }

    @Test
    void leavesALockedScaleWithoutAShiftToDl4j() {
        Layer odd = batchNorm(6).name("norm").lockGammaBeta(true).gamma(2).beta(0).build();
        assertEquals(
                List.of("norm: a locked gamma without a locked beta"),
                flat(odd, 6).translated().notCovered());
    }

    @Test
    void batchNormalizationKeepsItsPrecisionFarFromZero() {
        // DL4J itself does not: a shift of all features changes nothing but rounding.
        double near = flat(batchNorm(6).build(), 6).rows(40).loss();
        double far = flat(batchNorm(6).build(), 6).rows(40).shiftedBy(1000).loss();
        assertEquals(near, far, 1e-3 * near);
    }

    @Test
    void layerNormalizationAgreesForFeatures() {
        flat(layerNorm(6), 6).holds();
        flat(layerNorm(21), 21).rows(601).holds();
    }

    @Test
    void layerNormalizationAgreesForImages() {
        image(layerNorm(3), 3, 2, 3).holds();
        image(layerNorm(5), 5, 30, 31).scale(0.02, 1e-4).onlyInFloats().holds();
    }

    @Test
    void layerNormalizationAgreesForTimeSteps() {
        sequence(layerNorm(4)).rows(5).holds();
    }

    @Test
    void layerNormalizationAgreesForPaddedSequences() {
        sequence(layerNorm(4)).lengths(5, 2, 3, 1, 4).holds();
    }
}
