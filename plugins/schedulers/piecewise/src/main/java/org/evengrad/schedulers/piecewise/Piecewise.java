package org.evengrad.schedulers.piecewise;

import com.google.auto.service.AutoService;
import java.util.List;
import org.evengrad.spi.Horizon;
import org.evengrad.spi.Option;
import org.evengrad.spi.Schedule;
import org.evengrad.spi.Scheduler;
import org.evengrad.spi.Span;
import org.evengrad.spi.Strategy;

/**
 * A constant factor between given boundaries. The first factor holds before the first boundary, the
 * next from the boundary's step on, the last until the end and after it.
 *
 * @param boundaries where the factor changes, rising
 * @param unit what the boundaries count: percent of the planned steps, steps, or epochs
 * @param factors one more than there are boundaries
 * @since 0.1.0
 */
@Strategy(
        name = "piecewise",
        summary = "Constant factors between given boundaries",
        formula = "factor = factors[i], i = how many of the boundaries are at or before step",
        useWhen = "to repeat a published recipe that lists its learning rates",
        avoidWhen = "if there is no recipe: each boundary is one more choice to tune",
        reference = "https://arxiv.org/abs/1605.07146",
        since = "0.1.0")
@AutoService(Scheduler.class)
public record Piecewise(
        @Option(help = "Where the factor changes, rising", range = "[0, inf)")
                List<Double> boundaries,
        @Option(help = "What the boundaries count") Span.Unit unit,
        @Option(help = "Factors, one more than there are boundaries", range = "[0, inf)")
                List<Double> factors)
        implements Scheduler {
    /**
     * Copies the lists.
     *
     * @throws IllegalArgumentException if the boundaries do not rise or the counts do not fit
     */
    public Piecewise {
        boundaries = List.copyOf(boundaries);
        factors = List.copyOf(factors);
        if (factors.size() != boundaries.size() + 1) {
            throw new IllegalArgumentException(
                    "factors must be one more than boundaries, not "
                            + factors.size()
                            + " with "
                            + boundaries.size()
                            + " boundaries");
        }
        for (int i = 1; i < boundaries.size(); i++) {
            if (!(boundaries.get(i) > boundaries.get(i - 1))) {
                throw new IllegalArgumentException("boundaries must rise, not " + boundaries);
            }
        }
    }

    /** A fifth at 30%, 60% and 80% of training, as in Zagoruyko and Komodakis, 2016. */
    public Piecewise() {
        this(List.of(30.0, 60.0, 80.0), Span.Unit.PERCENT, List.of(1.0, 0.2, 0.04, 0.008));
    }

    @Override
    public Schedule start(Horizon horizon) {
        long[] starts =
                boundaries.stream()
                        .mapToLong(boundary -> new Span(boundary, unit).steps(horizon))
                        .toArray();
        double[] levels = factors.stream().mapToDouble(Double::doubleValue).toArray();
        return at -> {
            int passed = 0;
            while (passed < starts.length && starts[passed] <= at.step()) {
                passed++;
            }
            return levels[passed];
        };
    }
}
