package org.evengrad.benchmarks.clinic;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Models of DL4J's own, for what a configuration of ours does not let anybody write. */
final class Dl4jModels {
    private static final int WIDTH = 32;

    private Dl4jModels() {}

    /** What is peculiar. */
    enum Fault {
        /** A softmax stands before the output's own. */
        DOUBLED_SOFTMAX,
        /** The output has sigmoids, and the loss wants the probabilities of classes. */
        SIGMOID_FOR_CLASSES,
        /** Nothing; but the first layers are frozen. */
        FROZEN
    }

    /** The configuration of a model that is brought along. */
    static String text(String id, String optimizer) {
        return "model { dl4j = \"models/"
                + id
                + ".zip\", loss = cross-entropy }\noptimizer = "
                + optimizer
                + "\n";
    }

    /** Writes a model, anew for each seed. */
    static ClinicCase.BroughtModel writer(String id, Fault fault, int inputs, int classes) {
        return (folder, seed) -> {
            Path file = folder.resolve("models").resolve(id + ".zip");
            Files.createDirectories(file.getParent());
            MultiLayerNetwork model = new MultiLayerNetwork(conf(fault, inputs, classes, seed));
            model.init();
            File written = file.toFile();
            ModelSerializer.writeModel(model, written, false);
        };
    }

    private static MultiLayerConfiguration conf(Fault fault, int inputs, int classes, long seed) {
        NeuralNetConfiguration.ListBuilder layers =
                new NeuralNetConfiguration.Builder().seed(seed).weightInit(WeightInit.RELU).list();
        layers.layer(freezing(fault, dense(inputs, WIDTH, Activation.RELU)));
        layers.layer(freezing(fault, dense(WIDTH, WIDTH, Activation.RELU)));
        int last = WIDTH;
        if (fault == Fault.DOUBLED_SOFTMAX) {
            layers.layer(dense(WIDTH, classes, Activation.SOFTMAX));
            last = classes;
        }
        if (fault == Fault.FROZEN) {
            layers.layer(dense(WIDTH, WIDTH, Activation.RELU));
        }
        // DL4J knows that sigmoids do not fit; here they are wanted.
        return layers.validateOutputLayerConfig(false)
                .layer(
                        new OutputLayer.Builder(LossFunction.MCXENT)
                                .nIn(last)
                                .nOut(classes)
                                .activation(
                                        fault == Fault.SIGMOID_FOR_CLASSES
                                                ? Activation.SIGMOID
                                                : Activation.SOFTMAX)
                                .build())
                .build();
    }

    private static Layer freezing(Fault fault, Layer layer) {
        return fault == Fault.FROZEN ? new FrozenLayer(layer) : layer;
    }

    private static DenseLayer dense(int inputs, int outputs, Activation activation) {
        return new DenseLayer.Builder().nIn(inputs).nOut(outputs).activation(activation).build();
    }
}
