package org.evengrad.schedulers.cosine;

import com.google.auto.service.AutoService;
import org.evengrad.spi.Horizon;
import org.evengrad.spi.Option;
import org.evengrad.spi.Schedule;
import org.evengrad.spi.Scheduler;
import org.evengrad.spi.Span;
import org.evengrad.spi.Strategy;

/**
 * A linear warm-up, then half a cosine towards the floor: factor = floor + (1 - floor) (1 + cos(pi
 * t / T)) / 2, where t counts the steps after the warm-up from 0 and T is how many of them are
 * planned, so that the last planned step still moves. Loshchilov and Hutter, 2017, equation 5,
 * without restarts; warm-up as in Goyal et al., 2017, <a
 * href="https://arxiv.org/abs/1706.02677">arXiv 1706.02677</a>, section 2.2.
 *
 * <p>A warm-up of W steps has the factors 1/W, 2/W, ... 1. Without one the first step has 1. The
 * steps after the planned ones have the floor.
 *
 * @param floor the factor when the planned steps are over
 * @param warmup how long the factor rises
 * @since 0.1.0
 */
@Strategy(
        name = "cosine",
        summary = "Linear warm-up, then half a cosine towards a floor",
        formula =
                "factor = (step + 1) / warmup, then floor + (1 - floor) * (1 + cos(pi * x)) / 2, x"
                        + " = part of the rest that is over",
        useWhen = "as the default for a run whose number of steps is known",
        avoidWhen = "if training may be prolonged: wsd can still decide when it has seen the loss",
        reference = "https://arxiv.org/abs/1608.03983",
        since = "0.1.0",
        helpsAgainst = "oscillating-loss")
@AutoService(Scheduler.class)
public record Cosine(
        @Option(help = "Factor when the planned steps are over", range = "[0, 1]") double floor,
        @Option(help = "How long the factor rises from nearly 0 to 1", range = "[0, inf)")
                Span warmup)
        implements Scheduler {
    /** Down to 0, without warm-up. */
    public Cosine() {
        this(0, Span.ZERO);
    }

    @Override
    public Schedule start(Horizon horizon) {
        long rise = warmup.steps(horizon);
        double fall = Math.max(1, horizon.steps() - rise);
        return at -> {
            if (at.step() < rise) {
                return (at.step() + 1.0) / rise;
            }
            double progress = Math.min(1, (at.step() - rise) / fall);
            return floor + (1 - floor) * (1 + Math.cos(Math.PI * progress)) / 2;
        };
    }
}
