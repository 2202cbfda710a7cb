package org.evengrad.config;

import java.nio.file.Path;

/**
 * A configuration as it was read.
 *
 * @param file the file that the user named
 * @param config what it says
 * @param effectiveText HOCON that says the same on its own: includes and overrides merged, defaults
 *     written out, paths absolute, references to environment variables left as they are
 * @param sha256 of the effective text in UTF-8, in hexadecimal
 * @since 0.1.0
 */
public record LoadedConfig(Path file, RunConfig config, String effectiveText, String sha256) {}
