package org.evengrad.optimizers.muon;

import com.google.auto.service.AutoService;
import org.evengrad.spi.Algebra;
import org.evengrad.spi.Chunk;
import org.evengrad.spi.Grain;
import org.evengrad.spi.Optimizer;
import org.evengrad.spi.Option;
import org.evengrad.spi.StepContext;
import org.evengrad.spi.Strategy;
import org.evengrad.spi.Tensor;

/**
 * Momentum whose step is made nearly orthogonal for the matrices of hidden layers: m = momentum * m
 * + (1 - momentum) * g, w = w - rate * (weightDecay * w + scale * orthogonal((1 - momentum) * g +
 * momentum * m)). A Newton-Schulz iteration x = 3.4445 x - 4.775 (x x') x + 2.0315 (x x')^2 x
 * starts at norm 1; after five rounds all singular values that were above 0.003 lie between 0.68
 * and 1.21. Jordan et al., 2024; with weight decay and the scale of Adam's steps Liu et al., 2025,
 * <a href="https://arxiv.org/abs/2502.16982">arXiv 2502.16982</a>.
 *
 * <p>Hidden matrices are weights of two or more sizes that are neither embedding nor output; a
 * convolution is a matrix of its units and all else. All other tensors take AdamW with an epsilon
 * of 1e-10 and betas of 0.9 and 0.95, as in the authors' code, at their share of the rate, so that
 * a schedule acts on both.
 *
 * <p>What differs from the authors' code: the iteration runs in single rather than half precision,
 * and the scale of a convolution goes by the matrix rather than by the kernel. Two of the four
 * slots are room for the iteration.
 *
 * @param learningRate the learning rate of the hidden matrices at a schedule factor of 1
 * @param momentum the decay of the mean of the gradient
 * @param nesterov whether the gradient of the step is mixed into the mean once more
 * @param iterations how often the Newton-Schulz iteration runs
 * @param scale how the step grows with the shape of a matrix
 * @param weightDecay the share of a weight that is dropped per step and unit of rate
 * @param adamRate the learning rate of AdamW as a share of that of the matrices
 * @since 0.1.0
 */
@Strategy(
        name = "muon",
        summary = "Momentum made orthogonal for hidden matrices, and AdamW for all else",
        formula =
                "m = momentum * m + (1 - momentum) * g, w -= rate * (weightDecay * w + scale *"
                        + " orthogonal((1 - momentum) * g + momentum * m)); AdamW at adamRate *"
                        + " rate for all but hidden matrices",
        useWhen = "for networks whose hidden layers are large dense or attention matrices",
        avoidWhen = "for small batches, or for fine-tuning what another optimizer has trained",
        reference = "https://kellerjordan.github.io/posts/muon/",
        since = "0.1.0")
