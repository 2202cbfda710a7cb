package org.evengrad.schedulers.inversetime;

import com.google.auto.service.AutoService;
import org.evengrad.spi.Horizon;
import org.evengrad.spi.Option;
import org.evengrad.spi.Schedule;
import org.evengrad.spi.Scheduler;
import org.evengrad.spi.Span;
import org.evengrad.spi.Strategy;

/**
 * Divides the learning rate by a power of time: factor = 1 / (1 + decay step / every)^power. It
 * falls with each step, fast at first, and never ends. With a power above 1/2 and at most 1 it is
 * one of the sequences of Robbins and Monro, 1951, whose sum is infinite and whose sum of squares
 * is not.
 *
 * @param decay how much the divisor grows in each span, before the power
 * @param every the span that time is measured in; counted as at least one step
 * @param power how fast the divisor grows: 1 for the plain inverse, 0.5 for an inverse root
 * @since 0.1.0
 */
@Strategy(
        name = "inverse-time",
        summary = "Divides the learning rate by a power of time",
        formula = "factor = 1 / (1 + decay * step / every)^power",
        useWhen = "for a run without a planned end, and for convex losses",
        avoidWhen = "if the number of steps is known: a schedule that ends near zero gets further",
        reference = "https://keras.io/api/optimizers/learning_rate_schedules/inverse_time_decay/",
        since = "0.1.0")
@AutoService(Scheduler.class)
public record InverseTime(
        @Option(help = "How much the divisor grows in each span", range = "[0, inf)") double decay,
        @Option(help = "Span that time is measured in", range = "(0, inf)") Span every,
        @Option(help = "Power of the divisor", range = "(0, inf)") double power)
        implements Scheduler {
    /** Half of the rate after an epoch, a third after two. */
    public InverseTime() {
        this(1, new Span(1, Span.Unit.EPOCHS), 1);
    }

    @Override
    public Schedule start(Horizon horizon) {
        double growth = decay / Math.max(1, every.steps(horizon));
        return at -> Math.pow(1 + growth * at.step(), -power);
    }
}
