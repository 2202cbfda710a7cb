package org.evengrad.activations.softplus;

import com.google.auto.service.AutoService;
import org.evengrad.spi.Activation;
import org.evengrad.spi.Strategy;

/**
 * f(x) = ln(1 + e^x), a smooth ReLU with positive outputs. Dugas, Bengio, Belisle, Nadeau and
 * Garcia, 2000; as an activation Glorot, Bordes and Bengio, 2011.
 *
 * <p>Off by at most 2 ulp of max(f, 0.001). Infinity gives infinity. Negative infinity gives 2e-38,
 * as does every input below -87.
 *
 * @since 0.1.0
 */
@Strategy(
        name = "softplus",
        summary = "Smooth ReLU with positive outputs",
        formula = "f(x) = log(1 + exp(x))",
        useWhen = "as the output for a scale or rate that must be positive",
        avoidWhen = "for hidden layers, where its positive mean slows learning and ReLU is cheaper",
        reference =
                "https://proceedings.neurips.cc/paper/2000/hash/"
                        + "44968aece94f667e4095002d140b5896-Abstract.html",
        since = "0.1.0")
@AutoService(Activation.class)
public record Softplus() implements Activation {
    /**
     * Computes max(0, x) + ln(1 + w) with w = e^-|x| = 2^n e^r and -|x| = n ln 2 + r. All of it is
     * plain float arithmetic, which the JIT vectorizes, unlike tables or the bits of a float.
     */
    @Override
    public void forward(float[] x, float[] y, int size) {
        for (int i = 0; i < size; i++) {
            float v = Math.max(-87f, -Math.abs(x[i]));

            // Adding 1.5 * 2^23 rounds to an integer.
            float n = Math.fma(v, 1.44269504f, 0x1.8p23f) - 0x1.8p23f;
            float r = Math.fma(n, -0.693147181f, v);

            // e^r - 1 = r + r^2 q(r), a minimax fit for -0.3475 < r < 0.3475.
            float q = Math.fma(r, 1.38698437e-3f, 8.36644694e-3f);
            q = Math.fma(r, q, 4.16674465e-2f);
            q = Math.fma(r, q, 0.16666545f);
            q = Math.fma(r, q, 0.49999997f);
            float e = Math.fma(r * r, q, r);

            // The last place of a rough 2^(n + 23.5) is 2^n, and a float less its product with
            // 1 - 2^-24 is its last place.
            float s = Math.fma(n, 1.17529735e-5f, 5.91627881e-3f);
            s = Math.fma(n, s, 1.13384271f);
            s *= s;
            s *= s;
            s *= s;
            s *= s;
            s *= s;
            s *= s;
            s *= s;
            s -= s * 0x1.fffffep-1f;
            float w = Math.fma(s, e, s);

            // ln(1 + w) = w - w^2 h(w), a minimax fit for 0 < w < 1.
            float h = Math.fma(w, 3.29107419e-3f, -2.00884603e-2f);
            h = Math.fma(w, h, 5.74604832e-2f);
            h = Math.fma(w, h, -0.106613711f);
            h = Math.fma(w, h, 0.153449774f);
            h = Math.fma(w, h, -0.196921214f);
            h = Math.fma(w, h, 0.249580204f);
            h = Math.fma(w, h, -0.333304644f);
            h = Math.fma(w, h, 0.499999315f);

            y[i] = Math.fma(-w * w, h, w) + Math.max(0f, x[i]);
        }
    }

    /**
     * The slope is the sigmoid, 1/2 + x p(x^2) / q(x^2), where p / q is a minimax fit of tanh(x /
     * 2) / 2x for |x| < 17.3.
     */
    @Override
    public void backward(float[] x, float[] y, float[] gradient, int size) {
        for (int i = 0; i < size; i++) {
            float v = Math.max(-17.3f, Math.min(17.3f, x[i]));
            float s = v * v;
            float p = Math.fma(s, 1.34957307e-11f, 8.17432281e-8f);
            p = Math.fma(s, p, 5.49083346e-5f);
            p = Math.fma(s, p, 8.37275278e-3f);
            p = Math.fma(s, p, 0.249999984f);
            float q = Math.fma(s, 3.10987816e-9f, 5.18198066e-6f);
            q = Math.fma(s, q, 1.62167539e-3f);
            q = Math.fma(s, q, 0.11682428f);
            q = Math.fma(s, q, 1f);
            gradient[i] *= Math.fma(v, p / q, 0.5f);
        }
    }
}
