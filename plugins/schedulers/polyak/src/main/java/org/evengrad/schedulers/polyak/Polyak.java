package org.evengrad.schedulers.polyak;

import com.google.auto.service.AutoService;
import org.evengrad.spi.Horizon;
import org.evengrad.spi.Option;
import org.evengrad.spi.Schedule;
import org.evengrad.spi.Scheduler;
import org.evengrad.spi.Strategy;

/**
 * The stochastic Polyak step size with a bound: factor = min((loss - optimum) / (divisor |g|^2),
 * maximum), from the loss and the gradient of the batch. Loizou et al., 2020, SPS_max; the divisor
 * is c there, 1/2 in the theory of convex losses and 0.2 in the authors' deep networks, where they
 * also let the bound follow the steps, which is not done here.
 *
 * <p>The factor is the whole step size, so the optimizer's learning rate must be 1; the rule holds
 * for {@code sgd}, which moves against the gradient. The gradient is that after the guards, so
 * clipping it lengthens the step: leave the clipping to the maximum. It is 0 if the loss is not
 * above the optimum or if the loss or the gradient is NaN.
 *
 * @param optimum the least loss that a batch can have: 0 for cross-entropy and squares, if the
 *     model can fit the data
 * @param divisor what the squared norm is multiplied by; smaller is bolder
 * @param maximum the largest step
 * @since 0.1.0
 */
@Strategy(
        name = "polyak",
        summary = "Chooses the step from the loss that is left and the size of the gradient",
        formula = "factor = min((loss - optimum) / (divisor * norm(g)^2), maximum)",
        useWhen = "with sgd and learning-rate = 1, if the least loss is known and can be reached",
        avoidWhen = "with any optimizer but sgd, or if the loss cannot get near the optimum",
        reference = "https://arxiv.org/abs/2002.10542",
        since = "0.1.0")
@AutoService(Scheduler.class)
public record Polyak(
        @Option(help = "Least loss that a batch can have") double optimum,
        @Option(help = "Multiplier of the squared norm; smaller is bolder", range = "(0, inf)")
                double divisor,
        @Option(help = "Largest step", range = "(0, inf)") double maximum)
        implements Scheduler {
    /** For a loss that can reach 0, with the divisor of the theory and steps of at most 1. */
    public Polyak() {
        this(0, 0.5, 1);
    }

    @Override
    public Schedule start(Horizon horizon) {
        return at -> {
            double left = at.loss() - optimum;
            double step = left / (divisor * at.gradientNorm() * at.gradientNorm());
            // Also false if one of them is NaN.
            return left > 0 && step >= 0 ? Math.min(maximum, step) : 0;
        };
    }
}