@AutoService(Optimizer.class)
public record Muon(
        @Option(
                        help = "Learning rate of hidden matrices at a schedule factor of 1",
                        range = "(0, inf)")
                double learningRate,
        @Option(help = "Decay of the mean of the gradient", range = "[0, 1)") double momentum,
        @Option(help = "Whether the gradient is mixed into the mean once more") boolean nesterov,
        @Option(help = "Rounds of the Newton-Schulz iteration", range = "[1, 20]") int iterations,
        @Option(help = "How the step grows with the shape of a matrix") Scale scale,
        @Option(help = "Share of a weight dropped per step and unit of rate", range = "[0, inf)")
                double weightDecay,
        @Option(
                        help = "Rate of AdamW for other tensors, as a share of the learning rate",
                        range = "(0, inf)")
                double adamRate)
        implements Optimizer {
    private static final float LINEAR = 3.4445f;
    private static final float CUBIC = -4.7750f;
    private static final float QUINTIC = 2.0315f;
    private static final double SMALLEST_NORM = 1e-7;
    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.95;
    private static final double EPSILON = 1e-10;

    /** How the step grows with the shape of a matrix. */
    public enum Scale {
        /** The square root of units over inputs, at least 1: Jordan et al. */
        UNITS_OVER_INPUTS,
        /** 0.2 times the square root of the larger of both, about AdamW's steps: Liu et al. */
        LIKE_ADAM;

        private double of(int rows, int columns) {
            return switch (this) {
                case UNITS_OVER_INPUTS -> Math.sqrt(Math.max(1, (double) rows / columns));
                case LIKE_ADAM -> 0.2 * Math.sqrt(Math.max(rows, columns));
            };
        }
    }

    /** The authors' defaults: a rate of 0.02 for matrices, and 0.0003 for all else. */
    public Muon() {
        this(0.02, 0.95, true, 5, Scale.UNITS_OVER_INPUTS, 0, 0.015);
    }

    /** The same with another learning rate. */
    public Muon withLearningRate(double learningRate) {
        return new Muon(learningRate, momentum, nesterov, iterations, scale, weightDecay, adamRate);
    }

    /** Four: the mean and three matrices to work with; for AdamW two means. */
    @Override
    public int slots() {
        return 4;
    }

    /** Whole tensors, which are the matrices. */
    @Override
    public Grain grain() {
        return Grain.TENSORS;
    }

    @Override
    public void update(Chunk chunk, StepContext at) {
        Tensor tensor = chunk.tensor();
        boolean isMatrix =
                switch (tensor.role()) {
                    case WEIGHT, RECURRENT, BRANCH_END -> tensor.shape().size() > 1;
                    case BIAS, NORM, EMBEDDING, OUTPUT -> false;
                };
        double decay = tensor.role().decays() ? weightDecay : 0;
        if (isMatrix) {
            updateMatrix(chunk, at.rate(), decay);
        } else {
            updateLikeAdamW(chunk, at.rate() * adamRate, decay, at.updates() + 1.0);
        }
    }

    private void updateMatrix(Chunk chunk, double rate, double decay) {
        float[] parameters = chunk.parameters();
        float[] gradient = chunk.gradient();
        float[] mean = chunk.state(0);
        float[] step = chunk.state(1);
        int size = chunk.size();
        float kept = (float) momentum;
        float added = (float) (1 - momentum);
        for (int i = 0; i < size; i++) {
            mean[i] = kept * mean[i] + added * gradient[i];
        }
        float fromMean = nesterov ? kept : 1;
        float fromGradient = nesterov ? added : 0;
        for (int i = 0; i < size; i++) {
            step[i] = fromGradient * gradient[i] + fromMean * mean[i];
        }
        int rows = chunk.tensor().shape().get(0);
        int columns = size / rows;
        float[] orthogonal = orthogonal(chunk, rows, columns);
        float stay = (float) (1 - rate * decay);
        float move = (float) (rate * scale.of(rows, columns));
        for (int i = 0; i < size; i++) {
            parameters[i] = stay * parameters[i] - move * orthogonal[i];
        }
    }

    /** Makes slot 1 nearly orthogonal, with the help of slots 2 and 3; returns one of the three. */
    private float[] orthogonal(Chunk chunk, int rows, int columns) {
        Algebra algebra = chunk.algebra();
        float[] x = chunk.state(1);
        float[] next = chunk.state(2);
        float[] polynomial = chunk.state(3);
        int size = chunk.size();
        float scale = (float) (1 / (norm(x, size) + SMALLEST_NORM));
        for (int i = 0; i < size; i++) {
            x[i] *= scale;
        }
        boolean isWide = rows <= columns;
        int side = Math.min(rows, columns);
        int other = Math.max(rows, columns);
        for (int round = 0; round < iterations; round++) {
            // x x' or x' x, whichever is smaller, for now in the room of the next x.
            float[] square = next;
            algebra.multiply(!isWide, isWide, side, side, other, 1, x, x, 0, square);
            algebra.multiply(
                    false, false, side, side, side, QUINTIC, square, square, 0, polynomial);
            for (int i = 0; i < side * side; i++) {
                polynomial[i] += CUBIC * square[i];
            }
            System.arraycopy(x, 0, next, 0, size);
            if (isWide) {
                algebra.multiply(false, false, rows, columns, rows, 1, polynomial, x, LINEAR, next);
            } else {
                algebra.multiply(
                        false, false, rows, columns, columns, 1, x, polynomial, LINEAR, next);
            }
            float[] former = x;
            x = next;
            next = former;
        }
        return x;
    }

    private static double norm(float[] values, int size) {
        double even = 0;
        double odd = 0;
        int i = 0;
        for (; i + 2 <= size; i += 2) {
            even += (double) values[i] * values[i];
            odd += (double) values[i + 1] * values[i + 1];
        }
        if (i < size) {
            even += (double) values[i] * values[i];
        }
        return Math.sqrt(even + odd);
    }

    private static void updateLikeAdamW(Chunk chunk, double rate, double decay, double steps) {
        double rootCorrection = Math.sqrt(1 - Math.pow(BETA2, steps));
        float stepSize = (float) (rate * rootCorrection / (1 - Math.pow(BETA1, steps)));
        float floor = (float) (EPSILON * rootCorrection);
        float stay = (float) (1 - rate * decay);
        float keptMean = (float) BETA1;
        float newMean = (float) (1 - BETA1);
        float keptSquare = (float) BETA2;
        float newSquare = (float) (1 - BETA2);
        float[] parameters = chunk.parameters();
        float[] gradient = chunk.gradient();
        float[] mean = chunk.state(0);
        float[] meanSquare = chunk.state(1);
        int size = chunk.size();
        for (int i = 0; i < size; i++) {
            float slope = gradient[i];
            float m = keptMean * mean[i] + newMean * slope;
            float v = keptSquare * meanSquare[i] + newSquare * slope * slope;
            mean[i] = m;
            meanSquare[i] = v;
            parameters[i] = stay * parameters[i] - stepSize * m / ((float) Math.sqrt(v) + floor);
        }
    }
}
