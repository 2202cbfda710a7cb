package org.evengrad.schedulers.plateau;

import com.google.auto.service.AutoService;
import org.evengrad.spi.Horizon;
import org.evengrad.spi.Option;
import org.evengrad.spi.Schedule;
import org.evengrad.spi.Scheduler;
import org.evengrad.spi.StepContext;
import org.evengrad.spi.Strategy;

/**
 * Cuts the learning rate when the validation loss has stopped falling. It begins at 1 and only
 * falls. A loss is an improvement if it is below (1 - threshold) times the least so far; after more
 * than {@code patience} evaluations in a row without one the rate is cut, and the next {@code
 * cooldown} evaluations are not counted. These are the rules and defaults of PyTorch's
 * ReduceLROnPlateau. A loss that is not finite is no improvement.
 *
 * <p>Without validation data nothing is ever cut. Time is counted in evaluations, which take place
 * once in an epoch unless the run says otherwise.
 *
 * @param factor what is left of the rate after a cut
 * @param patience evaluations without an improvement that are let pass
 * @param threshold relative fall of the loss that counts as an improvement
 * @param cooldown evaluations after a cut that are not counted
 * @param minimum where the cuts end
 * @since 0.1.0
 */
@Strategy(
        name = "plateau",
        summary = "Cuts the learning rate when the validation loss stops falling",
        formula =
                "rate *= factor after more than patience evaluations"
                        + " without loss < (1 - threshold) * least loss, down to minimum",
        useWhen = "if the length of training is open and there are enough validation data",
        avoidWhen = "if the validation loss is noisy, or rises early while accuracy still improves",
        reference =
                "https://docs.pytorch.org/docs/stable/generated/"
                        + "torch.optim.lr_scheduler.ReduceLROnPlateau.html",
        since = "0.1.0")
@AutoService(Scheduler.class)
public record Plateau(
        @Option(help = "What is left of the rate after a cut", range = "(0, 1)") double factor,
        @Option(help = "Evaluations without an improvement that are let pass", range = "[0, inf)")
                int patience,
        @Option(help = "Relative fall of the loss that counts as an improvement", range = "[0, 1)")
                double threshold,
        @Option(help = "Evaluations after a cut that are not counted", range = "[0, inf)")
                int cooldown,
        @Option(help = "Factor where the cuts end", range = "[0, 1]") double minimum)
        implements Scheduler {
    /** A tenth after ten evaluations without an improvement of one in ten thousand. */
    public Plateau() {
        this(0.1, 10, 1e-4, 0, 0);
    }

    @Override
    public Schedule start(Horizon horizon) {
        return new Watch(this);
    }

    private static final class Watch implements Schedule {
        private final Plateau options;
        private double rate = 1;
        private double least = Double.MAX_VALUE;
        private double waited;
        private double cooling;

        Watch(Plateau options) {
            this.options = options;
        }

        @Override
        public double factor(StepContext at) {
            return rate;
        }

        @Override
        public void evaluated(double validationLoss, StepContext at) {
            boolean improved =
                    Double.isFinite(validationLoss)
                            && validationLoss < least - options.threshold * Math.abs(least);
            if (improved) {
                least = validationLoss;
            }
            waited = improved ? 0 : waited + 1;
            if (cooling > 0) {
                cooling--;
                waited = 0;
            }
            if (waited > options.patience) {
                rate = Math.max(options.minimum, rate * options.factor);
                cooling = options.cooldown;
                waited = 0;
            }
        }

        @Override
        public double[] save() {
            return new double[] {rate, least, waited, cooling};
        }

        @Override
        public void restore(double[] saved) {
            rate = saved[0];
            least = saved[1];
            waited = saved[2];
            cooling = saved[3];
        }
    }
}
