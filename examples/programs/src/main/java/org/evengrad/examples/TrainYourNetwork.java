package org.evengrad.examples;

import java.nio.file.Path;
import java.util.Random;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.evengrad.Trainer;
import org.evengrad.engine.train.TrainingResult;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** A network and an iterator as DL4J has them, trained by Evengrad in place of {@code fit}. */
public final class TrainYourNetwork {
    private TrainYourNetwork() {}

    /**
     * Trains into a folder, and asks DL4J how good the network has become.
     *
     * @param arguments the run folder, which must be new or empty
     */
    public static void main(String[] arguments) {
        MultiLayerNetwork network = network();
        DataSetIterator examples = quadrants(1);

        TrainingResult result =
                Trainer.of(network)
                        .validation(quadrants(2))
                        .runFolder(Path.of(arguments[0]))
                        .fit(examples, 20);
        System.out.println(result.status() + " after " + result.ending().steps() + " steps");

        Evaluation evaluation = network.evaluate(quadrants(3));
        System.out.println(evaluation.accuracy() > 0.9 ? "learned" : "not learned");
    }

    /** What it says of updater, penalties and clipping is kept. */
    private static MultiLayerNetwork network() {
        MultiLayerNetwork network =
                new MultiLayerNetwork(
                        new NeuralNetConfiguration.Builder()
                                .seed(42)
                                .updater(new Adam(0.02))
                                .l2(1e-4)
                                .list()
                                .layer(
                                        new DenseLayer.Builder()
                                                .nIn(2)
                                                .nOut(12)
                                                .activation(Activation.TANH)
                                                .build())
                                .layer(
                                        new OutputLayer.Builder(LossFunction.MCXENT)
                                                .activation(Activation.SOFTMAX)
                                                .nIn(12)
                                                .nOut(4)
                                                .build())
                                .build());
        network.init();
        return network;
    }

    /** Points, and in which quadrant each is. */
    private static DataSetIterator quadrants(long seed) {
        Random random = new Random(seed);
        float[][] points = new float[200][2];
        float[][] quadrants = new float[points.length][4];
        for (int i = 0; i < points.length; i++) {
            points[i][0] = (float) random.nextGaussian();
            points[i][1] = (float) random.nextGaussian();
            quadrants[i][(points[i][0] > 0 ? 1 : 0) + (points[i][1] > 0 ? 2 : 0)] = 1;
        }
        INDArray features = Nd4j.createFromArray(points);
        INDArray labels = Nd4j.createFromArray(quadrants);
        return new ListDataSetIterator<>(new DataSet(features, labels).asList(), 20);
    }
}
