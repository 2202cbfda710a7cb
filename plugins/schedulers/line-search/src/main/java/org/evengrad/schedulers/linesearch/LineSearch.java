package org.evengrad.schedulers.linesearch;

import com.google.auto.service.AutoService;
import org.evengrad.spi.Horizon;
import org.evengrad.spi.Option;
import org.evengrad.spi.Schedule;
import org.evengrad.spi.Scheduler;
import org.evengrad.spi.StepContext;
import org.evengrad.spi.Strategy;

/**
 * Stochastic Armijo line search: the largest tried step after which the loss of the same batch has
 * fallen by enough of what the gradient promised; for sgd, loss(w - factor g) &lt;= loss(w) -
 * decrease factor |g|^2. Each search begins where the last one ended, times growth^(1 / steps per
 * epoch), at most at the maximum; the first begins at the maximum. Vaswani et al., 2019, algorithm
 * 1, with the reset that grows the step (the authors' code begins the first search at 1).
 *
 * <p>The paper's step size is the factor times the optimizer's learning rate: {@code sgd} with a
 * learning rate of 1 is its rule. With another optimizer the promise is the gradient times the step
 * that it would take. A search that finds nothing, as where the step leads uphill, leaves the
 * parameters where they are, and the next one begins where this one did. Each step costs one or
 * more forward passes.
 *
 * @param decrease the part of the fall that the gradient promises which must be reached; c in the
 *     paper
 * @param backtracking what a step is multiplied by when it falls short; beta in the paper
 * @param growth how many times larger the first step that is tried may become in one epoch; gamma
 *     in the paper
 * @param maximum the largest factor of the learning rate
 * @param attempts how many steps are tried before the search gives up
 * @since 0.1.0
 */
@Strategy(
        name = "line-search",
        summary = "Shortens each step until the loss of its batch falls enough",
        formula =
                "factor *= backtracking until"
                        + " loss(w + step) <= loss(w) + decrease * g . step, with step = -factor *"
                        + " rate * g for sgd",
        useWhen = "with sgd and learning-rate = 1, if the model can fit all of its training data",
        avoidWhen = "if labels are so noisy that no model fits them, or dropout changes each pass",
        reference = "https://arxiv.org/abs/1905.09997",
        since = "0.1.0")
@AutoService(Scheduler.class)
public record LineSearch(
        @Option(help = "Part of the promised fall that must be reached", range = "(0, 1)")
                double decrease,
        @Option(help = "What is left of a step that falls short", range = "(0, 1)")
                double backtracking,
        @Option(help = "Growth per epoch of the step that is tried first", range = "[1, inf)")
                double growth,
        @Option(help = "Largest factor of the learning rate", range = "(0, inf)") double maximum,
        @Option(help = "Steps that are tried before the search gives up", range = "[1, inf)")
                int attempts)
        implements Scheduler {
    /** The values of the paper's experiments, and a hundred attempts as in the authors' code. */
    public LineSearch() {
        this(0.1, 0.9, 2, 10, 100);
    }

    @Override
    public Schedule start(Horizon horizon) {
        return new Search(this, Math.pow(growth, 1.0 / horizon.stepsPerEpoch()));
    }

    private static final class Search implements Schedule {
        private final LineSearch options;
        private final double growthPerStep;
        private double first;

        Search(LineSearch options, double growthPerStep) {
            this.options = options;
            this.growthPerStep = growthPerStep;
            first = options.maximum;
        }

        @Override
        public double factor(StepContext at) {
            return first;
        }

        @Override
        public double search(double factor, Trials trials) {
            double before = trials.lossBefore();
            if (!Double.isFinite(before)) {
                return 0;
            }
            double step = factor;
            for (int attempt = 0; attempt < options.attempts; attempt++) {
                double loss = trials.lossAt(step);
                double promised = trials.linearChange();
                if (promised <= 0 && loss <= before + options.decrease * promised) {
                    first = Math.min(options.maximum, step * growthPerStep);
                    return step;
                }
                step *= options.backtracking;
            }
            return 0;
        }

        @Override
        public double[] save() {
            return new double[] {first};
        }

        @Override
        public void restore(double[] saved) {
            first = saved[0];
        }
    }
}
