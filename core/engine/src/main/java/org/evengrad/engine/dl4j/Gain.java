package org.evengrad.engine.dl4j;

import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What an activation does to the backward signal, by quadrature over a standard normal input. */
final class Gain {
    private static final int POINTS = 4001;
    private static final double REACH = 8;

    private Gain() {}

    /** 1 / sqrt(E[f'(z)^2]) for z ~ N(0, 1): 1 for identity, sqrt(2) for ReLU. */
    static double of(IActivation activation) {
        float[] z = new float[POINTS];
        double width = 2 * REACH / (POINTS - 1);
        for (int i = 0; i < POINTS; i++) {
            z[i] = (float) (-REACH + (i + 0.5) * width);
        }
        INDArray in = Nd4j.createFromArray(z).reshape(1, POINTS);
        float[] slope = activation.backprop(in.dup(), Nd4j.onesLike(in)).getFirst().toFloatVector();
        double weighted = 0;
        double weight = 0;
        for (int i = 0; i < POINTS; i++) {
            double density = Math.exp(-0.5 * z[i] * z[i]);
            weighted += density * slope[i] * slope[i];
            weight += density;
        }
        double meanSquare = weighted / weight;
        return meanSquare > 0 ? 1 / Math.sqrt(meanSquare) : 1;
    }
}
