package org.evengrad.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;

/**
 * What a run left behind.
 *
 * @param folder where
 * @param summary the end of the run; a missing node while there is none
 * @param manifest what was run with; a missing node if there is none
 * @param config the effective configuration, if there is one
 * @param metrics what was measured
 */
record RunFolder(
        Path folder,
        JsonNode summary,
        JsonNode manifest,
        Optional<String> config,
        Metrics metrics) {
    private static final String METRICS = "metrics.jsonl";
    private static final String MANIFEST = "manifest.json";

    /**
     * Reads a folder.
     *
     * @throws InvalidInputException if it is no run folder, or a file in it cannot be read
     */
    static RunFolder read(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new InvalidInputException(
                    Problem.inFile(
                            folder,
                            Files.exists(folder)
                                    ? "is a file, not a run folder"
                                    : "no such folder"));
        }
        Path metrics = folder.resolve(METRICS);
        if (!Files.isRegularFile(metrics) && !Files.isRegularFile(folder.resolve(MANIFEST))) {
            throw new InvalidInputException(
                    Problem.inFile(
                            folder,
                            "is no run folder: it has neither "
                                    + METRICS
                                    + " nor "
                                    + MANIFEST
                                    + ". A run folder is what evengrad train writes, for example"
                                    + " runs/NAME-001"));
        }
        return new RunFolder(
                folder,
                json(folder.resolve("summary.json")),
                json(folder.resolve(MANIFEST)),
                text(folder.resolve("config.conf")),
                metrics(metrics, 1));
    }

    /**
     * The same with columns of so many steps, those of a run that it stands beside.
     *
     * @throws InvalidInputException if the metrics cannot be read
     */
    RunFolder inColumnsOf(long steps) {
        return new RunFolder(
                folder, summary, manifest, config, metrics(folder.resolve(METRICS), steps));
    }

    /** Whether the run has written how it ended. */
    boolean finished() {
        return summary.isObject();
    }

    /** The name of the run; that of the folder as long as the run has not said it. */
    String name() {
        String name = summary.path("name").asText(manifest.path("name").asText(""));
        Path last = folder.toAbsolutePath().normalize().getFileName();
        return !name.isBlank() ? name : last == null ? "run" : last.toString();
    }

    /** The verdicts that stand: of the summary, else those that training has made so far. */
    JsonNode verdicts() {
        return finished() ? summary.path("verdicts") : metrics.verdicts();
    }

    /** What a run measured; nothing if there is no such file. */
    static Metrics metrics(Path file, long leastStepsPerColumn) {
        try {
            return MetricsReader.read(file, leastStepsPerColumn);
        } catch (IOException error) {
            throw unreadable(file, error);
        }
    }

    /** The file as JSON; a missing node if there is none. */
    static JsonNode json(Path file) {
        Optional<String> text = text(file);
        if (text.isEmpty()) {
            return MissingNode.getInstance();
        }
        try {
            return new ObjectMapper().readTree(text.get());
        } catch (JsonProcessingException error) {
            int line = error.getLocation() == null ? 0 : error.getLocation().getLineNr();
            int column = error.getLocation() == null ? 0 : error.getLocation().getColumnNr();
            throw new InvalidInputException(
                    Problem.at(file, line, column, "is not JSON: " + error.getOriginalMessage()));
        }
    }

    private static Optional<String> text(Path file) {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            // Not Files.readString: a stray byte is no reason to give no report.
            return Optional.of(new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
        } catch (IOException error) {
            throw unreadable(file, error);
        }
    }

    private static InvalidInputException unreadable(Path file, IOException error) {
        return new InvalidInputException(Problem.inFile(file, "cannot be read: " + error));
    }
}
