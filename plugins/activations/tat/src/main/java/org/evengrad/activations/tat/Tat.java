package org.evengrad.activations.tat;

import com.google.auto.service.AutoService;
import org.evengrad.spi.Activation;
import org.evengrad.spi.Option;
import org.evengrad.spi.Strategy;

/**
 * The tailored activation transformation of leaky ReLU: f(x) = sqrt(2 / (1 + slope^2)) * max(x,
 * slope * x), with the slope that a network of this depth needs. Zhang, Botev and Martens, 2022.
 *
 * <p>The local C map (section 3.1) says which cosine similarity two inputs of similarity c have
 * behind one layer: c + (1 - slope)^2 / (pi (1 + slope^2)) * (sqrt(1 - c^2) - c arccos c). Composed
 * over all layers it goes to 1, so a deep network of ReLU forgets its input. The slope is solved so
 * that the composition at 0 is what the paper calls eta. The scale keeps the mean square of the
 * signal at 1; weights are to have the variance 1 / fan-in.
 *
 * <p>The composition counts one layer less than have weights, because no such activation stands
 * behind the last one. The slope at 0 is that for negative inputs. Passes infinity on, and negative
 * infinity too unless the slope is 0.
 *
 * @param similarity the cosine similarity at the end of the network of two inputs that are
 *     orthogonal
 * @param slope the slope for negative inputs before scaling; 0 is solved for the depth of the
 *     network, and stays 0 where a network is too shallow to reach the similarity
 * @since 0.1.0
 */
@Strategy(
        name = "tat",
        summary = "Scaled leaky ReLU whose slope is solved for the depth of the network",
        formula = "y = sqrt(2 / (1 + slope^2)) * max(x, slope * x)",
        useWhen = "for plain stacks of fifteen to some hundred layers without normalization",
        avoidWhen = "next to normalization or residual branches, which the solved slope ignores",
        reference = "https://arxiv.org/abs/2203.08120",
        since = "0.1.0")
@AutoService(Activation.class)
public record Tat(
        @Option(
                        help = "Cosine similarity at the end of two orthogonal inputs",
                        range = "[0.01, 0.999]")
                double similarity,
        @Option(help = "Slope for negative inputs; 0 is solved for the depth", range = "[0, 1)")
                double slope)
        implements Activation {
    /** The similarity of 0.9 that the paper uses throughout; the slope is to be solved. */
    public Tat() {
        this(0.9, 0);
    }

    /** Finds the slope by bisection: the larger it is, the smaller the similarity at the end. */
    @Override
    public Tat tuned(int depth) {
        if (slope > 0 || similarityAtTheEnd(0, depth) <= similarity) {
            return this;
        }
        double low = 0;
        double high = 1;
        for (int i = 0; i < 60; i++) {
            double middle = (low + high) / 2;
            if (similarityAtTheEnd(middle, depth) > similarity) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return new Tat(similarity, low);
    }

    private static double similarityAtTheEnd(double slope, int depth) {
        double bend = (1 - slope) * (1 - slope) / (Math.PI * (1 + slope * slope));
        double c = 0;
        for (int layer = 1; layer < depth; layer++) {
            c += bend * (Math.sqrt(1 - c * c) - c * Math.acos(c));
            c = Math.min(1, c);
        }
        return c;
    }

    @Override
    public void forward(float[] x, float[] y, int size) {
        double scale = Math.sqrt(2 / (1 + slope * slope));
        float high = (float) scale;
        float low = (float) (scale * slope);
        // Infinity times 0 would be NaN.
        float least = low == 0 ? -Float.MAX_VALUE : Float.NEGATIVE_INFINITY;
        for (int i = 0; i < size; i++) {
            y[i] = Math.max(high * x[i], low * Math.max(least, Math.min(0f, x[i])));
        }
    }

    @Override
    public void backward(float[] x, float[] y, float[] gradient, int size) {
        double scale = Math.sqrt(2 / (1 + slope * slope));
        float high = (float) scale;
        float low = (float) (scale * slope);
        for (int i = 0; i < size; i++) {
            // At least the higher slope for every positive float and at most 0 for the others,
            // without a branch that random signs would mispredict.
            float step = Math.min(high, x[i] * 0x1p127f * 0x1p25f);
            gradient[i] *= Math.max(low, step);
        }
    }
}
