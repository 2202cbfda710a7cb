package org.evengrad.operations;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.evengrad.diagnosis.repair.RepairListener;
import org.evengrad.diagnosis.repair.RepairOptions;
import org.evengrad.engine.train.StopRequest;

/**
 * What to repair and where to put what comes of it.
 *
 * @param config the configuration file
 * @param overrides keys and values that win over the file
 * @param folder an empty or new folder; without it the next free {@code NAME-doctor-001} below
 *     {@code runs}
 * @param runs the folder that holds numbered folders
 * @param options how far to go
 * @param listener follows the attempt
 * @param stop asks the attempt to end early, with what is known by then
 */
public record RepairRequest(
        Path config,
        Map<String, String> overrides,
        Optional<Path> folder,
        Path runs,
        RepairOptions options,
        RepairListener listener,
        StopRequest stop) {
    /** Keeps a copy. */
    public RepairRequest {
        overrides = Collections.unmodifiableMap(new LinkedHashMap<>(overrides));
    }

    /** Repairs a configuration as it stands. */
    public static RepairRequest of(Path config) {
        return new RepairRequest(
                config,
                Map.of(),
                Optional.empty(),
                Path.of("runs"),
                RepairOptions.DEFAULTS,
                RepairListener.NONE,
                new StopRequest());
    }

    /** The same with one more override. */
    public RepairRequest with(String key, String value) {
        Map<String, String> more = new LinkedHashMap<>(overrides);
        more.put(key, value);
        return new RepairRequest(config, more, folder, runs, options, listener, stop);
    }

    /** The same into a folder. */
    public RepairRequest into(Path other) {
        return new RepairRequest(
                config, overrides, Optional.of(other), runs, options, listener, stop);
    }

    /** The same with the numbered folders below another folder. */
    public RepairRequest below(Path other) {
        return new RepairRequest(config, overrides, folder, other, options, listener, stop);
    }

    /** The same, going so far. */
    public RepairRequest options(RepairOptions other) {
        return new RepairRequest(config, overrides, folder, runs, other, listener, stop);
    }

    /** The same, followed by another listener. */
    public RepairRequest listener(RepairListener other) {
        return new RepairRequest(config, overrides, folder, runs, options, other, stop);
    }

    /** The same with a way to end it early. */
    public RepairRequest stop(StopRequest other) {
        return new RepairRequest(config, overrides, folder, runs, options, listener, other);
    }

    /**
     * Where the repaired configuration goes: {@code NAME.repaired.conf} beside {@code NAME.conf}.
     */
    public Path repairedConfig() {
        Path absolute = config.toAbsolutePath().normalize();
        String name = absolute.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return absolute.resolveSibling(
                (dot > 0 ? name.substring(0, dot) : name) + ".repaired.conf");
    }
}
