package org.evengrad.diagnosis;

import java.util.function.LongSupplier;
import org.evengrad.config.HealthConfig;
import org.evengrad.config.HealthConfig.OnVerdict;

/**
 * When a run is looked at, by the count of its steps, and what that costs.
 *
 * <p>A few looks are always taken: at 5%, 10%, 25%, 40%, 50%, 80% and 90% of the planned steps.
 * Others come every 64th of the plan. As long as watching took more than its budget of the time
 * that steps take, they come half as often, then a quarter, and so on. Where verdicts change what
 * training does, the clock must not decide: then there is a look every 16th of the plan, and none
 * is left out.
 */
final class LookSchedule {
    private static final double[] ALWAYS = {0.05, 0.1, 0.25, 0.4, 0.5, 0.8, 0.9};
    private static final int LOOKS = 64;
    private static final int FIXED_LOOKS = 16;
    private static final int MOST_THINNING = 20;

    /** Of the budget: what is left is for the looks that are still to come in any case. */
    private static final double FOR_OTHERS = 0.6;

    private final LongSupplier nanos;
    private final double budget;
    private final boolean fixed;
    private final long every;
    private final long[] always = new long[ALWAYS.length];
    private int thinning;
    private long watching;
    private long stepping;
    private long entered;
    private long left;

    /**
     * A schedule.
     *
     * @param nanos a clock
     */
    LookSchedule(HealthConfig health, long plannedSteps, LongSupplier nanos) {
        this.nanos = nanos;
        budget = health.budget().amount() / 100;
        fixed = health.onVerdict() != OnVerdict.WARN;
        every = Math.max(1, plannedSteps / (fixed ? FIXED_LOOKS : LOOKS));
        for (int i = 0; i < always.length; i++) {
            always[i] = Math.max(1, Math.round(ALWAYS[i] * plannedSteps));
        }
        left = nanos.getAsLong();
    }

    /** Watching begins, after a step. */
    void enter() {
        entered = nanos.getAsLong();
        stepping += entered - left;
    }

    /** Watching ends. */
    void leave() {
        left = nanos.getAsLong();
        watching += left - entered;
    }

    /** What took time since {@link #leave} was no step. */
    void skip() {
        left = nanos.getAsLong();
    }

    /** Whether anything may be looked at. */
    boolean watches() {
        return budget > 0;
    }

    /** How many looks there are at least, those before the first and behind the last step too. */
    int certain() {
        return 2 + always.length + (fixed ? FIXED_LOOKS : 0);
    }

    /** Whether a step is to be followed by a look. */
    boolean isDue(long step) {
        if (budget == 0) {
            return false;
        }
        for (long each : always) {
            if (step == each) {
                return true;
            }
        }
        if (step % every != 0) {
            return false;
        }
        if (step % (every << thinning) != 0) {
            return false;
        }
        if (fixed) {
            return true;
        }
        if (watching > FOR_OTHERS * budget * stepping) {
            thinning = Math.min(MOST_THINNING, thinning + 1);
            return false;
        }
        if (thinning > 0 && watching < FOR_OTHERS * budget * stepping / 2) {
            thinning--;
        }
        return true;
    }

    /** Whether something that takes about so long may be done beyond the looks. */
    boolean affords(long nanosNeeded) {
        return budget > 0 && (fixed || watching + nanosNeeded <= FOR_OTHERS * budget * stepping);
    }

    /** Whether so much of the run is behind that forks may have been paid for. */
    boolean canFork(long step) {
        return step >= always[0];
    }

    /** How many steps forks may take in the whole run. */
    long forkSteps(long plannedSteps) {
        return (long) (budget * plannedSteps);
    }

    long now() {
        return nanos.getAsLong();
    }

    int thinning() {
        return thinning;
    }

    void thinning(int saved) {
        thinning = saved;
    }
}
