package org.evengrad.engine.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.evengrad.config.plugins.KebabCase;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;
import org.evengrad.engine.network.BadValue;
import org.evengrad.engine.network.PassTrace;
import org.evengrad.engine.network.ValueRange;
import org.evengrad.engine.train.BadStep;
import org.evengrad.engine.train.ParameterHash;

/**
 * What a run keeps of a batch in which a NaN or an infinity arose: enough to compute the pass once
 * more.
 *
 * @param file that it was read from
 * @param step from 1
 * @param epoch from 1
 * @param batch the batch's index in the epoch, from 0
 * @param rows the rows of the data set in the order of the batch; empty if there is no data set
 * @param batchSha256 of what the network was given
 * @param drawSeed what the network drew from
 * @param parameters the file with the parameters of the pass, beside this one; empty if only those
 *     of an earlier bad step were kept
 * @param parametersSha256 of the parameters
 */
public record BadBatch(
        Path file,
        long step,
        int epoch,
        int batch,
        Optional<int[]> rows,
        String batchSha256,
        long drawSeed,
        Optional<String> parameters,
        String parametersSha256) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CHECKSUM = "sha256";

    /**
     * Reads what {@link RunRecorder} wrote.
     *
     * @throws InvalidInputException if the file is missing, damaged, or something else
     */
    public static BadBatch read(Path file) {
        JsonNode json;
        try {
            json = JSON.readTree(Files.readString(file));
        } catch (NoSuchFileException e) {
            throw invalid(file, "does not exist");
        } catch (JsonProcessingException e) {
            throw invalid(file, "is damaged, or no file of a run's bad-batches");
        } catch (IOException e) {
            throw invalid(file, "cannot be read: " + e.getMessage());
        }
        if (!(json instanceof ObjectNode object) || !object.has(CHECKSUM)) {
            throw invalid(file, "is damaged, or no file of a run's bad-batches");
        }
        if (!checksum(object).equals(object.path(CHECKSUM).asText())) {
            throw invalid(file, "is damaged: its checksum is wrong");
        }
        JsonNode saved = object.path("parameters");
        return new BadBatch(
                file,
                object.path("step").asLong(),
                object.path("epoch").asInt(),
                object.path("batch").asInt(),
                object.path("rows").isArray()
                        ? Optional.of(JSON.convertValue(object.path("rows"), int[].class))
                        : Optional.empty(),
                object.path("batchSha256").asText(),
                object.path("drawSeed").asLong(),
                saved.path("file").isTextual()
                        ? Optional.of(saved.path("file").asText())
                        : Optional.empty(),
                saved.path("sha256").asText());
    }

    /** The folder of the run. */
    public RunFolder run() {
        Path folder = file.toAbsolutePath().normalize().getParent();
        return new RunFolder(folder.getParent() == null ? folder : folder.getParent());
    }

    /**
     * Reads the parameters of the pass.
     *
     * @throws InvalidInputException if they were not kept, are missing or damaged
     */
    public float[] readParameters() {
        if (parameters.isEmpty()) {
            throw invalid(
                    file,
                    "came without its parameters: a run keeps those of its first bad step alone");
        }
        Path from = file.resolveSibling(parameters.get());
        float[] values;
        try {
            FloatBuffer floats =
                    ByteBuffer.wrap(Files.readAllBytes(from))
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .asFloatBuffer();
            values = new float[floats.limit()];
            floats.get(values);
        } catch (NoSuchFileException e) {
            throw invalid(from, "does not exist");
        } catch (IOException e) {
            throw invalid(from, "cannot be read: " + e.getMessage());
        }
        if (!ParameterHash.sha256(FloatBuffer.wrap(values)).equals(parametersSha256)) {
            throw invalid(from, "is damaged: its checksum is wrong");
        }
        return values;
    }

    private static InvalidInputException invalid(Path file, String message) {
        return new InvalidInputException(Problem.inFile(file, message));
    }

    /**
     * Writes a step.
     *
     * @param parameters the file with its parameters, in the same folder
     * @param data the file with its rows, relative to the run folder
     */
    static void write(
            Path file,
            BadStep bad,
            long seed,
            Optional<String> parameters,
            String parametersSha256,
            Optional<String> data)
            throws IOException {
        ObjectNode json = JSON.createObjectNode();
        json.put("step", bad.step());
        json.put("epoch", bad.epoch());
        json.put("batch", bad.batch());
        ArrayNode rows = bad.rowOrder().isPresent() ? json.putArray("rows") : null;
        if (rows == null) {
            json.putNull("rows");
        } else {
            for (int row : bad.rowOrder().get()) {
                rows.add(row);
            }
        }
        json.put("batchSha256", bad.batchSha256());
        json.put("seed", seed);
        json.put("drawSeed", bad.drawSeed());
        json.putObject("parameters")
                .put("file", parameters.orElse(null))
                .put("sha256", parametersSha256);
        json.put("data", data.orElse(null));
        json.setAll(trace(bad.trace(), bad.rowOrder()));
        json.put(CHECKSUM, checksum(json));
        AtomicFile.writeText(
                file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n");
    }

    /**
     * A pass as JSON: {@code loss}, {@code bad} (null if there is nothing bad) and {@code trace}.
     * Numbers that are not finite are null.
     *
     * @param rowOrder the rows of the data set in the order of the batch
     */
    public static ObjectNode trace(PassTrace pass, Optional<int[]> rowOrder) {
        ObjectNode json = JSON.createObjectNode();
        number(json, "loss", pass.loss());
        if (pass.bad().isPresent()) {
            BadValue bad = pass.bad().get();
            ObjectNode first = json.putObject("bad");
            range(first, bad.where());
            first.put("direction", KebabCase.of(bad.where().direction()));
            first.put("cause", KebabCase.of(bad.cause()));
            first.put("where", bad.place());
            first.put("why", bad.why());
            indices(first, "badRows", bad.rows(), rowOrder);
        } else {
            json.putNull("bad");
        }
        ArrayNode ranges = json.putArray("trace");
        pass.ranges().forEach(range -> range(ranges.addObject(), range));
        return json;
    }

    /** Rows of the data set; of the batch, if there is no data set. */
    private static void indices(
            ObjectNode json, String name, List<Integer> rows, Optional<int[]> rowOrder) {
        ArrayNode array = json.putArray(name);
        rows.forEach(row -> array.add(rowOrder.map(order -> order[row]).orElse(row)));
    }

    private static void range(ObjectNode json, ValueRange range) {
        json.put("kind", KebabCase.of(range.kind()));
        json.put("layer", range.layer().isEmpty() ? null : range.layer());
        json.put("tensor", range.tensor().isEmpty() ? null : range.tensor());
        number(json, "least", range.least());
        number(json, "greatest", range.greatest());
        number(json, "badShare", range.badShare());
    }

    private static void number(ObjectNode json, String name, double value) {
        if (Double.isFinite(value)) {
            json.put(name, value);
        } else {
            json.putNull(name);
        }
    }

    /** Of all but the checksum itself. */
    private static String checksum(ObjectNode json) {
        ObjectNode rest = json.deepCopy();
        rest.remove(CHECKSUM);
        try {
            byte[] text = JSON.writeValueAsString(rest).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
        } catch (JsonProcessingException | NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
