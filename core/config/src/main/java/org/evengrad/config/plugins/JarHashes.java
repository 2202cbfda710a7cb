package org.evengrad.config.plugins;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The hashes of jars, each computed once: a lock, the index and a run's manifest ask for them. */
final class JarHashes {
    private final Map<Path, HashedJar> known = new ConcurrentHashMap<>();

    /**
     * What a jar was when it was first asked for.
     *
     * @throws java.io.UncheckedIOException if it cannot be read
     */
    HashedJar of(Path jar) {
        HashedJar hashed = known.get(jar);
        if (hashed == null) {
            hashed = HashedJar.of(jar);
            known.put(jar, hashed);
        }
        return hashed;
    }
}
