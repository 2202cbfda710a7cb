package org.evengrad.benchmarks.race;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A process that takes steps when it is told to; the race's side of {@link Turns}. */
final class Contestant implements AutoCloseable {
    private final String name;
    private final Path log;
    private final Process process;
    private final BufferedReader answers;
    private final PrintWriter commands;

    /**
     * How long a turn took.
     *
     * @param nanos all of it
     * @param phases parts of it, in nanoseconds, where the contestant tells
     */
    record Turn(long nanos, Map<String, Long> phases) {
        /** From an answer. */
        static Turn parse(String answer) {
            String[] words = answer.split(" ");
            Map<String, Long> phases = new LinkedHashMap<>();
            for (int i = 2; i < words.length; i++) {
                int equals = words[i].indexOf('=');
                phases.put(
                        words[i].substring(0, equals),
                        Long.valueOf(words[i].substring(equals + 1)));
            }
            return new Turn(Long.parseLong(words[1]), phases);
        }
    }

    /**
     * Starts it, and waits until it is ready.
     *
     * @param command that starts the process
     * @param environment variables that are set; those that set threads are not inherited
     * @param log receives what the process prints besides answers
     * @throws IllegalStateException if it ends instead
     */
    Contestant(String name, List<String> command, Map<String, String> environment, Path log)
            throws IOException {
        this.name = name;
        this.log = log;
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(log.toFile());
        builder.environment()
                .keySet()
                .removeAll(List.of("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"));
        builder.environment().putAll(environment);
        process = builder.start();
        answers = process.inputReader();
        commands = new PrintWriter(process.outputWriter(), true);
        answer("ready");
    }

    /** Its name. */
    String name() {
        return name;
    }

    /** Lets it take steps. */
    Turn run(long steps) throws IOException {
        commands.println("run " + steps);
        return Turn.parse(answer("took"));
    }

    /** What it holds now. */
    Memory memory() throws IOException {
        commands.println("memory");
        return Memory.parse(answer("memory"));
    }

    /** Processor time so far, of all its threads. */
    Duration processorTime() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    private String answer(String expected) throws IOException {
        String line = answers.readLine();
        if (line == null || !line.startsWith(expected)) {
            close();
            throw new IllegalStateException(
                    name + " answers " + line + " instead of " + expected + "; see " + log);
        }
        return line;
    }

    @Override
    public void close() {
        commands.close();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
