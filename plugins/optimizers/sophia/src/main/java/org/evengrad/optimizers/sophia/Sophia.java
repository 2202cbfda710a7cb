package org.evengrad.optimizers.sophia;

import com.google.auto.service.AutoService;
import org.evengrad.spi.Chunk;
import org.evengrad.spi.Grain;
import org.evengrad.spi.Optimizer;
import org.evengrad.spi.Option;
import org.evengrad.spi.Step;
import org.evengrad.spi.StepContext;
import org.evengrad.spi.Strategy;

/**
 * Divides the mean gradient by an estimate of the curvature and clips the quotient: m = beta1 * m +
 * (1 - beta1) * g, w = w - rate * weightDecay * w - rate * clip(m / max(gamma * h, epsilon), 1).
 * Every interval steps h = beta2 * h + (1 - beta2) * B * s * s, where s is the mean gradient over
 * the batch of B examples for targets drawn from the prediction: the Gauss-Newton-Bartlett
 * estimate. Liu et al., 2024, algorithms 2 and 3 (Sophia-G).
 *
 * <p>The defaults are those of the authors' code, whose gamma is called rho and which adds 1e-15 to
 * gamma * h where the paper takes the maximum. B counts examples; the authors count every predicted
 * token, so for sequences gamma corresponds to a smaller one of theirs.
 *
 * @param learningRate the learning rate at a schedule factor of 1: the largest step of a parameter
 * @param beta1 the decay of the mean of the gradient
 * @param beta2 the decay of the estimate of the curvature
 * @param gamma a factor on the curvature: a larger one clips fewer elements
 * @param epsilon the curvature that smaller ones are taken to have
 * @param weightDecay the share of a weight that is dropped per step and unit of rate
 * @param interval how many steps lie between two estimates of the curvature
 * @since 0.1.0
 */
@Strategy(
        name = "sophia",
        summary = "Divides the mean gradient by the curvature, and clips the quotient",
        formula =
                "w -= rate * (weightDecay * w + clip(m / max(gamma * h, epsilon), 1)), h = beta2 *"
                        + " h + (1 - beta2) * B * s^2 every interval steps, s: gradient for"
                        + " targets drawn from the prediction",
        useWhen = "for classifiers and language models trained long enough to tune its rate",
        avoidWhen = "where a gradient takes long and curvature is even, or for small batches",
        reference = "https://arxiv.org/abs/2305.14342",
        since = "0.1.0")
@AutoService(Optimizer.class)
public record Sophia(
        @Option(help = "Learning rate at a schedule factor of 1", range = "(0, inf)")
                double learningRate,
        @Option(help = "Decay of the mean of the gradient", range = "[0, 1)") double beta1,
        @Option(help = "Decay of the estimate of the curvature", range = "[0, 1)") double beta2,
        @Option(help = "Factor on the curvature: a larger one clips less", range = "(0, inf)")
                double gamma,
        @Option(help = "Curvature that smaller ones are taken to have", range = "[1e-37, inf)")
                double epsilon,
        @Option(help = "Share of a weight dropped per step and unit of rate", range = "[0, inf)")
                double weightDecay,
        @Option(help = "Steps from one estimate of the curvature to the next", range = "[1, inf)")
                int interval)
        implements Optimizer {
    /** The defaults of the authors' code, with the paper's epsilon and interval. */
    public Sophia() {
        this(1e-4, 0.965, 0.99, 0.04, 1e-12, 0.1, 10);
    }

    /** The same with another learning rate. */
    public Sophia withLearningRate(double learningRate) {
        return new Sophia(learningRate, beta1, beta2, gamma, epsilon, weightDecay, interval);
    }

    /** Two: the mean of the gradient, and the curvature. */
    @Override
    public int slots() {
        return 2;
    }

    /** A step between two estimates of the curvature. */
    @Override
    public void update(Chunk chunk, StepContext at) {
        average(chunk);
        move(chunk, at);
    }

    @Override
    public void step(Step step) {
        if (step.at().updates() % interval != 0) {
            step.apply(this);
            return;
        }
        step.each(Grain.ELEMENTS, (chunk, at) -> average(chunk));
        step.sampledGradient();
        step.each(
                Grain.ELEMENTS,
                (chunk, at) -> {
                    estimate(chunk, at.batchSize());
                    move(chunk, at);
                });
    }

    private void average(Chunk chunk) {
        float kept = (float) beta1;
        float added = (float) (1 - beta1);
        float[] gradient = chunk.gradient();
        float[] mean = chunk.state(0);
        int size = chunk.size();
        for (int i = 0; i < size; i++) {
            mean[i] = kept * mean[i] + added * gradient[i];
        }
    }

    private void estimate(Chunk chunk, int batchSize) {
        float kept = (float) beta2;
        float added = (float) ((1 - beta2) * batchSize);
        float[] sampled = chunk.gradient();
        float[] curvature = chunk.state(1);
        int size = chunk.size();
        for (int i = 0; i < size; i++) {
            curvature[i] = kept * curvature[i] + added * sampled[i] * sampled[i];
        }
    }

    private void move(Chunk chunk, StepContext at) {
        double decay = chunk.tensor().role().decays() ? weightDecay : 0;
        float stay = (float) (1 - at.rate() * decay);
        float rate = (float) at.rate();
        float scale = (float) gamma;
        float floor = (float) epsilon;
        float[] parameters = chunk.parameters();
        float[] mean = chunk.state(0);
        float[] curvature = chunk.state(1);
        int size = chunk.size();
        for (int i = 0; i < size; i++) {
            float quotient = mean[i] / Math.max(scale * curvature[i], floor);
            float clipped = Math.max(-1, Math.min(1, quotient));
            parameters[i] = stay * parameters[i] - rate * clipped;
        }
    }
}
