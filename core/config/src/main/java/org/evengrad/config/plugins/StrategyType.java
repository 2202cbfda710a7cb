package org.evengrad.config.plugins;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;
import org.evengrad.config.problem.Suggestion;
import org.evengrad.spi.HealthProblems;
import org.evengrad.spi.Strategy;

/**
 * What is known about a strategy without running it: its name, its documentation and its options,
 * all read from its record.
 *
 * @since 0.1.0
 */
public final class StrategyType {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");

    private final Kind kind;
    private final Strategy strategy;
    private final List<OptionType> options;
    private final Origin origin;
    private final Record defaults;
    private final Constructor<? extends Record> constructor;

    private StrategyType(
            Kind kind,
            Strategy strategy,
            List<OptionType> options,
            Origin origin,
            Record defaults,
            Constructor<? extends Record> constructor) {
        this.kind = kind;
        this.strategy = strategy;
        this.options = List.copyOf(options);
        this.origin = origin;
        this.defaults = defaults;
        this.constructor = constructor;
    }

    /**
     * Describes a class and checks that it is a strategy: a public record of one of the five kinds
     * with a public no-argument constructor, {@link Strategy}, and {@link org.evengrad.spi.Option}
     * on every component, whose defaults lie in their ranges.
     *
     * @param type the class
     * @param origin where it came from
     * @throws InvalidInputException with everything that is wrong with the class
     */
    public static StrategyType describe(Class<?> type, Origin origin) {
        List<String> problems = new ArrayList<>();
        List<Kind> kinds =
                Arrays.stream(Kind.values())
                        .filter(kind -> kind.type().isAssignableFrom(type))
                        .toList();
        if (kinds.size() != 1) {
            problems.add(
                    "implements "
                            + (kinds.isEmpty() ? "none" : "more than one")
                            + " of the five strategy interfaces");
        }
        Strategy strategy = type.getAnnotation(Strategy.class);
        checkAnnotation(strategy, problems);
        if (!Modifier.isPublic(type.getModifiers())) {
            problems.add("is not public");
        }
        Record defaults = null;
        List<OptionType> options = List.of();
        Constructor<? extends Record> constructor = null;
        if (type.isRecord()) {
            Class<? extends Record> recordType = type.asSubclass(Record.class);
            defaults = defaults(recordType, problems);
            options = options(recordType, defaults, problems);
            constructor = canonicalConstructor(recordType);
            if (kinds.contains(Kind.OPTIMIZER)) {
                checkLearningRate(recordType, problems);
            }
        } else {
            problems.add("is not a record");
        }
        if (!problems.isEmpty()) {
            String file = origin.jar() == null ? null : origin.jar().toString();
            throw new InvalidInputException(
                    problems.stream()
                            .map(text -> type.getName() + ": " + text)
                            .map(text -> new Problem(file, 0, 0, null, text))
                            .toList());
        }
        return new StrategyType(kinds.get(0), strategy, options, origin, defaults, constructor);
    }

    private static void checkAnnotation(Strategy strategy, List<String> problems) {
        if (strategy == null) {
            problems.add("has no @Strategy");
            return;
        }
        if (!NAME.matcher(strategy.name()).matches()) {
            problems.add("has the name '" + strategy.name() + "', which is not kebab-case");
        }
        if (strategy.summary().isBlank()) {
            problems.add("has an empty summary in @Strategy");
        }
        if (strategy.reference().isBlank()) {
            problems.add("has an empty reference in @Strategy");
        }
        if (strategy.since().isBlank()) {
            problems.add("has an empty since in @Strategy");
        }
        for (String helps : strategy.helpsAgainst()) {
            String problem = helps.split("/", 2)[0];
            if (!HealthProblems.NAMES.contains(problem)) {
                problems.add(
                        "helps against '"
                                + helps
                                + "' in @Strategy, and no verdict has the name '"
                                + problem
                                + "'."
                                + Suggestion.sentence(problem, HealthProblems.NAMES));
            }
        }
    }

    private static Record defaults(Class<? extends Record> type, List<String> problems) {
        try {
            return type.getConstructor().newInstance();
        } catch (NoSuchMethodException missing) {
            problems.add("has no public no-argument constructor for its defaults");
        } catch (InvocationTargetException failure) {
            if (failure.getCause() instanceof LinkageError missingLibrary) {
                throw missingLibrary;
            }
            problems.add("has a no-argument constructor that fails: " + failure.getCause());
        } catch (IllegalAccessException notPublic) {
            // Reported as a class that is not public.
        } catch (InstantiationException impossible) {
            throw new IllegalStateException("a record is never abstract", impossible);
        }
        return null;
    }

