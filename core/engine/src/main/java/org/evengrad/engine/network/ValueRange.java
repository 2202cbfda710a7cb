package org.evengrad.engine.network;

import java.util.List;

/**
 * How large the numbers of one array were in a pass over a batch.
 *
 * @param kind what the numbers are
 * @param layer the layer or vertex that they belong to; empty for the batch's own arrays
 * @param tensor the parameter that they are, or are the gradient of; empty for all else
 * @param least the least finite number; NaN if none is finite
 * @param greatest the greatest finite number; NaN if none is finite
 * @param badShare the share of numbers that are NaN or infinite
 * @param badRows the batch's rows with such a number, from 0, as far as they can be told apart
 */
public record ValueRange(
        Kind kind,
        String layer,
        String tensor,
        double least,
        double greatest,
        double badShare,
        List<Integer> badRows) {
    /** What numbers are, in the order in which they arise. */
    public enum Kind {
        /** A parameter before the pass. */
        PARAMETER,
        /** The batch's features. */
        FEATURES,
        /** The batch's targets. */
        TARGETS,
        /** What a layer or vertex gave. */
        OUTPUT,
        /** The loss. */
        LOSS,
        /** The gradient with respect to the last pre-activation. */
        LOSS_GRADIENT,
        /** The gradient with respect to a parameter. */
        PARAMETER_GRADIENT,
        /** The gradient with respect to what a layer or vertex reads. */
        INPUT_GRADIENT
    }

    /** Which way a pass goes. */
    public enum Direction {
        /** There before the pass. */
        BEFORE,
        /** From the features to the loss. */
        FORWARD,
        /** From the loss to the parameters. */
        BACKWARD
    }

    /** Keeps a copy. */
    public ValueRange {
        badRows = List.copyOf(badRows);
    }

    /** Whether a number is NaN or infinite. */
    public boolean isBad() {
        return badShare > 0;
    }

    /** The largest finite magnitude; 0 if no number is finite. */
    public double magnitude() {
        return Double.isNaN(least) ? 0 : Math.max(Math.abs(least), Math.abs(greatest));
    }

    /** On which way of the pass it arises. */
    public Direction direction() {
        return switch (kind) {
            case PARAMETER, FEATURES, TARGETS -> Direction.BEFORE;
            case OUTPUT, LOSS -> Direction.FORWARD;
            case LOSS_GRADIENT, PARAMETER_GRADIENT, INPUT_GRADIENT -> Direction.BACKWARD;
        };
    }

    /** What it is, for people: {@code the output of layer dense-3}. */
    public String what() {
        return switch (kind) {
            case PARAMETER -> "the parameter " + tensor;
            case FEATURES -> "the features";
            case TARGETS -> "the targets";
            case OUTPUT -> "the output of layer " + layer;
            case LOSS -> "the loss";
            case LOSS_GRADIENT -> "the gradient of the loss at layer " + layer;
            case PARAMETER_GRADIENT -> "the gradient of " + tensor;
            case INPUT_GRADIENT -> "the gradient with respect to the input of layer " + layer;
        };
    }
}
