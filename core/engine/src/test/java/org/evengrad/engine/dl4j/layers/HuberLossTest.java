package org.evengrad.engine.dl4j.layers;

import static org.evengrad.engine.dl4j.layers.Checks.assertGradients;
import static org.evengrad.engine.dl4j.layers.Checks.chain;
import static org.evengrad.engine.dl4j.layers.Checks.mask;
import static org.evengrad.engine.dl4j.layers.Checks.normal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The Huber loss by hand and against finite differences. */
@ExtendWith(OneThread.class)
class HuberLossTest {
    private static final INDArray OUTPUT = Nd4j.createFromArray(new double[][] {{0.5, -3}, {2, 1}});
    private static final INDArray TARGETS = Nd4j.createFromArray(new double[][] {{0, 1}, {2, 4}});

    private static double score(HuberLoss loss, INDArray mask, boolean average) {
        return loss.computeScore(
                TARGETS.dup(), OUTPUT.dup(), new ActivationIdentity(), mask, average);
    }

    @Test
    void isAParabolaAndThenALine() {
        // Errors 0.5 and -4, then 0 and -3.
        HuberLoss loss = new HuberLoss();
        assertEquals((0.125 + 3.5) / 2 + 2.5 / 2, score(loss, null, false), 1e-12);
        assertEquals((0.125 + 3.5 + 2.5) / 4, score(loss, null, true), 1e-12);
        assertEquals((0.125 + 8 + 4.5) / 4, score(new HuberLoss(5), null, true), 1e-12);
        INDArray gradient =
                loss.computeGradient(TARGETS.dup(), OUTPUT.dup(), new ActivationIdentity(), null);
        assertEquals(Nd4j.createFromArray(new double[][] {{0.25, -0.5}, {0, -0.5}}), gradient);
    }

    @Test
    void masksExamplesAndOutputs() {
        HuberLoss loss = new HuberLoss();
        INDArray second = Nd4j.createFromArray(new double[][] {{0}, {1}});
        assertEquals(1.25, score(loss, second, false), 1e-12);
        INDArray outputs = Nd4j.createFromArray(new double[][] {{1, 0}, {1, 1}});
        assertEquals(0.0625 + 1.25, score(loss, outputs, false), 1e-12);
        assertEquals(
                Nd4j.createFromArray(new double[][] {{0.25, 0}, {0, -0.5}}),
                loss.computeGradient(
                        TARGETS.dup(), OUTPUT.dup(), new ActivationIdentity(), outputs));
    }

    @Test
    void passesTheGradientCheck() {
        MultiLayerNetwork network =
                chain(
                        DataType.DOUBLE,
                        InputType.feedForward(4),
                        new DenseLayer.Builder().nOut(5).build(),
                        new OutputLayer.Builder(new HuberLoss(0.7))
                                .nOut(3)
                                .activation(Activation.TANH)
                                .build());
        assertGradients(network, normal(1, 1, 6, 4), normal(2, 1.5, 6, 3));
    }

    @Test
    void passesTheGradientCheckForEachStepWithAMask() {
        MultiLayerNetwork network =
                chain(
                        DataType.DOUBLE,
                        InputType.recurrent(3, 4),
                        new GruLayer.Builder().nOut(3).build(),
                        new RnnOutputLayer.Builder(new HuberLoss())
                                .nOut(2)
                                .activation(Activation.IDENTITY)
                                .build());
        INDArray mask = mask(4, 4, 2);
        assertGradients(network, normal(1, 1, 2, 3, 4), normal(2, 1.5, 2, 2, 4), mask, mask);
    }

    @Test
    void savesAndReopens(@TempDir Path folder) throws IOException {
        MultiLayerNetwork network =
                chain(
                        DataType.FLOAT,
                        InputType.feedForward(4),
                        new OutputLayer.Builder(new HuberLoss(0.7))
                                .nOut(3)
                                .activation(Activation.IDENTITY)
                                .build());
        MultiLayerNetwork again = Checks.reopened(network, folder);
        assertEquals(
                new HuberLoss(0.7),
                ((BaseOutputLayer) again.getOutputLayer().conf().getLayer()).getLossFn());
        assertEquals(network.getLayerWiseConfigurations(), again.getLayerWiseConfigurations());
    }

    @Test
    void refusesADeltaThatIsNotPositive() {
        assertThrows(IllegalArgumentException.class, () -> new HuberLoss(0));
        assertThrows(IllegalArgumentException.class, () -> new HuberLoss(Double.NaN));
    }

    @Test
    void refusesTargetsOfAnotherShape() {
        assertThrows(
                IllegalArgumentException.class,
                () ->
                        new HuberLoss()
                                .computeScore(
                                        normal(1, 1, 2, 3),
                                        OUTPUT.dup(),
                                        new ActivationIdentity(),
                                        null,
                                        true));
    }
}
