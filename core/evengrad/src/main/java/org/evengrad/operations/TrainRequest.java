package org.evengrad.operations;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.evengrad.engine.train.StopRequest;
import org.evengrad.engine.train.TrainingListener;

/**
 * What to train and where to put it.
 *
 * @param config the configuration file
 * @param overrides keys and values that win over the file
 * @param runFolder an empty or new folder; without it the next free one below {@code runs}
 * @param runs the folder that holds numbered runs
 * @param listeners follow the run
 * @param stop asks the run to end early
 * @param resume whether to go on with a run that stopped: the one in the run folder, or the newest
 *     numbered one that has a checkpoint
 * @param asked when someone asked for the run: the figure {@code startupSeconds} counts from there
 */
public record TrainRequest(
        Path config,
        Map<String, String> overrides,
        Optional<Path> runFolder,
        Path runs,
        List<TrainingListener> listeners,
        StopRequest stop,
        boolean resume,
        Instant asked) {
    /** Keeps copies. */
    public TrainRequest {
        overrides = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(overrides));
        listeners = List.copyOf(listeners);
    }

    /** Trains a configuration as it stands, into {@code runs/NAME-001} or the next free number. */
    public static TrainRequest of(Path config) {
        return new TrainRequest(
                config,
                Map.of(),
                Optional.empty(),
                Path.of("runs"),
                List.of(),
                new StopRequest(),
                false,
                Instant.now());
    }

    /** The same with one more override. */
    public TrainRequest with(String key, String value) {
        Map<String, String> more = new LinkedHashMap<>(overrides);
        more.put(key, value);
        return new TrainRequest(config, more, runFolder, runs, listeners, stop, resume, asked);
    }

    /** The same into a folder. */
    public TrainRequest into(Path folder) {
        return new TrainRequest(
                config, overrides, Optional.of(folder), runs, listeners, stop, resume, asked);
    }

    /** The same with the numbered run folders below another folder. */
    public TrainRequest below(Path folder) {
        return new TrainRequest(
                config, overrides, runFolder, folder, listeners, stop, resume, asked);
    }

    /** The same with one more listener. */
    public TrainRequest listener(TrainingListener listener) {
        List<TrainingListener> more = new ArrayList<>(listeners);
        more.add(listener);
        return new TrainRequest(config, overrides, runFolder, runs, more, stop, resume, asked);
    }

    /** The same with a way to end it early. */
    public TrainRequest stop(StopRequest request) {
        return new TrainRequest(
                config, overrides, runFolder, runs, listeners, request, resume, asked);
    }

    /**
     * The same, asked for at another time than that of {@link #of}, such as the process's start.
     */
    public TrainRequest asked(Instant when) {
        return new TrainRequest(config, overrides, runFolder, runs, listeners, stop, resume, when);
    }

    /** The same, going on with a run that stopped. */
    public TrainRequest resuming() {
        return new TrainRequest(config, overrides, runFolder, runs, listeners, stop, true, asked);
    }
}
