package org.evengrad.config.plugins;

import java.nio.file.Path;
import java.util.Objects;

/**
 * Where a strategy came from.
 *
 * @param jar the plugin's jar, absolute; null for one on the class path or bound by the application
 * @param description what a person calls the place
 * @since 0.1.0
 */
public record Origin(Path jar, String description) {
    /** Checks that there is a description. */
    public Origin {
        Objects.requireNonNull(description, "description");
    }

    /** A strategy of a plugin's jar. */
    public static Origin ofJar(Path jar) {
        return new Origin(jar, jar.toString());
    }

    /** A strategy that the application gave itself. */
    public static Origin bound() {
        return new Origin(null, "bound by the application");
    }
}
