package org.evengrad.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.evengrad.config.bind.StrategyReader;
import org.evengrad.config.bind.StrategyWriter;
import org.evengrad.config.plugins.OptionType;
import org.evengrad.config.plugins.Origin;
import org.evengrad.config.plugins.StrategyRegistry;
import org.evengrad.config.plugins.StrategyType;
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
     * value than its default in at least one of them.
     */
    List<S> strategies();

    /** The strategy's record describes itself, and its defaults lie in their ranges. */
    @Test
    default void describesItself() {
        StrategyType type = type();

        assertEquals(type.defaults(), strategies().get(0), "the defaults come first");
        List<String> phrases = new ArrayList<>(List.of(type.summary()));
        type.options().forEach(option -> phrases.add(option.help()));
        for (String phrase : phrases) {
            assertFalse(phrase.isBlank() || phrase.endsWith("."), "no phrase: " + phrase);
            assertTrue(phrase.lines().count() == 1, "more than one line: " + phrase);
        }
        assertTrue(type.reference().startsWith("https://"), "no link: " + type.reference());
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
        StrategyRegistry registry = new StrategyRegistry(List.of(type()), List.of());
        for (S strategy : strategies()) {
            String text = new StrategyWriter(registry).write(strategy);

            assertEquals(
                    strategy,
                    new StrategyReader(registry)
                            .read(type().kind(), text, Path.of("contract.conf")),
                    text);
        }
    }

    /** What is known about the strategy. */
    private StrategyType type() {
        return StrategyType.describe(strategies().get(0).getClass(), Origin.bound());
    }
}