    private static List<OptionType> options(
            Class<? extends Record> type, Record defaults, List<String> problems) {
        List<OptionType> options = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            options.add(OptionType.describe(component, defaults, problems));
        }
        return options;
    }

    private static void checkLearningRate(Class<? extends Record> type, List<String> problems) {
        RecordComponent[] components = type.getRecordComponents();
        if (components.length == 0
                || !components[0].getName().equals("learningRate")
                || components[0].getType() != double.class) {
            problems.add("is an optimizer whose first component is not double learningRate");
        }
    }

    private static Constructor<? extends Record> canonicalConstructor(
            Class<? extends Record> type) {
        Class<?>[] parameters =
                Arrays.stream(type.getRecordComponents())
                        .map(RecordComponent::getType)
                        .toArray(Class<?>[]::new);
        try {
            return type.getDeclaredConstructor(parameters);
        } catch (NoSuchMethodException impossible) {
            throw new IllegalStateException("every record has a canonical constructor", impossible);
        }
    }

    /** Which of the five kinds it is. */
    public Kind kind() {
        return kind;
    }

    /** The name that a configuration uses, unique within its kind. */
    public String name() {
        return strategy.name();
    }

    /** One phrase that says what it does. */
    public String summary() {
        return strategy.summary();
    }

    /** The rule in one line of plain text; empty if the record does not say. */
    public String formula() {
        return strategy.formula();
    }

    /** One phrase that follows "Use it"; empty if the record does not say. */
    public String useWhen() {
        return strategy.useWhen();
    }

    /** One phrase that follows "Avoid it"; empty if the record does not say. */
    public String avoidWhen() {
        return strategy.avoidWhen();
    }

    /** Where the method was published. */
    public String reference() {
        return strategy.reference();
    }

    /** The version of the plugin's project in which it first appeared. */
    public String since() {
        return strategy.since();
    }

    /**
     * The problems that it helps against, by name; those that it helps against for one cause only
     * as {@code problem/cause}.
     */
    public List<String> helpsAgainst() {
        return List.of(strategy.helpsAgainst());
    }

    /** The record. */
    public Class<? extends Record> type() {
        return constructor.getDeclaringClass();
    }

    /** The options, in the order of the record's components. */
    public List<OptionType> options() {
        return options;
    }

    /** Where it came from. */
    public Origin origin() {
        return origin;
    }

    /** The strategy with every option at its default. */
    public Record defaults() {
        return defaults;
    }

    /**
     * Makes a strategy.
     *
     * @param valuesByKey values of the options' types; an absent key takes its default
     * @throws IllegalArgumentException if a key is unknown, a value has the wrong type or is out of
     *     range, an option without a default is absent, or the record refuses the values
     */
    public Record create(Map<String, Object> valuesByKey) {
        Set<String> unknown = new TreeSet<>(valuesByKey.keySet());
        options.forEach(option -> unknown.remove(option.key()));
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("unknown options " + unknown);
        }
        List<Object> values = new ArrayList<>();
        for (OptionType option : options) {
            Object value = valuesByKey.getOrDefault(option.key(), option.defaultValue());
            if (value == null) {
                throw new IllegalArgumentException(option.key() + " must be given");
            }
            option.violation(value)
                    .ifPresent(
                            text -> {
                                throw new IllegalArgumentException(option.key() + " " + text);
                            });
            values.add(value);
        }
        try {
            return constructor.newInstance(values.toArray());
        } catch (InvocationTargetException failure) {
            throw refusal(failure.getCause());
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException("cannot create " + this, impossible);
        }
    }

    private static IllegalArgumentException refusal(Throwable cause) {
        if (cause instanceof Error error) {
            throw error;
        }
        String message =
                cause instanceof IllegalArgumentException && cause.getMessage() != null
                        ? cause.getMessage()
                        : "its constructor fails: " + cause;
        return new IllegalArgumentException(message, cause);
    }

    /** The kind and the name, as a message writes them: {@code optimizer 'adam'}. */
    @Override
    public String toString() {
        return kind.singular() + " '" + name() + "'";
    }
}
