package org.evengrad.optimizers.adafactor;

import com.google.auto.service.AutoService;
import org.evengrad.spi.Chunk;
import org.evengrad.spi.Grain;
import org.evengrad.spi.Optimizer;
import org.evengrad.spi.Option;
import org.evengrad.spi.StepContext;
import org.evengrad.spi.Strategy;
import org.evengrad.spi.Tensor;

/**
 * Scales a gradient by the mean square of its row and its column, v = row * column / mean(row), and
 * the step by the size of the tensor's weights: u = g / sqrt(v), w = w - max(parameterFloor,
 * rms(w)) * min(rate, 1 / sqrt(t)) * u / max(1, rms(u) / clipThreshold). The means of g * g +
 * epsilon decay with 1 - t^-secondMomentDecay. A vector keeps its mean squares element by element.
 * Shazeer and Stern, 2018, algorithms 4 and 5 without momentum.
 *
 * <p>The paper's largest relative step of 0.01 is the learning rate here. A tensor with more than
 * two sizes is a matrix of its units and all else; the paper leaves the choice open. Rows and
 * columns lie in the first elements of the slot, which has an element for each parameter: the state
 * is no smaller than that of RMSprop.
 *
 * @param learningRate the learning rate at a schedule factor of 1
 * @param secondMomentDecay how fast the means come to forget: a larger exponent is slower
 * @param clipThreshold the root mean square that a step is scaled down to
 * @param epsilon added to each squared gradient
 * @param parameterFloor the root mean square that smaller weights are taken to have
 * @param relativeStep whether the step is scaled by the root mean square of the weights
 * @param rateDecay whether the rate is at most 1 / sqrt(t)
 * @since 0.1.0
 */
@Strategy(
        name = "adafactor",
        summary = "Scales gradients by the mean squares of rows and columns, and steps by weights",
        formula =
                "w -= max(parameterFloor, rms(w)) * min(rate, 1 / sqrt(t)) * u / max(1, rms(u) /"
                        + " clipThreshold), u = g / sqrt(row * column / mean(row)), decay of the"
                        + " means: 1 - t^-secondMomentDecay",
        useWhen = "for attention networks, or where no learning rate has been tuned",
        avoidWhen = "for fine-tuning with a tuned rate, or where momentum matters",
        reference = "https://arxiv.org/abs/1804.04235",
        since = "0.1.0")
