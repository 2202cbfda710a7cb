package org.evengrad.activations.gelu;

import com.google.auto.service.AutoService;
import org.evengrad.spi.Activation;
import org.evengrad.spi.Strategy;

/**
 * f(x) = x Phi(x) with the distribution function Phi of the standard normal distribution: the exact
 * form and not one of the approximations by tanh or sigmoid. Hendrycks and Gimpel, 2016, section 2.
 *
 * <p>Off by at most 2 ulp of max(|f|, 0.001). Infinity gives infinity. Negative infinity gives
 * -3e-15, as does every input below -8.
 *
 * @since 0.1.0
 */
@Strategy(
        name = "gelu",
        summary = "Input times its normal distribution function, a smooth ReLU that dips below 0",
        formula = "f(x) = x * (1 + erf(x / sqrt(2))) / 2",
        useWhen = "for the hidden layers of a transformer",
        avoidWhen = "for a small network on a slow machine, where ReLU is cheaper",
        reference = "https://arxiv.org/abs/1606.08415",
        since = "0.1.0",
        helpsAgainst = {"vanishing-gradient/activation-slope", "saturation"})
@AutoService(Activation.class)
public record Gelu() implements Activation {
    /**
     * Computes max(0, x) - a 2^-(1 + g(a)) with a = |x|, where the polynomial g is a minimax fit of
     * -log2(2 Phi(-a)) for 0 < a < 8, weighted for the error of f. All of it is plain float
     * arithmetic, which the JIT vectorizes, unlike tables or the bits of a float.
     */
    @Override
    public void forward(float[] x, float[] y, int size) {
        for (int i = 0; i < size; i++) {
            float a = Math.min(8f, Math.abs(x[i]));

            // g(a) = a (line + rest), where line carries most of it and rest its rounding too. The
            // rest is a polynomial of a - 3, because it has to be best there.
            float t = a - 3;
            float rest = Math.fma(t, 3.97662312e-8f, -1.19870663e-7f);
            rest = Math.fma(t, rest, 1.50266033e-7f);
            rest = Math.fma(t, rest, 1.88336833e-6f);
            rest = Math.fma(t, rest, -3.4727469e-5f);
            rest = Math.fma(t, rest, 3.55505472e-4f);
            rest = Math.fma(t, rest, -2.95713381e-3f);
            rest = Math.fma(t, rest, 2.21101828e-2f);
            rest = Math.fma(t, rest, 1.44023886e-2f);
            float line = Math.fma(a, 0.55f, 1.15110409f);
            rest = Math.fma(a, rest, Math.fma(a, 0.55f, 1.15110409f - line));

            // g(a) + n = r. Taking from 1.5 * 2^23 rounds to an integer.
            float n = 0x1.8p23f - Math.fma(a, line + rest, 0x1.8p23f);
            float r = Math.fma(a, rest, Math.fma(a, line, n));

            // 2^-r - 1 = -r ln 2 + r^2 q(r), a minimax fit for -0.502 < r < 0.502.
            float q = Math.fma(r, 1.53254223e-4f, -1.33904722e-3f);
            q = Math.fma(r, q, 9.61850956e-3f);
            q = Math.fma(r, q, -5.5503618e-2f);
            q = Math.fma(r, q, 0.240226477f);
            float e = Math.fma(r * r, q, r * -0.693147181f);

            // The last place of a rough 2^(n + 22.5) is 2^(n - 1), and a float less its product
            // with 1 - 2^-24 is its last place.
            float s = Math.fma(n, 2.10738959e-4f, 3.18275765e-2f);
            s = Math.fma(n, s, 1.61541057f);
            s *= s;
            s *= s;
            s *= s;
            s *= s;
            s *= s;
            s = s * 0x1.fffffep-1f - s;

            y[i] = Math.fma(s, Math.fma(a, e, a), Math.max(0f, x[i]));
        }
    }

    /**
     * The slope is 1/2 + x p(x^2) / q(x^2), where p / q is a minimax fit of the difference to 1/2
     * for |x| < 5.8. Beyond, the slope is 0 or 1 to 2e-7.
     */
    @Override
    public void backward(float[] x, float[] y, float[] gradient, int size) {
        for (int i = 0; i < size; i++) {
            float v = Math.max(-5.8f, Math.min(5.8f, x[i]));
            float s = v * v;
            float p = Math.fma(s, 1.92929344e-7f, 3.5955949e-5f);
            p = Math.fma(s, p, 1.92202407e-5f);
            p = Math.fma(s, p, 1.42303071e-2f);
            p = Math.fma(s, p, -3.0995871e-2f);
            p = Math.fma(s, p, 0.797885361f);
            float q = Math.fma(s, 8.95242165e-6f, 1.92036343e-4f);
            q = Math.fma(s, q, 3.52303441e-3f);
            q = Math.fma(s, q, 4.09802062e-2f);
            q = Math.fma(s, q, 0.294494021f);
            q = Math.fma(s, q, 1f);
            gradient[i] *= Math.fma(v, p / q, 0.5f);
        }
    }
}
