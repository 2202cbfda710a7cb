package org.evengrad.benchmarks.clinic;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * How much is done.
 *
 * @param families the only families, or cases, that take part; empty: all
 * @param seeds how many
 * @param workers cases at a time, each with one thread
 * @param truthOnly whether networks are only trained, and not checked
 * @param digits the folder of MNIST's test part, for networks for images; empty: drawn shapes
 * @param version of the diagnosis; empty: a hash of its classes
 */
record ClinicOptions(
        Set<String> families,
        int seeds,
        int workers,
        boolean truthOnly,
        Optional<Path> digits,
        Optional<String> version) {
    /** How many seeds it takes to say the truth. */
    static final int SEEDS = 5;

    private static final int WORKERS = 2;

    /**
     * What the system properties say; those that are absent or empty have defaults.
     *
     * @throws NumberFormatException if the number of seeds is none
     */
    static ClinicOptions ofProperties() {
        List<String> families =
                property("families")
                        .map(names -> Arrays.asList(names.strip().split("[ ,]+")))
                        .orElse(List.of());
        return new ClinicOptions(
                new TreeSet<>(families),
                property("seeds").map(Integer::valueOf).orElse(SEEDS),
                property("workers").map(Integer::valueOf).orElse(WORKERS),
                property("truth-only").map(Boolean::valueOf).orElse(false),
                property("digits").map(Path::of),
                property("version"));
    }

    /** Whether the result is worth keeping. */
    boolean isWhole() {
        return families.isEmpty() && seeds >= SEEDS && !truthOnly;
    }

    boolean wants(ClinicCase each) {
        return families.isEmpty()
                || families.contains(each.family())
                || families.contains(each.id());
    }

    private static Optional<String> property(String name) {
        return Optional.ofNullable(System.getProperty("clinic." + name))
                .filter(value -> !value.isBlank());
    }
}
