package org.evengrad.benchmarks.race;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.evengrad.benchmarks.race.Contestant.Turn;

/** Lets the contestants of one model run in turns. */
final class Heat {
    private static final int FIRST_STEPS = 5;

    /** Steps after which compilers are mostly done; slow ones need not take so many. */
    private static final int WARM_STEPS = 300;

    private static final int MOST_WARM_UPS = 4;

    /** A turn that loses more than this share of the processors to other guests is repeated. */
    static final double MOST_STOLEN = 0.03;

    /** So often at most; the turn that lost least counts. */
    private static final int MOST_ATTEMPTS = 5;

    private final RaceOptions options;
    private final List<Runner> runners = new ArrayList<>();

    private Heat(RaceOptions options, List<Contestant> contestants) {
        this.options = options;
        for (Contestant contestant : contestants) {
            runners.add(new Runner(contestant, options.rounds()));
        }
    }

    /**
     * Runs all rounds. Contestants take their turns in another order in each.
     *
     * @param contestants ready, of one model
     */
    static HeatResult run(RaceModel model, RaceOptions options, List<Contestant> contestants)
            throws IOException {
        Heat heat = new Heat(options, contestants);
        for (Runner runner : heat.runners) {
            runner.warmUp(options);
        }
        Random random = new Random(11);
        for (int round = 0; round < options.rounds(); round++) {
            List<Runner> order = new ArrayList<>(heat.runners);
            Collections.shuffle(order, random);
            for (Runner runner : order) {
                runner.turn(round);
            }
        }
        return heat.result(model);
    }

    private HeatResult result(RaceModel model) {
        Map<String, double[]> nanosPerStep = new LinkedHashMap<>();
        Map<String, Double> busyWaiting = new LinkedHashMap<>();
        Map<String, List<Map<String, Long>>> phases = new LinkedHashMap<>();
        Map<String, double[]> coresBusy = new LinkedHashMap<>();
        int disturbed = 0;
        for (Runner runner : runners) {
            String name = runner.contestant.name();
            nanosPerStep.put(name, runner.nanosPerStep);
            busyWaiting.put(name, runner.busyWaiting());
            phases.put(name, runner.phases);
            disturbed += runner.disturbed;
            coresBusy.put(name, runner.coresBusy);
        }
        double sgemmFlops =
                model.largestProduct().flops() * Lineup.productsInStep(model) * options.threads();
        return new HeatResult(
                model, nanosPerStep, coresBusy, busyWaiting, disturbed, phases, sgemmFlops);
    }

    /** A contestant, and what was seen of it. */
    private static final class Runner {
        private final Contestant contestant;
        private final double[] nanosPerStep;
        private final List<Map<String, Long>> phases = new ArrayList<>();
        private long steps;
        private Duration processorTime;
        private long since;
        private double idleBusyNanos;
        private double idleNanos;
        private int disturbed;
        private final double[] coresBusy;

        Runner(Contestant contestant, int rounds) {
            this.contestant = contestant;
            nanosPerStep = new double[rounds];
            coresBusy = new double[rounds];
        }

        void warmUp(RaceOptions options) throws IOException {
            long begin = System.nanoTime();
            double warmUpNanos = 1e9 * options.warmUpSeconds();
            long taken = 0;
            double passed;
            steps = FIRST_STEPS;
            double turnNanos = 1e9 * options.turnSeconds();
            do {
                long nanos = Math.max(1, contestant.run(steps).nanos());
                taken += steps;
                double fitting = steps * turnNanos / nanos;
                steps = Math.max(2, Math.round(Math.min(fitting, 4.0 * steps)));
                passed = System.nanoTime() - begin;
            } while (passed < warmUpNanos
                    || taken < WARM_STEPS && passed < MOST_WARM_UPS * warmUpNanos);
            rest();
        }

        void turn(int round) throws IOException {
            double least = Double.POSITIVE_INFINITY;
            Turn calmest = null;
            for (int i = 0; i < MOST_ATTEMPTS && least > MOST_STOLEN; i++) {
                idleNanos += System.nanoTime() - since;
                Duration waited = contestant.processorTime();
                idleBusyNanos += waited.minus(processorTime).toNanos();
                StolenTime before = StolenTime.now();
                Turn turn = contestant.run(steps);
                double stolen = before.shareUntil(StolenTime.now());
                rest();
                if (stolen < least) {
                    least = stolen;
                    calmest = turn;
                    double busyNanos = processorTime.minus(waited).toNanos();
                    coresBusy[round] = busyNanos / turn.nanos();
                }
            }
            nanosPerStep[round] = (double) calmest.nanos() / steps;
            phases.add(calmest.phases());
            disturbed += least > MOST_STOLEN ? 1 : 0;
        }

        private void rest() {
            since = System.nanoTime();
            processorTime = contestant.processorTime();
        }

        /** Processor time while others had their turns, in cores. */
        double busyWaiting() {
            return idleBusyNanos / Math.max(1, idleNanos);
        }
    }
}
