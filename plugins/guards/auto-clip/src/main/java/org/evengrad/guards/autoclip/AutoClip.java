package org.evengrad.guards.autoclip;

import com.google.auto.service.AutoService;
import java.util.Arrays;
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
 * Scales the whole gradient down to a percentile of all norms so far, this step's included:
 * AutoClip, Seetharaman, Wichern, Pardo and Le Roux, 2020, section 3. Between two norms the
 * percentile is interpolated, as in the authors' code.
 *
 * <p>The norms are counted in bins of equal width on a logarithmic scale from 1e-40 to 1e40, so
 * that the memory does not grow with the run. A norm counts as the middle of its bin, which puts
 * the percentile off by at most 0.05 percent; a norm that is above that by at most 0.05 percent
 * passes. A step whose gradient is not finite is skipped, and not counted.
 *
 * @param percentile which share of the norms lies below the limit, in percent
 * @since 0.1.0
 */
@Strategy(
        name = "auto-clip",
        summary = "Scales the whole gradient down to a percentile of all norms so far",
        formula = "g = g * min(1, c / norm(g)), c = percentile of norm(g) over all steps so far",
        useWhen = "when you do not know a good limit and the norms keep their size",
        avoidWhen = "when norms grow in healthy training, since old small ones hold them down",
        reference = "https://arxiv.org/abs/2007.14469",
        since = "0.1.0",
        helpsAgainst = "exploding-gradient/spikes")
@AutoService(GradientGuard.class)
public record AutoClip(
        @Option(
                        help = "Which share of the norms lies below the limit, in percent",
                        range = "[0, 100)")
                double percentile)
        implements GradientGuard {
    /** The paper's best: the tenth percentile, which clips nine steps of ten. */
    public AutoClip() {
        this(10);
    }

    @Override
    public Guard start(List<Tensor> layout) {
        return new History(percentile / 100);
    }

    private static final class History implements Guard {
        private static final double LOWEST = Math.log(1e-40);
        private static final double WIDTH = 0.00095;
        private static final int BINS = (int) Math.ceil(-2 * LOWEST / WIDTH);
        private static final double ERROR = 0.0005;

        private final double share;
        private final int[] counts = new int[BINS];
        private long total;

        /** Where the percentile was found last, and how many norms lie in the bins below. */
        private int found;

        private long below;

        History(double share) {
            this.share = share;
        }

        @Override
        public void inspect(GradientStatistics gradient, StepContext at, Ruling ruling) {
            double norm = gradient.globalNorm();
            if (!Double.isFinite(norm)) {
                ruling.skip("the gradient is not finite and cannot be clipped");
                return;
            }
            count(bin(norm), 1);
            double limit = limit();
            if (norm > limit * (1 + ERROR)) {
                ruling.scale(limit / norm, "the gradient's norm is above the percentile");
            }
        }

        private static int bin(double norm) {
            return Math.max(0, Math.min(BINS - 1, (int) ((Math.log(norm) - LOWEST) / WIDTH)));
        }

        private static double middle(int bin) {
            return Math.exp(LOWEST + (bin + 0.5) * WIDTH);
        }

        private void count(int bin, int norms) {
            counts[bin] += norms;
            total += norms;
            if (bin < found) {
                below += norms;
            }
        }

        private double limit() {
            double place = share * (total - 1);
            long rank = (long) place;
            while (below > rank) {
                found--;
                below -= counts[found];
            }
            while (below + counts[found] <= rank) {
                below += counts[found];
                found++;
            }
            int next = found;
            if (below + counts[found] == rank + 1 && rank + 1 < total) {
                do {
                    next++;
                } while (counts[next] == 0);
            }
            double lower = middle(found);
            return lower + (place - rank) * (middle(next) - lower);
        }

        /** Pairs of a bin and how many norms it holds. */
        @Override
        public double[] save() {
            int used = 0;
            for (int count : counts) {
                used += count > 0 ? 1 : 0;
            }
            double[] saved = new double[2 * used];
            int next = 0;
            for (int bin = 0; bin < BINS; bin++) {
                if (counts[bin] > 0) {
                    saved[next++] = bin;
                    saved[next++] = counts[bin];
                }
            }
            return saved;
        }

        @Override
        public void restore(double[] saved) {
            Arrays.fill(counts, 0);
            total = 0;
            found = 0;
            below = 0;
            for (int i = 0; i < saved.length; i += 2) {
                count((int) saved[i], (int) saved[i + 1]);
            }
        }
    }
}
