package org.evengrad.benchmarks.clinic;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A case with one seed.
 *
 * @param seed of data and first weights
 * @param skill that training reached
 * @param check what was said before the first step; empty if nobody looked
 * @param live what was said during training; empty if nobody watched
 */
record SeedResult(long seed, double skill, Optional<RunLine> check, Optional<RunLine> live) {
    /** All that was said. */
    List<Spoken> verdicts() {
        return Stream.concat(before().stream(), during().stream()).toList();
    }

    /** What was said before the first step. */
    List<Spoken> before() {
        return check.map(RunLine::verdicts).orElse(List.of());
    }

    private List<Spoken> during() {
        return live.map(RunLine::verdicts).orElse(List.of());
    }

    /** What was said before the first step, and in the first part of training. */
    List<Spoken> by(double share) {
        double steps = live.map(RunLine::steps).orElse(0L);
        return Stream.concat(
                        before().stream(),
                        during().stream().filter(verdict -> verdict.step() <= share * steps))
                .toList();
    }
}
