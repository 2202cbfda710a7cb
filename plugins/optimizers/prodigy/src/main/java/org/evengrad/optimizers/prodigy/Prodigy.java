package org.evengrad.optimizers.prodigy;

import com.google.auto.service.AutoService;
import org.evengrad.spi.Chunk;
import org.evengrad.spi.Grain;
import org.evengrad.spi.Optimizer;
import org.evengrad.spi.Option;
import org.evengrad.spi.Step;
import org.evengrad.spi.StepContext;
import org.evengrad.spi.Strategy;

/**
 * Adam that finds its own rate: d estimates how far the solution is from the start w0. With b =
 * sqrt(beta2): r = b * r + (1 - b) * rate * d^2 * <g, w0 - w>, s = b * s + (1 - b) * rate * d^2 *
 * g, d' = max(d, estimateFactor * r / |s|_1), m = beta1 * m + (1 - beta1) * d * g, v = beta2 * v +
 * (1 - beta2) * d^2 * g^2, w = w - rate * d * (m / (sqrt(v) + d * epsilon) + weightDecay * w).
 * Mishchenko and Defazio, 2024, algorithm 4.
 *
 * <p>Weight decay, the growth limit, bias correction and the safeguard are those of the authors'
 * code; with the defaults they do nothing. Their code leaves the factors 1 - b out, which cancel.
 *
 * @param learningRate a factor on the rate that is found, at a schedule factor of 1
 * @param beta1 the decay of the mean of the gradient
 * @param beta2 the decay of the mean of the squared gradient; its root is that of the estimate
 * @param epsilon added to the root, so that a tiny gradient makes no large step
 * @param weightDecay the share of a weight that is dropped per step and unit of rate
 * @param initialEstimate the first estimate of the distance, smaller than the distance
 * @param estimateFactor a factor on the estimate
 * @param growthRate by how much the estimate may grow in one step, from its second change on
 * @param biasCorrection whether the means are corrected for their start at zero, as Adam does
 * @param safeguardWarmup whether s leaves out the rate, for schedules that begin near zero
 * @since 0.1.0
 */
@Strategy(
        name = "prodigy",
        summary = "Adam that finds its own learning rate",
        formula =
                "w -= rate * d * (m / (sqrt(v) + d * epsilon) + weightDecay * w), d = max(d,"
                        + " estimateFactor * sum(rate * d^2 * <g, w0 - w>) / norm1(sum(rate * d^2"
                        + " * g)))",
        useWhen = "when there is no time to tune a rate; keep the rate at 1 and let it fall",
        avoidWhen = "when a rate for Adam is known, or where four numbers per weight are too many",
        reference = "https://arxiv.org/abs/2306.06101",
        since = "0.1.0")
