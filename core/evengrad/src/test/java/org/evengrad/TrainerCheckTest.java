package org.evengrad;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.OptionalDouble;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.evengrad.diagnosis.CheckResult;
import org.evengrad.diagnosis.RangeOptions;
import org.evengrad.diagnosis.RangeResult;
import org.evengrad.engine.train.Verdict;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class TrainerCheckTest {
    private static MultiLayerNetwork sigmoids(int depth) {
        NeuralNetConfiguration.ListBuilder layers =
                new NeuralNetConfiguration.Builder()
                        .seed(7)
                        .updater(new Sgd(0.1))
                        .activation(Activation.SIGMOID)
                        .list();
        for (int i = 0; i < depth; i++) {
            layers.layer(new DenseLayer.Builder().nIn(i == 0 ? 6 : 8).nOut(8).build());
        }
        layers.layer(
                new OutputLayer.Builder(LossFunction.MCXENT)
                        .activation(Activation.SOFTMAX)
                        .nIn(8)
                        .nOut(3)
                        .build());
        MultiLayerNetwork network = new MultiLayerNetwork(layers.build());
        network.init();
        return network;
    }

    private static float[] parameters(Model model) {
        return model.params().dup().toFloatVector();
    }

    private static Trainer trainer(MultiLayerNetwork network) {
        return Trainer.of(network).threads(1);
    }

    @Test
    void looksAtManyInitializationsAndLeavesTheNetworkAsItIs() {
        MultiLayerNetwork network = sigmoids(20);
        float[] before = parameters(network);
        CheckResult result = trainer(network).check(UserData.classification(), 20);
        assertEquals(16, result.seeds());
        assertEquals(Verdict.VANISHING_GRADIENT, result.verdicts().get(0).problem());
        assertArrayEquals(before, parameters(network));
        assertEquals(0, network.getIterationCount());
    }

    @Test
    void aGraphIsCheckedAsWell() {
        ComputationGraph network = sigmoids(20).toComputationGraph();
        float[] before = parameters(network);
        CheckResult result = Trainer.of(network).threads(1).check(UserData.classification(), 20);
        assertEquals(Verdict.VANISHING_GRADIENT, result.verdicts().get(0).problem());
        assertArrayEquals(before, parameters(network));
    }

    @Test
    void weightsThatAProgramHasSetAreLookedAtAsTheyAre() {
        MultiLayerNetwork network = sigmoids(3);
        network.params().muli(1.5);
        assertTrue(trainer(network).check(UserData.classification(), 20).givenWeights());
    }

    @Test
    void theApplicationKeepsItsRandomNumbers() {
        MultiLayerNetwork network = sigmoids(3);
        Nd4j.getRandom().setSeed(5);
        float expected = Nd4j.getRandom().nextFloat();
        Nd4j.getRandom().setSeed(5);
        CheckResult result = trainer(network).check(UserData.classification(), 20);
        assertTrue(result.seeds() > 1);
        assertEquals(expected, Nd4j.getRandom().nextFloat());
    }

    @Test
    void findsALearningRateAndLeavesNetworkAndIteratorAsTheyAre() {
        MultiLayerNetwork network = sigmoids(1);
        float[] before = parameters(network);
        DataSetIterator iterator = UserData.classification();
        RangeOptions options =
                new RangeOptions(OptionalDouble.of(1e-4), OptionalDouble.of(100), 60, 3);
        RangeResult first = trainer(network).findLearningRate(iterator, 20, options);
        RangeResult second = trainer(network).findLearningRate(iterator, 20, options);
        assertArrayEquals(before, parameters(network));
        assertEquals(first.curve(), second.curve());
        assertEquals(first.trials(), second.trials());
        assertEquals(0.1, first.current(), 1e-9);
        assertTrue(first.suggestion().orElseThrow() > 0.1, first.why());
        iterator.next();
        int batches = 1;
        while (iterator.hasNext()) {
            iterator.next();
            batches++;
        }
        iterator.reset();
        int whole = 0;
        while (iterator.hasNext()) {
            iterator.next();
            whole++;
        }
        assertEquals(whole, batches, "it is at its beginning");
    }
}
