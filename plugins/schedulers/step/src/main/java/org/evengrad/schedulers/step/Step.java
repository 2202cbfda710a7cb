package org.evengrad.schedulers.step;

import com.google.auto.service.AutoService;
import org.evengrad.spi.Horizon;
import org.evengrad.spi.Option;
import org.evengrad.spi.Schedule;
import org.evengrad.spi.Scheduler;
import org.evengrad.spi.Span;
import org.evengrad.spi.Strategy;

/**
 * Step decay: cuts the learning rate by a constant factor at the end of every span, factor =
 * decay^floor(step / every). The first span has 1. Ge et al., 2019, show that on least squares such
 * a stair ends nearer to the optimum than any decay by a power of the step.
 *
 * @param decay what is left of the rate after each span
 * @param every the span; counted as at least one step
 * @since 0.1.0
 */
@Strategy(
        name = "step",
        summary = "Cuts the learning rate by a constant factor after every span",
        formula = "factor = decay^floor(step / every)",
        useWhen = "for convolutional networks and where a published recipe divides the rate by 10",
        avoidWhen = "if nobody knows when to cut: cosine needs no such choice",
        reference = "https://arxiv.org/abs/1904.12838",
        since = "0.1.0")
@AutoService(Scheduler.class)
public record Step(
        @Option(help = "What is left of the rate after each span", range = "(0, 1]") double decay,
        @Option(help = "Span after which the rate is cut again", range = "(0, inf)") Span every)
        implements Scheduler {
    /** A tenth after every 30% of training. */
    public Step() {
        this(0.1, new Span(30, Span.Unit.PERCENT));
    }

    @Override
    public Schedule start(Horizon horizon) {
        long period = Math.max(1, every.steps(horizon));
        return at -> Math.pow(decay, at.step() / period);
    }
}
