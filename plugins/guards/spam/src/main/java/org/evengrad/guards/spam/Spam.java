package org.evengrad.guards.spam;

import com.google.auto.service.AutoService;
import java.util.List;
import org.evengrad.spi.Chunk;
import org.evengrad.spi.GradientGuard;
import org.evengrad.spi.GradientStatistics;
import org.evengrad.spi.Guard;
import org.evengrad.spi.Option;
import org.evengrad.spi.Ruling;
import org.evengrad.spi.StepContext;
import org.evengrad.spi.Strategy;
import org.evengrad.spi.Tensor;

/**
 * Cuts every element that is much larger than it used to be, and empties the optimizer's memory
 * from time to time, so that what a spike left there does not last: the two parts of SPAM, Huang et
 * al., 2025, that concern the gradient. Much larger is a square above threshold times the moving
 * average of the element's squares. The average mirrors Adam's second moment, without bias
 * correction and fed with what was cut; it is the guard's own, so that any optimizer will do.
 *
 * <p>After each reset the learning rate is scaled up again along a cosine. An element whose average
 * is zero is not cut, other than in the authors' code, where it could never move again. A step
 * whose gradient is not finite is skipped, and not remembered.
 *
 * @param threshold how many times its average an element's square may be
 * @param decay of the moving average of the squared gradient
 * @param delaySteps how many gradients the average has seen before it counts, anew after each reset
 * @param resetEvery updates between two resets of the optimizer's memory; 0 for no reset
 * @param warmupSteps updates after each reset in which the learning rate is scaled
 * @since 0.1.0
 */
@Strategy(
        name = "spam",
        summary = "Cuts spikes of single elements and resets the optimizer's memory regularly",
        formula =
                "g = sign(g) * min(abs(g), sqrt(threshold * v)), v = decay * v + (1 - decay) * g^2;"
                        + " every reset-every updates the optimizer's memory and v become 0",
        useWhen = "for long runs in which single elements spike a thousandfold",
        avoidWhen = "when memory is short: it keeps one more float for each parameter",
        reference = "https://arxiv.org/abs/2501.06842",
        since = "0.1.0",
        helpsAgainst = "exploding-gradient/spikes")
@AutoService(GradientGuard.class)
public record Spam(
        @Option(help = "How many times its average an element's square may be", range = "(0, inf)")
                double threshold,
        @Option(help = "Decay of the average of the squared gradient", range = "[0, 1)")
                double decay,
        @Option(
                        help = "Gradients that the average sees before it counts, after each reset",
                        range = "[1, inf)")
                int delaySteps,
        @Option(
                        help = "Updates between two resets of the optimizer's memory; 0 for none",
                        range = "[0, inf)")
                int resetEvery,
        @Option(
                        help = "Updates after each reset in which the rate is scaled up again",
                        range = "[0, inf)")
                int warmupSteps)
        implements GradientGuard {
    /** The authors': 5000, 0.999, 20 gradients, a reset every 500 updates, 150 to warm up. */
    public Spam() {
        this(5000, 0.999, 20, 500, 150);
    }

    /** One: the average of the squared gradient. */
    @Override
    public int slots() {
        return 1;
    }

    @Override
    public Guard start(List<Tensor> layout) {
        return new Cutting(this);
    }

    private static final class Cutting implements Guard {
        /** Over an average of zero it is infinite, and over any other one it is nothing. */
        private static final float NOTHING = 1e-36f;

        private final Spam spam;
        private long lastUpdates;
        private boolean hasReset;

        Cutting(Spam spam) {
            this.spam = spam;
        }

        @Override
        public void inspect(GradientStatistics gradient, StepContext at, Ruling ruling) {
            if (!Double.isFinite(gradient.globalNorm())) {
                ruling.skip("the gradient is not finite and cannot be cut");
                return;
            }
            if (isDue(at)) {
                ruling.resetOptimizer("reset-every updates have passed");
            }
            // The engine counts updates from the reset on, and not at all if the step is skipped.
            hasReset |= at.updates() < lastUpdates;
            lastUpdates = at.updates();
            long since = sinceReset(at);
            if ((hasReset || isDue(at)) && since < spam.warmupSteps) {
                ruling.scaleRate(warmup(since), "the optimizer's memory is young");
            }
            ruling.transform("elements were above their average");
        }

        private boolean isDue(StepContext at) {
            return spam.resetEvery > 0 && at.updates() >= spam.resetEvery;
        }

        private long sinceReset(StepContext at) {
            return isDue(at) ? 0 : at.updates();
        }

        @Override
        public double[] save() {
            return new double[] {lastUpdates, hasReset ? 1 : 0};
        }

        @Override
        public void restore(double[] saved) {
            lastUpdates = (long) saved[0];
            hasReset = saved[1] == 1;
        }

        @Override
        public void transform(Chunk chunk, StepContext at) {
            float[] gradient = chunk.gradient();
            float[] meanSquare = chunk.state(0);
            int size = chunk.size();
            long since = sinceReset(at);
            float kept = since == 0 ? 0 : (float) spam.decay;
            float added = (float) (1 - spam.decay);
            if (since >= spam.delaySteps) {
                cut(gradient, meanSquare, size);
            }
            for (int i = 0; i < size; i++) {
                float mean = kept * meanSquare[i] + added * gradient[i] * gradient[i];
                meanSquare[i] = Math.min(mean, Float.MAX_VALUE);
            }
        }

        private void cut(float[] gradient, float[] meanSquare, int size) {
            float root = (float) Math.sqrt(spam.threshold);
            for (int i = 0; i < size; i++) {
                float own = root * (float) Math.sqrt(meanSquare[i]);
                float limit = Math.max(own, NOTHING / meanSquare[i]);
                gradient[i] = Math.max(-limit, Math.min(limit, gradient[i]));
            }
        }

        /** From 0.01 to 1. */
        private double warmup(long since) {
            double angle = Math.PI * since / (spam.warmupSteps + 1);
            return 1 - 0.99 * (1 + Math.cos(angle)) / 2;
        }
    }
}
