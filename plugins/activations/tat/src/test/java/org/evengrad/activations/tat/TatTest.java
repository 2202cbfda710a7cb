package org.evengrad.activations.tat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.evengrad.testkit.ActivationContract;
import org.junit.jupiter.api.Test;

final class TatTest implements ActivationContract<Tat> {
    @Override
    public List<Tat> strategies() {
        return List.of(new Tat(), new Tat().tuned(100), new Tat(0.5, 0.25));
    }

    @Override
    public double value(Tat tat, double x) {
        double scale = Math.sqrt(2 / (1 + Math.pow(tat.slope(), 2)));
        return x > 0 ? scale * x : tat.slope() == 0 && x < 0 ? 0 : scale * tat.slope() * x;
    }

    @Override
    public double slope(Tat tat, double x) {
        double scale = Math.sqrt(2 / (1 + Math.pow(tat.slope(), 2)));
        return Double.isNaN(x) ? x : x > 0 ? scale : scale * tat.slope();
    }

    @Override
    public List<Double> kinks(Tat tat) {
        return List.of(0.0);
    }

    @Test
    void givesOrthogonalInputsTheSimilarityAtTheEnd() {
        for (double similarity : new double[] {0.5, 0.9}) {
            Tat tat = new Tat(similarity, 0).tuned(30);
            double c = 0;
            for (int layer = 1; layer < 30; layer++) {
                c = meanProduct(x -> value(tat, x), c);
            }

            assertEquals(similarity, c, 1e-4, tat.toString());
        }
    }

    @Test
    void keepsTheMeanSquareOfTheSignalAndOfTheGradient() {
        Tat tat = new Tat().tuned(50);

        assertEquals(1, meanProduct(x -> value(tat, x), 1), 1e-5);
        assertEquals(1, meanProduct(x -> slope(tat, x), 1), 1e-3);
    }

    @Test
    void bendsLessInADeeperNetwork() {
        Tat tat = new Tat();
        double before = 0;
        for (int depth : new int[] {20, 40, 80, 160}) {
            double slope = tat.tuned(depth).slope();

            assertTrue(slope > before && slope < 1, slope + " at depth " + depth);
            before = slope;
        }
    }

    @Test
    void isAScaledReluInANetworkThatIsTooShallow() {
        assertEquals(new Tat(0.9, 0), new Tat(0.9, 0).tuned(5));
    }

    @Test
    void keepsASlopeThatWasGiven() {
        assertEquals(new Tat(0.9, 0.3), new Tat(0.9, 0.3).tuned(100));
    }

    /** The mean of f(u) f(v) for standard normal u and v of correlation c, by the midpoint rule. */
    private static double meanProduct(DoubleUnaryOperator f, double c) {
        double width = 0.04;
        double other = Math.sqrt(1 - c * c);
        double sum = 0;
        for (double u = -7 + width / 2; u < 7; u += width) {
            double ofU = f.applyAsDouble(u) * Math.exp(-u * u / 2);
            double inner = 0;
            for (double w = -7 + width / 2; w < 7; w += width) {
                inner += f.applyAsDouble(c * u + other * w) * Math.exp(-w * w / 2);
            }
            sum += ofU * inner;
        }
        return sum * width * width / (2 * Math.PI);
    }
}
