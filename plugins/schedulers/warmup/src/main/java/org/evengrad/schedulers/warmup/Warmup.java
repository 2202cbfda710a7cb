package org.evengrad.schedulers.warmup;

import com.google.auto.service.AutoService;
import org.evengrad.spi.Horizon;
import org.evengrad.spi.Option;
import org.evengrad.spi.Schedule;
import org.evengrad.spi.Scheduler;
import org.evengrad.spi.Span;
import org.evengrad.spi.StepContext;
import org.evengrad.spi.Strategy;

/**
 * A linear warm-up before any other schedule. A warm-up of W steps multiplies the first factor of
 * the wrapped schedule by start + (1 - start) (step + 1) / W: with the start 0 by 1/W, 2/W, ... 1.
 * Goyal et al., 2017, section 2.2. RAdam's authors recommend 2 / (1 - beta2) steps for Adam (<a
 * href="https://arxiv.org/abs/1910.04209">arXiv 1910.04209</a>).
 *
 * <p>The time of the wrapped schedule begins when the warm-up is over: its first step is the one
 * after the warm-up, its horizon the planned steps that are left, and it is told the validation
 * losses from there on. A schedule that reacts to the batch or searches does so during the warm-up
 * too, and what it finds is multiplied.
 *
 * @param scheduler what follows; must be given
 * @param length how long the warm-up takes
 * @param start where the line begins, one step before the first
 * @since 0.1.0
 */
@Strategy(
        name = "warmup",
        summary = "Linear warm-up before any other schedule",
        formula =
                "factor = (start + (1 - start) * (step + 1) / length) * first factor of scheduler,"
                        + " then scheduler with its time from 0",
        useWhen = "for large batches, large learning rates, attention, and adam in its first steps",
        avoidWhen = "around cosine or wsd, which have a warm-up of their own",
        reference = "https://arxiv.org/abs/1706.02677",
        since = "0.1.0",
        helpsAgainst = {"exploding-gradient/learning-rate", "learning-rate-too-high"})
@AutoService(Scheduler.class)
public record Warmup(
        @Option(help = "Schedule that follows the warm-up") Scheduler scheduler,
        @Option(help = "How long the warm-up takes", range = "[0, inf)") Span length,
        @Option(help = "Factor that the line rises from", range = "[0, 1]") double start)
        implements Scheduler {
    /** 5% of training, up from 0; the wrapped schedule must still be given. */
    public Warmup() {
        this(null);
    }

    /**
     * 5% of training, up from 0.
     *
     * @param scheduler what follows
     */
    public Warmup(Scheduler scheduler) {
        this(scheduler, new Span(5, Span.Unit.PERCENT), 0);
    }

    @Override
    public Schedule start(Horizon horizon) {
        if (scheduler == null) {
            throw new IllegalStateException("warmup needs a scheduler");
        }
        long rise = length.steps(horizon);
        Horizon left = new Horizon(Math.max(1, horizon.steps() - rise), horizon.stepsPerEpoch());
        return new Rise(scheduler.start(left), rise, start, left);
    }

    /** The rising schedule; for the wrapped one the context in which its time begins later. */
    private static final class Rise implements Schedule, StepContext {
        private final Schedule wrapped;
        private final long steps;
        private final double start;
        private final Horizon left;
        private StepContext now;
        private double height = 1;
        private double wrappedFactor;

        Rise(Schedule wrapped, long steps, double start, Horizon left) {
            this.wrapped = wrapped;
            this.steps = steps;
            this.start = start;
            this.left = left;
        }

        @Override
        public double factor(StepContext at) {
            now = at;
            height = at.step() < steps ? start + (1 - start) * (at.step() + 1.0) / steps : 1;
            wrappedFactor = wrapped.factor(this);
            return height * wrappedFactor;
        }

        @Override
        public double search(double factor, Trials trials) {
            return height * wrapped.search(wrappedFactor, trials);
        }

        @Override
        public void evaluated(double validationLoss, StepContext at) {
            if (at.step() >= steps) {
                now = at;
                wrapped.evaluated(validationLoss, this);
            }
        }

        @Override
        public double[] save() {
            return wrapped.save();
        }

        @Override
        public void restore(double[] saved) {
            wrapped.restore(saved);
        }

        @Override
        public long step() {
            return Math.max(0, now.step() - steps);
        }

        @Override
        public Horizon horizon() {
            return left;
        }

        @Override
        public long updates() {
            return now.updates();
        }

        @Override
        public int epoch() {
            return now.epoch();
        }

        @Override
        public double rate() {
            return now.rate();
        }

        @Override
        public double loss() {
            return now.loss();
        }

        @Override
        public double gradientNorm() {
            return now.gradientNorm();
        }

        @Override
        public int batchSize() {
            return now.batchSize();
        }
    }
}
