package org.evengrad.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.evengrad.Evengrad;
import org.evengrad.operations.ExportRequest;
import org.evengrad.operations.TrainRequest;
import org.evengrad.operations.TrainedRun;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;

/** A model that DL4J saved goes into Evengrad, and comes out again for DL4J to go on with. */
public final class TrainSavedModel {
    private TrainSavedModel() {}

    /**
     * Saves a model as DL4J does, trains it, exports it, and opens it with DL4J.
     *
     * @param arguments an empty folder
     * @throws IOException if it cannot be written to
     */
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        ModelSerializer.writeModel(network(), folder.resolve("model.zip").toFile(), true);
        Path config =
                Files.writeString(
                        folder.resolve("net.conf"),
                        """
                        data { source = iris, batch-size = 16 }
                        model { dl4j = model.zip }
                        training { epochs = 20 }
                        """);

        Evengrad evengrad = Evengrad.create();
        TrainedRun run = evengrad.train(TrainRequest.of(config).into(folder.resolve("run")));
        System.out.println(run.result().status() + ": " + run.result().plan().notes().get(0));

        Path exported = folder.resolve("exported.zip");
        evengrad.export(ExportRequest.of(run.folder().path(), exported));
        MultiLayerNetwork again = ModelSerializer.restoreMultiLayerNetwork(exported.toFile(), true);
        System.out.println("DL4J goes on after " + again.getIterationCount() + " updates");
    }

    private static MultiLayerNetwork network() {
        MultiLayerNetwork network =
                new MultiLayerNetwork(
                        new NeuralNetConfiguration.Builder()
                                .seed(42)
                                .updater(new Adam(0.02))
                                .activation(Activation.TANH)
                                .list()
                                .layer(new DenseLayer.Builder().nIn(4).nOut(12).build())
                                .layer(
                                        new OutputLayer.Builder()
                                                .nIn(12)
                                                .nOut(3)
                                                .activation(Activation.SOFTMAX)
                                                .build())
                                .build());
        network.init();
        return network;
    }
}
