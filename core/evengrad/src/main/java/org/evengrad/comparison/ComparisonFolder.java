package org.evengrad.comparison;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;
import org.evengrad.engine.run.AtomicFile;
import org.evengrad.engine.run.RunFolder;

/**
 * The folder of one comparison: what is compared, a run folder for each combination and seed, and
 * at the end {@code comparison.json}, {@code comparison.csv} and {@code comparison.svg}.
 *
 * @param path the folder, absolute
 */
record ComparisonFolder(Path path) {
    private static final String INFIX = "-compare";
    private static final String PLAN = "plan.txt";
    private static final String RESULT = "comparison.json";

    /**
     * Takes a new folder, and writes down what is compared.
     *
     * @param asked an empty or new folder; without it the next free number below {@code runs}
     * @throws InvalidInputException if it cannot be used
     */
    static ComparisonFolder begin(Optional<Path> asked, Path runs, String name, String plan) {
        Path path =
                asked.map(RunFolder::at).orElseGet(() -> RunFolder.next(runs, name + INFIX)).path();
        write(path.resolve(PLAN), plan);
        return new ComparisonFolder(path);
    }

    /**
     * Goes on in the folder of a comparison that stopped.
     *
     * @param asked the folder; without it the newest numbered one that did not come to its end
     * @throws InvalidInputException if there is none, or another thing was compared in it
     */
    static ComparisonFolder resume(Optional<Path> asked, Path runs, String name, String plan) {
        Path path =
                asked.map(folder -> folder.toAbsolutePath().normalize())
                        .orElseGet(() -> unfinished(runs, name));
        Path file = path.resolve(PLAN);
        if (!Files.isRegularFile(file)) {
            throw problem("nothing to resume: " + path + " holds no comparison");
        }
        try {
            if (!Files.readString(file).equals(plan)) {
                throw problem(
                        path
                                + " compares something else (see "
                                + PLAN
                                + " there); resume with the same configuration and options, or"
                                + " start anew");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new ComparisonFolder(path);
    }

    private static Path unfinished(Path runs, String name) {
        Pattern numbered = Pattern.compile(Pattern.quote(name + INFIX) + "-\\d{3,}");
        Path parent = runs.toAbsolutePath().normalize();
        InvalidInputException nothing =
                problem("nothing to resume: no comparison of " + name + " that stopped in " + runs);
        if (!Files.isDirectory(parent)) {
            throw nothing;
        }
        try (Stream<Path> entries = Files.list(parent)) {
            return entries.filter(path -> numbered.matcher(path.getFileName().toString()).matches())
                    .filter(path -> Files.exists(path.resolve(PLAN)))
                    .filter(path -> !Files.exists(path.resolve(RESULT)))
                    .max(Comparator.comparing(path -> path.getFileName().toString()))
                    .orElseThrow(() -> nothing);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The folder of a run. */
    RunFolder run(int cell, Cell of, long seed) {
        String slug =
                String.join("-", of.values().values())
                        .replaceAll("[^\\p{L}\\p{N}._-]+", "-")
                        .replaceAll("-{2,}", "-")
                        .replaceAll("^[-.]+|[-.]+$", "");
        int most = 40;
        String number = String.format(Locale.ROOT, "%02d", cell + 1);
        String name = slug.isEmpty() ? number : number + "-" + slug;
        return new RunFolder(
                path.resolve(name.length() > most ? name.substring(0, most) : name)
                        .resolve("seed-" + seed));
    }

    /** Writes what came out; {@code comparison.json} last, when all runs have ended. */
    void finish(Comparison comparison) {
        write(path.resolve("comparison.csv"), ComparisonCsv.of(comparison));
        write(path.resolve("comparison.svg"), ComparisonPlot.of(comparison));
        if (comparison.isWhole()) {
            write(path.resolve(RESULT), ComparisonJson.of(comparison));
        }
    }

    private static void write(Path file, String text) {
        try {
            AtomicFile.writeText(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InvalidInputException problem(String message) {
        return new InvalidInputException(Problem.of(message));
    }
}
