package org.evengrad.operations;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.evengrad.diagnosis.LearningRateRange;
import org.evengrad.diagnosis.RangeOptions;

/**
 * What to find a learning rate for.
 *
 * @param config the configuration file
 * @param overrides keys and values that win over the file
 * @param options which rates, and how many steps
 * @param listener is told how far it is
 */
public record FindLearningRateRequest(
        Path config,
        Map<String, String> overrides,
        RangeOptions options,
        LearningRateRange.Listener listener) {
    /** Keeps a copy. */
    public FindLearningRateRequest {
        overrides = Collections.unmodifiableMap(new LinkedHashMap<>(overrides));
    }

    /** A configuration as it stands, over the usual rates. */
    public static FindLearningRateRequest of(Path config) {
        return new FindLearningRateRequest(
                config, Map.of(), RangeOptions.DEFAULTS, (steps, planned) -> {});
    }

    /** The same with one more override. */
    public FindLearningRateRequest with(String key, String value) {
        Map<String, String> more = new LinkedHashMap<>(overrides);
        more.put(key, value);
        return new FindLearningRateRequest(config, more, options, listener);
    }

    /** The same over other rates. */
    public FindLearningRateRequest options(RangeOptions others) {
        return new FindLearningRateRequest(config, overrides, others, listener);
    }

    /** The same for someone who follows it. */
    public FindLearningRateRequest listener(LearningRateRange.Listener follower) {
        return new FindLearningRateRequest(config, overrides, options, follower);
    }
}
