package org.evengrad.engine.dl4j.imports;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.evengrad.config.plugins.Kind;
import org.evengrad.spi.Span;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.InverseSchedule;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.RampSchedule;
import org.nd4j.linalg.schedule.ScheduleType;
import org.nd4j.linalg.schedule.StepSchedule;

/**
 * The learning rate of an updater: a number, and what it is multiplied by as training goes on.
 *
 * @param rate at a factor of 1
 * @param scheduler of the factor; empty for a constant rate
 * @param note what is not carried over or differs
 */
record LearningRate(double rate, Optional<StrategySettings> scheduler, Optional<String> note) {
    private static LearningRate constant(double rate) {
        return new LearningRate(rate, Optional.empty(), Optional.empty());
    }

    private static LearningRate scheduled(double rate, StrategySettings scheduler) {
        return new LearningRate(rate, Optional.of(scheduler), Optional.empty());
    }

    private static LearningRate lost(double rate, String why) {
        return new LearningRate(rate, Optional.empty(), Optional.of(why));
    }

    /** Reads a schedule if there is one, else the number. */
    static LearningRate of(double number, ISchedule schedule) {
        if (schedule == null) {
            return constant(number);
        }
        if (schedule instanceof FixedSchedule) {
            return constant(schedule.valueAt(0, 0));
        }
        if (schedule instanceof MapSchedule map) {
            return steps(map);
        }
        if (schedule instanceof StepSchedule step && step.getDecayRate() <= 1) {
            return scheduled(
                    step.getInitialValue(),
                    scheduler("step")
                            .with("decay", step.getDecayRate())
                            .with("every", span(step.getStep(), step.getScheduleType())));
        }
        if (schedule instanceof ExponentialSchedule exponential && exponential.getGamma() <= 1) {
            // By the epoch DL4J falls in stairs, which is what our step does.
            boolean byEpoch = exponential.getScheduleType() == ScheduleType.EPOCH;
            return scheduled(
                    exponential.getInitialValue(),
                    scheduler(byEpoch ? "step" : "exponential")
                            .with("decay", exponential.getGamma())
                            .with("every", span(1, exponential.getScheduleType())));
        }
        if (schedule instanceof InverseSchedule inverse) {
            return inverse(inverse);
        }
        Optional<LearningRate> warmUp =
                schedule instanceof RampSchedule ramp ? ramp(ramp) : Optional.empty();
        return warmUp.orElseGet(() -> without(schedule));
    }

    private static LearningRate without(ISchedule schedule) {
        double first = schedule.valueAt(0, 0);
        return lost(
                first,
                "the schedule "
                        + schedule.getClass().getSimpleName()
                        + " has no equal here; the rate stays at "
                        + first
                        + " unless scheduler is given");
    }

    private static LearningRate steps(MapSchedule map) {
        Map<Integer, Double> rates = new TreeMap<>(map.getValues());
        double first = map.valueAt(0, 0);
        if (!(first > 0)) {
            return lost(first, "a schedule that begins with a rate of " + first);
        }
        List<Double> boundaries = new ArrayList<>();
        List<Double> factors = new ArrayList<>(List.of(1.0));
        rates.forEach(
                (boundary, rate) -> {
                    if (boundary > 0) {
                        boundaries.add(boundary.doubleValue());
                        factors.add(rate / first);
                    }
                });
        return boundaries.isEmpty()
                ? constant(first)
                : scheduled(
                        first,
                        scheduler("piecewise")
                                .with("boundaries", boundaries)
                                .with(
                                        "unit",
                                        unit(map.getScheduleType()).name().toLowerCase(Locale.ROOT))
                                .with("factors", factors));
    }

    private static LearningRate inverse(InverseSchedule inverse) {
        StrategySettings scheduler =
                scheduler("inverse-time")
                        .with("decay", inverse.getGamma())
                        .with("every", span(1, inverse.getScheduleType()))
                        .with("power", inverse.getPower());
        return new LearningRate(
                inverse.getInitialValue(),
                Optional.of(scheduler),
                inverse.getScheduleType() == ScheduleType.EPOCH
                        ? Optional.of(
                                "inverse-time falls with every step, DL4J's InverseSchedule by"
                                        + " epochs only after each of them")
                        : Optional.empty());
    }

    /**
     * A ramp multiplies the values of another schedule; over a constant it is our warm-up. It does
     * not tell what it is made of, so its values are asked.
     */
    private static Optional<LearningRate> ramp(RampSchedule ramp) {
        double rate = ramp.valueAt(Integer.MAX_VALUE, 0);
        if (!(rate > 0)) {
            return Optional.empty();
        }
        int length = (int) Math.round(rate / ramp.valueAt(0, 0));
        for (int step = 0; step <= 2L * length; step++) {
            double expected = rate * Math.min(1, (step + 1.0) / length);
            if (!(Math.abs(ramp.valueAt(step, step) - expected) <= 1e-9 * rate)) {
                return Optional.empty();
            }
        }
        return Optional.of(
                scheduled(
                        rate,
                        scheduler("warmup")
                                .with("scheduler", scheduler("constant"))
                                .with("length", new Span(length, Span.Unit.STEPS))
                                .with("start", 0.0)));
    }

    private static StrategySettings scheduler(String name) {
        return StrategySettings.of(Kind.SCHEDULER, name);
    }

    private static Span span(double amount, ScheduleType type) {
        return new Span(amount, unit(type));
    }

    private static Span.Unit unit(ScheduleType type) {
        return type == ScheduleType.ITERATION ? Span.Unit.STEPS : Span.Unit.EPOCHS;
    }
}
