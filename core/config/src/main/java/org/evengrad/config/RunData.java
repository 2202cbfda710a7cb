package org.evengrad.config;

import org.evengrad.config.bind.Key;

/**
 * What a configuration says without naming a strategy: all that can be read of it where a plugin is
 * missing.
 *
 * @param name of the run and its folder; the file's name if absent
 * @param seed of every random number
 * @param data what the network learns from
 * @since 0.1.0
 */
public record RunData(String name, @Key(absent = "42") long seed, DataConfig data) {}
