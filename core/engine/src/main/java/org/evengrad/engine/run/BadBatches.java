package org.evengrad.engine.run;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.engine.train.BadStep;
import org.evengrad.engine.train.ParameterHash;

/**
 * The batches in which a NaN or an infinity arose, a file each, and the parameters of the first
 * one: those of all would fill the disk.
 */
final class BadBatches {
    static final int MOST_FILES = 20;

    private static final Pattern NAME = Pattern.compile("step-(\\d+)\\.(json|parameters)");
    private static final int FLOATS_AT_ONCE = 16_384;

    private final Path folder;
    private int files;
    private Optional<String> savedParameters = Optional.empty();
    private String savedSha256 = "";

    /**
     * Looks at what is there.
     *
     * @param folder need not exist
     * @param lastStep files of later steps are of a past that did not happen, and deleted
     */
    BadBatches(Path folder, long lastStep) throws IOException {
        this.folder = folder;
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> entries = Files.list(folder)) {
            for (Path file : (Iterable<Path>) entries.sorted()::iterator) {
                Matcher name = NAME.matcher(file.getFileName().toString());
                if (!name.matches()) {
                    continue;
                }
                if (Long.parseLong(name.group(1)) > lastStep) {
                    Files.delete(file);
                } else if (name.group(2).equals("json")) {
                    files++;
                    remember(file);
                }
            }
        }
    }

    private void remember(Path file) {
        BadBatch known;
        try {
            known = BadBatch.read(file);
        } catch (InvalidInputException damaged) {
            return;
        }
        if (known.parameters().isPresent()) {
            savedParameters = known.parameters();
            savedSha256 = known.parametersSha256();
        }
    }

    /**
     * Saves a step, if there are not too many yet.
     *
     * @param seed of the run
     * @param parameters of the pass
     * @param data the file with the rows, relative to the run folder; empty if it is not to be kept
     */
    void add(BadStep bad, long seed, FloatBuffer parameters, Optional<String> data)
            throws IOException {
        if (files == MOST_FILES) {
            return;
        }
        Files.createDirectories(folder);
        String sha256 = ParameterHash.sha256(parameters);
        if (savedParameters.isEmpty()) {
            String name = "step-" + bad.step() + ".parameters";
            AtomicFile.write(folder.resolve(name), file -> write(parameters, file));
            savedParameters = Optional.of(name);
            savedSha256 = sha256;
        }
        // A guard that drops bad steps leaves the parameters as they are.
        Optional<String> file = savedParameters.filter(name -> savedSha256.equals(sha256));
        BadBatch.write(
                folder.resolve("step-" + bad.step() + ".json"), bad, seed, file, sha256, data);
        files++;
    }

    private static void write(FloatBuffer parameters, Path file) throws IOException {
        ByteBuffer bytes =
                ByteBuffer.allocate(FLOATS_AT_ONCE * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            for (int from = 0; from < parameters.limit(); from += FLOATS_AT_ONCE) {
                int size = Math.min(FLOATS_AT_ONCE, parameters.limit() - from);
                bytes.clear();
                for (int i = 0; i < size; i++) {
                    bytes.putFloat(parameters.get(from + i));
                }
                out.write(bytes.array(), 0, size * Float.BYTES);
            }
        }
    }
}
