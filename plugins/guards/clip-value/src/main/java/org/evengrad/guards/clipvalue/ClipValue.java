package org.evengrad.guards.clipvalue;

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
 * Cuts every element of the gradient to an interval around zero. The direction of the gradient
 * changes. Mikolov, 2012, as told in Goodfellow, Bengio and Courville, 2016, section 10.11.1. An
 * element that is not finite has no value to cut: the step is skipped.
 *
 * @param limit the largest magnitude of one element
 * @since 0.1.0
 */
@Strategy(
        name = "clip-value",
        summary = "Cuts every element of the gradient to a largest magnitude",
        formula = "g = max(-limit, min(limit, g))",
        useWhen = "for recurrent networks in which single elements explode",
        avoidWhen = "where the direction of the gradient matters: clip-global-norm keeps it",
        reference = "https://www.deeplearningbook.org/contents/rnn.html",
        since = "0.1.0",
        helpsAgainst = {"exploding-gradient", "learning-rate-too-high"})
@AutoService(GradientGuard.class)
public record ClipValue(
        @Option(help = "Largest magnitude of one element", range = "(0, inf)") double limit)
        implements GradientGuard {
    /** A limit of 0.5. */
    public ClipValue() {
        this(0.5);
    }

    @Override
    public Guard start(List<Tensor> layout) {
        return new Clamp((float) limit, layout.size());
    }

    private record Clamp(float limit, int tensors) implements Guard {
        @Override
        public void inspect(GradientStatistics gradient, StepContext at, Ruling ruling) {
            if (!Double.isFinite(gradient.globalNorm())) {
                ruling.skip("the gradient is not finite and cannot be clipped");
                return;
            }
            for (int tensor = 0; tensor < tensors; tensor++) {
                if (gradient.largest(tensor) > limit) {
                    ruling.transform("an element is above the limit");
                    return;
                }
            }
        }

        @Override
        public void transform(Chunk chunk, StepContext at) {
            float[] gradient = chunk.gradient();
            int size = chunk.size();
            for (int i = 0; i < size; i++) {
                gradient[i] = Math.max(-limit, Math.min(limit, gradient[i]));
            }
        }
    }
}
