package org.evengrad.activations.leakyrelu;

import com.google.auto.service.AutoService;
import org.evengrad.spi.Activation;
import org.evengrad.spi.Option;
import org.evengrad.spi.Strategy;

/**
 * f(x) = x for positive x and slope * x for the others, so that no unit dies for good. Maas, Hannun
 * and Ng, 2013.
 *
 * <p>Passes both infinities on.
 *
 * @param slope the slope for inputs up to 0
 * @since 0.1.0
 */
@Strategy(
        name = "leaky-relu",
        summary = "ReLU with a small slope for negative inputs",
        formula = "y = max(x, slope * x)",
        useWhen = "in place of ReLU where units die",
        avoidWhen = "where exact zeros are wanted, because it gives none",
        reference = "https://ai.stanford.edu/~amaas/papers/relu_hybrid_icml2013_final.pdf",
        since = "0.1.0",
        helpsAgainst = {"vanishing-gradient/activation-slope", "dead-units", "saturation"})
@AutoService(Activation.class)
public record LeakyRelu(@Option(help = "Slope for negative inputs", range = "(0, 1)") double slope)
        implements Activation {
    /** The paper's slope of 0.01. */
    public LeakyRelu() {
        this(0.01);
    }

    @Override
    public void forward(float[] x, float[] y, int size) {
        float low = (float) slope;
        for (int i = 0; i < size; i++) {
            y[i] = Math.max(x[i], low * x[i]);
        }
    }

    @Override
    public void backward(float[] x, float[] y, float[] gradient, int size) {
        float low = (float) slope;
        for (int i = 0; i < size; i++) {
            // 1 for every positive float and the lower slope for the others, without a branch that
            // random signs would mispredict.
            float step = Math.min(1f, y[i] * 0x1p127f * 0x1p24f);
            gradient[i] *= Math.max(low, step);
        }
    }
}
