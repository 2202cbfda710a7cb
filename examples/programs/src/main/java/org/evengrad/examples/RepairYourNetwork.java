package org.evengrad.examples;

import java.util.Random;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.evengrad.Doctor;
import org.evengrad.diagnosis.repair.Repair;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** A deep network of sigmoids does not train; what to change so that it does. */
public final class RepairYourNetwork {
    private static final int DEPTH = 12;
    private static final int EPOCHS = 30;

    private RepairYourNetwork() {}

    /** Prints the smallest change that helps, as the calls that make it, and trains with it. */
    public static void main(String[] arguments) {
        Doctor doctor = Doctor.of(() -> newNetwork(), () -> newIterator(1)).epochs(EPOCHS);
        Repair repair = doctor.repair();
        System.out.println(repair.status());
        repair.patch().edits().forEach(edit -> System.out.println(edit.java()));

        MultiLayerNetwork network = (MultiLayerNetwork) doctor.network(repair.patch());
        doctor.trainer(network, repair.patch()).fit(newIterator(1), EPOCHS);
        double accuracy = network.evaluate(newIterator(2)).accuracy();
        System.out.println(accuracy > 0.9 ? "learned" : "not learned");
    }

    private static MultiLayerNetwork newNetwork() {
        NeuralNetConfiguration.ListBuilder layers =
                new NeuralNetConfiguration.Builder()
                        .seed(42)
                        .updater(new Sgd(0.1))
                        .activation(Activation.SIGMOID)
                        .list();
        for (int i = 0; i < DEPTH; i++) {
            layers.layer(new DenseLayer.Builder().nIn(i == 0 ? 2 : 8).nOut(8).build());
        }
        layers.layer(
                new OutputLayer.Builder(LossFunction.MCXENT)
                        .activation(Activation.SOFTMAX)
                        .nIn(8)
                        .nOut(2)
                        .build());
        MultiLayerNetwork network = new MultiLayerNetwork(layers.build());
        network.init();
        return network;
    }

    /** Points of two clusters, and in which each is. */
    private static DataSetIterator newIterator(long seed) {
        Random random = new Random(seed);
        float[][] points = new float[120][2];
        float[][] clusters = new float[points.length][2];
        for (int i = 0; i < points.length; i++) {
            int cluster = i % 2;
            points[i][0] = (float) random.nextGaussian() + 6 * cluster;
            points[i][1] = (float) random.nextGaussian();
            clusters[i][cluster] = 1;
        }
        INDArray features = Nd4j.createFromArray(points);
        INDArray labels = Nd4j.createFromArray(clusters);
        return new ListDataSetIterator<>(new DataSet(features, labels).asList(), 12);
    }
}
