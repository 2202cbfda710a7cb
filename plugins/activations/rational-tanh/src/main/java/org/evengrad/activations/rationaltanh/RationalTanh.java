package org.evengrad.activations.rationaltanh;

import com.google.auto.service.AutoService;
import org.evengrad.spi.Activation;
import org.evengrad.spi.Strategy;

/**
 * f(x) = 1.7159 * tanh(2x / 3), with tanh(v) taken as sign(v) * (1 - 1 / (1 + |v| + v^2 + 1.41645
 * v^4)). LeCun and others, 1998, section 4.4, choose the two constants so that f(1) = 1 and f(-1) =
 * -1, nearly; the rational form of tanh and its constant are those of DL4J, which cites arXiv
 * 1508.01292v3.
 *
 * <p>The infinities give -1.7159 and 1.7159.
 *
 * @since 0.1.0
 */
@Strategy(
        name = "rational-tanh",
        summary = "Scaled tanh as a fraction, without an exponential",
        formula = "y = 1.7159 * sign(x) * (1 - 1 / (1 + v + v^2 + 1.41645 * v^4)), v = 2/3 abs(x)",
        useWhen = "for inputs and targets of mean 0 and variance 1, or to reproduce a DL4J model",
        avoidWhen = "where tanh itself is meant, from which it differs by up to 3 percent",
        reference = "https://arxiv.org/abs/1508.01292",
        since = "0.1.0")
@AutoService(Activation.class)
public record RationalTanh() implements Activation {
    private static final float SCALE = 1.7159f;
    private static final float SCALE_REST = (float) (1.7159 - SCALE);
    private static final float LINEAR = (float) (2 / 3.0);
    private static final float LINEAR_REST = (float) (2 / 3.0 - LINEAR);
    private static final float QUADRATIC = (float) (4 / 9.0);
    private static final float QUARTIC = (float) (1.41645 * 16 / 81);

    /**
     * With m = sign(v) (|v| + v^2 + 1.41645 v^4), f is 1.7159 m / (1 + |m|): no difference that
     * cancels. Each rounding on the way would cost up to one unit of the last place, so those that
     * count are made good.
     */
    @Override
    public void forward(float[] x, float[] y, int size) {
        for (int i = 0; i < size; i++) {
            // Beyond these bounds f is -1.7159 and 1.7159 in float.
            float w = Math.max(-1e6f, Math.min(1e6f, x[i]));
            float linear = LINEAR * w;
            float bend = w * Math.abs(w) * Math.fma(QUARTIC, w * w, QUADRATIC);
            float m = linear + bend;
            float mRest =
                    Math.fma(LINEAR_REST, w, Math.fma(LINEAR, w, -linear)) + ((linear - m) + bend);

            float mSize = Math.abs(m);
            float d = 1 + mSize;
            float dRest = mSize - (d - 1);

            float n = SCALE * m;
            float nRest = Math.fma(SCALE_REST, m, Math.fma(SCALE, m, -n));
            float inverse = 1 / d;
            float f = n * inverse;
            // The rest of m moves the numerator, and the denominator with the sign of f.
            float fromRests = Math.fma(SCALE - Math.abs(f), mRest, -f * dRest);
            y[i] = Math.fma(nRest + fromRests + Math.fma(-f, d, n), inverse, f);
        }
    }

    @Override
    public void backward(float[] x, float[] y, float[] gradient, int size) {
        for (int i = 0; i < size; i++) {
            float w = Math.min(1e6f, Math.abs(x[i]));
            float w2 = w * w;
            float d = Math.fma(w2, Math.fma(QUARTIC, w2, QUADRATIC), Math.fma(LINEAR, w, 1f));
            float rise = Math.fma(w, Math.fma(4 * QUARTIC, w2, 2 * QUADRATIC), LINEAR);
            float inverse = 1 / d;
            gradient[i] *= SCALE * inverse * (rise * inverse);
        }
    }
}
