package org.evengrad.guards.skiplarge;

import com.google.auto.service.AutoService;
import java.util.List;
import org.evengrad.spi.GradientGuard;
import org.evengrad.spi.GradientStatistics;
import org.evengrad.spi.Guard;
import org.evengrad.spi.Option;
import org.evengrad.spi.Ruling;
import org.evengrad.spi.StepContext;
import org.evengrad.spi.Strategy;
import org.evengrad.spi.Tensor;

/**
 * Skips a step whose gradient has a norm far above the recent ones: more than so many standard
 * deviations above their mean, as OLMo-core's SkipStepOptimizer does. It begins when half a window
 * of norms is known, and 20 at least. A norm enters the window also when its step is skipped, so
 * that training goes on when the norms have grown for good. A norm far below the mean is no reason
 * to skip, other than there. A step whose gradient is not finite is skipped, and not remembered.
 *
 * @param sigmas how many standard deviations above the mean a norm may be
 * @param window how many norms are remembered
 * @since 0.1.0
 */
@Strategy(
        name = "skip-large",
        summary = "Skips a step whose gradient has a norm far above the recent ones",
        formula = "skip if norm(g) > mean + sigmas * deviation of the last window norms",
        useWhen = "when single bad batches spoil a run and one step more or less does not matter",
        avoidWhen = "for small or unbalanced data, where rare examples would never be learned",
        reference =
                "https://github.com/allenai/OLMo-core/blob/main/"
                        + "src/olmo_core/optim/skip_step_optimizer.py",
        since = "0.1.0",
        helpsAgainst = "exploding-gradient/spikes")
@AutoService(GradientGuard.class)
public record SkipLarge(
        @Option(
                        help = "How many standard deviations above the mean a norm may be",
                        range = "(0, inf)")
                double sigmas,
        @Option(help = "How many norms are remembered", range = "[2, inf)") int window)
        implements GradientGuard {
    /** OLMo-core's: six standard deviations, and the last 128 norms. */
    public SkipLarge() {
        this(6, 128);
    }

    @Override
    public Guard start(List<Tensor> layout) {
        return new Window(sigmas, window);
    }

    private static final class Window implements Guard {
        private static final int FEWEST = 20;

        /** Norms that agree to this share are the same. */
        private static final double ROUNDING = 1e-6;

        private final double sigmas;

        /** The norms, the one to be overwritten next, and how many there are. */
        private final double[] memory;

        private final int size;
        private final int needed;

        Window(double sigmas, int window) {
            this.sigmas = sigmas;
            size = window;
            memory = new double[window + 2];
            needed = Math.min(window, Math.max(FEWEST, window / 2));
        }

        @Override
        public void inspect(GradientStatistics gradient, StepContext at, Ruling ruling) {
            double norm = gradient.globalNorm();
            if (!Double.isFinite(norm)) {
                ruling.skip("the gradient is not finite");
                return;
            }
            int count = (int) memory[size + 1];
            if (count >= needed && norm > limit(count)) {
                ruling.skip("the gradient's norm is far above the recent ones");
            }
            int next = (int) memory[size];
            memory[next] = norm;
            memory[size] = (next + 1) % size;
            memory[size + 1] = Math.min(size, count + 1);
        }

        private double limit(int count) {
            double sum = 0;
            for (int i = 0; i < count; i++) {
                sum += memory[i];
            }
            double mean = sum / count;
            double squares = 0;
            for (int i = 0; i < count; i++) {
                squares += (memory[i] - mean) * (memory[i] - mean);
            }
            double deviation = Math.sqrt(squares / (count - 1));
            return mean + sigmas * Math.max(deviation, ROUNDING * mean);
        }

        @Override
        public double[] save() {
            return memory.clone();
        }

        @Override
        public void restore(double[] saved) {
            System.arraycopy(saved, 0, memory, 0, memory.length);
        }
    }
}
