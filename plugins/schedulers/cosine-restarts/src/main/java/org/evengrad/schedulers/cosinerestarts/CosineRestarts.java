package org.evengrad.schedulers.cosinerestarts;

import com.google.auto.service.AutoService;
import org.evengrad.spi.Horizon;
import org.evengrad.spi.Option;
import org.evengrad.spi.Schedule;
import org.evengrad.spi.Scheduler;
import org.evengrad.spi.Span;
import org.evengrad.spi.Strategy;

/**
 * Half a cosine towards the floor, again and again: factor = floor + (1 - floor) (1 + cos(pi t /
 * T_i)) / 2, where t counts the steps since the last restart from 0, and T_i, the length of the
 * cycle, is multiplied at each restart. Loshchilov and Hutter, 2017, equation 5; there the cycles
 * are called T_0 and T_mult. The optimizer keeps its memory over a restart.
 *
 * <p>With a multiplier of 2, n cycles fill the training when the first takes 100% / (2^n - 1):
 * 14.3% for three, 6.7% for four. The cycles go on after the planned end.
 *
 * @param floor the factor that each cycle falls towards
 * @param cycle how long the first cycle takes; counted as at least one step
 * @param multiplier how many times longer each cycle is than the one before
 * @since 0.1.0
 */
@Strategy(
        name = "cosine-restarts",
        summary = "Half a cosine towards a floor, restarted in ever longer cycles",
        formula =
                "factor = floor + (1 - floor) * (1 + cos(pi * t / T_i)) / 2,"
                        + " T_0 = cycle, T_i = multiplier * T_(i-1), t = steps since the restart",
        useWhen =
                "if a good model is wanted at several times of one run, or for snapshot ensembles",
        avoidWhen = "if only the last model counts: one cosine to the end is as good and simpler",
        reference = "https://arxiv.org/abs/1608.03983",
        since = "0.1.0")
@AutoService(Scheduler.class)
public record CosineRestarts(
        @Option(help = "Factor that each cycle falls towards", range = "[0, 1]") double floor,
        @Option(help = "How long the first cycle takes", range = "(0, inf)") Span cycle,
        @Option(help = "How many times longer each cycle is than the last", range = "[1, inf)")
                int multiplier)
        implements Scheduler {
    /** Three cycles down to 0, each twice as long as the one before. */
    public CosineRestarts() {
        this(0, new Span(14.3, Span.Unit.PERCENT), 2);
    }

    @Override
    public Schedule start(Horizon horizon) {
        long first = Math.max(1, cycle.steps(horizon));
        return at -> {
            double step = at.step();
            double length = first;
            if (multiplier == 1) {
                step %= length;
            }
            while (step >= length) {
                step -= length;
                length *= multiplier;
            }
            return floor + (1 - floor) * (1 + Math.cos(Math.PI * step / length)) / 2;
        };
    }
}
