package org.evengrad.optimizers.sam;

import com.google.auto.service.AutoService;
import java.util.random.RandomGenerator;
import org.evengrad.spi.Algebra;
import org.evengrad.spi.Chunk;
import org.evengrad.spi.Grain;
import org.evengrad.spi.Optimizer;
import org.evengrad.spi.Option;
import org.evengrad.spi.Step;
import org.evengrad.spi.StepContext;
import org.evengrad.spi.Strategy;
import org.evengrad.spi.Tensor;

/**
 * Gives another optimizer the gradient of the worst point nearby, so that it finds flat minima: the
 * gradient at w + neighborhood * g / |g|, on the same batch, where |g| is the norm over the whole
 * model. The weights themselves are stepped from w. Foret et al., 2021, algorithm 1 and equation 2.
 *
 * <p>Each step takes two gradients. What differs from the paper: the direction includes the
 * penalties l1 and l2, if the model has them; a weight decay of the wrapped optimizer stays out of
 * it. At a gradient of zero there is no direction and no second gradient.
 *
 * @param learningRate the learning rate of the wrapped optimizer at a schedule factor of 1; 0 takes
 *     the one that it has
 * @param optimizer what takes the step; must be given, and is null in the no-argument constructor
 *     alone
 * @param neighborhood how far away the worst point is sought, the paper's rho
 * @since 0.1.0
 */
@Strategy(
        name = "sam",
        summary = "Gives another optimizer the gradient of the worst point nearby",
        formula = "the step of the optimizer at w, with g(w + neighborhood * g(w) / norm(g(w)))",
        useWhen = "when a model fits its training data and generalizes poorly",
        avoidWhen = "when training time counts, for each step takes two gradients",
        reference = "https://arxiv.org/abs/2010.01412",
        since = "0.1.0")
@AutoService(Optimizer.class)
public record Sam(
        @Option(
                        help =
                                "Learning rate of the optimizer inside at a schedule factor of 1;"
                                        + " 0 takes its own",
                        range = "[0, inf)")
                double learningRate,
        @Option(help = "Optimizer that takes the step") Optimizer optimizer,
        @Option(help = "How far away the worst point is sought", range = "(0, inf)")
                double neighborhood)
        implements Optimizer {
    private static final int WEIGHTS = 0;
    private static final int OWN_SLOTS = 1;

    /** Takes the optimizer's rate in place of 0. */
    public Sam {
        if (learningRate == 0 && optimizer != null) {
            learningRate = optimizer.learningRate();
        }
    }

    /** The paper's neighborhood of 0.05, around an optimizer that must be given. */
    public Sam() {
        this(0, null, 0.05);
    }

    /** The defaults around an optimizer, at its rate. */
    public Sam(Optimizer optimizer) {
        this(0, optimizer, 0.05);
    }

    /** The same with another learning rate, that of the optimizer inside. */
    public Sam withLearningRate(double learningRate) {
        return new Sam(learningRate, optimizer, neighborhood);
    }

    private Optimizer wrapped() {
        if (optimizer == null) {
            throw new IllegalStateException("sam needs an optimizer");
        }
        return optimizer;
    }

    /** Those of the wrapped optimizer, after one for the weights to go back to. */
    @Override
    public int slots() {
        return OWN_SLOTS + wrapped().slots();
    }

    @Override
    public int scalars() {
        return wrapped().scalars();
    }

    @Override
    public Grain grain() {
        return wrapped().grain();
    }

    /**
     * Not by chunk.
     *
     * @throws UnsupportedOperationException always: the second gradient is that of the whole model
     */
    @Override
    public void update(Chunk chunk, StepContext at) {
        throw new UnsupportedOperationException("sam steps a whole model");
    }

    @Override
    public void step(Step step) {
        double norm = Math.sqrt(step.sums(Grain.ELEMENTS, 1, Sam::addSquares)[0]);
        if (norm == 0 || goesAside(step, norm)) {
            wrapped().step(step.inner(OWN_SLOTS, 0));
        }
    }

    private static void addSquares(Chunk chunk, StepContext at, double[] sums) {
        float[] gradient = chunk.gradient();
        int size = chunk.size();
        double even = 0;
        double odd = 0;
        int i = 0;
        for (; i + 2 <= size; i += 2) {
            even += (double) gradient[i] * gradient[i];
            odd += (double) gradient[i + 1] * gradient[i + 1];
        }
        if (i < size) {
            even += (double) gradient[i] * gradient[i];
        }
        sums[0] += even + odd;
    }

    /** Takes the gradient of the worst point nearby; false if a guard refuses it. */
    private boolean goesAside(Step step, double norm) {
        float scale = (float) (neighborhood / norm);
        step.each(Grain.ELEMENTS, (chunk, at) -> climb(chunk, scale));
        boolean passed = step.gradient();
        step.each(Grain.ELEMENTS, Sam::goBack);
        return passed;
    }

    private static void climb(Chunk chunk, float scale) {
        float[] parameters = chunk.parameters();
        float[] gradient = chunk.gradient();
        int size = chunk.size();
        System.arraycopy(parameters, 0, chunk.state(WEIGHTS), 0, size);
        for (int i = 0; i < size; i++) {
            parameters[i] += scale * gradient[i];
        }
    }

    private static void goBack(Chunk chunk, StepContext at) {
        System.arraycopy(chunk.state(WEIGHTS), 0, chunk.parameters(), 0, chunk.size());
    }

    /** Those of the wrapped optimizer. */
    @Override
    public void evaluationParameters(Chunk copy, StepContext at) {
        wrapped().evaluationParameters(new WithoutOwnSlots(copy), at);
    }

    /** A chunk as the wrapped optimizer knows it. */
    private record WithoutOwnSlots(Chunk chunk) implements Chunk {
        @Override
        public Tensor tensor() {
            return chunk.tensor();
        }

        @Override
        public int start() {
            return chunk.start();
        }

        @Override
        public int size() {
            return chunk.size();
        }

        @Override
        public float[] parameters() {
            return chunk.parameters();
        }

        @Override
        public float[] gradient() {
            return chunk.gradient();
        }

        @Override
        public float[] state(int slot) {
            return chunk.state(OWN_SLOTS + slot);
        }

        @Override
        public RandomGenerator random() {
            return chunk.random();
        }

        @Override
        public Algebra algebra() {
            return chunk.algebra();
        }
    }
}
