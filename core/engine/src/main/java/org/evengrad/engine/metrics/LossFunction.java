package org.evengrad.engine.metrics;

import org.evengrad.config.ModelConfig.Loss;

/**
 * The loss of one answer, in double precision. An answer is what a network says about an example,
 * or about one time step of it: a number for each output.
 */
public enum LossFunction {
    /** {@code -log} of the right class's probability. */
    CROSS_ENTROPY {
        @Override
        double of(float[] predictions, float[] targets, int at, int stride, int outputs) {
            double sum = 0;
            for (int i = at, o = 0; o < outputs; o++, i += stride) {
                if (targets[i] != 0) {
                    // A NaN stays one: Math.max and Math.min pass it on.
                    sum -= targets[i] * Math.log(Math.max(SMALLEST_PROBABILITY, predictions[i]));
                }
            }
            return sum;
        }
    },
    /** The cross-entropy of yes and no, as a sum over the outputs, as DL4J does. */
    BINARY_CROSS_ENTROPY {
        @Override
        double of(float[] predictions, float[] targets, int at, int stride, int outputs) {
            double sum = 0;
            for (int i = at, o = 0; o < outputs; o++, i += stride) {
                double yes = Math.max(SIGMOID_MARGIN, Math.min(1 - SIGMOID_MARGIN, predictions[i]));
                sum -= targets[i] * Math.log(yes) + (1 - targets[i]) * Math.log(1 - yes);
            }
            return sum;
        }
    },
    /** The squared error, as a mean over the outputs. */
    MSE {
        @Override
        double ofError(double error) {
            return error * error;
        }
    },
    /** The absolute error, as a mean over the outputs. */
    MAE {
        @Override
        double ofError(double error) {
            return Math.abs(error);
        }
    },
    /** Half the squared error up to 1, from there on linear, as a mean over the outputs. */
    HUBER {
        @Override
        double ofError(double error) {
            double size = Math.abs(error);
            return size <= HUBER_DELTA
                    ? 0.5 * error * error
                    : HUBER_DELTA * (size - 0.5 * HUBER_DELTA);
        }
    };

    /** Probabilities of a softmax are kept away from 0 by this much, as DL4J does. */
    static final double SMALLEST_PROBABILITY = 1e-10;

    /** Those of a sigmoid are kept away from 0 and 1 by this much, as DL4J does. */
    private static final double SIGMOID_MARGIN = 1e-5;

    private static final double HUBER_DELTA = 1;

    /** The function that a configuration names; both have the same names. */
    public static LossFunction of(Loss loss) {
        return valueOf(loss.name());
    }

    /** Whether predictions are probabilities under this loss. */
    boolean ofProbabilities() {
        return this == CROSS_ENTROPY || this == BINARY_CROSS_ENTROPY;
    }

    /**
     * The loss of one answer.
     *
     * @param at where its first output lies in both arrays
     * @param stride from one output to the next
     * @return NaN if a prediction that counts is NaN
     */
    double of(float[] predictions, float[] targets, int at, int stride, int outputs) {
        double sum = 0;
        for (int i = at, o = 0; o < outputs; o++, i += stride) {
            sum += ofError((double) predictions[i] - targets[i]);
        }
        return sum / outputs;
    }

    double ofError(double error) {
        throw new IllegalStateException(this + " is no function of an error");
    }
}
