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

/**
 * The runs that are finished: a file with a line of JSON for each. For several threads.
 *
 * @param <L> what is known of a run
 */
public final class RunLog<L extends RunLog.Line> {
    /** What is known of a run. */
    public interface Line {
        /** What it is found by; has {@code equals}. */
        Record key();
    }

    private final Path file;
    private final Class<L> type;
    private final ObjectMapper json = new ObjectMapper();
    private final Map<Record, L> lines = new HashMap<>();

    /**
     * Reads what is there. A last line that was not written to its end is left out.
     *
     * @param file need not be there
     * @param type of its lines
     * @throws IOException if it cannot be read
     */
    public RunLog(Path file, Class<L> type) throws IOException {
        this.file = file;
        this.type = type;
        if (!Files.exists(file)) {
            Files.createDirectories(file.toAbsolutePath().getParent());
            return;
        }
        String text = Files.readString(file);
        for (String line : text.lines().filter(line -> !line.isBlank()).toList()) {
            try {
                L run = json.readValue(line, type);
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
    public synchronized Optional<L> find(Record key) {
        return Optional.ofNullable(lines.get(key));
    }

    /**
     * Writes down a finished run.
     *
     * @throws IOException if it cannot be written
     */
    public synchronized void add(L line) throws IOException {
        lines.put(line.key(), line);
        Files.writeString(
                file,
                json.writeValueAsString(line) + "\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }
}
