package org.evengrad.cli;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.evengrad.config.bind.StrategyWriter;
import org.evengrad.config.plugins.KebabCase;
import org.evengrad.config.plugins.Kind;
import org.evengrad.config.plugins.OptionType;
import org.evengrad.config.plugins.Range;
import org.evengrad.spi.Span;

/**
 * An option in words.
 *
 * @param key as a configuration writes it
 * @param type what a value is
 * @param defaultValue as a configuration writes it; "required" if there is none
 * @param range the allowed numbers, {@code [0, 1)}; empty if there is no bound
 * @param help what the option does
 */
record OptionDescription(String key, String type, String defaultValue, String range, String help) {
    static OptionDescription of(OptionType option, StrategyWriter writer) {
        Object value = option.defaultValue();
        Range range = option.range();
        return new OptionDescription(
                option.key(),
                words(option.type()),
                value == null ? "required" : writer.value(value),
                range.equals(Range.FINITE) ? "" : range.toString().replaceFirst("^in ", ""),
                option.help());
    }

    private static String words(Type type) {
        if (type instanceof ParameterizedType list) {
            return "list of " + many(list.getActualTypeArguments()[0]);
        }
        if (type == int.class || type == long.class) {
            return "whole number";
        }
        if (type == double.class) {
            return "number";
        }
        if (type == boolean.class) {
            return "true or false";
        }
        if (type == String.class) {
            return "text";
        }
        if (type == Span.class) {
            return "span";
        }
        if (type == Duration.class) {
            return "duration";
        }
        if (type instanceof Class<?> choices && choices.isEnum()) {
            return Arrays.stream(choices.getEnumConstants())
                    .map(constant -> KebabCase.of((Enum<?>) constant))
                    .collect(Collectors.joining(" | "));
        }
        return type instanceof Class<?> strategy
                ? Kind.of(strategy).map(Kind::singular).orElse(strategy.getSimpleName())
                : type.getTypeName();
    }

    private static String many(Type element) {
        return element instanceof Class<?> strategy
                ? Kind.of(strategy).map(Kind::folder).orElse("numbers")
                : "numbers";
    }
}
