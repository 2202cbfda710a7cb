package org.evengrad.schedulers.onecycle;

import com.google.auto.service.AutoService;
import org.evengrad.spi.Horizon;
import org.evengrad.spi.Option;
import org.evengrad.spi.Schedule;
import org.evengrad.spi.Scheduler;
import org.evengrad.spi.Span;
import org.evengrad.spi.Strategy;

/**
 * One cycle: up from a start to 1, then down to an end far below the start. The learning rate of
 * the optimizer is the largest, and may be several times that of another schedule. Smith and Topin,
 * 2017, "Super-convergence"; they rise and fall in lines of equal length before the last fall. This
 * is the form with two parts that fastai and PyTorch made common, with the same steps: the first
 * has the start, the last of the rise 1, the last planned one the end. The steps after it have the
 * end too.
 *
 * <p>Only the learning rate is moved. The paper also lowers the momentum while the rate rises; here
 * the momentum stays as the optimizer has it.
 *
 * @param rise how long the factor rises
 * @param start the factor of the first step; the inverse of what others call the div factor
 * @param end the factor of the last planned step; 1 / (div factor x final div factor)
 * @param anneal the shape of the way up and of the way down
 * @since 0.1.0
 */
@Strategy(
        name = "one-cycle",
        summary = "Rises to the full learning rate and falls far below the start",
        formula =
                "factor = start -> 1 in rise steps, then 1 -> end in the rest;"
                        + " a -> b is b + (a - b) * (1 + cos(pi * x)) / 2 or linear",
        useWhen = "for short runs with sgd and a learning rate near the largest that is stable",
        avoidWhen = "if the number of steps is not fixed, since the run must reach its end",
        reference = "https://arxiv.org/abs/1708.07120",
        since = "0.1.0")
@AutoService(Scheduler.class)
public record OneCycle(
        @Option(help = "How long the factor rises", range = "[0, inf)") Span rise,
        @Option(help = "Factor of the first step", range = "(0, 1]") double start,
        @Option(help = "Factor of the last planned step", range = "[0, 1]") double end,
        @Option(help = "Shape of the way up and down") Anneal anneal)
        implements Scheduler {
    /** Rises for 30% of training from 1/25, ends at 1/25 of 1/10,000, along cosines. */
    public OneCycle() {
        this(new Span(30, Span.Unit.PERCENT), 0.04, 4e-6, Anneal.COSINE);
    }

    @Override
    public Schedule start(Horizon horizon) {
        double peak = Math.max(0, rise.steps(horizon) - 1);
        double fall = Math.max(1, horizon.steps() - 1 - peak);
        return at ->
                at.step() < peak
                        ? anneal.between(start, 1, at.step() / peak)
                        : anneal.between(1, end, Math.min(1, (at.step() - peak) / fall));
    }

    /** The shape of a way from one factor to another. */
    public enum Anneal {
        /** Half a cosine. */
        COSINE {
            @Override
            double between(double from, double to, double progress) {
                return to + (from - to) * (1 + Math.cos(Math.PI * progress)) / 2;
            }
        },
        /** A straight line. */
        LINEAR {
            @Override
            double between(double from, double to, double progress) {
                return to + (from - to) * (1 - progress);
            }
        };

        abstract double between(double from, double to, double progress);
    }
}
