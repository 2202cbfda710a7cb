package org.evengrad.guards.spikerollback;

import com.google.auto.service.AutoService;
import java.util.List;
import org.evengrad.spi.GradientGuard;
import org.evengrad.spi.GradientStatistics;
import org.evengrad.spi.Guard;
import org.evengrad.spi.Option;
import org.evengrad.spi.Ruling;
import org.evengrad.spi.Snapshots;
import org.evengrad.spi.StepContext;
import org.evengrad.spi.Strategy;
import org.evengrad.spi.Tensor;

/**
 * Goes back to an earlier state when the loss stays far above the recent ones, lowers the rate, and
 * goes on with the batches that come next: what Chowdhery et al., 2022 (PaLM), section 5.1, did by
 * hand. They went back about 100 steps and left out the batches around the spike. The sign of a
 * spike is that of llm-foundry's KillLossSpike: several losses in a row above a multiple of the
 * mean of a full window. A loss that counts as a spike does not enter the window.
 *
 * <p>A step whose loss or gradient is not finite is skipped, whether it counts as a spike or not.
 * The newest snapshot may be one of the spike, so that the guard goes back to the one before. After
 * a roll-back it waits before the next one; after the last one that it may do, the next spike ends
 * training.
 *
 * @param factor how many times the mean a loss may be
 * @param patience how many losses in a row must be above it
 * @param window how many losses the mean is taken from
 * @param rateFactor what the learning rate is multiplied by at each roll-back
 * @param everySteps how many steps lie between two snapshots
 * @param keep how many snapshots are kept
 * @param cooldownSteps how many steps must lie between two roll-backs
 * @param mostRollbacks how many roll-backs there are before training ends
 * @param nonFinite whether a loss or gradient that is not finite counts as a spike
 * @since 0.1.0
 */
@Strategy(
        name = "spike-rollback",
        summary = "Goes back to an earlier state when the loss spikes, and lowers the rate",
        formula =
                "if loss > factor * mean(last window losses) in patience steps in a row: go back to"
                        + " the snapshot before the newest, rate *= rate-factor",
        useWhen = "for long runs that nobody watches and that a spike could ruin",
        avoidWhen = "with batches so small that healthy losses double from one to the next",
        reference = "https://arxiv.org/abs/2204.02311",
        since = "0.1.0",
        helpsAgainst = "exploding-gradient/spikes")
@AutoService(GradientGuard.class)
public record SpikeRollback(
        @Option(help = "How many times the mean of the window a loss may be", range = "(1, inf)")
                double factor,
        @Option(help = "How many losses in a row must be above it", range = "[1, inf)")
                int patience,
        @Option(help = "How many losses the mean is taken from", range = "[1, inf)") int window,
        @Option(help = "What the rate is multiplied by at each roll-back", range = "(0, 1]")
                double rateFactor,
        @Option(help = "Steps between two snapshots", range = "[1, inf)") int everySteps,
        @Option(help = "How many snapshots are kept in memory", range = "[1, inf)") int keep,
        @Option(help = "Steps that must lie between two roll-backs", range = "[0, inf)")
                int cooldownSteps,
        @Option(help = "Roll-backs before the next spike ends training", range = "[0, inf)")
                int mostRollbacks,
        @Option(help = "Whether a loss or gradient that is not finite counts as a spike")
                boolean nonFinite)
        implements GradientGuard {
    /**
     * Five losses in a row above twice the mean of 100 halve the rate; a snapshot every 100 steps,
     * three kept; 100 steps between roll-backs, five of them; what is not finite is a spike.
     */
    public SpikeRollback() {
        this(2, 5, 100, 0.5, 100, 3, 100, 5, true);
    }

    @Override
    public Snapshots snapshots() {
        return new Snapshots(everySteps, keep);
    }

    @Override
    public Guard start(List<Tensor> layout) {
        return new Watch(this);
    }

    private static final class Watch implements Guard {
        private static final int NUMBERS = 6;

        private final SpikeRollback options;
        private final double[] losses;
        private int next;
        private int count;
        private int inARow;
        private int rollbacks;
        private long coolUntil;
        private long lastStep = -1;

        Watch(SpikeRollback options) {
            this.options = options;
            losses = new double[options.window];
        }

        @Override
        public void inspect(GradientStatistics gradient, StepContext at, Ruling ruling) {
            double loss = at.loss();
            boolean finite = Double.isFinite(loss) && Double.isFinite(gradient.globalNorm());
            if (!finite) {
                ruling.skip("the loss or the gradient is not finite");
            }
            if (at.step() == lastStep) {
                // An optimizer that takes a second gradient in one step, at other parameters.
                return;
            }
            if (!finite && !options.nonFinite) {
                return;
            }
            lastStep = at.step();
            if (finite && !isSpike(loss)) {
                inARow = 0;
                remember(loss);
                return;
            }
            inARow++;
            if (inARow < options.patience || at.step() < coolUntil) {
                return;
            }
            inARow = 0;
            if (rollbacks == options.mostRollbacks) {
                ruling.stop("the loss spikes although most-rollbacks is reached");
                return;
            }
            rollbacks++;
            coolUntil = at.step() + 1 + options.cooldownSteps;
            ruling.rollBack(2, options.rateFactor, "the loss is far above the recent ones");
        }

        private boolean isSpike(double loss) {
            if (count < losses.length) {
                return false;
            }
            double sum = 0;
            for (double past : losses) {
                sum += past;
            }
            double mean = sum / count;
            // The multiple of the mean, also where losses are negative.
            return loss > mean + (options.factor - 1) * Math.abs(mean);
        }

        private void remember(double loss) {
            losses[next] = loss;
            next = (next + 1) % losses.length;
            count = Math.min(losses.length, count + 1);
        }

        @Override
        public double[] save() {
            double[] saved = new double[NUMBERS + losses.length];
            saved[0] = next;
            saved[1] = count;
            saved[2] = inARow;
            saved[3] = rollbacks;
            saved[4] = coolUntil;
            saved[5] = lastStep;
            System.arraycopy(losses, 0, saved, NUMBERS, losses.length);
            return saved;
        }

        @Override
        public void restore(double[] saved) {
            next = (int) saved[0];
            count = (int) saved[1];
            inARow = (int) saved[2];
            rollbacks = (int) saved[3];
            coolUntil = (long) saved[4];
            lastStep = (long) saved[5];
            System.arraycopy(saved, NUMBERS, losses, 0, losses.length);
        }
    }
}
