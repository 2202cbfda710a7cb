package org.evengrad.benchmarks.doctor;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.evengrad.benchmarks.clinic.ClinicCase;

/**
 * How much is done.
 *
 * @param families the only ones that take part; empty: all
 * @param cases the only ones that take part, by their names; empty: all
 * @param seeds of the doctor, for each case
 * @param workers cases at a time, each with one thread
 * @param version of the doctor; empty: a hash of its classes
 */
record DoctorOptions(
        Set<String> families, Set<String> cases, int seeds, int workers, Optional<String> version) {
    private static final int SEEDS = 1;
    private static final int WORKERS = 2;

    /**
     * What the system properties say; those that are absent or empty have defaults.
     *
     * @throws NumberFormatException if a number is none
     */
    static DoctorOptions ofProperties() {
        return new DoctorOptions(
                names("families"),
                names("cases"),
                property("seeds").map(Integer::valueOf).orElse(SEEDS),
                property("workers").map(Integer::valueOf).orElse(WORKERS),
                property("version"));
    }

    /** Whether the result is worth keeping. */
    boolean isWhole() {
        return families.isEmpty() && cases.isEmpty();
    }

    boolean wants(ClinicCase each) {
        return (families.isEmpty() || families.contains(each.family()))
                && (cases.isEmpty() || cases.contains(each.id()));
    }

    private static Set<String> names(String key) {
        return new TreeSet<>(
                property(key)
                        .map(names -> Arrays.asList(names.strip().split("[ ,]+")))
                        .orElse(List.of()));
    }

    private static Optional<String> property(String name) {
        return Optional.ofNullable(System.getProperty("doctor." + name))
                .filter(value -> !value.isBlank());
    }
}
