package org.evengrad.engine.dl4j.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
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
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.evengrad.config.plugins.StrategyRegistry;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;
import org.evengrad.engine.dl4j.export.PlainModel.Updater;
import org.evengrad.engine.step.TrainingState;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

/**
 * A model zip, to be written again for DL4J alone. Nothing in it is deserialized with Java
 * serialization.
 */
public final class SavedModel {
    private static final String CONFIGURATION = "configuration.json";
    private static final String COEFFICIENTS = "coefficients.bin";
    private static final String UPDATER_STATE = "updaterState.bin";
    private static final String EVENGRAD = "evengrad.json";

    private static final int MOST_TEXT_BYTES = 64 << 20;
    private static final int HEADER_BYTES = 4096;

    private final RestoredNetwork network;
    private final boolean graph;
    private final INDArray parameters;
    private final Optional<String> evengradJson;
    private final Optional<byte[]> updaterState;

    private SavedModel(
            RestoredNetwork network,
            boolean graph,
            INDArray parameters,
            Optional<String> evengradJson,
            Optional<byte[]> updaterState) {
        this.network = network;
        this.graph = graph;
        this.parameters = parameters;
        this.evengradJson = evengradJson;
        this.updaterState = updaterState;
    }

    /**
     * Reads a model.
     *
     * @param file a zip that Evengrad or DL4J's {@code ModelSerializer} wrote
     * @throws InvalidInputException if it is no such zip, is damaged, or holds what DL4J lacks:
     *     then with a problem for each layer, activation and loss
     */
    public static SavedModel read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new InvalidInputException(Problem.of("no such model: " + file));
        }
        try (ZipFile zip = new ZipFile(file.toFile())) {
            String json = text(zip, file, CONFIGURATION);
            JsonNode configuration = new ObjectMapper().readTree(json);
            refuse(file, OurParts.of(configuration));
            boolean graph = configuration.has("networkInputs");
            RestoredNetwork network = network(file, json, graph);
            return new SavedModel(
                    network,
                    graph,
                    parameters(zip, file, network.size()),
                    zip.getEntry(EVENGRAD) == null
                            ? Optional.empty()
                            : Optional.of(text(zip, file, EVENGRAD)),
                    updaterState(zip, file, network.size()));
        } catch (IOException e) {
            throw damaged(file, e.getMessage());
        }
    }

    private static void refuse(Path file, List<String> parts) {
        if (!parts.isEmpty()) {
            throw new InvalidInputException(
                    parts.stream().map(part -> Problem.inFile(file, part)).toList());
        }
    }

    private static RestoredNetwork network(Path file, String json, boolean graph) {
        try {
            return RestoredNetwork.parse(json, graph);
        } catch (RuntimeException e) {
            throw damaged(file, "its configuration is not that of a DL4J network");
        }
    }

    private static INDArray parameters(ZipFile zip, Path file, long size) throws IOException {
        ZipEntry entry = zip.getEntry(COEFFICIENTS);
        if (entry == null || entry.getSize() > size * Double.BYTES + HEADER_BYTES) {
            throw damaged(file, "its parameters are missing or too many for its layers");
        }
        try (InputStream in = zip.getInputStream(entry)) {
            INDArray read = Nd4j.read(in);
            if (read == null || read.length() != size) {
                throw damaged(file, "its layers need " + size + " parameters");
            }
            return read.reshape(1, size);
        } catch (RuntimeException e) {
            throw e instanceof InvalidInputException
                    ? e
                    : damaged(file, "its parameters cannot be read");
        }
    }

    /** Kept as it is: a network that the user built brings its own. */
    private static Optional<byte[]> updaterState(ZipFile zip, Path file, long size)
            throws IOException {
        ZipEntry entry = zip.getEntry(UPDATER_STATE);
        if (entry == null) {
            return Optional.empty();
        }
        long most = 3 * size * Double.BYTES + HEADER_BYTES;
        if (entry.getSize() > most) {
            throw damaged(file, "its updater state is too long for its layers");
        }
        try (InputStream in = zip.getInputStream(entry)) {
            return Optional.of(in.readNBytes(Math.toIntExact(most)));
        }
    }

    private static String text(ZipFile zip, Path file, String name) throws IOException {
        ZipEntry entry = zip.getEntry(name);
        if (entry == null || entry.getSize() > MOST_TEXT_BYTES) {
            throw damaged(file, "it has no entry " + name + ", so DL4J did not write it");
        }
        try (InputStream in = zip.getInputStream(entry)) {
            return new String(in.readNBytes(MOST_TEXT_BYTES), StandardCharsets.UTF_8);
        }
    }

    private static InvalidInputException damaged(Path file, String why) {
        return new InvalidInputException(Problem.inFile(file, "not a model: " + why));
    }

    /** What Evengrad stored beside DL4J's configuration. */
    public Optional<String> evengradJson() {
        return evengradJson;
    }

    /** A copy of all parameters, in the network's order. */
    public float[] parameters() {
        return parameters.castTo(DataType.FLOAT).dup().data().asFloat();
    }

    /**
     * Writes a zip that DL4J's {@code ModelSerializer} restores without any class of ours.
     *
     * @param file written over
     * @param continuation how to go on; its state's parameters are written in place of the model's.
     *     Empty keeps the updaters of the configuration and their state.
     * @param registry knows the optimizer
     */
    public PlainModel write(
            Path file, Optional<Continuation> continuation, StrategyRegistry registry)
            throws IOException {
        if (continuation.isEmpty()) {
            write(file, parameters, updaterState);
            return described(Updater.AS_CONFIGURED, "", 0);
        }
        Continuation training = continuation.get();
        Optional<TrainingState> state = training.state();
        Optional<UpdaterMatch> match =
                UpdaterMatch.of(
                        training.optimizer(),
                        training.rate(),
                        state.map(TrainingState::updates).orElse(0L),
                        registry);
        INDArray values = state.map(known -> row(known.parameters())).orElse(parameters);
        if (match.isEmpty()) {
            // NoOp would take the gradient itself for the step, and any rate but 0 would train
            // with another optimizer than the user chose.
            network.train(new Sgd(0), training.penalties());
            network.counters(0, training.epochs());
            write(file, values, Optional.empty());
            return described(Updater.NONE, "", 0);
        }
        network.train(match.get().updater(), training.penalties());
        if (state.isEmpty()) {
            network.counters(0, training.epochs());
            write(file, values, Optional.empty());
            return described(Updater.WITHOUT_MEMORY, match.get().name(), 0);
        }
        int iterations = (int) Math.min(state.get().updates(), Integer.MAX_VALUE);
        network.counters(iterations, training.epochs());
        write(file, values, memory(match.get(), state.get().slots(), values));
        return described(Updater.WITH_MEMORY, match.get().name(), iterations);
    }

    private PlainModel described(Updater updater, String name, long iterations) {
        return new PlainModel(graph, updater, name, iterations, network.hasOutputPerStep());
    }

    private static INDArray row(float[] values) {
        return Nd4j.createFromArray(values).reshape(1, values.length);
    }

    /** DL4J keeps the memory of a run of parameters that share an updater together, by slot. */
    private Optional<byte[]> memory(UpdaterMatch match, float[][] slots, INDArray values)
            throws IOException {
        BaseMultiLayerUpdater<?> updater = network.updater(values);
        INDArray view = updater.getStateViewArray();
        if (view == null || view.isEmpty()) {
            return Optional.empty();
        }
        float[] memory = new float[Math.toIntExact(view.length())];
        for (UpdaterBlock block : updater.getUpdaterBlocks()) {
            if (block.getUpdaterViewOffsetEnd() > block.getUpdaterViewOffsetStart()) {
                match.copy(
                        slots,
                        block.getParamOffsetStart(),
                        block.getParamOffsetEnd() - block.getParamOffsetStart(),
                        memory,
                        block.getUpdaterViewOffsetStart());
            }
        }
        return Optional.of(bytes(row(memory)));
    }

    private static byte[] bytes(INDArray array) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Nd4j.write(array, new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    private void write(Path file, INDArray values, Optional<byte[]> updater) throws IOException {
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            entry(zip, CONFIGURATION, network.toJson().getBytes(StandardCharsets.UTF_8));
            entry(zip, COEFFICIENTS, bytes(values));
            if (updater.isPresent()) {
                entry(zip, UPDATER_STATE, updater.get());
            }
            if (evengradJson.isPresent()) {
                entry(zip, EVENGRAD, evengradJson.get().getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    /** The time is fixed, so that the same model gives the same bytes. */
    private static void entry(ZipOutputStream zip, String name, byte[] content) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        entry.setTime(0);
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }
}
