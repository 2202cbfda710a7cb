package org.evengrad.schedulers.bolddriver;

import com.google.auto.service.AutoService;
import org.evengrad.spi.Horizon;
import org.evengrad.spi.Option;
import org.evengrad.spi.Schedule;
import org.evengrad.spi.Scheduler;
import org.evengrad.spi.StepContext;
import org.evengrad.spi.Strategy;

/**
 * The bold driver: tries each step and compares the loss of the same batch before and after it. If
 * the loss falls, the step is taken and the next one is longer. If it rises, the step is undone and
 * the next one is shorter. If it stays, the step is taken and the rate stays. Battiti, 1989,
 * "Accelerated backpropagation learning", who halves; Vogl et al., 1988, grow by 1.05.
 *
 * <p>There an undone step is repeated, shorter, until the loss falls. Here the next step does that,
 * which is the same on the whole data, and goes on with another batch otherwise. A loss that is NaN
 * counts as a rise. Each step costs one more forward pass.
 *
 * @param growth what the rate is multiplied by after a step that was taken
 * @param cut what the rate is multiplied by after a step that was undone
 * @param minimum the smallest factor
 * @param maximum the largest factor
 * @since 0.1.0
 */
@Strategy(
        name = "bold-driver",
        summary = "Grows while the loss falls; cuts and undoes the step when it rises",
        formula = "loss falls: factor *= growth; loss rises: undo the step, factor *= cut",
        useWhen = "for the whole data in one batch or for large batches, with sgd",
        avoidWhen = "for small batches, where a fall on one batch says little about the others",
        reference = "https://netlib.org/utk/lsi/pcwLSI/text/node226.html",
        since = "0.1.0")
@AutoService(Scheduler.class)
public record BoldDriver(
        @Option(help = "Growth of the rate after a step that was taken", range = "[1, inf)")
                double growth,
        @Option(help = "What is left of the rate after a step that was undone", range = "(0, 1)")
                double cut,
        @Option(help = "Smallest factor", range = "(0, 1]") double minimum,
        @Option(help = "Largest factor", range = "[1, inf)") double maximum)
        implements Scheduler {
    /** Grows by 5%, halves, between a millionth and a thousand times the rate. */
    public BoldDriver() {
        this(1.05, 0.5, 1e-6, 1e3);
    }

    @Override
    public Schedule start(Horizon horizon) {
        return new Drive(this);
    }

    private static final class Drive implements Schedule {
        private final BoldDriver options;
        private double speed = 1;

        Drive(BoldDriver options) {
            this.options = options;
        }

        @Override
        public double factor(StepContext at) {
            return speed;
        }

        @Override
        public double search(double factor, Trials trials) {
            double before = trials.lossBefore();
            double after = trials.lossAt(factor);
            if (after <= before) {
                if (after < before) {
                    speed = Math.min(options.maximum, speed * options.growth);
                }
                return factor;
            }
            speed = Math.max(options.minimum, speed * options.cut);
            return 0;
        }

        @Override
        public double[] save() {
            return new double[] {speed};
        }

        @Override
        public void restore(double[] saved) {
            speed = saved[0];
        }
    }
}
