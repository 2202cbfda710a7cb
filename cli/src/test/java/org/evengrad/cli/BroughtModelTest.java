package org.evengrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.bytedeco.hdf5.Attribute;
import org.bytedeco.hdf5.DataSpace;
import org.bytedeco.hdf5.H5File;
import org.bytedeco.hdf5.PredType;
import org.bytedeco.hdf5.StrType;
import org.bytedeco.hdf5.global.hdf5;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Models that users bring: what the command says, and which it refuses with one line. */
class BroughtModelTest {
    @TempDir private Path folder;

    private CommandRun train(String model) throws IOException {
        Path config =
                Files.writeString(
                        folder.resolve("mine.conf"),
                        "data { source = iris }\nmodel { "
                                + model
                                + " }\ntraining { epochs = 2, threads = 1 }\n");
        return CommandRun.of(
                "train", config.toString(), "--run-dir", folder.resolve("run").toString());
    }

    private void refuses(String model, String... parts) throws IOException {
        CommandRun command = train(model);
        command.assertRefused(parts);
        assertFalse(Files.exists(folder.resolve("run")), "nothing half written");
    }

    private void save(Model model) throws IOException {
        ModelSerializer.writeModel(model, folder.resolve("mine.zip").toFile(), true);
    }

    private static MultiLayerNetwork network(int inputs, int outputs, LossFunction loss) {
        MultiLayerNetwork network =
                new MultiLayerNetwork(
                        new NeuralNetConfiguration.Builder()
                                .updater(new Adam(0.01))
                                .list()
                                .layer(new DenseLayer.Builder().nIn(inputs).nOut(5).build())
                                .layer(
                                        new OutputLayer.Builder(loss)
                                                .activation(
                                                        loss == LossFunction.MCXENT
                                                                ? Activation.SOFTMAX
                                                                : Activation.IDENTITY)
                                                .nIn(5)
                                                .nOut(outputs)
                                                .build())
                                .build());
        network.init();
        return network;
    }

    @Test
    void saysWhatItReadFromTheModel() throws IOException {
        save(network(4, 3, LossFunction.MCXENT));
        CommandRun command = train("dl4j = mine.zip");
        assertEquals(ExitCode.DONE, command.exitCode(), command.err());
        assertTrue(
                command.err().contains("read from the model: adam 0.01, loss cross-entropy"),
                command.err());

        CommandRun evaluated = CommandRun.of("evaluate", folder.resolve("run").toString());
        assertEquals(ExitCode.DONE, evaluated.exitCode(), evaluated.err());
    }

    @Test
    void refusesAFileThatIsNotThere() throws IOException {
        refuses("dl4j = mine.zip", "no such model: " + folder.resolve("mine.zip"));
        refuses("keras = mine.h5", "no such model: " + folder.resolve("mine.h5"));
    }

    @Test
    void refusesAZipThatIsNoModel() throws IOException {
        Path zip = folder.resolve("mine.zip");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
            out.putNextEntry(new ZipEntry("readme.txt"));
        }
        refuses("dl4j = mine.zip", zip + ": not a model: it has no entry configuration.json");
        Files.writeString(zip, "no zip");
        refuses("dl4j = mine.zip", zip + ": not a model: ");
    }

    @Test
    void refusesAFileThatIsNoKerasModel() throws IOException {
        Files.writeString(folder.resolve("mine.h5"), "no such file");
        refuses("keras = mine.h5", "mine.h5: not a Keras model: it is no HDF5 file");
    }

    private static void text(H5File file, String name, String text) {
        try (StrType type = new StrType(PredType.C_S1(), hdf5.H5T_VARIABLE());
                DataSpace space = new DataSpace(hdf5.H5S_SCALAR);
                Attribute attribute = file.createAttribute(name, type, space)) {
            attribute.write(type, text);
        }
    }

    @Test
    void namesALayerThatCannotBeImported() throws IOException {
        try (H5File file = new H5File(folder.resolve("mine.h5").toString(), hdf5.H5F_ACC_TRUNC())) {
            text(file, "keras_version", "2.11.0");
            text(
                    file,
                    "model_config",
                    "{\"class_name\": \"Sequential\", \"config\": {\"name\": \"s\", \"layers\":"
                            + " [{\"class_name\": \"Swirl\", \"config\": {\"name\": \"swirl_1\","
                            + " \"batch_input_shape\": [null, 4]}}]}}");
        }
        refuses(
                "keras = mine.h5",
                "the layer swirl_1 of class Swirl cannot be imported: Deeplearning4j has none like"
                        + " it");
    }

    @Test
    void refusesAModelThatDoesNotFitTheData() throws IOException {
        save(network(5, 3, LossFunction.MCXENT));
        refuses("dl4j = mine.zip", "data.source: an example has the shape [4]", "takes [5]");
        save(network(4, 2, LossFunction.MCXENT));
        refuses("dl4j = mine.zip", "3", "2");
    }

    @Test
    void refusesALossThatItDoesNotKnow() throws IOException {
        save(network(4, 3, LossFunction.HINGE));
        refuses("dl4j = mine.zip", "model.loss", "LossHinge", "cross-entropy");
    }

    @Test
    void refusesSeveralInputs() throws IOException {
        GraphBuilder builder =
                new NeuralNetConfiguration.Builder().graphBuilder().addInputs("a", "b");
        builder.addLayer(
                "out",
                new OutputLayer.Builder(LossFunction.MSE)
                        .activation(Activation.IDENTITY)
                        .nIn(4)
                        .nOut(1)
                        .build(),
                "a",
                "b");
        ComputationGraph graph = new ComputationGraph(builder.setOutputs("out").build());
        graph.init();
        save(graph);
        refuses("dl4j = mine.zip", "2 inputs and 1 outputs", "Trainer.of(network)");
    }

    @Test
    void refusesTwoModelsAtOnce() throws IOException {
        refuses(
                "dl4j = mine.zip, keras = mine.h5",
                "dl4j and keras are both given; keep one of them");
    }
}
