package org.evengrad.schedulers.exponential;

import com.google.auto.service.AutoService;
import org.evengrad.spi.Horizon;
import org.evengrad.spi.Option;
import org.evengrad.spi.Schedule;
import org.evengrad.spi.Scheduler;
import org.evengrad.spi.Span;
import org.evengrad.spi.Strategy;

/**
 * Multiplies the learning rate by a constant in every span: factor = decay^(step / every). It falls
 * with each step and not in stairs. The first step has 1, the last planned one decay^((steps - 1) /
 * every).
 *
 * @param decay what is left of the rate after each span
 * @param every the span; counted as at least one step
 * @since 0.1.0
 */
@Strategy(
        name = "exponential",
        summary = "Multiplies the learning rate by a constant factor per span",
        formula = "factor = decay^(step / every)",
        useWhen = "for a steady fall in a run without a planned end",
        avoidWhen = "with a small decay in long runs, where the rate is soon too small to learn",
        reference = "https://keras.io/api/optimizers/learning_rate_schedules/exponential_decay/",
        since = "0.1.0")
@AutoService(Scheduler.class)
public record Exponential(
        @Option(help = "What is left of the rate after each span", range = "(0, 1]") double decay,
        @Option(help = "Span after which the decay has acted once", range = "(0, inf)") Span every)
        implements Scheduler {
    /** 0.95 per epoch. */
    public Exponential() {
        this(0.95, new Span(1, Span.Unit.EPOCHS));
    }

    @Override
    public Schedule start(Horizon horizon) {
        double period = Math.max(1, every.steps(horizon));
        return at -> Math.pow(decay, at.step() / period);
    }
}
