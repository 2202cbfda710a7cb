package org.evengrad.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import java.util.List;
import org.evengrad.config.bind.HoconParser;
import org.evengrad.config.bind.Places;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;

/**
 * A value that replaces one of the file's.
 *
 * @param path the key, split at its dots
 * @param value what stands there instead
 */
record Replacement(List<String> path, ConfigValue value) {
    private static final String USE = "use";

    /**
     * Reads what a command line gave. Another {@code use} replaces the whole strategy, as its
     * options belong to the old one.
     *
     * @param key the full key
     * @param text HOCON, or else a plain text
     * @param parser reads the text
     * @throws InvalidInputException if the key is none
     */
    static Replacement of(String key, String text, HoconParser parser) {
        try {
            List<String> path = ConfigUtil.splitPath(key);
            int last = path.size() - 1;
            return last > 0 && path.get(last).equals(USE)
                    ? new Replacement(
                            path.subList(0, last),
                            ConfigFactory.empty().root().withValue(USE, value(text, parser)))
                    : new Replacement(path, value(text, parser));
        } catch (ConfigException invalid) {
            throw new InvalidInputException(
                    new Problem(Places.OVERRIDE, 0, 0, null, "'" + key + "' is not a key"));
        }
    }

    private static ConfigValue value(String text, HoconParser parser) {
        return parser.parseValue(text, Places.OVERRIDE)
                .filter(value -> !isCutShort(value, text))
                .orElseGet(() -> ConfigValueFactory.fromAnyRef(text, Places.OVERRIDE));
    }

    /** A # or // inside a text is no comment here. */
    private static boolean isCutShort(ConfigValue value, String text) {
        try {
            return value.valueType() == ConfigValueType.STRING
                    && !text.contains("\"")
                    && !value.unwrapped().equals(text.trim());
        } catch (ConfigException.NotResolved reference) {
            return false;
        }
    }
}
