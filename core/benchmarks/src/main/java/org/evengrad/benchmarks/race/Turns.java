package org.evengrad.benchmarks.race;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A contestant's side of the race: it takes as many steps as it is told, answers how long they
 * took, and waits for the next turn. Waiting costs nothing: the thread reads.
 *
 * <p>Lines in: {@code run STEPS}, {@code memory}. Lines out: {@code ready}, {@code took NANOSECONDS
 * PHASE=NANOSECONDS…}, {@code memory HEAP RESIDENT} in bytes.
 */
final class Turns {
    private final BufferedReader commands;
    private final PrintStream answers;
    private final Runnable end;
    private final Supplier<Map<String, Long>> phases;

    private Map<String, Long> phasesBefore = Map.of();
    private long began;
    private long left;

    /**
     * Turns over streams.
     *
     * @param end what to do when there is no turn any more; does not return normally
     * @param phases how long each phase of all steps took so far, in nanoseconds; may be empty
     */
    Turns(
            BufferedReader commands,
            PrintStream answers,
            Runnable end,
            Supplier<Map<String, Long>> phases) {
        this.commands = commands;
        this.answers = answers;
        this.end = end;
        this.phases = phases;
    }

    /** Turns of this process, whose libraries print to the error stream from now on. */
    static Turns ofProcess(Supplier<Map<String, Long>> phases) {
        PrintStream answers = System.out;
        System.setOut(System.err);
        return new Turns(
                new BufferedReader(new InputStreamReader(System.in)),
                answers,
                () -> Runtime.getRuntime().halt(0),
                phases);
    }

    /** Turns of this process without phases. */
    static Turns ofProcess() {
        return ofProcess(Map::of);
    }

    /** Says that the next thing is a step, and waits for the first turn. */
    void ready() {
        answer("ready");
        await();
    }

    /** Counts a step, and waits for the next turn if it was the last of this one. */
    void stepped() {
        if (--left > 0) {
            return;
        }
        StringBuilder answer = new StringBuilder("took ").append(System.nanoTime() - began);
        phases.get()
                .forEach(
                        (phase, nanos) ->
                                answer.append(' ')
                                        .append(phase)
                                        .append('=')
                                        .append(nanos - phasesBefore.getOrDefault(phase, 0L)));
        answer(answer.toString());
        await();
    }

    private void await() {
        while (true) {
            String[] command = next().split(" ");
            switch (command[0]) {
                case "run" -> {
                    left = Long.parseLong(command[1]);
                    phasesBefore = Map.copyOf(phases.get());
                    began = System.nanoTime();
                    return;
                }
                case "memory" -> answer(Memory.used().toString());
                default -> throw new IllegalStateException("no command: " + command[0]);
            }
        }
    }

    private String next() {
        try {
            String line = commands.readLine();
            if (line == null) {
                end.run();
                throw new IllegalStateException("the race is over");
            }
            return line;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void answer(String line) {
        answers.println(line);
        answers.flush();
    }
}
