package org.evengrad.engine.dl4j;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The zip that DL4J's {@code ModelSerializer} reads, with one entry of ours. */
final class ModelZip {
    /** DL4J's entry for the configuration. */
    static final String CONFIGURATION = "configuration.json";

    /** DL4J's entry for the parameters. */
    static final String COEFFICIENTS = "coefficients.bin";

    /** Our entry. */
    static final String EVENGRAD = "evengrad.json";

    /** Entries of DL4J's that hold Java objects; reading one would run whatever is in it. */
    private static final List<String> SERIALIZED_OBJECTS =
            List.of("preprocessor.bin", "normalizer.bin", "updater.bin");

    private static final int MOST_TEXT_BYTES = 64 << 20;
    private static final int HEADER_BYTES = 4096;

    private ModelZip() {}

    static void write(Dl4jModel model, Path file, String evengradJson) throws IOException {
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            text(zip, CONFIGURATION, model.toJson());
            text(zip, EVENGRAD, evengradJson);
            entry(zip, COEFFICIENTS);
            DataOutputStream data = new DataOutputStream(zip);
            Nd4j.write(model.parameters(), data);
            data.flush();
            zip.closeEntry();
        }
    }

    /**
     * What a zip holds.
     *
     * @param model with its parameters; its activations may be unresolved
     * @param evengradJson our entry, if it is there
     */
    record Contents(Dl4jModel model, Optional<String> evengradJson) {}

    /**
     * Reads a model without {@code ModelSerializer}, which would deserialize whatever objects it
     * finds. Sizes are checked before anything is read.
     */
    static Contents read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new InvalidInputException(Problem.of("no such model: " + file));
        }
        try (ZipFile zip = new ZipFile(file.toFile())) {
            for (String name : SERIALIZED_OBJECTS) {
                if (zip.getEntry(name) != null) {
                    throw damaged(
                            file,
                            "its entry "
                                    + name
                                    + " is a serialized Java object, which Evengrad does not read");
                }
            }
            Dl4jModel model = model(file, text(zip, file, CONFIGURATION));
            readParameters(zip, file, model);
            return new Contents(
                    model,
                    zip.getEntry(EVENGRAD) == null
                            ? Optional.empty()
                            : Optional.of(text(zip, file, EVENGRAD)));
        } catch (IOException e) {
            throw damaged(file, e.getMessage());
        }
    }

    /** A model of 32-bit floats, whatever it was trained with: its parameters are cast too. */
    private static Dl4jModel model(Path file, String json) {
        try {
            if (json.contains("\"networkInputs\"")) {
                ComputationGraphConfiguration configuration =
                        ComputationGraphConfiguration.fromJson(json);
                configuration.setDataType(DataType.FLOAT);
                ComputationGraph graph = new ComputationGraph(configuration);
                graph.init();
                return new Dl4jModel.Graph(graph);
            }
            MultiLayerConfiguration configuration = MultiLayerConfiguration.fromJson(json);
            configuration.setDataType(DataType.FLOAT);
            MultiLayerNetwork network = new MultiLayerNetwork(configuration);
            network.init();
            return new Dl4jModel.Chain(network);
        } catch (RuntimeException e) {
            throw damaged(file, "its configuration is not that of a DL4J network");
        }
    }

    private static void readParameters(ZipFile zip, Path file, Dl4jModel model) throws IOException {
        ZipEntry entry = zip.getEntry(COEFFICIENTS);
        long parameters = model.parameters().length();
        if (entry == null || entry.getSize() > parameters * Double.BYTES + HEADER_BYTES) {
            throw damaged(file, "its parameters are missing or too many for its layers");
        }
        INDArray read;
        try (InputStream in = zip.getInputStream(entry)) {
            read = Nd4j.read(in);
        } catch (RuntimeException e) {
            throw damaged(file, "its parameters cannot be read");
        }
        if (read == null || read.length() != parameters) {
            throw damaged(
                    file,
                    "its layers need "
                            + parameters
                            + " parameters, it holds "
                            + (read == null ? 0 : read.length()));
        }
        model.parameters().assign(read.castTo(DataType.FLOAT).reshape(1, parameters));
    }

    private static String text(ZipFile zip, Path file, String name) throws IOException {
        ZipEntry entry = zip.getEntry(name);
        if (entry == null || entry.getSize() > MOST_TEXT_BYTES) {
            throw damaged(file, "it has no entry " + name + ", so DL4J did not write it");
        }
        try (InputStream in = zip.getInputStream(entry)) {
            byte[] bytes = in.readNBytes(MOST_TEXT_BYTES);
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    private static InvalidInputException damaged(Path file, String why) {
        return new InvalidInputException(Problem.inFile(file, "not a model: " + why));
    }

    private static void text(ZipOutputStream zip, String name, String text) throws IOException {
        entry(zip, name);
        zip.write(text.getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
    }

    /** The time is fixed, so that the same model gives the same bytes. */
    private static void entry(ZipOutputStream zip, String name) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        entry.setTime(0);
        zip.putNextEntry(entry);
    }
}
