package org.evengrad.optimizers.schedulefree;

import com.google.auto.service.AutoService;
import org.evengrad.spi.Chunk;
import org.evengrad.spi.Grain;
import org.evengrad.spi.Optimizer;
import org.evengrad.spi.Option;
import org.evengrad.spi.Span;
import org.evengrad.spi.Step;
import org.evengrad.spi.StepContext;
import org.evengrad.spi.Strategy;

/**
 * AdamW that averages its own weights, so that the rate need not fall: z is stepped, x averages z,
 * and the gradient is taken between both, at y = (1 - beta1) * z + beta1 * x. With r = rate *
 * sqrt(1 - beta2^t) * min(1, t / warmup): z = z - r * (g / (sqrt(v) + epsilon) + weightDecay * y),
 * x = (1 - c) * x + c * z with c = r^2 over the sum of all r^2. Defazio et al., 2024, algorithm 1.
 *
 * <p>The trained parameters are y; the model is evaluated and saved with x. Use it with a constant
 * rate; if a schedule changes the rate, the weights of the average follow the square of that rate,
 * as in the paper, and not the square of the largest rate so far, as in the authors' later code.
 *
 * @param learningRate the learning rate at a schedule factor of 1: one to ten times AdamW's
 * @param beta1 how near to the average the gradient is taken
 * @param beta2 the decay of the mean of the squared gradient
 * @param epsilon added to the root, so that a tiny gradient makes no large step
 * @param weightDecay the share of a weight that is dropped per step and unit of rate
 * @param warmup over what part of training the rate grows to its full size
 * @since 0.1.0
 */
@Strategy(
        name = "schedule-free",
        summary = "AdamW that averages its weights instead of lowering its rate",
        formula =
                "y = (1 - beta1) * z + beta1 * x, z -= r * (g(y) / (sqrt(v) + epsilon) +"
                        + " weightDecay * y), x += r^2 / sum(r^2) * (z - x), r = rate * sqrt(1 -"
                        + " beta2^t) * min(1, t / warmup)",
        useWhen = "with a constant schedule, when the length of training is not known beforehand",
        avoidWhen = "with a schedule that lowers the rate, or with batch normalization",
        reference = "https://arxiv.org/abs/2405.15682",
        since = "0.1.0")
@AutoService(Optimizer.class)
public record ScheduleFree(
        @Option(help = "Learning rate at a schedule factor of 1", range = "(0, inf)")
                double learningRate,
        @Option(help = "How near to the average the gradient is taken", range = "(0, 1)")
                double beta1,
        @Option(help = "Decay of the mean of the squared gradient", range = "[0, 1)") double beta2,
        @Option(
                        help = "Added to the root, so that a tiny gradient makes no large step",
                        range = "[1e-20, inf)")
                double epsilon,
        @Option(help = "Share of a weight dropped per step and unit of rate", range = "[0, inf)")
                double weightDecay,
        @Option(help = "Part of training in which the rate grows", range = "[0, inf)") Span warmup)
        implements Optimizer {
    private static final int SUM_OF_SQUARED_RATES = 0;

    /** The authors' defaults: a rate of 0.0025, no decay, no warm-up. */
    public ScheduleFree() {
        this(0.0025, 0.9, 0.999, 1e-8, 0, Span.ZERO);
    }

    /** The same with another learning rate. */
    public ScheduleFree withLearningRate(double learningRate) {
        return new ScheduleFree(learningRate, beta1, beta2, epsilon, weightDecay, warmup);
    }

    /** Two: z - y, which is zero at first, and the mean of the squared gradient. */
    @Override
    public int slots() {
        return 2;
    }

    /** One: the sum of the squared rates. */
    @Override
    public int scalars() {
        return 1;
    }

    /**
     * Not by chunk.
     *
     * @throws UnsupportedOperationException always: a chunk does not know the sum of the rates
     */
    @Override
    public void update(Chunk chunk, StepContext at) {
        throw new UnsupportedOperationException("schedule-free steps a whole model");
    }

    @Override
    public void step(Step step) {
        StepContext at = step.at();
        double steps = at.updates() + 1.0;
        long warmupSteps = warmup.steps(at.horizon());
        double growth = steps < warmupSteps ? steps / warmupSteps : 1;
        double rate = at.rate() * Math.sqrt(1 - Math.pow(beta2, steps)) * growth;
        double sum = step.scalar(SUM_OF_SQUARED_RATES) + rate * rate;
        step.scalar(SUM_OF_SQUARED_RATES, sum);
        float share = (float) (sum > 0 ? rate * rate / sum : 0);
        step.each(Grain.ELEMENTS, (chunk, where) -> update(chunk, (float) rate, share));
    }

    /**
     * With d = z - y: x = y - (1 - beta1) / beta1 * d, so z - x = d / beta1. After the step of z
     * the distance to the new x is (1 - share) of what it then is to the old one, and the new d is
     * beta1 of that.
     */
    private void update(Chunk chunk, float rate, float share) {
        float inverse = (float) (1 / beta1);
        float keptDistance = (float) (beta1 * (1.0 - share));
        float keptSquare = (float) beta2;
        float newSquare = (float) (1 - beta2);
        float floor = (float) epsilon;
        float decay = (float) (chunk.tensor().role().decays() ? weightDecay : 0);
        float[] parameters = chunk.parameters();
        float[] gradient = chunk.gradient();
        float[] distance = chunk.state(0);
        float[] meanSquare = chunk.state(1);
        int size = chunk.size();
        for (int i = 0; i < size; i++) {
            float slope = gradient[i];
            float y = parameters[i];
            float d = distance[i];
            float v = keptSquare * meanSquare[i] + newSquare * slope * slope;
            float step = rate * (slope / ((float) Math.sqrt(v) + floor) + decay * y);
            float next = keptDistance * (inverse * d - step);
            meanSquare[i] = v;
            distance[i] = next;
            parameters[i] = y + (d - step - next);
        }
    }

    /** x, the average. */
    @Override
    public void evaluationParameters(Chunk copy, StepContext at) {
        float back = (float) ((1 - beta1) / beta1);
        float[] parameters = copy.parameters();
        float[] distance = copy.state(0);
        int size = copy.size();
        for (int i = 0; i < size; i++) {
            parameters[i] -= back * distance[i];
        }
    }
}
