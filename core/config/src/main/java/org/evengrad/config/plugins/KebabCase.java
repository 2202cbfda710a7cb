package org.evengrad.config.plugins;

import java.util.Locale;

/**
 * How the names of Java become the names of a configuration.
 *
 * @since 0.1.0
 */
public final class KebabCase {
    private KebabCase() {}

    /** {@code learningRate} is {@code learning-rate}, {@code Iris} is {@code iris}. */
    public static String of(String javaName) {
        StringBuilder kebab = new StringBuilder();
        for (char letter : javaName.toCharArray()) {
            if (Character.isUpperCase(letter) && !kebab.isEmpty()) {
                kebab.append('-');
            }
            kebab.append(Character.toLowerCase(letter));
        }
        return kebab.toString();
    }

    /** {@code MIN_MAX} is {@code min-max}. */
    public static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
