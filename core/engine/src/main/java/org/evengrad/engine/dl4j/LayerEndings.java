package org.evengrad.engine.dl4j;

import java.util.HashMap;
import java.util.Map;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.evengrad.engine.dl4j.graph.ModelGraph.Node;
import org.evengrad.engine.network.LayerEnding;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Finds what layers end in, and its range, by trying it. */
final class LayerEndings {
    /** Far enough out for any function that is bounded to be at its bound. */
    private static final double FAR = 1e4;

    private static final int POINTS = 401;

    /** What goes beyond this at the far ends has no bound. */
    private static final double UNBOUNDED = 100;

    /** Of the activations that were tried: the layers of a network mostly share one. */
    private final Map<IActivation, Range> ranges = new HashMap<>();

    private record Range(double lowest, double highest) {}

    LayerEnding of(Node node) {
        IActivation activation = activation(node);
        boolean softmax = activation instanceof ActivationSoftmax;
        Range range = ranges.computeIfAbsent(activation, LayerEndings::range);
        return new LayerEnding(
                node.name(),
                softmax ? "softmax" : activation.toString(),
                node.hasWeights(),
                range.lowest(),
                range.highest());
    }

    private static Range range(IActivation activation) {
        if (activation instanceof ActivationSoftmax) {
            return new Range(0, 1);
        }
        if (activation instanceof ActivationIdentity) {
            return new Range(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
        }
        // Dense near zero, where a function may have its smallest value, and far out at the ends.
        float[] x = new float[POINTS];
        for (int i = 0; i < POINTS; i++) {
            double u = 2.0 * i / (POINTS - 1) - 1;
            x[i] = (float) (FAR * u * u * u);
        }
        INDArray y = activation.getActivation(Nd4j.createFromArray(x).reshape(1, POINTS), false);
        double lowest = y.minNumber().doubleValue();
        double highest = y.maxNumber().doubleValue();
        return new Range(
                lowest < -UNBOUNDED ? Double.NEGATIVE_INFINITY : lowest,
                highest > UNBOUNDED || Double.isNaN(highest) ? Double.POSITIVE_INFINITY : highest);
    }

    private static IActivation activation(Node node) {
        if (node.innermost() instanceof LossLayer loss && loss.getActivationFn() != null) {
            return loss.getActivationFn();
        }
        if (node.innermost() instanceof BaseOutputLayer output
                && output.getActivationFn() != null) {
            return output.getActivationFn();
        }
        return node.activation();
    }
}
