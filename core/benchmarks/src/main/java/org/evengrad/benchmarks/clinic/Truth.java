package org.evengrad.benchmarks.clinic;

import java.util.List;

/** What a network turned out to be when it was trained, with several seeds. */
public enum Truth {
    /** Learns nothing worth having, with twice the steps neither. */
    SICK,
    /** Learns little in its steps, but more in twice as many. */
    SLOW,
    /** Learns with every seed. */
    HEALTHY,
    /** Learns with some seeds and not with others. */
    FRAGILE,
    /** None of these; counts in no rate. */
    GREY;

    /** Skill from which a run is a success. */
    public static final double LEARNED = 0.9;

    /** Skill up to which a run is a failure. */
    static final double FAILED = 0.5;

    private static final double FAILED_WITH_TWICE_THE_STEPS = 0.7;
    private static final double MOST = 0.8;

    /** Whether so many runs failed that twice the steps must be tried before one can say sick. */
    public static boolean needsTwiceTheSteps(List<Double> skills) {
        return mostAreUpTo(FAILED, skills);
    }

    /**
     * The truth.
     *
     * @param skills one for each seed
     * @param withTwiceTheSteps the same with twice the steps; not looked at unless {@link
     *     #needsTwiceTheSteps}
     */
    public static Truth of(List<Double> skills, List<Double> withTwiceTheSteps) {
        if (skills.stream().allMatch(skill -> skill >= LEARNED)) {
            return HEALTHY;
        }
        if (needsTwiceTheSteps(skills)) {
            return mostAreUpTo(FAILED_WITH_TWICE_THE_STEPS, withTwiceTheSteps) ? SICK : SLOW;
        }
        boolean some = skills.stream().anyMatch(skill -> skill >= LEARNED);
        boolean others = skills.stream().anyMatch(skill -> skill <= FAILED);
        return some && others ? FRAGILE : GREY;
    }

    /** In at least 4 of 5. */
    private static boolean mostAreUpTo(double limit, List<Double> skills) {
        long upTo = skills.stream().filter(skill -> skill <= limit).count();
        return upTo >= MOST * skills.size();
    }
}
