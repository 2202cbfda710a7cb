package org.evengrad.schedulers.warmup;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.evengrad.spi.Horizon;
import org.evengrad.spi.Option;
import org.evengrad.spi.Schedule;
import org.evengrad.spi.Scheduler;
import org.evengrad.spi.Span;
import org.evengrad.spi.StepContext;
import org.evengrad.spi.Strategy;
import org.evengrad.testkit.ContextAt;
import org.evengrad.testkit.SchedulerContract;
import org.junit.jupiter.api.Test;

final class WarmupTest implements SchedulerContract<Warmup> {
    @Override
    public List<Warmup> strategies() {
        return List.of(
                new Warmup(new Line()),
                new Warmup(new Line(0.5), new Span(4, Span.Unit.STEPS), 0.1),
                new Warmup(new Line(2), Span.ZERO, 0),
                new Warmup(new Line(2), new Span(1, Span.Unit.EPOCHS), 1));
    }

    @Override
    public double factor(Warmup warmup, long step, Horizon horizon) {
        long length =
                switch (warmup.length().unit()) {
                    case PERCENT -> Math.round(0.05 * horizon.steps());
                    case STEPS -> (long) warmup.length().amount();
                    case EPOCHS -> horizon.stepsPerEpoch();
                };
        double first = ((Line) warmup.scheduler()).first();
        if (step < length) {
            double begin = warmup.start() * first;
            return begin + (first - begin) / length * (step + 1);
        }
        return first * (horizon.steps() - step) / (horizon.steps() - length);
    }

    @Override
    public Map<Long, Double> landmarks(Warmup warmup, Horizon horizon) {
        return switch (warmup.length().unit()) {
            case PERCENT -> Map.of(0L, 0.02, 49L, 1.0, 50L, 1.0, 1000L, 0.0);
            case STEPS ->
                    warmup.length().amount() == 0
                            ? Map.of(0L, 2.0, 1000L, 0.0)
                            : Map.of(0L, 0.1625, 3L, 0.5, 4L, 0.5, 1000L, 0.0);
            case EPOCHS -> Map.of(0L, 2.0, 10L, 2.0, 1000L, 0.0);
        };
    }

    @Test
    void givesTheWrappedScheduleTheStepsThatAreLeft() {
        List<Horizon> horizons = new ArrayList<>();
        Scheduler wrapped =
                horizon -> {
                    horizons.add(horizon);
                    return at -> {
                        assertEquals(horizon, at.horizon());
                        return 1;
                    };
                };
        for (long steps : new long[] {100, 20, 5}) {
            Horizon horizon = new Horizon(steps, 7);
            new Warmup(wrapped, new Span(20, Span.Unit.STEPS), 0)
                    .start(horizon)
                    .factor(ContextAt.step(0, horizon));
        }

        assertEquals(List.of(new Horizon(80, 7), new Horizon(1, 7), new Horizon(1, 7)), horizons);
    }

    @Test
    void passesAllButTheTimeOnToTheWrappedSchedule() {
        Scheduler wrapped =
                horizon ->
                        at ->
                                at.step()
                                        + 10 * at.updates()
                                        + 1e3 * at.epoch()
                                        + 1e4 * at.rate()
                                        + 1e5 * at.loss()
                                        + 1e6 * at.gradientNorm()
                                        + 1e7 * at.batchSize();
        Horizon horizon = new Horizon(100, 10);
        Schedule schedule = new Warmup(wrapped, new Span(20, Span.Unit.STEPS), 0).start(horizon);

        assertEquals(
                86_543_217, schedule.factor(new ContextAt(27, 21, 3, 8, 4, 5, 6, horizon)), 1e-6);
    }

    @Test
    void multipliesWhatASearchFinds() {
        Scheduler wrapped = horizon -> new Doubling();
        Horizon horizon = new Horizon(100, 10);
        Schedule schedule = new Warmup(wrapped, new Span(4, Span.Unit.STEPS), 0).start(horizon);
        double[] found = new double[6];
        for (int step = 0; step < 6; step++) {
            double factor = schedule.factor(ContextAt.step(step, horizon));
            found[step] = schedule.search(factor, SchedulerContract.trials(1, 0, tried -> tried));
        }

        assertArrayEquals(new double[] {0.5, 1, 1.5, 2, 2, 2}, found);
    }

    @Test
    void tellsTheValidationLossOnceTheWarmUpIsOver() {
        Doubling doubling = new Doubling();
        Horizon horizon = new Horizon(100, 10);
        Schedule schedule =
                new Warmup(ignored -> doubling, new Span(15, Span.Unit.STEPS), 0).start(horizon);
        for (int step = 10; step <= 30; step += 10) {
            schedule.evaluated(step, ContextAt.step(step, horizon));
        }

        assertEquals(List.of("20.0 after 5", "30.0 after 15"), doubling.told);
    }

    @Test
    void savesAndRestoresTheWrappedSchedule() {
        Doubling doubling = new Doubling();
        Schedule schedule = new Warmup(ignored -> doubling).start(new Horizon(100, 10));
        schedule.restore(new double[] {7});

        assertEquals(7, doubling.memory);
        assertArrayEquals(new double[] {7}, schedule.save());
    }

    @Test
    void saysThatItNeedsAScheduler() {
        Exception refusal =
                assertThrows(
                        IllegalStateException.class, () -> new Warmup().start(new Horizon(1, 1)));

        assertEquals("warmup needs a scheduler", refusal.getMessage());
    }

    /**
     * A line from a first factor down to 0.
     *
     * @param first the factor of the first step
     */
    @Strategy(
            name = "line",
            summary = "A line",
            formula = "a test's",
            useWhen = "in tests",
            avoidWhen = "elsewhere",
            reference = "https://a.b",
            since = "0.1.0")
    public record Line(@Option(help = "Factor of the first step") double first)
            implements Scheduler {
        /** From 1. */
        public Line() {
            this(1);
        }

        @Override
        public Schedule start(Horizon horizon) {
            return at -> first * Math.max(0, 1 - (double) at.step() / horizon.steps());
        }
    }

    private static final class Doubling implements Schedule {
        private final List<String> told = new ArrayList<>();
        private double memory;

        @Override
        public double factor(StepContext at) {
            return 1;
        }

        @Override
        public double search(double factor, Trials trials) {
            return 2 * trials.lossAt(factor);
        }

        @Override
        public void evaluated(double validationLoss, StepContext at) {
            told.add(validationLoss + " after " + at.step());
        }

        @Override
        public double[] save() {
            return new double[] {memory};
        }

        @Override
        public void restore(double[] saved) {
            memory = saved[0];
        }
    }
}
