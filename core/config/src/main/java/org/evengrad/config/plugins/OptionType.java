package org.evengrad.config.plugins;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.evengrad.spi.Option;
import org.evengrad.spi.Span;

/**
 * One option of a strategy: a component of its record.
 *
 * @since 0.1.0
 */
public final class OptionType {
    private static final Set<Class<?>> NUMBERS =
            Set.of(int.class, long.class, double.class, Span.class, Duration.class);
    private static final Set<Class<?>> OTHERS = Set.of(boolean.class, String.class);
    private static final double NANOS_PER_SECOND = 1e9;

    private final String key;
    private final Type type;
    private final String help;
    private final Range range;
    private final Method accessor;
    private final Object defaultValue;

    private OptionType(
            String key, Type type, String help, Range range, Method accessor, Object defaultValue) {
        this.key = key;
        this.type = type;
        this.help = help;
        this.range = range;
        this.accessor = accessor;
        this.defaultValue = defaultValue;
    }

    /**
     * Describes a component.
     *
     * @param component a component of a strategy's record
     * @param defaults the record of the no-argument constructor; null if that failed
     * @param problems takes what is wrong with the component
     * @return null if something is wrong
     */
    static OptionType describe(RecordComponent component, Record defaults, List<String> problems) {
        String name = "component " + component.getName();
        int before = problems.size();
        Type type = component.getGenericType();
        boolean numeric = isNumeric(type);
        if (!numeric && !isOther(type)) {
            problems.add(
                    name
                            + " has the type "
                            + type.getTypeName()
                            + "; an option is a boolean, int, long, double, String, enum,"
                            + " List<Double>, Span, Duration, strategy or list of strategies");
        }
        Option option = component.getAnnotation(Option.class);
        if (option == null) {
            problems.add(name + " has no @Option");
            return null;
        }
        if (component.getName().equals("use")) {
            problems.add(name + " has the name of the key that names the strategy");
        }
        if (option.help().isBlank()) {
            problems.add(name + " has an empty help text in @Option");
        }
        if (!option.range().isEmpty() && !numeric) {
            problems.add(name + " has a range but is no number");
        }
        Range range = Range.FINITE;
        try {
            range = Range.parse(option.range());
        } catch (IllegalArgumentException invalid) {
            problems.add(name + " has an invalid range: " + invalid.getMessage());
        }
        if (problems.size() > before || defaults == null) {
            return null;
        }
        Object value = read(component.getAccessor(), defaults);
        OptionType described =
                new OptionType(
                        KebabCase.of(component.getName()),
                        type,
                        option.help(),
                        range,
                        component.getAccessor(),
                        value);
        if (value == null && strategyKind(type).isEmpty()) {
            problems.add(name + " has no default");
            return null;
        }
        Optional<String> outside = value == null ? Optional.empty() : described.violation(value);
        outside.ifPresent(text -> problems.add(name + " has a default that " + text));
        return outside.isPresent() ? null : described;
    }

    /** The key in a configuration: {@code learning-rate}. */
    public String key() {
        return key;
    }

    /** The component's type, with its type arguments. */
    public Type type() {
        return type;
    }

    /** One phrase that says what the option does. */
    public String help() {
        return help;
    }

    /** The allowed numbers; {@link Range#FINITE} if the option is no number. */
    public Range range() {
        return range;
    }

    /** The default; null if the option is a strategy that must be given. */
    public Object defaultValue() {
        return defaultValue;
    }

    /**
     * Reads the option from a strategy.
     *
     * @param strategy a record of the type that the option belongs to
     */
    public Object value(Record strategy) {
        return read(accessor, strategy);
    }

    /**
     * Checks a value against the range: a number, each number of a list, the amount of a span, the
     * seconds of a duration.
     *
     * @return a phrase such as {@code must be in [0, 1), not 1.0}; empty if the value is allowed
     */
    public Optional<String> violation(Object value) {
        return violation(range, value);
    }

    /**
     * Checks a value against a range, as {@link #violation(Object)} does.
     *
     * @return a phrase that begins with "must be"; empty if the value is allowed
     */
    public static Optional<String> violation(Range range, Object value) {
        if (value instanceof List<?> list) {
            return list.stream().flatMap(each -> violation(range, each).stream()).findFirst();
        }
        double number;
        if (value instanceof Number plain) {
            number = plain.doubleValue();
        } else if (value instanceof Span span) {
            number = span.amount();
        } else if (value instanceof Duration duration) {
            number = duration.getSeconds() + duration.getNano() / NANOS_PER_SECOND;
        } else {
            return Optional.empty();
        }
        if (range.contains(number)) {
            return Optional.empty();
        }
        String found =
                value instanceof Span
                        ? value.toString()
                        : Range.text(number) + (value instanceof Duration ? "s" : "");
        return Optional.of("must be " + range + ", not " + found);
    }

    /** Reads a component of a record. */
    static Object read(Method accessor, Record strategy) {
        try {
            return accessor.invoke(strategy);
        } catch (IllegalAccessException | InvocationTargetException failure) {
            throw new IllegalStateException(
                    "cannot read " + accessor.getName() + " of " + strategy.getClass().getName(),
                    failure);
        }
    }

    private static boolean isNumeric(Type type) {
        return NUMBERS.contains(type) || Double.class == elementOfList(type);
    }

    private static boolean isOther(Type type) {
        return OTHERS.contains(type)
                || type instanceof Class<?> plain && plain.isEnum()
                || strategyKind(type).isPresent()
                || strategyKind(elementOfList(type)).isPresent();
    }

    private static Optional<Kind> strategyKind(Type type) {
        return type instanceof Class<?> plain ? Kind.of(plain) : Optional.empty();
    }

    /** The element's type if the type is a list; null otherwise. */
    private static Type elementOfList(Type type) {
        return type instanceof ParameterizedType parameterized
                        && parameterized.getRawType() == List.class
                ? parameterized.getActualTypeArguments()[0]
                : null;
    }
}
