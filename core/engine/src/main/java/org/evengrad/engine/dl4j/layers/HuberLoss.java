package org.evengrad.engine.dl4j.layers;

import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.LossUtil;
import org.nd4j.linalg.ops.transforms.Transforms;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Huber 1964, doi 10.1214/aoms/1177703732: half of the squared error up to delta, and behind it the
 * straight line that continues it, so that an outlier pulls no harder than an error of delta.
 *
 * <pre>
 * L(e) = e^2 / 2                        |e| &lt;= delta
 *        delta * (|e| - delta / 2)      otherwise
 * </pre>
 *
 * <p>An example's loss is the mean over its outputs, as for DL4J's LossMSE and LossMAE. Masks are
 * per example or per output.
 */
public final class HuberLoss implements ILossFunction {
    private static final long serialVersionUID = 1L;

    private final double delta;

    /** With a delta of 1. */
    public HuberLoss() {
        this(1);
    }

    /**
     * With a delta in the unit of the targets.
     *
     * @throws IllegalArgumentException unless it is positive and finite
     */
    public HuberLoss(@JsonProperty("delta") double delta) {
        if (!(delta > 0) || Double.isInfinite(delta)) {
            throw new IllegalArgumentException("delta must be positive: " + delta);
        }
        this.delta = delta;
    }

    /** Where the parabola ends. */
    @JsonProperty("delta")
    public double delta() {
        return delta;
    }

    @Override
    public double computeScore(
            INDArray labels,
            INDArray preOutput,
            IActivation activation,
            INDArray mask,
            boolean average) {
        INDArray examples = computeScoreArray(labels, preOutput, activation, mask);
        double sum = examples.sumNumber().doubleValue();
        return average ? sum / examples.size(0) : sum;
    }

    /** The loss of each example, {@code [rows, 1]}. */
    @Override
    public INDArray computeScoreArray(
            INDArray labels, INDArray preOutput, IActivation activation, INDArray mask) {
        INDArray error = error(labels, preOutput, activation);
        INDArray inside = clipped(error);
        // c * (e - c / 2) with c the clipped error is the parabola and the line in one.
        INDArray losses = error.subi(inside.mul(0.5)).muli(inside);
        if (mask != null) {
            LossUtil.applyMask(losses, mask);
        }
        return losses.sum(true, 1).divi(labels.size(1));
    }

    @Override
    public INDArray computeGradient(
            INDArray labels, INDArray preOutput, IActivation activation, INDArray mask) {
        INDArray slope = clipped(error(labels, preOutput, activation)).divi(labels.size(1));
        if (mask != null && LossUtil.isPerOutputMasking(slope, mask)) {
            // Before an activation that mixes outputs spreads what is masked.
            LossUtil.applyMask(slope, mask);
        }
        INDArray gradient = activation.backprop(preOutput, slope).getFirst();
        if (mask != null) {
            LossUtil.applyMask(gradient, mask);
        }
        return gradient;
    }

    @Override
    public Pair<Double, INDArray> computeGradientAndScore(
            INDArray labels,
            INDArray preOutput,
            IActivation activation,
            INDArray mask,
            boolean average) {
        return new Pair<>(
                computeScore(labels, preOutput, activation, mask, average),
                computeGradient(labels, preOutput, activation, mask));
    }

    private static INDArray error(INDArray labels, INDArray preOutput, IActivation activation) {
        if (!labels.equalShapes(preOutput)) {
            throw new IllegalArgumentException(
                    "targets of shape "
                            + java.util.Arrays.toString(labels.shape())
                            + " for outputs of shape "
                            + java.util.Arrays.toString(preOutput.shape()));
        }
        INDArray output = activation.getActivation(preOutput.dup(), true);
        return output.subi(labels.castTo(output.dataType()));
    }

    private INDArray clipped(INDArray error) {
        return Transforms.max(Transforms.min(error, delta, true), -delta, false);
    }

    @Override
    public String name() {
        return "huber";
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HuberLoss loss && loss.delta == delta;
    }

    @Override
    public int hashCode() {
        return Double.hashCode(delta);
    }

    @Override
    public String toString() {
        return "HuberLoss(delta=" + delta + ")";
    }
}
