package org.evengrad.config.bind;

import java.util.List;
import java.util.stream.Collectors;
import org.evengrad.config.plugins.Kind;
import org.evengrad.config.plugins.OptionType;
import org.evengrad.config.plugins.StrategyRegistry;
import org.evengrad.config.plugins.StrategyType;

/**
 * Writes strategies as HOCON that {@link Binder} reads back to equal records.
 *
 * @since 0.1.0
 */
public final class StrategyWriter {
    private final StrategyRegistry registry;

    /** A writer that finds names in a registry. */
    public StrategyWriter(StrategyRegistry registry) {
        this.registry = registry;
    }

    /**
     * Writes a strategy with all its options on one line: {@code { use = sgd, learning-rate = 0.01
     * }}.
     *
     * @throws org.evengrad.config.problem.InvalidInputException if the object is no strategy
     */
    public String write(Object strategy) {
        StrategyType type = registry.typeOf(strategy);
        StringBuilder text = new StringBuilder("{ use = ").append(type.name());
        for (OptionType option : type.options()) {
            Object value = option.value((Record) strategy);
            if (value != null) {
                text.append(", ").append(option.key()).append(" = ").append(value(value));
            }
        }
        return text.append(" }").toString();
    }

    /**
     * Writes the value of an option: a number, text, enum, span, duration, path, strategy or list.
     *
     * @throws IllegalArgumentException if it is none of these
     */
    public String value(Object value) {
        if (value instanceof List<?> list) {
            return list.isEmpty()
                    ? "[]"
                    : list.stream().map(this::value).collect(Collectors.joining(", ", "[ ", " ]"));
        }
        return isStrategy(value) ? write(value) : Scalars.write(value);
    }

    private static boolean isStrategy(Object value) {
        for (Kind kind : Kind.values()) {
            if (kind.type().isInstance(value)) {
                return true;
            }
        }
        return false;
    }
}
