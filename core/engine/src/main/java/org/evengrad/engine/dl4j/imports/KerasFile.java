package org.evengrad.engine.dl4j.imports;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.bytedeco.hdf5.global.hdf5;
import org.bytedeco.javacpp.Loader;
import org.deeplearning4j.nn.modelimport.keras.Hdf5Archive;
import org.deeplearning4j.nn.modelimport.keras.exceptions.UnsupportedKerasConfigurationException;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;

/**
 * The texts in an HDF5 file that Keras wrote.
 *
 * @param file where they are from
 * @param architecture the layers
 * @param training loss and optimizer; missing if the model was not compiled
 */
record KerasFile(Path file, JsonNode architecture, JsonNode training) {
    private static final byte[] SIGNATURE = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
    private static final byte[] ZIP = {'P', 'K', 3, 4};
    private static final JsonMapper JSON = new JsonMapper();
    private static final JsonNode MISSING = JSON.missingNode();
    private static final String KERAS_3 =
            "Only the HDF5 files of Keras 1 and 2 can be imported: with tf_keras, build the model,"
                    + " load its weights and save it with model.save('model.h5')";

    /**
     * Reads the texts.
     *
     * @throws InvalidInputException if it is no such file, or holds weights only
     */
    static KerasFile read(Path file) {
        checkSignature(file);
        loadLibrary(file);
        synchronized (Hdf5Archive.LOCK_OBJECT) {
            try (Hdf5Archive archive = new Hdf5Archive(file.toString())) {
                if (!archive.hasAttribute("model_config")) {
                    throw refused(
                            file,
                            "it has no layers, only weights; in Keras, save the whole model with"
                                    + " model.save('model.h5')");
                }
                JsonNode architecture = json(archive, file, "model_config");
                String version =
                        archive.hasAttribute("keras_version")
                                ? archive.readAttributeAsFixedLengthString("keras_version", 32)
                                        .replaceFirst("(?s)\0.*", "")
                                        .strip()
                                : "";
                if (version.startsWith("3")) {
                    throw refused(file, "Keras " + version + " wrote it. " + KERAS_3);
                }
                return new KerasFile(
                        file,
                        architecture,
                        archive.hasAttribute("training_config")
                                ? json(archive, file, "training_config")
                                : MISSING);
            } catch (UnsupportedKerasConfigurationException e) {
                throw refused(file, "its text is too long");
            } catch (InvalidInputException refused) {
                throw refused;
            } catch (RuntimeException damaged) {
                throw refused(file, "it is damaged or not complete");
            }
        }
    }

    private static void checkSignature(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new InvalidInputException(Problem.of("no such model: " + file));
        }
        byte[] start;
        try (InputStream in = Files.newInputStream(file)) {
            start = in.readNBytes(SIGNATURE.length);
        } catch (IOException e) {
            throw refused(file, "it cannot be read: " + e.getMessage());
        }
        if (Arrays.equals(start, SIGNATURE)) {
            return;
        }
        if (Arrays.equals(Arrays.copyOf(start, ZIP.length), ZIP)) {
            throw refused(
                    file,
                    "it is a zip: a .keras file of Keras 3, or a DL4J model, which model.dl4j"
                            + " reads. "
                            + KERAS_3);
        }
        throw refused(file, "it is no HDF5 file, which model.save('model.h5') writes in Keras");
    }

    private static void loadLibrary(Path file) {
        try {
            Loader.load(hdf5.class);
        } catch (LinkageError missing) {
            throw refused(
                    file,
                    "the library org.bytedeco:hdf5 is not there for "
                            + Loader.getPlatform()
                            + ", so Keras files cannot be read here");
        }
        // It would print what we say ourselves.
        org.bytedeco.hdf5.Exception.dontPrint();
    }

    private static JsonNode json(Hdf5Archive archive, Path file, String attribute)
            throws UnsupportedKerasConfigurationException {
        try {
            String text = archive.readAttributeAsJson(attribute);
            int end = text.indexOf('\0');
            return JSON.readTree(end < 0 ? text : text.substring(0, end));
        } catch (JsonProcessingException e) {
            throw refused(file, "its " + attribute + " is no JSON");
        }
    }

    static InvalidInputException refused(Path file, String why) {
        return new InvalidInputException(Problem.inFile(file, "not a Keras model: " + why));
    }
}
