package org.evengrad.benchmarks.doctor;

import java.util.List;
import java.util.Optional;

/** Who says what to change. */
enum Contender {
    /** Nobody: nothing changes. */
    CONTROL("unchanged", 0),
    /** The doctor, for as long as it takes. */
    DOCTOR("doctor", 0),
    /** The doctor, cut off after one training of the original. */
    DOCTOR_1("doctor, 1 T", 1),
    /** The doctor, cut off after two. */
    DOCTOR_2("doctor, 2 T", 2),
    /** The doctor, cut off after three. */
    DOCTOR_3("doctor, 3 T", 3),
    /** Random search with one training of the original. */
    RANDOM_1("random search, 1 T", 1),
    /** Random search with two. */
    RANDOM_2("random search, 2 T", 2),
    /** Random search with three. */
    RANDOM_3("random search, 3 T", 3),
    /** The same for everybody. */
    FIXED_RECIPE("fixed recipe", 0),
    /** The doctor's own yardstick: what is not sane is made so, all at once. */
    FITTING_RECIPE("fitting recipe", 0);

    /** What the doctor is held against at equal cost. */
    static final List<Contender> RANDOM = List.of(RANDOM_1, RANDOM_2, RANDOM_3);

    private final String text;
    private final int trainings;

    Contender(String text, int trainings) {
        this.text = text;
        this.trainings = trainings;
    }

    /** What people call it. */
    String text() {
        return text;
    }

    /** How many trainings of the original it may cost; 0: no limit. */
    int trainings() {
        return trainings;
    }

    /** The doctor at the cost of a random search. */
    Optional<Contender> doctorAtEqualCost() {
        return switch (this) {
            case RANDOM_1 -> Optional.of(DOCTOR_1);
            case RANDOM_2 -> Optional.of(DOCTOR_2);
            case RANDOM_3 -> Optional.of(DOCTOR_3);
            default -> Optional.empty();
        };
    }
}
