package org.evengrad.engine.dl4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.evengrad.activations.tanh.Tanh;
import org.evengrad.config.ModelConfig.Loss;
import org.evengrad.engine.network.Network;
import org.evengrad.engine.step.Penalties;
import org.evengrad.engine.step.StepRecord;
import org.evengrad.engine.step.TrainingStep;
import org.evengrad.guards.nonfinite.Nonfinite;
import org.evengrad.optimizers.adam.Adam;
import org.evengrad.optimizers.sgd.Sgd;
import org.evengrad.spi.Horizon;
import org.evengrad.spi.Optimizer;
import org.evengrad.spi.Role;
import org.evengrad.spi.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/** Our step against DL4J's own {@code fit}: the same network, the same batches. */
class Dl4jParityTest {
    private static final int STEPS = 20;
    private static final int ROWS = 24;
    private static final int[] WIDTHS = {8, 16, 12, 4};

    private static MultiLayerNetwork theirs(IUpdater updater, double l1, double l2) {
        NeuralNetConfiguration.ListBuilder list =
                new NeuralNetConfiguration.Builder().updater(updater).l1(l1).l2(l2).list();
        for (int i = 0; i < WIDTHS.length - 2; i++) {
            list.layer(
                    new DenseLayer.Builder()
                            .nIn(WIDTHS[i])
                            .nOut(WIDTHS[i + 1])
                            .activation(Activation.TANH)
                            .build());
        }
        list.layer(
                new OutputLayer.Builder(new LossMCXENT())
                        .nIn(WIDTHS[WIDTHS.length - 2])
                        .nOut(WIDTHS[WIDTHS.length - 1])
                        .activation(Activation.SOFTMAX)
                        .build());
        MultiLayerNetwork network = new MultiLayerNetwork(list.build());
        network.init();
        return network;
    }

    private static double penalty(Network network, double l1, double l2) {
        double penalty = 0;
        int at = 0;
        for (Tensor tensor : network.tensors()) {
            for (int i = 0; i < tensor.size(); i++, at++) {
                if (tensor.role() != Role.BIAS) {
                    double weight = network.parameters().get(at);
                    penalty += l1 * Math.abs(weight) + 0.5 * l2 * weight * weight;
                }
            }
        }
        return penalty;
    }

    private static Penalties penalties(Network network, double l1, double l2) {
        Penalties penalties = Penalties.none(network.tensors().size());
        for (Tensor tensor : network.tensors()) {
            if (tensor.role() != Role.BIAS) {
                penalties.l1()[tensor.index()] = (float) l1;
                penalties.l2()[tensor.index()] = (float) l2;
            }
        }
        return penalties;
    }

    private static void assertParity(Optimizer ours, IUpdater updater, double l1, double l2) {
        MultiLayerNetwork theirs = theirs(updater, l1, l2);
        try (Network network =
                Networks.build(Networks.plan(new Tanh(), Loss.CROSS_ENTROPY, WIDTHS))) {
            Networks.fill(network, 1, 0.3);
            float[] first = Networks.copy(network.parameters());
            theirs.setParams(Nd4j.createFromArray(first).reshape(1, first.length));
            TrainingStep step =
                    new TrainingStep(
                            network,
                            ours,
                            at -> 1,
                            List.of(new Nonfinite()),
                            penalties(network, l1, l2),
                            new Horizon(STEPS, 5),
                            1);
            StepRecord record = new StepRecord(network.tensors().size(), 1);
            for (int i = 0; i < STEPS; i++) {
                int rows = i % 5 == 4 ? ROWS / 3 : ROWS;
                float[][] examples = Networks.examples(10 + i, rows, WIDTHS[0]);
                float[][] targets = Networks.targets(50 + i, rows, 4, Loss.CROSS_ENTROPY);
                double penalty = penalty(network, l1, l2);
                step.run(Networks.batch(network, examples, targets), 0, record);
                theirs.fit(
                        new DataSet(Nd4j.createFromArray(examples), Nd4j.createFromArray(targets)));
                assertEquals(theirs.score() - penalty, record.loss(), 1e-5, "loss of step " + i);
            }
            float[] expected = theirs.params().dup().toFloatVector();
            float[] actual = Networks.copy(network.parameters());
            double largest = 0;
            double moved = 0;
            for (int i = 0; i < expected.length; i++) {
                largest = Math.max(largest, Math.abs(expected[i] - actual[i]));
                moved = Math.max(moved, Math.abs(actual[i] - first[i]));
            }
            assertTrue(largest < 1e-5, "largest difference " + largest);
            assertTrue(moved > 1e-2, "nothing moved: " + moved);
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "0, 0.01", "0.005, 0", "0.005, 0.01"})
    void sgdMovesTheParametersAsDl4jDoes(double l1, double l2) {
        assertParity(new Sgd(0.1), new org.nd4j.linalg.learning.config.Sgd(0.1), l1, l2);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "0, 0.01", "0.005, 0", "0.005, 0.01"})
    void adamMovesTheParametersAsDl4jDoes(double l1, double l2) {
        // DL4J puts epsilon elsewhere than the paper, so both get one that does not matter.
        assertParity(
                new Adam(0.01, 0.9, 0.999, 1e-16),
                new org.nd4j.linalg.learning.config.Adam(0.01, 0.9, 0.999, 1e-16),
                l1,
                l2);
    }
}
