package org.evengrad.engine.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;

/**
 * The folder of one run, and the names of what is in it.
 *
 * @param path the folder, absolute
 */
public record RunFolder(Path path) {
    private static final int MOST_RUNS = 1_000_000;

    /**
     * Takes the next free folder {@code NAME-001}, {@code NAME-002}, …
     *
     * @param runs the folder that holds runs; created if absent
     * @param name of the run
     * @throws InvalidInputException if it cannot be written
     */
    public static RunFolder next(Path runs, String name) {
        Path parent = runs.toAbsolutePath().normalize();
        try {
            Files.createDirectories(parent);
            for (int number = 1; number < MOST_RUNS; number++) {
                Path folder = parent.resolve(String.format(Locale.ROOT, "%s-%03d", name, number));
                try {
                    // Creating is the test: two runs that start at once get two folders.
                    return new RunFolder(Files.createDirectory(folder));
                } catch (FileAlreadyExistsException taken) {
                    continue;
                }
            }
        } catch (IOException e) {
            throw unwritable(parent, e);
        }
        throw new InvalidInputException(Problem.of("no free run folder in " + parent));
    }

    /**
     * Takes the folder that the user named.
     *
     * @throws InvalidInputException if it is not empty, is no folder, or cannot be written
     */
    public static RunFolder at(Path folder) {
        Path absolute = folder.toAbsolutePath().normalize();
        try {
            if (Files.exists(absolute) && !Files.isDirectory(absolute)) {
                throw new InvalidInputException(
                        Problem.of("run folder " + folder + " is a file; name a new folder"));
            }
            Files.createDirectories(absolute);
            try (Stream<Path> entries = Files.list(absolute)) {
                if (entries.findAny().isPresent()) {
                    throw new InvalidInputException(
                            Problem.of(
                                    "run folder "
                                            + folder
                                            + " is not empty; name a new one, or leave --run-dir"
                                            + " away to get the next free number"));
                }
            }
            if (!Files.isWritable(absolute)) {
                throw new InvalidInputException(
                        Problem.of("run folder " + folder + " cannot be written"));
            }
            return new RunFolder(absolute);
        } catch (IOException e) {
            throw unwritable(folder, e);
        }
    }

    /**
     * The newest numbered folder of a run that has a checkpoint and did not come to its end.
     *
     * @param runs the folder that holds runs
     * @param name of the run
     * @throws InvalidInputException if there is none
     */
    public static RunFolder unfinished(Path runs, String name) {
        Pattern numbered = Pattern.compile(Pattern.quote(name) + "-\\d{3,}");
        Path parent = runs.toAbsolutePath().normalize();
        if (Files.isDirectory(parent)) {
            try (Stream<Path> entries = Files.list(parent)) {
                return entries.filter(
                                entry -> numbered.matcher(entry.getFileName().toString()).matches())
                        .map(RunFolder::new)
                        .filter(folder -> Files.isDirectory(folder.checkpoints()))
                        .filter(folder -> !folder.cameToItsEnd())
                        .max(Comparator.comparingLong(RunFolder::number))
                        .orElseThrow(() -> nothingToResume(name, runs));
            } catch (IOException e) {
                throw unwritable(parent, e);
            }
        }
        throw nothingToResume(name, runs);
    }

    /** An interrupted run leaves a summary too, which says so. */
    private boolean cameToItsEnd() {
        try {
            return Files.exists(summary())
                    && !Files.readString(summary()).contains("\"status\" : \"interrupted\"");
        } catch (IOException e) {
            return false;
        }
    }

    private long number() {
        String name = path.getFileName().toString();
        return Long.parseLong(name.substring(name.lastIndexOf('-') + 1));
    }

    private static InvalidInputException nothingToResume(String name, Path runs) {
        return new InvalidInputException(
                Problem.of(
                        "nothing to resume: no run "
                                + name
                                + " with a checkpoint in "
                                + runs
                                + "; training.checkpoint-every = 500 steps makes checkpoints"));
    }

    private static InvalidInputException unwritable(Path folder, IOException cause) {
        String reason =
                cause instanceof java.nio.file.AccessDeniedException
                        ? "permission denied"
                        : cause.getClass().getSimpleName() + ": " + cause.getMessage();
        return new InvalidInputException(
                Problem.of("run folder " + folder + " cannot be written (" + reason + ")"));
    }

    /** The effective configuration. */
    public Path config() {
        return path.resolve("config.conf");
    }

    /** What ran, on what, with what. */
    public Path manifest() {
        return path.resolve("manifest.json");
    }

    /** A line a step. */
    public Path metrics() {
        return path.resolve("metrics.jsonl");
    }

    /** The machine's view of the end. */
    public Path summary() {
        return path.resolve("summary.json");
    }

    /** The trained model. */
    public Path model() {
        return path.resolve("model.zip");
    }

    /** What a run needs to go on. */
    public Path checkpoints() {
        return path.resolve("checkpoints");
    }

    /** Batches that a step did not use, for replay. */
    public Path setAside() {
        return path.resolve("set-aside");
    }

    /** Batches in which a NaN or an infinity arose, for replay. */
    public Path badBatches() {
        return path.resolve("bad-batches");
    }

    /** The first of {@link #badBatches()}; empty if there is none. */
    public Optional<Path> firstBadBatch() {
        if (!Files.isDirectory(badBatches())) {
            return Optional.empty();
        }
        try (Stream<Path> entries = Files.list(badBatches())) {
            return entries.filter(file -> file.getFileName().toString().endsWith(".json"))
                    .min(Comparator.comparingLong(RunFolder::stepOf));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long stepOf(Path file) {
        String digits = file.getFileName().toString().replaceAll("\\D", "");
        return digits.isEmpty() ? Long.MAX_VALUE : Long.parseLong(digits);
    }

    /** The page that people look at. */
    public Path report() {
        return path.resolve("report.html");
    }
}