@AutoService(Optimizer.class)
public record Prodigy(
        @Option(
                        help = "Factor on the rate that is found, at a schedule factor of 1",
                        range = "(0, inf)")
                double learningRate,
        @Option(help = "Decay of the mean of the gradient", range = "[0, 1)") double beta1,
        @Option(help = "Decay of the mean of the squared gradient", range = "[0, 1)") double beta2,
        @Option(
                        help = "Added to the root, so that a tiny gradient makes no large step",
                        range = "[1e-20, inf)")
                double epsilon,
        @Option(help = "Share of a weight dropped per step and unit of rate", range = "[0, inf)")
                double weightDecay,
        @Option(help = "First estimate of the distance to the solution", range = "(0, inf)")
                double initialEstimate,
        @Option(help = "Factor on the estimate of the distance", range = "(0, inf)")
                double estimateFactor,
        @Option(help = "By how much the estimate may grow in one step", range = "(1, inf]")
                double growthRate,
        @Option(help = "Whether the means are corrected for their start at zero")
                boolean biasCorrection,
        @Option(help = "Whether the size of the gradients is summed without the rate")
                boolean safeguardWarmup)
        implements Optimizer {
    private static final int MEAN = 0;
    private static final int MEAN_SQUARE = 1;
    private static final int WEIGHTED_GRADIENTS = 2;
    private static final int START = 3;

    private static final int ESTIMATE = 0;
    private static final int LARGEST_ESTIMATE = 1;
    private static final int NUMERATOR = 2;

    /** The authors' defaults. */
    public Prodigy() {
        this(1, 0.9, 0.999, 1e-8, 0, 1e-6, 1, Double.POSITIVE_INFINITY, false, false);
    }

    /** The same with another learning rate. */
    public Prodigy withLearningRate(double learningRate) {
        return new Prodigy(
                learningRate,
                beta1,
                beta2,
                epsilon,
                weightDecay,
                initialEstimate,
                estimateFactor,
                growthRate,
                biasCorrection,
                safeguardWarmup);
    }

    /** Four: two means, the weighted sum of the gradients, and where the parameters started. */
    @Override
    public int slots() {
        return 4;
    }

    /** Three: the estimate, the largest so far, and the numerator of the next one. */
    @Override
    public int scalars() {
        return 3;
    }

    /**
     * Not by chunk.
     *
     * @throws UnsupportedOperationException always: the estimate needs the whole model
     */
    @Override
    public void update(Chunk chunk, StepContext at) {
        throw new UnsupportedOperationException("prodigy steps a whole model");
    }

    @Override
    public void step(Step step) {
        if (step.scalar(ESTIMATE) == 0) {
            start(step);
        }
        StepContext at = step.at();
        double estimate = step.scalar(ESTIMATE);
        double steps = at.updates() + 1.0;
        double correction =
                biasCorrection
                        ? Math.sqrt(1 - Math.pow(beta2, steps)) / (1 - Math.pow(beta1, steps))
                        : 1;
        double rate = at.rate() * correction * estimate;
        double kept = Math.sqrt(beta2);
        double added = (1 - kept) * estimate / initialEstimate;
        float keptSum = (float) kept;
        float addedSum = (float) (added * (safeguardWarmup ? estimate : rate));
        double[] sums =
                step.sums(
                        Grain.ELEMENTS,
                        2,
                        (chunk, where, total) -> measure(chunk, keptSum, addedSum, total));
        double numerator = kept * step.scalar(NUMERATOR) + added * rate * sums[0];
        step.scalar(NUMERATOR, numerator);
        step.scalar(ESTIMATE, grown(step, estimate, estimateFactor * numerator / sums[1]));
        step.each(Grain.ELEMENTS, (chunk, where) -> move(chunk, keptSum, addedSum, estimate, rate));
    }

    private void start(Step step) {
        step.scalar(ESTIMATE, initialEstimate);
        step.scalar(LARGEST_ESTIMATE, initialEstimate);
        step.each(
                Grain.ELEMENTS,
                (chunk, at) ->
                        System.arraycopy(
                                chunk.parameters(), 0, chunk.state(START), 0, chunk.size()));
    }

    /** The next estimate; what is no number, as before any gradient, changes nothing. */
    private double grown(Step step, double estimate, double found) {
        double largest = step.scalar(LARGEST_ESTIMATE);
        if (found > largest && found < Double.POSITIVE_INFINITY) {
            largest = found;
            step.scalar(LARGEST_ESTIMATE, found);
        }
        return estimate == initialEstimate ? largest : Math.min(largest, estimate * growthRate);
    }

    /** How far the gradient points back to the start, and the size of their weighted sum. */
    private static void measure(Chunk chunk, float kept, float added, double[] sums) {
        float[] parameters = chunk.parameters();
        float[] gradient = chunk.gradient();
        float[] start = chunk.state(START);
        float[] weighted = chunk.state(WEIGHTED_GRADIENTS);
        int size = chunk.size();
        double back = 0;
        double magnitude = 0;
        for (int i = 0; i < size; i++) {
            back += (double) gradient[i] * ((double) start[i] - parameters[i]);
            magnitude += Math.abs(kept * weighted[i] + added * gradient[i]);
        }
        sums[0] += back;
        sums[1] += magnitude;
    }

    private void move(Chunk chunk, float kept, float added, double estimate, double rate) {
        float keptMean = (float) beta1;
        float newMean = (float) ((1 - beta1) * estimate);
        float keptSquare = (float) beta2;
        // Squared as one product, for the square of an estimate of 1e-6 soon leaves the floats.
        float scale = (float) (Math.sqrt(1 - beta2) * estimate);
        float floor = (float) (estimate * epsilon);
        double decay = chunk.tensor().role().decays() ? weightDecay : 0;
        float stay = (float) (1 - rate * decay);
        float stepSize = (float) rate;
        float[] parameters = chunk.parameters();
        float[] gradient = chunk.gradient();
        float[] mean = chunk.state(MEAN);
        float[] meanSquare = chunk.state(MEAN_SQUARE);
        float[] weighted = chunk.state(WEIGHTED_GRADIENTS);
        int size = chunk.size();
        for (int i = 0; i < size; i++) {
            float slope = gradient[i];
            float scaled = scale * slope;
            float m = keptMean * mean[i] + newMean * slope;
            float v = keptSquare * meanSquare[i] + scaled * scaled;
            mean[i] = m;
            meanSquare[i] = v;
            weighted[i] = kept * weighted[i] + added * slope;
            parameters[i] = stay * parameters[i] - stepSize * m / ((float) Math.sqrt(v) + floor);
        }
    }
}
