package org.evengrad.comparison;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.evengrad.config.ConfigLoader;
import org.evengrad.config.LoadedConfig;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;
import org.evengrad.engine.run.RunFolder;
import org.evengrad.engine.train.TrainingListener;
import org.evengrad.engine.train.TrainingResult.Status;
import org.evengrad.operations.Train;
import org.evengrad.operations.TrainRequest;
import org.evengrad.operations.TrainedRun;

/**
 * Trains every combination of some values with several seeds, and says which is best on the
 * validation part. Each run is an ordinary one with a folder of its own; one that stopped half way
 * goes on from there.
 */
public final class Compare {
    private final ConfigLoader configs;
    private final Train train;

    /**
     * The operation.
     *
     * @param configs reads configurations
     * @param train trains them
     */
    public Compare(ConfigLoader configs, Train train) {
        this.configs = configs;
        this.train = train;
    }

    /**
     * Compares.
     *
     * @return what came out; if it was asked to stop, as far as it came
     * @throws InvalidInputException if a combination is no usable configuration, or the folder
     *     cannot be used; nothing has then been trained
     */
    public Comparison run(CompareRequest request) {
        Work work = new Work(request);
        request.listener().started(work.size(), work.known());
        for (int cell = 0; cell < work.combinations.size(); cell++) {
            for (long seed : work.seeds) {
                if (request.stop().requested()) {
                    return work.result();
                }
                work.run(cell, seed);
            }
        }
        Comparison result = work.result();
        work.folder.finish(result);
        return result;
    }

    /** One comparison while it goes on. */
    private final class Work {
        private final CompareRequest request;
        private final String name;
        private final List<Map<String, String>> combinations;
        private final List<Long> seeds;
        private final ComparisonFolder folder;

        Work(CompareRequest request) {
            this.request = request;
            requireDifferentKeys();
            combinations = Matrix.of(request.variations());
            LoadedConfig plain = configs.load(request.config(), request.overrides());
            name = plain.config().name();
            seeds =
                    LongStream.range(0, request.seeds())
                            .map(i -> plain.config().seed() + i)
                            .boxed()
                            .toList();
            String plan = plan();
            folder =
                    request.resume()
                            ? ComparisonFolder.resume(request.folder(), request.runs(), name, plan)
                            : ComparisonFolder.begin(request.folder(), request.runs(), name, plan);
        }

        private void requireDifferentKeys() {
            Set<String> keys = new LinkedHashSet<>();
            for (Variation variation : request.variations()) {
                if (!keys.add(variation.key())) {
                    throw problem(variation.key() + " varies twice; give all its values at once");
                }
                if (variation.key().equals("seed")) {
                    throw problem("the seed varies by --seeds N, not by --vary");
                }
            }
        }

        /** What is compared, for whoever reads the folder, and to tell it from anything else. */
        private String plan() {
            StringBuilder text = new StringBuilder();
            text.append("configuration ").append(request.config().getFileName()).append('\n');
            text.append("seeds ").append(seeds).append('\n');
            List<Problem> problems = new ArrayList<>();
            for (Map<String, String> values : combinations) {
                try {
                    LoadedConfig config = configs.load(request.config(), overrides(values));
                    requireValidation(config);
                    text.append(new Cell(values, List.of()).name())
                            .append(": sha256 ")
                            .append(config.sha256())
                            .append('\n');
                } catch (InvalidInputException invalid) {
                    invalid.problems().stream()
                            .filter(each -> !problems.contains(each))
                            .forEach(problems::add);
                }
            }
            if (!problems.isEmpty()) {
                throw new InvalidInputException(problems);
            }
            return text.toString();
        }

        private static void requireValidation(LoadedConfig config) {
            if (config.config().data().validation().filter(part -> part.value() == 0).isPresent()) {
                throw new InvalidInputException(
                        Problem.ofKey(
                                "data.validation",
                                "a comparison is decided by validation rows; data.validation is"
                                        + " 0"));
            }
        }

        private Map<String, String> overrides(Map<String, String> values) {
            Map<String, String> overrides = new LinkedHashMap<>(request.overrides());
            overrides.putAll(values);
            return overrides;
        }

        int size() {
            return combinations.size() * seeds.size();
        }

        int known() {
            int known = 0;
            for (int cell = 0; cell < combinations.size(); cell++) {
                for (long seed : seeds) {
                    known += hasEnded(folder(cell, seed)) ? 1 : 0;
                }
            }
            return known;
        }

        private RunFolder folder(int cell, long seed) {
            return folder.run(cell, new Cell(combinations.get(cell), List.of()), seed);
        }

        void run(int index, long seed) {
            Cell cell = new Cell(combinations.get(index), List.of());
            RunFolder run = folder(index, seed);
            if (hasEnded(run)) {
                return;
            }
            boolean resumes = isResumable(run);
            if (!resumes) {
                clear(run.path());
            }
            TrainRequest training =
                    TrainRequest.of(request.config()).into(run.path()).stop(request.stop());
            for (Map.Entry<String, String> override : overrides(cell.values()).entrySet()) {
                training = training.with(override.getKey(), override.getValue());
            }
            training = training.with("seed", Long.toString(seed));
            for (TrainingListener listener : request.listener().begins(cell, seed)) {
                training = training.listener(listener);
            }
            TrainedRun trained = train.run(resumes ? training.resuming() : training);
            if (trained.result().status() != Status.INTERRUPTED) {
                request.listener().ended(cell, ComparedRun.read(seed, run));
            }
        }

        Comparison result() {
            List<Cell> cells = new ArrayList<>();
            List<ComparedRun> all = new ArrayList<>();
            for (int i = 0; i < combinations.size(); i++) {
                List<ComparedRun> runs = new ArrayList<>();
                for (long seed : seeds) {
                    if (hasEnded(folder(i, seed))) {
                        runs.add(ComparedRun.read(seed, folder(i, seed)));
                    }
                }
                all.addAll(runs);
                cells.add(new Cell(combinations.get(i), runs));
            }
            return new Comparison(
                    name,
                    folder.path(),
                    request.variations(),
                    seeds,
                    Comparison.metric(request.metric(), all),
                    cells);
        }
    }

    /** An interrupted run leaves a summary too, which says so. */
    private static boolean hasEnded(RunFolder run) {
        return Files.exists(run.summary())
                && !ComparedRun.read(0, run).status().equals("interrupted");
    }

    private static boolean isResumable(RunFolder run) {
        if (!Files.isDirectory(run.checkpoints())) {
            return false;
        }
        try (Stream<Path> checkpoints = Files.list(run.checkpoints())) {
            return checkpoints.findAny().isPresent();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a run left that was killed before its first checkpoint: it begins anew. */
    private static void clear(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InvalidInputException problem(String message) {
        return new InvalidInputException(Problem.of(message));
    }
}