@AutoService(Optimizer.class)
public record Adafactor(
        @Option(help = "Learning rate at a schedule factor of 1", range = "(0, inf)")
                double learningRate,
        @Option(help = "Exponent of the growing memory for squared gradients", range = "(0, 1]")
                double secondMomentDecay,
        @Option(help = "Root mean square that a step is scaled down to", range = "(0, inf)")
                double clipThreshold,
        @Option(help = "Added to each squared gradient", range = "[1e-37, inf)") double epsilon,
        @Option(
                        help = "Root mean square that smaller weights are taken to have",
                        range = "(0, inf)")
                double parameterFloor,
        @Option(help = "Whether the step is scaled by the root mean square of the weights")
                boolean relativeStep,
        @Option(help = "Whether the rate is at most 1 / sqrt(step)") boolean rateDecay)
        implements Optimizer {
    /** The paper's proposal. */
    public Adafactor() {
        this(0.01, 0.8, 1, 1e-30, 1e-3, true, true);
    }

    /** The same with another learning rate. */
    public Adafactor withLearningRate(double learningRate) {
        return new Adafactor(
                learningRate,
                secondMomentDecay,
                clipThreshold,
                epsilon,
                parameterFloor,
                relativeStep,
                rateDecay);
    }

    /** One: mean squares, for a matrix those of its rows and then those of its columns. */
    @Override
    public int slots() {
        return 1;
    }

    /** Whole tensors, for their rows, columns and sizes. */
    @Override
    public Grain grain() {
        return Grain.TENSORS;
    }

    @Override
    public void update(Chunk chunk, StepContext at) {
        double steps = at.updates() + 1.0;
        double kept = 1 - Math.pow(steps, -secondMomentDecay);
        double rate = rateDecay ? Math.min(at.rate(), 1 / Math.sqrt(steps)) : at.rate();
        int size = chunk.size();
        if (relativeStep) {
            rate *= Math.max(parameterFloor, rootMeanSquare(chunk.parameters(), size));
        }
        Tensor tensor = chunk.tensor();
        int rows = tensor.shape().get(0);
        int columns = size / rows;
        if (rows > 1 && columns > 1) {
            updateMatrix(chunk, rows, columns, kept, rate);
        } else {
            updateVector(chunk, (float) kept, rate);
        }
    }

    private void updateVector(Chunk chunk, float kept, double rate) {
        float[] parameters = chunk.parameters();
        float[] gradient = chunk.gradient();
        float[] meanSquare = chunk.state(0);
        float added = 1 - kept;
        float floor = (float) epsilon;
        int size = chunk.size();
        for (int i = 0; i < size; i++) {
            float slope = gradient[i];
            meanSquare[i] = kept * meanSquare[i] + added * (slope * slope + floor);
        }
        double squares = 0;
        for (int i = 0; i < size; i++) {
            double step = gradient[i] / (float) Math.sqrt(meanSquare[i]);
            squares += step * step;
        }
        float scale = clipped(rate, squares, size);
        for (int i = 0; i < size; i++) {
            parameters[i] -= scale * (gradient[i] / (float) Math.sqrt(meanSquare[i]));
        }
    }

    /** Rows and columns hold means rather than the paper's sums, which is the same quotient. */
    private void updateMatrix(Chunk chunk, int rows, int columns, double kept, double rate) {
        float[] parameters = chunk.parameters();
        float[] gradient = chunk.gradient();
        float[] means = chunk.state(0);
        double meanOfRows = average(gradient, means, rows, columns, kept);
        double squares = 0;
        for (int row = 0; row < rows; row++) {
            float ofRow = (float) Math.sqrt(means[row] / meanOfRows);
            int from = row * columns;
            for (int column = 0; column < columns; column++) {
                float ofColumn = (float) Math.sqrt(means[rows + column]);
                double step = gradient[from + column] / ofColumn / ofRow;
                squares += step * step;
            }
        }
        float scale = clipped(rate, squares, rows * columns);
        for (int row = 0; row < rows; row++) {
            float ofRow = (float) Math.sqrt(means[row] / meanOfRows);
            int from = row * columns;
            for (int column = 0; column < columns; column++) {
                float ofColumn = (float) Math.sqrt(means[rows + column]);
                float step = gradient[from + column] / ofColumn / ofRow;
                parameters[from + column] -= scale * step;
            }
        }
    }

    /** Takes a gradient into the means of rows and columns; the result is the mean of the rows. */
    private double average(float[] gradient, float[] means, int rows, int columns, double kept) {
        float keptOfColumn = (float) kept;
        float addedToColumn = (float) ((1 - kept) / rows);
        float floor = (float) epsilon;
        for (int column = 0; column < columns; column++) {
            means[rows + column] *= keptOfColumn;
        }
        double sumOfRows = 0;
        for (int row = 0; row < rows; row++) {
            double sum = 0;
            int from = row * columns;
            for (int column = 0; column < columns; column++) {
                float slope = gradient[from + column];
                float square = slope * slope + floor;
                sum += square;
                means[rows + column] += addedToColumn * square;
            }
            means[row] = (float) (kept * means[row] + (1 - kept) * sum / columns);
            sumOfRows += means[row];
        }
        return sumOfRows / rows;
    }

    private float clipped(double rate, double squares, int size) {
        return (float) (rate / Math.max(1, Math.sqrt(squares / size) / clipThreshold));
    }

    private static double rootMeanSquare(float[] values, int size) {
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
        return Math.sqrt((even + odd) / size);
    }
}
