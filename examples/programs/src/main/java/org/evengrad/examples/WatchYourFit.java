package org.evengrad.examples;

import static org.evengrad.engine.train.Verdict.NON_FINITE;

import java.util.Random;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.evengrad.GradientHealthListener;
import org.evengrad.engine.train.Verdict;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Trains with DL4J's own {@code fit}, and hears why nothing is learned. */
public final class WatchYourFit {
    private static final int STEPS = 60;
    private static final int ROWS = 32;
    private static final int FEATURES = 4;

    private WatchYourFit() {}

    /**
     * Trains twenty sigmoid layers on points above and below a line, and prints the verdicts.
     *
     * @param arguments none
     */
    public static void main(String[] arguments) {
        MultiLayerNetwork network = network();
        network.setListeners(
                new GradientHealthListener(WatchYourFit::print)
                        .plannedSteps(STEPS)
                        .failOn(NON_FINITE));
        Random random = new Random(5);
        for (int step = 0; step < STEPS; step++) {
            network.fit(batch(random));
        }
    }

    private static void print(Verdict verdict) {
        System.out.println(verdict.severity() + ": " + verdict.problem());
        System.out.println("  why  " + verdict.why());
        System.out.println("  do   " + verdict.advice().get(0));
    }

    private static MultiLayerNetwork network() {
        NeuralNetConfiguration.ListBuilder layers =
                new NeuralNetConfiguration.Builder()
                        .seed(42)
                        .updater(new Sgd(0.1))
                        .weightInit(WeightInit.XAVIER)
                        .activation(Activation.SIGMOID)
                        .list();
        for (int i = 1; i <= 20; i++) {
            layers.layer(new DenseLayer.Builder().name("hidden-" + i).nOut(16).build());
        }
        layers.layer(
                new OutputLayer.Builder(LossFunction.XENT)
                        .name("output")
                        .nOut(1)
                        .activation(Activation.SIGMOID)
                        .build());
        MultiLayerNetwork network =
                new MultiLayerNetwork(layers.setInputType(InputType.feedForward(FEATURES)).build());
        network.init();
        return network;
    }

    private static DataSet batch(Random random) {
        INDArray features = Nd4j.create(DataType.FLOAT, ROWS, FEATURES);
        INDArray labels = Nd4j.create(DataType.FLOAT, ROWS, 1);
        for (int row = 0; row < ROWS; row++) {
            for (int i = 0; i < FEATURES; i++) {
                features.putScalar(row, i, random.nextGaussian());
            }
            labels.putScalar(
                    row, 0, features.getDouble(row, 0) > features.getDouble(row, 1) ? 1 : 0);
        }
        return new DataSet(features, labels);
    }
}
