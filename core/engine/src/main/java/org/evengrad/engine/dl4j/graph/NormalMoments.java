package org.evengrad.engine.dl4j.graph;

import java.util.Arrays;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What an activation does to signals, by quadrature over a standard normal input z.
 *
 * @param secondMoment E[f(z)^2]: 1 for identity, 1/2 for ReLU
 * @param gain 1 / sqrt(E[f'(z)^2]): 1 for identity, sqrt(2) for ReLU; 1 if the slope is zero
 */
public record NormalMoments(double secondMoment, double gain) {
    private static final int POINTS = 4001;
    private static final double REACH = 8;

    /** ND4J hands longer arrays to several threads, which takes longer than the work itself. */
    private static final int AT_ONCE = 1000;

    /** The identity, and data that is normalized. */
    public static final NormalMoments IDENTITY = new NormalMoments(1, 1);

    /** The moments of an activation. */
    public static NormalMoments of(IActivation activation) {
        float[] z = new float[POINTS];
        double width = 2 * REACH / (POINTS - 1);
        for (int i = 0; i < POINTS; i++) {
            z[i] = (float) (-REACH + (i + 0.5) * width);
        }
        float[] value = new float[POINTS];
        float[] slope = new float[POINTS];
        for (int from = 0; from < POINTS; from += AT_ONCE) {
            float[] some = Arrays.copyOfRange(z, from, Math.min(POINTS, from + AT_ONCE));
            float[] ones = new float[some.length];
            Arrays.fill(ones, 1);
            INDArray values = activation.getActivation(row(some), false);
            INDArray slopes = activation.backprop(row(some), row(ones)).getFirst();
            System.arraycopy(values.toFloatVector(), 0, value, from, some.length);
            System.arraycopy(slopes.toFloatVector(), 0, slope, from, some.length);
        }
        double slopeMeanSquare = meanSquare(z, slope);
        return new NormalMoments(
                meanSquare(z, value), slopeMeanSquare > 0 ? 1 / Math.sqrt(slopeMeanSquare) : 1);
    }

    private static INDArray row(float[] numbers) {
        return Nd4j.createFromArray(numbers).reshape(1, numbers.length);
    }

    private static double meanSquare(float[] z, float[] values) {
        double weighted = 0;
        double weight = 0;
        for (int i = 0; i < z.length; i++) {
            double density = Math.exp(-0.5 * z[i] * z[i]);
            weighted += density * values[i] * values[i];
            weight += density;
        }
        return weighted / weight;
    }
}
