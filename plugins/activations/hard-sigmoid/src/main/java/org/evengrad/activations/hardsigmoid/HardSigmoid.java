package org.evengrad.activations.hardsigmoid;

import com.google.auto.service.AutoService;
import org.evengrad.spi.Activation;
import org.evengrad.spi.Option;
import org.evengrad.spi.Strategy;

/**
 * f(x) = slope * x + 0.5, cut to [0, 1]: a sigmoid of straight lines. Courbariaux, Bengio and
 * David, 2015, equation 3, with a slope of 0.5. Theano and DL4J have 0.2, which is the default
 * here; PyTorch and MobileNetV3 have 1/6.
 *
 * <p>The slope at the two kinks is 0. Negative infinity gives 0, infinity gives 1.
 *
 * @param slope the slope between the two flat parts
 * @since 0.1.0
 */
@Strategy(
        name = "hard-sigmoid",
        summary = "Sigmoid made of three straight lines",
        formula = "y = min(1, max(0, slope * x + 0.5))",
        useWhen = "for gates and attention weights that must be exactly 0 or 1 at the ends",
        avoidWhen = "for hidden layers, where units outside the middle part get no gradient",
        reference = "https://arxiv.org/abs/1511.00363",
        since = "0.1.0")
@AutoService(Activation.class)
public record HardSigmoid(
        @Option(help = "Slope between the two flat parts", range = "[0.01, 1]") double slope)
        implements Activation {
    /** The slope of 0.2 that Theano and DL4J have. */
    public HardSigmoid() {
        this(0.2);
    }

    @Override
    public void forward(float[] x, float[] y, int size) {
        float high = (float) slope;
        float low = (float) (slope - high);
        float bound = (float) (0.51 / slope);
        for (int i = 0; i < size; i++) {
            // Near f = 0 almost all digits cancel, so the product and the sum keep what they round.
            float v = Math.max(-bound, Math.min(bound, x[i]));
            float product = v * high;
            float rest = Math.fma(v, high, -product) + v * low;
            float sum = 0.5f + product;
            rest += product - (sum - 0.5f);
            y[i] = Math.max(0f, Math.min(1f, sum + rest));
        }
    }

    @Override
    public void backward(float[] x, float[] y, float[] gradient, int size) {
        float inner = (float) slope;
        float kink = (float) (0.5 / slope);
        for (int i = 0; i < size; i++) {
            // 1 for every float between the kinks and 0 for the others, without a branch.
            float inside = Math.min(1f, Math.max(0f, kink - Math.abs(x[i])) * 0x1p30f);
            gradient[i] *= inner * inside;
        }
    }
}
