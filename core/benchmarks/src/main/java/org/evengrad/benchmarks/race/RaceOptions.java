package org.evengrad.benchmarks.race;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * How to race.
 *
 * @param models which of them
 * @param rounds turns of each contestant
 * @param threads cores for those that can be told
 * @param python a Python that has PyTorch; empty: none takes part
 * @param warmUpSeconds how long each contestant runs before it is measured
 * @param turnSeconds about how long a turn is
 */
record RaceOptions(
        List<RaceModel> models,
        int rounds,
        int threads,
        Optional<String> python,
        double warmUpSeconds,
        double turnSeconds) {
    /**
     * What the system properties say; those that are absent or empty have defaults.
     *
     * @param cores how many threads there are without a word
     * @throws IllegalArgumentException if a value cannot be used
     */
    static RaceOptions ofProperties(int cores) {
        return new RaceOptions(
                property("models")
                        .map(
                                names ->
                                        Arrays.stream(names.strip().split("[ ,]+"))
                                                .map(RaceModel::of)
                                                .toList())
                        .orElse(List.of(RaceModel.values())),
                property("rounds").map(Integer::valueOf).orElse(15),
                property("threads").map(Integer::valueOf).orElse(cores),
                property("python"),
                property("warm-up").map(Double::valueOf).orElse(3.0),
                property("turn").map(Double::valueOf).orElse(0.3));
    }

    /** Whether all models race as long as they should, so that the result is worth keeping. */
    boolean isWhole() {
        return models.size() == RaceModel.values().length && rounds >= 15;
    }

    private static Optional<String> property(String name) {
        return Optional.ofNullable(System.getProperty("race." + name))
                .filter(value -> !value.isBlank());
    }
}
