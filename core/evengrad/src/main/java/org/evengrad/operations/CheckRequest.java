package org.evengrad.operations;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;

/**
 * What to look at before it is trained.
 *
 * @param config the configuration file
 * @param overrides keys and values that win over the file
 * @param seeds how many initializations to look at; empty: as many as are needed to be sure
 */
public record CheckRequest(Path config, Map<String, String> overrides, OptionalInt seeds) {
    /** Keeps a copy. */
    public CheckRequest {
        overrides = Collections.unmodifiableMap(new LinkedHashMap<>(overrides));
    }

    /** Looks at a configuration as it stands. */
    public static CheckRequest of(Path config) {
        return new CheckRequest(config, Map.of(), OptionalInt.empty());
    }

    /** The same with one more override. */
    public CheckRequest with(String key, String value) {
        Map<String, String> more = new LinkedHashMap<>(overrides);
        more.put(key, value);
        return new CheckRequest(config, more, seeds);
    }

    /** The same with so many initializations. */
    public CheckRequest seeds(OptionalInt count) {
        return new CheckRequest(config, overrides, count);
    }
}
