package org.evengrad.comparison;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.evengrad.config.TrainingConfig.Metric;
import org.evengrad.engine.train.StopRequest;

/**
 * What to compare and where to put it.
 *
 * @param config the configuration file
 * @param overrides keys and values that win over the file, in every run
 * @param variations keys that take several values; every combination is run
 * @param seeds how many seeds each combination is run with: the configuration's, and those behind
 * @param metric what decides; empty: accuracy, R2 or the loss, whatever the task has first
 * @param folder an empty or new folder; without it the next free one below {@code runs}
 * @param runs the folder that holds numbered folders
 * @param listener follows it
 * @param stop asks it to end early
 * @param resume whether to go on with a comparison that stopped
 */
public record CompareRequest(
        Path config,
        Map<String, String> overrides,
        List<Variation> variations,
        int seeds,
        Optional<Metric> metric,
        Optional<Path> folder,
        Path runs,
        CompareListener listener,
        StopRequest stop,
        boolean resume) {
    /**
     * Keeps copies.
     *
     * @throws IllegalArgumentException if there is no seed
     */
    public CompareRequest {
        overrides = Collections.unmodifiableMap(new LinkedHashMap<>(overrides));
        variations = List.copyOf(variations);
        if (seeds < 1) {
            throw new IllegalArgumentException("at least one seed: " + seeds);
        }
    }

    /** One run of a configuration as it stands. */
    public static CompareRequest of(Path config) {
        return new CompareRequest(
                config,
                Map.of(),
                List.of(),
                1,
                Optional.empty(),
                Optional.empty(),
                Path.of("runs"),
                CompareListener.NONE,
                new StopRequest(),
                false);
    }

    /** The same with one more override. */
    public CompareRequest with(String key, String value) {
        Map<String, String> more = new LinkedHashMap<>(overrides);
        more.put(key, value);
        return new CompareRequest(
                config, more, variations, seeds, metric, folder, runs, listener, stop, resume);
    }

    /** The same with one more key that varies. */
    public CompareRequest vary(String key, String... values) {
        return vary(new Variation(key, List.of(values)));
    }

    /** The same with one more key that varies. */
    public CompareRequest vary(Variation variation) {
        List<Variation> more = new ArrayList<>(variations);
        more.add(variation);
        return new CompareRequest(
                config, overrides, more, seeds, metric, folder, runs, listener, stop, resume);
    }

    /** The same with so many seeds. */
    public CompareRequest seeds(int count) {
        return new CompareRequest(
                config, overrides, variations, count, metric, folder, runs, listener, stop, resume);
    }

    /** The same, decided by a metric on the validation part. */
    public CompareRequest by(Metric chosen) {
        return new CompareRequest(
                config,
                overrides,
                variations,
                seeds,
                Optional.of(chosen),
                folder,
                runs,
                listener,
                stop,
                resume);
    }

    /** The same into a folder. */
    public CompareRequest into(Path chosen) {
        return new CompareRequest(
                config,
                overrides,
                variations,
                seeds,
                metric,
                Optional.of(chosen),
                runs,
                listener,
                stop,
                resume);
    }

    /** The same with the numbered folders below another folder. */
    public CompareRequest below(Path parent) {
        return new CompareRequest(
                config,
                overrides,
                variations,
                seeds,
                metric,
                folder,
                parent,
                listener,
                stop,
                resume);
    }

    /** The same, followed. */
    public CompareRequest listener(CompareListener follower) {
        return new CompareRequest(
                config, overrides, variations, seeds, metric, folder, runs, follower, stop, resume);
    }

    /** The same with a way to end it early. */
    public CompareRequest stop(StopRequest request) {
        return new CompareRequest(
                config,
                overrides,
                variations,
                seeds,
                metric,
                folder,
                runs,
                listener,
                request,
                resume);
    }

    /** The same, going on with one that stopped. */
    public CompareRequest resuming() {
        return new CompareRequest(
                config, overrides, variations, seeds, metric, folder, runs, listener, stop, true);
    }
}
