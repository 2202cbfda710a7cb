package org.evengrad.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.evengrad.config.plugins.PluginIndex;

/**
 * What the process knows of the place that it runs in.
 *
 * @param home the folder of the distribution; empty when the classes run without one
 * @param columns the width of the terminal that standard output goes to; 0 if it goes elsewhere
 * @param color whether standard output takes colors
 * @param debug whether stack traces are wanted
 * @param unicode whether standard output takes more than ASCII
 */
record Surroundings(
        Optional<Path> home, int columns, boolean color, boolean debug, boolean unicode) {
    /** No distribution, no terminal. */
    static final Surroundings NONE = new Surroundings(Optional.empty(), 0, false, false);

    private static final int NARROWEST = 40;

    /** Of ASCII alone. */
    Surroundings(Optional<Path> home, int columns, boolean color, boolean debug) {
        this(home, columns, color, debug, false);
    }

    /**
     * Reads what the launcher and the shell say.
     *
     * @param properties {@code evengrad.home}, and {@code evengrad.columns} if there is a terminal,
     *     {@code native.encoding}
     * @param environment {@code NO_COLOR}, {@code TERM}, {@code EVENGRAD_DEBUG}
     */
    static Surroundings of(Properties properties, Map<String, String> environment) {
        int columns = columns(properties.getProperty("evengrad.columns", ""));
        boolean color =
                columns > 0
                        && environment.getOrDefault("NO_COLOR", "").isEmpty()
                        && !environment.getOrDefault("TERM", "dumb").equals("dumb");
        return new Surroundings(
                Optional.ofNullable(properties.getProperty("evengrad.home")).map(Path::of),
                columns,
                color,
                !environment.getOrDefault("EVENGRAD_DEBUG", "").isEmpty(),
                // What goes elsewhere than to a terminal is UTF-8.
                columns == 0
                        || properties.getProperty("native.encoding", "").equalsIgnoreCase("UTF-8"));
    }

    /** The plugins that belong to the distribution: its folder, if there is one. */
    List<Path> plugins() {
        return home.map(folder -> folder.resolve("plugins")).filter(Files::isDirectory).stream()
                .toList();
    }

    /** Which strategies the jars of plugins hold; knows nothing where there is no distribution. */
    PluginIndex pluginIndex() {
        return home.map(folder -> PluginIndex.at(folder.resolve("cache").resolve("plugins.index")))
                .orElse(PluginIndex.NONE);
    }

    private static int columns(String text) {
        if (!text.matches("[0-9]{1,5}")) {
            return 0;
        }
        return Math.max(NARROWEST, Integer.parseInt(text));
    }
}
