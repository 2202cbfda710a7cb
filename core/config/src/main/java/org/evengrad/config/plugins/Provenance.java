package org.evengrad.config.plugins;

import java.util.List;
import java.util.Objects;

/**
 * What a run came from: the jars that were loaded, and which strategies its configuration uses.
 *
 * @param jars every plugin jar that was loaded, used or not
 * @param strategies those that the configuration uses, wrapped ones too
 * @since 0.1.0
 */
public record Provenance(List<HashedJar> jars, List<Use> strategies) {
    /** No jars and no strategies. */
    public static final Provenance NONE = new Provenance(List.of(), List.of());

    /** Keeps copies. */
    public Provenance {
        jars = List.copyOf(jars);
        strategies = List.copyOf(strategies);
    }

    /**
     * A strategy that was used.
     *
     * @param kind which of the five
     * @param name that a configuration uses
     * @param jar the name of the jar that it was in, without a folder; null if it was in none
     * @param sha256 of that jar, in lower-case hexadecimal; null if it was in none
     */
    public record Use(Kind kind, String name, String jar, String sha256) {
        /** Checks that the strategy is named. */
        public Use {
            Objects.requireNonNull(kind, "kind");
            Objects.requireNonNull(name, "name");
        }
    }
}
