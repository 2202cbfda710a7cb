package org.evengrad.config.problem;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/**
 * Guesses which name was meant by one that does not exist.
 *
 * @since 0.1.0
 */
public final class Suggestion {
    private static final int LARGEST_DISTANCE = 3;
    private static final int SHORTEST_PREFIX = 3;

    private Suggestion() {}

    /**
     * The allowed name that is nearest to a wanted one. Counts letters added, dropped, replaced or
     * swapped with their neighbor, at most one for three letters; one name being the beginning of
     * the other is as near as one letter. Upper case and underscores count as kebab-case.
     *
     * @param wanted the name that does not exist
     * @param allowed the names that do
     * @return empty if none is near enough to be a likely slip
     */
    public static Optional<String> nearest(String wanted, Collection<String> allowed) {
        String word = normalized(wanted);
        return allowed.stream()
                .filter(name -> cost(word, normalized(name)) <= limit(word, name))
                .min(
                        Comparator.<String>comparingInt(name -> cost(word, normalized(name)))
                                .thenComparingInt(name -> distance(word, normalized(name)))
                                .thenComparing(Comparator.naturalOrder()));
    }

    /** A sentence for a message, with a space before it: {@code " Did you mean adam?"}, or "". */
    public static String sentence(String wanted, Collection<String> allowed) {
        return nearest(wanted, allowed).map(name -> " Did you mean " + name + "?").orElse("");
    }

    private static int limit(String word, String name) {
        return Math.min(LARGEST_DISTANCE, Math.max(word.length(), name.length()) / 3);
    }

    private static int cost(String word, String name) {
        boolean prefix =
                Math.min(word.length(), name.length()) >= SHORTEST_PREFIX
                        && (name.startsWith(word) || word.startsWith(name));
        return prefix ? Math.min(1, distance(word, name)) : distance(word, name);
    }

    private static String normalized(String name) {
        return name.replaceAll("([a-z0-9])([A-Z])", "$1-$2")
                .replace('_', '-')
                .replace(' ', '-')
                .toLowerCase(Locale.ROOT);
    }

    /** The optimal string alignment distance. */
    private static int distance(String a, String b) {
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    cost[i][j] = i + j;
                    continue;
                }
                int replaced = cost[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                cost[i][j] = Math.min(replaced, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
                if (i > 1
                        && j > 1
                        && a.charAt(i - 1) == b.charAt(j - 2)
                        && a.charAt(i - 2) == b.charAt(j - 1)) {
                    cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
                }
            }
        }
        return cost[a.length()][b.length()];
    }
}
