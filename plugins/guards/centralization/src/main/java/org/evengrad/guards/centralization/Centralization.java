package org.evengrad.guards.centralization;

import com.google.auto.service.AutoService;
import java.util.List;
import org.evengrad.spi.Chunk;
import org.evengrad.spi.GradientGuard;
import org.evengrad.spi.GradientStatistics;
import org.evengrad.spi.Grain;
import org.evengrad.spi.Guard;
import org.evengrad.spi.Ruling;
import org.evengrad.spi.StepContext;
import org.evengrad.spi.Strategy;
import org.evengrad.spi.Tensor;

/**
 * Takes the mean off the gradient of each unit's incoming weights, so that the sum of the weights
 * stays what it was: gradient centralization, Yong, Huang, Hua and Zhang, 2020, equation 1. Tensors
 * with one dimension stay as they are, and so do units with one input, whose gradient would vanish.
 * A step whose gradient is not finite is skipped.
 *
 * @since 0.1.0
 */
@Strategy(
        name = "centralization",
        summary = "Takes the mean off the gradient of each unit's incoming weights",
        formula = "g = g - mean(g), over the inputs of each unit",
        useWhen = "for convolutions and dense layers whose inputs have a mean other than zero",
        avoidWhen = "where the sum of a unit's weights must be learned, as with one-hot inputs",
        reference = "https://arxiv.org/abs/2004.01461",
        since = "0.1.0")
@AutoService(GradientGuard.class)
public record Centralization() implements GradientGuard {
    @Override
    public Grain grain() {
        return Grain.UNITS;
    }

    @Override
    public Guard start(List<Tensor> layout) {
        return new Centering(
                layout.stream().mapToInt(tensor -> tensor.size() / tensor.units()).toArray());
    }

    private static final class Centering implements Guard {
        private final int[] unitSizes;

        Centering(int[] unitSizes) {
            this.unitSizes = unitSizes;
        }

        @Override
        public void inspect(GradientStatistics gradient, StepContext at, Ruling ruling) {
            if (Double.isFinite(gradient.globalNorm())) {
                ruling.transform("every gradient is centered");
            } else {
                ruling.skip("the gradient is not finite");
            }
        }

        @Override
        public void transform(Chunk chunk, StepContext at) {
            int unit = unitSizes[chunk.tensor().index()];
            if (unit == 1) {
                return;
            }
            float[] gradient = chunk.gradient();
            for (int from = 0; from < chunk.size(); from += unit) {
                double sum = 0;
                for (int i = from; i < from + unit; i++) {
                    sum += gradient[i];
                }
                float mean = (float) (sum / unit);
                for (int i = from; i < from + unit; i++) {
                    gradient[i] -= mean;
                }
            }
        }
    }
}
