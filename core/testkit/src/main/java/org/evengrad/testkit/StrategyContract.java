package org.evengrad.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.evengrad.config.bind.StrategyReader;
import org.evengrad.config.bind.StrategyWriter;
import org.evengrad.config.plugins.OptionType;
import org.evengrad.config.plugins.Origin;
import org.evengrad.config.plugins.StrategyRegistry;
import org.evengrad.config.plugins.StrategyType;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;
import org.evengrad.spi.Strategy;
import org.junit.jupiter.api.Test;

/**
 * What every strategy keeps to, whatever its kind: it describes itself, is found, and survives a
 * configuration. The test of a strategy implements the contract of its kind, which extends this
 * one.
 *
 * @param <S> the strategy's record
 * @since 0.1.0
 */
public interface StrategyContract<S extends Record> {
    /**
     * The strategies to test: first the defaults, then others, so that every option has another
     * value than its default in at least one of them. A strategy that wraps another and has no
     * default for it begins with its defaults around one of the test's own.
     */
    List<S> strategies();

    /** The strategy's record describes itself, and its defaults lie in their ranges. */
    @Test
    default void describesItself() {
        StrategyType type = type();

        assertEquals(defaults(type), strategies().get(0), "the defaults come first");
        isOneLine("formula", type.formula());
        isPhrase("summary", type.summary());
        isPhrase("useWhen", type.useWhen());
        isPhrase("avoidWhen", type.avoidWhen());
        type.options().forEach(option -> isPhrase("help of " + option.key(), option.help()));
        assertTrue(type.reference().startsWith("https://"), "no link: " + type.reference());
    }

    private static void isPhrase(String what, String text) {
        isOneLine(what, text);
        assertFalse(text.endsWith("."), () -> what + " is a phrase, without a full stop: " + text);
    }

    private static void isOneLine(String what, String text) {
        assertFalse(text.isBlank(), () -> what + " is empty");
        assertEquals(1, text.lines().count(), () -> what + " has more than one line: " + text);
    }

    /** Exactly one line of the service files on the class path names the record. */
    @Test
    default void isListedOnceAmongTheServices() throws IOException {
        StrategyType type = type();
        String file = "META-INF/services/" + type.kind().type().getName();
        List<String> listed = new ArrayList<>();
        for (URL url : Collections.list(type.type().getClassLoader().getResources(file))) {
            try (InputStream stream = url.openStream()) {
                String text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
                text.lines().map(String::strip).forEach(listed::add);
            }
        }

        assertEquals(1, Collections.frequency(listed, type.type().getName()), file);
    }

    /** Every option has a value other than its default in one of the tested strategies. */
    @Test
    default void isTestedWithAnotherValueOfEveryOption() {
        for (OptionType option : type().options()) {
            assertTrue(
                    strategies().stream()
                            .map(option::value)
                            .anyMatch(value -> !Objects.equals(value, option.defaultValue())),
                    () -> option.key() + " is tested with its default only");
        }
    }

    /** Written as configuration and read back, a strategy is equal to what it was. */
    @Test
    default void survivesAConfiguration() {
        for (S strategy : strategies()) {
            StrategyRegistry registry = new StrategyRegistry(typesIn(strategy), List.of());
            String text = new StrategyWriter(registry).write(strategy);

            assertEquals(
                    strategy,
                    new StrategyReader(registry)
                            .read(type().kind(), text, Path.of("contract.conf")),
                    text);
        }
    }

    /**
     * Each option refuses the numbers next to its range, what is no number, and values of other
     * types, with a message that has its key and says what is allowed.
     */
    @Test
    default void refusesByNameWhatAnOptionDoesNotAllow() {
        for (OptionType option : type().options()) {
            for (WrongValue wrong : WrongValue.of(option)) {
                // Without the null, { } would take over what a wrapped strategy has.
                String line = option.key() + " = null, " + option.key() + " = " + wrong.text();
                refuses(option, line, wrong.allowed());
            }
            for (Object number : nonFinite(option)) {
                Map<String, Object> values = required(type());
                values.put(option.key(), number);
                String message =
                        assertThrows(
                                        IllegalArgumentException.class,
                                        () -> type().create(values),
                                        () -> option.key() + " = " + number)
                                .getMessage();
                assertTrue(message.startsWith(option.key() + " must be "), message);
            }
        }
    }

    /** A key that is no option is refused by name. */
    @Test
    default void refusesAnUnknownOptionByName() {
        InvalidInputException refused =
                assertThrows(InvalidInputException.class, () -> read("no-such-option = 1"));

        assertEquals(1, refused.problems().size(), refused.getMessage());
        String key = type().kind().singular() + ".no-such-option";
        assertEquals(key, refused.problems().get(0).key());
    }

    private void refuses(OptionType option, String text, String allowed) {
        InvalidInputException refused =
                assertThrows(
                        InvalidInputException.class, () -> read(text), () -> text + " is allowed");

        String key = type().kind().singular() + "." + option.key();
        for (Problem problem : refused.problems()) {
            boolean named =
                    problem.key() != null
                            && (problem.key().equals(key) || problem.key().startsWith(key + "."));
            assertTrue(named, () -> text + ": " + problem + " does not have the key " + key);
            assertTrue(
                    problem.message().contains(allowed),
                    () -> text + ": " + problem + " does not say " + allowed);
        }
    }

    /** NaN and infinities, as far as the option's range does not hold them. */
    private static List<Object> nonFinite(OptionType option) {
        List<Object> values = new ArrayList<>();
        for (double number :
                new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
            boolean isNumber = option.type() == double.class;
            boolean isList = option.type().getTypeName().equals("java.util.List<java.lang.Double>");
            if ((isNumber || isList) && !option.range().contains(number)) {
                values.add(isList ? List.of(number) : number);
            }
        }
        return values;
    }

    /** Reads the first strategy with one more line of configuration, which wins. */
    private Object read(String line) {
        S strategy = strategies().get(0);
        StrategyRegistry registry = new StrategyRegistry(typesIn(strategy), List.of());
        String text = new StrategyWriter(registry).write(strategy);
        String changed = text.substring(0, text.lastIndexOf('}')) + "\n" + line + "\n}";
        return new StrategyReader(registry).read(type().kind(), changed, Path.of("contract.conf"));
    }

    /** The options that have no default, as the first strategy has them. */
    private Map<String, Object> required(StrategyType type) {
        Map<String, Object> required = new LinkedHashMap<>();
        for (OptionType option : type.options()) {
            if (option.defaultValue() == null) {
                required.put(option.key(), option.value(strategies().get(0)));
            }
        }
        return required;
    }

    /** The defaults; where there is none, what the first strategy has. */
    private Record defaults(StrategyType type) {
        return type.create(required(type));
    }

    /** The types of a strategy and of all that it wraps. */
    private static Set<StrategyType> typesIn(Record strategy) {
        Map<Class<?>, StrategyType> types = new LinkedHashMap<>();
        addTypes(strategy, types);
        return Set.copyOf(types.values());
    }

    private static void addTypes(Object value, Map<Class<?>, StrategyType> types) {
        if (value instanceof List<?> list) {
            list.forEach(each -> addTypes(each, types));
        } else if (value instanceof Record strategy
                && value.getClass().isAnnotationPresent(Strategy.class)) {
            StrategyType type = StrategyType.describe(value.getClass(), Origin.bound());
            types.put(value.getClass(), type);
            type.options().forEach(option -> addTypes(option.value(strategy), types));
        }
    }

    /** What is known about the strategy. */
    private StrategyType type() {
        return StrategyType.describe(strategies().get(0).getClass(), Origin.bound());
    }
}
