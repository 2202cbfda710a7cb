package org.evengrad.schedulers.constant;

import com.google.auto.service.AutoService;
import org.evengrad.spi.Horizon;
import org.evengrad.spi.Schedule;
import org.evengrad.spi.Scheduler;
import org.evengrad.spi.Strategy;

/**
 * Leaves the learning rate as the optimizer has it: the factor is 1 in every step.
 *
 * @since 0.1.0
 */
@Strategy(
        name = "constant",
        summary = "Leaves the learning rate as it is",
        formula = "factor = 1",
        useWhen = "for first trials, for tests, and with optimizers that set their own step size",
        avoidWhen =
                "for a final result: nearly every model gains from a rate that falls at the end",
        reference = "https://www.deeplearningbook.org/contents/optimization.html",
        since = "0.1.0")
@AutoService(Scheduler.class)
public record Constant() implements Scheduler {
    @Override
    public Schedule start(Horizon horizon) {
        return at -> 1;
    }
}
