package org.evengrad.examples;

import java.util.Random;
import org.deeplearning4j.datasets.iterator.utilty.SingletonMultiDataSetIterator;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.rnn.LastTimeStepVertex;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.evengrad.Trainer;
import org.evengrad.engine.train.TrainingResult;
import org.evengrad.guards.clipglobalnorm.ClipGlobalNorm;
import org.evengrad.guards.nonfinite.Nonfinite;
import org.evengrad.optimizers.adam.Adam;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * A graph with two inputs, a sequence of any length and a number, trained with an optimizer and
 * guards of Evengrad's.
 */
public final class TrainYourGraph {
    private static final int ROWS = 128;
    private static final int LONGEST = 6;

    private TrainYourGraph() {}

    /**
     * Trains without a run folder.
     *
     * @param arguments none
     */
    public static void main(String[] arguments) {
        ComputationGraph network = network();
        MultiDataSetIterator examples = sums();

        TrainingResult result =
                Trainer.of(network)
                        .optimizer(new Adam().withLearningRate(0.02))
                        .guards(new Nonfinite(), new ClipGlobalNorm(1))
                        .fit(examples, 150);
        System.out.println(result.status() + " after " + result.ending().steps() + " steps");
        System.out.println(result.trainLoss() < 0.3 ? "learned" : "not learned");
    }

    private static ComputationGraph network() {
        ComputationGraph network =
                new ComputationGraph(
                        new NeuralNetConfiguration.Builder()
                                .seed(42)
                                .activation(Activation.TANH)
                                .graphBuilder()
                                .addInputs("sequence", "start")
                                .addLayer(
                                        "lstm",
                                        new LSTM.Builder().nIn(1).nOut(8).build(),
                                        "sequence")
                                .addVertex("last", new LastTimeStepVertex("sequence"), "lstm")
                                .addLayer(
                                        "dense",
                                        new DenseLayer.Builder().nIn(1).nOut(4).build(),
                                        "start")
                                .addLayer(
                                        "sum",
                                        new OutputLayer.Builder(LossFunction.MSE)
                                                .activation(Activation.IDENTITY)
                                                .nIn(12)
                                                .nOut(1)
                                                .build(),
                                        "last",
                                        "dense")
                                .setOutputs("sum")
                                .build());
        network.init();
        return network;
    }

    /** Sequences of 2 to 6 numbers and one number more, and what they add up to. */
    private static MultiDataSetIterator sums() {
        Random random = new Random(1);
        INDArray sequences = Nd4j.zeros(ROWS, 1, LONGEST);
        INDArray mask = Nd4j.zeros(ROWS, LONGEST);
        INDArray starts = Nd4j.zeros(ROWS, 1);
        INDArray sums = Nd4j.zeros(ROWS, 1);
        for (int row = 0; row < ROWS; row++) {
            double sum = random.nextGaussian();
            starts.putScalar(row, 0, sum);
            int length = 2 + row % (LONGEST - 1);
            for (int step = 0; step < length; step++) {
                double number = random.nextGaussian() / 2;
                sequences.putScalar(row, 0, step, number);
                mask.putScalar(row, step, 1);
                sum += number;
            }
            sums.putScalar(row, 0, sum);
        }
        return new SingletonMultiDataSetIterator(
                new MultiDataSet(
                        new INDArray[] {sequences, starts},
                        new INDArray[] {sums},
                        new INDArray[] {mask, null},
                        null));
    }
}
