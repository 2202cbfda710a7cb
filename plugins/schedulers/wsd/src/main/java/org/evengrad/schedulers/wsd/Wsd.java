package org.evengrad.schedulers.wsd;

import com.google.auto.service.AutoService;
import org.evengrad.spi.Horizon;
import org.evengrad.spi.Option;
import org.evengrad.spi.Schedule;
import org.evengrad.spi.Scheduler;
import org.evengrad.spi.Span;
import org.evengrad.spi.Strategy;

/**
 * Warmup, stable, decay: a linear warm-up, a constant rate for most of training, and a decay at its
 * end: factor = floor + (1 - floor) (1 - sqrt(x)), where x goes from 0 in the first step of the
 * decay to 1 when the planned steps are over, so that the last planned step still moves. Hu et al.,
 * 2024 (MiniCPM), who decay exponentially; the root is from H&auml;gele et al., 2024, <a
 * href="https://arxiv.org/abs/2405.18392">arXiv 2405.18392</a>, who find it better, and 10 to 20%
 * of training enough.
 *
 * <p>A warm-up of W steps has the factors 1/W, 2/W, ... 1. If warm-up and decay are longer than
 * training, the decay begins when the warm-up is over. The steps after the planned ones have the
 * floor.
 *
 * @param warmup how long the factor rises
 * @param decay how long the factor falls before the planned steps are over
 * @param floor the factor when the planned steps are over
 * @since 0.1.0
 */
@Strategy(
        name = "wsd",
        summary = "Linear warm-up, a constant rate, and a short decay at the end",
        formula =
                "factor = (step + 1) / warmup, then 1, then in the last decay steps floor + (1 -"
                        + " floor) * (1 - sqrt(x)), x = part of the decay that is over",
        useWhen = "for long runs that may be prolonged from a checkpoint before the decay",
        avoidWhen = "for short runs, whose decay has too few steps to settle",
        reference = "https://arxiv.org/abs/2404.06395",
        since = "0.1.0")
@AutoService(Scheduler.class)
public record Wsd(
        @Option(help = "How long the factor rises from nearly 0 to 1", range = "[0, inf)")
                Span warmup,
        @Option(help = "How long the factor falls at the end", range = "[0, inf)") Span decay,
        @Option(help = "Factor when the planned steps are over", range = "[0, 1]") double floor)
        implements Scheduler {
    /** 5% warm-up, and down to 0 in the last 20%. */
    public Wsd() {
        this(new Span(5, Span.Unit.PERCENT), new Span(20, Span.Unit.PERCENT), 0);
    }

    @Override
    public Schedule start(Horizon horizon) {
        long rise = warmup.steps(horizon);
        long stable = Math.max(rise, horizon.steps() - decay.steps(horizon));
        double fall = Math.max(1, horizon.steps() - stable);
        return at -> {
            if (at.step() < rise) {
                return (at.step() + 1.0) / rise;
            }
            double over = Math.min(1, Math.max(0, (at.step() - stable) / fall));
            return floor + (1 - floor) * (1 - Math.sqrt(over));
        };
    }
}
