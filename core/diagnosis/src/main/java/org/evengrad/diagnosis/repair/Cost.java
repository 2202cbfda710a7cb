package org.evengrad.diagnosis.repair;

/**
 * What a repair took, in trainings of the original over its whole length: seconds of training over
 * those of one such training.
 *
 * @param search for candidates, with the unchanged control
 * @param proof on fresh seeds
 * @param result the trainings over the whole length that people are shown
 */
public record Cost(double search, double proof, double result) {
    /** What finding and proving took. */
    public double searchAndProof() {
        return search + proof;
    }
}
