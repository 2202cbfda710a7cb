package org.evengrad.activations.relu;

import com.google.auto.service.AutoService;
import org.evengrad.spi.Activation;
import org.evengrad.spi.Strategy;

/**
 * f(x) = max(x, 0), with slope 0 at 0. Glorot, Bordes and Bengio, 2011.
 *
 * <p>Passes infinity on, and gives 0 for negative infinity.
 *
 * @since 0.1.0
 */
@Strategy(
        name = "relu",
        summary = "Passes positive inputs on and cuts negative ones to 0",
        formula = "y = max(x, 0)",
        useWhen = "for hidden layers, with the initializer he",
        avoidWhen = "where many units die, or for a deep stack without normalization",
        reference = "https://proceedings.mlr.press/v15/glorot11a.html",
        since = "0.1.0",
        helpsAgainst = {"vanishing-gradient/activation-slope", "saturation"})
@AutoService(Activation.class)
public record Relu() implements Activation {
    @Override
    public void forward(float[] x, float[] y, int size) {
        for (int i = 0; i < size; i++) {
            y[i] = Math.max(x[i], 0f);
        }
    }

    @Override
    public void backward(float[] x, float[] y, float[] gradient, int size) {
        for (int i = 0; i < size; i++) {
            // 0 for 0 and 1 for every positive float, without a branch that random signs would
            // mispredict. One factor alone would miss the smallest floats.
            float slope = Math.min(1f, y[i] * 0x1p127f * 0x1p24f);
            gradient[i] *= slope;
        }
    }
}
