package org.evengrad.diagnosis.repair;

import java.util.List;

/**
 * How a patch stands in a comparison.
 *
 * @param patch that was tried
 * @param share of the planned steps that each of its arms was trained for
 * @param steps that the longest arm was trained for
 * @param skills one for each seed
 * @param relativeLoss the mean over the seeds, as in {@link Skill.Measured}
 */
record Standing(Patch patch, double share, long steps, List<Double> skills, double relativeLoss) {
    /** The mean over the seeds. */
    double skill() {
        return skills.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }

    /** Whether every seed came so far. */
    boolean reaches(double skill) {
        return skills.stream().allMatch(each -> each >= skill);
    }

    /** By how much it is better than the other one, or than nothing if that is more. */
    double gainOn(Standing other) {
        return skill() - Math.max(0, other.skill());
    }
}
