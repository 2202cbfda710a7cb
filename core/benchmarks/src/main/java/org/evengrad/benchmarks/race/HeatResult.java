package org.evengrad.benchmarks.race;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What was measured with one model.
 *
 * @param model which
 * @param nanosPerStep of each contestant, for each round
 * @param coresBusy how many cores each contestant kept busy in its turn, for each round
 * @param busyWaiting the cores that each contestant kept busy while others ran
 * @param disturbed turns of all contestants that lost too much time to other guests of the host
 * @param phases parts of each turn, in nanoseconds, where a contestant tells
 * @param sgemmFlops operations in a step of the matrix products, on all cores
 */
record HeatResult(
        RaceModel model,
        Map<String, double[]> nanosPerStep,
        Map<String, double[]> coresBusy,
        Map<String, Double> busyWaiting,
        int disturbed,
        Map<String, List<Map<String, Long>>> phases,
        double sgemmFlops) {
    /** A second thread that computes keeps at least this many times as many cores busy. */
    private static final double MORE_CORES = 1.15;

    /** Whether a contestant took part. */
    boolean has(String contestant) {
        return nanosPerStep.containsKey(contestant);
    }

    /** How long a step of one takes over a step of the other, in the same rounds. */
    Optional<Spread> ratio(String contestant, String to) {
        if (!has(contestant) || !has(to)) {
            return Optional.empty();
        }
        double[] above = nanosPerStep.get(contestant);
        double[] below = nanosPerStep.get(to);
        return Optional.of(Spread.of(above.length, round -> above[round] / below[round]));
    }

    /** How many cores a contestant keeps busy; empty if nobody knows. */
    Optional<Spread> cores(String contestant) {
        return Optional.ofNullable(coresBusy.get(contestant))
                .map(cores -> Spread.of(cores.length, round -> cores[round]));
    }

    /** Whether all cores and one thread are the same, because one thread is enough. */
    boolean usesOneThread() {
        Optional<Spread> all = cores(Lineup.EVENGRAD);
        Optional<Spread> one = cores(Lineup.ONE_THREAD);
        return all.isPresent()
                && one.isPresent()
                && all.get().median() < MORE_CORES * one.get().median();
    }

    /** A contestant's step in milliseconds. */
    Optional<Spread> millis(String contestant) {
        return Optional.ofNullable(nanosPerStep.get(contestant))
                .map(nanos -> Spread.of(nanos.length, round -> nanos[round] / 1e6));
    }

    /** The rate of a step's products over that of products alone, in the same rounds. */
    Optional<Spread> shareOfProducts(String contestant) {
        if (!has(contestant) || !has(Lineup.SGEMM)) {
            return Optional.empty();
        }
        double[] step = nanosPerStep.get(contestant);
        double[] products = nanosPerStep.get(Lineup.SGEMM);
        return Optional.of(
                Spread.of(
                        step.length,
                        round ->
                                (model.stepFlops() / step[round])
                                        / (sgemmFlops / products[round])));
    }

    /** The machine's rate of products, in 10^9 operations a second. */
    OptionalDouble sgemmGigaflops() {
        return has(Lineup.SGEMM)
                ? OptionalDouble.of(
                        sgemmFlops
                                / Spread.of(
                                                nanosPerStep.get(Lineup.SGEMM).length,
                                                round -> nanosPerStep.get(Lineup.SGEMM)[round])
                                        .median())
                : OptionalDouble.empty();
    }

    /** Each phase's share of Evengrad's steps, over all rounds; empty where it does not tell. */
    Map<String, Double> phaseShares() {
        Map<String, Double> sums = new LinkedHashMap<>();
        for (Map<String, Long> turn : phases.getOrDefault(Lineup.EVENGRAD, List.of())) {
            turn.forEach((phase, nanos) -> sums.merge(phase, (double) nanos, Double::sum));
        }
        double all = sums.values().stream().mapToDouble(Double::doubleValue).sum();
        sums.replaceAll((phase, nanos) -> nanos / all);
        return sums;
    }
}
