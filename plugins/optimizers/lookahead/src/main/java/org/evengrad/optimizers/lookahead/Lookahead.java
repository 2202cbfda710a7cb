package org.evengrad.optimizers.lookahead;

import com.google.auto.service.AutoService;
import org.evengrad.spi.Chunk;
import org.evengrad.spi.Grain;
import org.evengrad.spi.Optimizer;
import org.evengrad.spi.Option;
import org.evengrad.spi.Step;
import org.evengrad.spi.StepContext;
import org.evengrad.spi.Strategy;

/**
 * Lets another optimizer go some steps ahead, and then moves slow weights a part of the way to
 * where it came: slow = slow + slowStepSize * (w - slow), w = slow, every synchronizationPeriod
 * steps. Zhang et al., 2019, algorithm 1.
 *
 * <p>The model is evaluated and saved with the slow weights. What the wrapped optimizer remembers
 * stays as it is when the weights go back, which is the authors' default.
 *
 * @param learningRate the learning rate of the wrapped optimizer at a schedule factor of 1; 0 takes
 *     the one that it has
 * @param optimizer what goes ahead; must be given, and is null in the no-argument constructor alone
 * @param synchronizationPeriod how many steps it goes ahead
 * @param slowStepSize how far the slow weights follow, as a share of the way
 * @since 0.1.0
 */
@Strategy(
        name = "lookahead",
        summary = "Lets another optimizer go ahead, and follows it part of the way",
        formula =
                "every synchronizationPeriod steps of the optimizer: slow += slowStepSize * (w -"
                        + " slow), w = slow",
        useWhen = "to make an optimizer less sensitive to its rate, at the price of one more copy",
        avoidWhen = "for runs so short that the slow weights lag behind, or with schedule-free",
        reference = "https://arxiv.org/abs/1907.08610",
        since = "0.1.0")
@AutoService(Optimizer.class)
public record Lookahead(
        @Option(
                        help =
                                "Learning rate of the optimizer inside at a schedule factor of 1;"
                                        + " 0 takes its own",
                        range = "[0, inf)")
                double learningRate,
        @Option(help = "Optimizer that goes ahead") Optimizer optimizer,
        @Option(help = "How many steps it goes ahead", range = "[1, inf)")
                int synchronizationPeriod,
        @Option(help = "How far the slow weights follow, as a share of the way", range = "(0, 1]")
                double slowStepSize)
        implements Optimizer {
    private static final int SLOW = 0;
    private static final int OWN_SLOTS = 1;

    /** One more than the steps since the last synchronization; 0 before the first step. */
    private static final int STEPS_AHEAD = 0;

    private static final int OWN_SCALARS = 1;

    /** Takes the optimizer's rate in place of 0. */
    public Lookahead {
        if (learningRate == 0 && optimizer != null) {
            learningRate = optimizer.learningRate();
        }
    }

    /** The paper's five steps and half of the way, around an optimizer that must be given. */
    public Lookahead() {
        this(0, null, 5, 0.5);
    }

    /** The defaults around an optimizer, at its rate. */
    public Lookahead(Optimizer optimizer) {
        this(0, optimizer, 5, 0.5);
    }

    /** The same with another learning rate, that of the optimizer inside. */
    public Lookahead withLearningRate(double learningRate) {
        return new Lookahead(learningRate, optimizer, synchronizationPeriod, slowStepSize);
    }

    private Optimizer wrapped() {
        if (optimizer == null) {
            throw new IllegalStateException("lookahead needs an optimizer");
        }
        return optimizer;
    }

    /** Those of the wrapped optimizer, after one for the slow weights. */
    @Override
    public int slots() {
        return OWN_SLOTS + wrapped().slots();
    }

    /** Those of the wrapped optimizer, after one for the steps ahead. */
    @Override
    public int scalars() {
        return OWN_SCALARS + wrapped().scalars();
    }

    @Override
    public Grain grain() {
        return wrapped().grain();
    }

    /**
     * Not by chunk.
     *
     * @throws UnsupportedOperationException always: the optimizer inside may need the whole model
     */
    @Override
    public void update(Chunk chunk, StepContext at) {
        throw new UnsupportedOperationException("lookahead steps a whole model");
    }

    @Override
    public void step(Step step) {
        if (step.scalar(STEPS_AHEAD) == 0) {
            step.each(Grain.ELEMENTS, (chunk, at) -> keep(chunk));
            step.scalar(STEPS_AHEAD, 1);
        }
        wrapped().step(step.inner(OWN_SLOTS, OWN_SCALARS));
        double ahead = step.scalar(STEPS_AHEAD) + 1;
        if (ahead > synchronizationPeriod) {
            step.each(Grain.ELEMENTS, (chunk, at) -> synchronize(chunk));
            ahead = 1;
        }
        step.scalar(STEPS_AHEAD, ahead);
    }

    private static void keep(Chunk chunk) {
        System.arraycopy(chunk.parameters(), 0, chunk.state(SLOW), 0, chunk.size());
    }

    private void synchronize(Chunk chunk) {
        float share = (float) slowStepSize;
        float[] fast = chunk.parameters();
        float[] slow = chunk.state(SLOW);
        int size = chunk.size();
        for (int i = 0; i < size; i++) {
            float w = slow[i] + share * (fast[i] - slow[i]);
            slow[i] = w;
            fast[i] = w;
        }
    }

    /** The slow weights. */
    @Override
    public void evaluationParameters(Chunk copy, StepContext at) {
        if (at.updates() > 0) {
            System.arraycopy(copy.state(SLOW), 0, copy.parameters(), 0, copy.size());
        }
    }
}
