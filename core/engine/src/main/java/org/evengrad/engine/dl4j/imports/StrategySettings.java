package org.evengrad.engine.dl4j.imports;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.evengrad.config.plugins.Kind;

/**
 * A strategy by name, before anybody knows whether it is installed.
 *
 * @param kind what it is
 * @param name as a configuration names it
 * @param options in the order of writing: numbers, words, lists of numbers, or settings of a
 *     strategy within
 */
public record StrategySettings(Kind kind, String name, Map<String, Object> options) {
    /** Copies the options and keeps their order. */
    public StrategySettings {
        options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
    }

    static StrategySettings of(Kind kind, String name) {
        return new StrategySettings(kind, name, Map.of());
    }

    /** The same with one more option. */
    StrategySettings with(String option, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(options);
        more.put(option, value);
        return new StrategySettings(kind, name, more);
    }

    /**
     * The way a configuration writes it, {@code { use = sgd, learning-rate = 0.1 }}, which {@link
     * org.evengrad.config.bind.StrategyReader} reads.
     */
    public String hocon() {
        return options.entrySet().stream()
                .map(option -> ", " + option.getKey() + " = " + hocon(option.getValue()))
                .collect(Collectors.joining("", "{ use = " + name, " }"));
    }

    private static String hocon(Object value) {
        if (value instanceof StrategySettings strategy) {
            return strategy.hocon();
        }
        if (value instanceof List<?> list) {
            return list.stream()
                    .map(StrategySettings::hocon)
                    .collect(Collectors.joining(", ", "[", "]"));
        }
        return value instanceof Double number ? number(number) : value.toString();
    }

    /** The name and what matters most, for people: {@code adam 0.001}, {@code clip-value 0.5}. */
    @Override
    public String toString() {
        return options.values().stream()
                .limit(1)
                .filter(Double.class::isInstance)
                .map(first -> name + " " + number((Double) first))
                .findFirst()
                .orElse(name);
    }

    /** Without the {@code .0} of whole numbers. */
    static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }
}
