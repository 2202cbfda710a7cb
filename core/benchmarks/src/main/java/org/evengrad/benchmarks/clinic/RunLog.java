package org.evengrad.benchmarks.clinic;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The runs that are finished: a file with a line of JSON for each. For several threads. */
final class RunLog {
    private final Path file;
    private final ObjectMapper json = new ObjectMapper();
    private final Map<RunLine.Key, RunLine> lines = new HashMap<>();

    /**
     * Reads what is there. A last line that was not written to its end is left out.
     *
     * @param file need not be there
     */
    RunLog(Path file) throws IOException {
        this.file = file;
        if (!Files.exists(file)) {
            Files.createDirectories(file.toAbsolutePath().getParent());
            return;
        }
        String text = Files.readString(file);
        for (String line : text.lines().filter(line -> !line.isBlank()).toList()) {
            try {
                RunLine run = json.readValue(line, RunLine.class);
                lines.put(run.key(), run);
            } catch (JsonProcessingException torn) {
                // The process ended in the midst of it: the run is repeated.
                continue;
            }
        }
        if (!text.isEmpty() && !text.endsWith("\n")) {
            Files.writeString(file, "\n", StandardOpenOption.APPEND);
        }
    }

    /** A finished run. */
    synchronized Optional<RunLine> find(RunLine.Key key) {
        return Optional.ofNullable(lines.get(key));
    }

    /** Writes down a finished run. */
    synchronized void add(RunLine line) throws IOException {
        lines.put(line.key(), line);
        Files.writeString(
                file,
                json.writeValueAsString(line) + "\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }
}
