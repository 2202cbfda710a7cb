package org.evengrad.schedulers.polynomial;

import com.google.auto.service.AutoService;
import org.evengrad.spi.Horizon;
import org.evengrad.spi.Option;
import org.evengrad.spi.Schedule;
import org.evengrad.spi.Scheduler;
import org.evengrad.spi.Strategy;

/**
 * Falls from 1 to an end as a power of the planned steps that are left: factor = end + (1 - end) (1
 * - step / T)^power, where T is how many steps are planned, so that the last planned step still
 * moves. With the end 0 it is the decay a0 (1 - t / T)^b; with the power 1 a straight line. The
 * steps after the planned ones have the end. Chen et al., 2016, call it the poly policy.
 *
 * @param power 1 for a straight line; above 1 it falls faster at first
 * @param end the factor when the planned steps are over
 * @since 0.1.0
 */
@Strategy(
        name = "polynomial",
        summary = "Falls to an end as a power of the steps that are left",
        formula = "factor = end + (1 - end) * (1 - step / T)^power, T = planned steps",
        useWhen = "for fine-tuning and segmentation, and with power 1 as a strong plain default",
        avoidWhen = "if training may go on after the planned end, where the rate stays at the end",
        reference = "https://arxiv.org/abs/1606.00915",
        since = "0.1.0")
@AutoService(Scheduler.class)
public record Polynomial(
        @Option(help = "Power of the part of training that is left", range = "(0, inf)")
                double power,
        @Option(help = "Factor when the planned steps are over", range = "[0, 1]") double end)
        implements Scheduler {
    /** A straight line down to 0. */
    public Polynomial() {
        this(1, 0);
    }

    @Override
    public Schedule start(Horizon horizon) {
        double steps = horizon.steps();
        return at -> {
            double left = Math.max(0, 1 - at.step() / steps);
            return end + (1 - end) * Math.pow(left, power);
        };
    }
}
