package org.evengrad.diagnosis;

import java.util.List;
import java.util.random.RandomGenerator;
import org.evengrad.spi.Algebra;
import org.evengrad.spi.Chunk;
import org.evengrad.spi.Horizon;
import org.evengrad.spi.Optimizer;
import org.evengrad.spi.Role;
import org.evengrad.spi.Tensor;

/**
 * Whether an optimizer follows the size of the gradient or rescales it. A small gradient means
 * standstill for the first kind only. Found by running the optimizer, so that it holds for any
 * plugin.
 */
public enum OptimizerFamily {
    /** A gradient ten times smaller moves the parameters ten times less. */
    PROPORTIONAL,
    /** A gradient ten times smaller moves them about as far. */
    ADAPTIVE;

    private static final int STEPS = 8;
    private static final float LARGE = 1e-2f;
    private static final float SMALL = 1e-4f;

    /** Between the ratios of the two families: 100 and 1. */
    private static final double BORDER = 10;

    private static final double SMALLEST_LOG10 = -20;
    private static final double LOG10_STEP = 0.125;
    private static final double RESCALED = 10.0 / 11;

    /** Of which family an optimizer is. */
    public static OptimizerFamily of(Optimizer optimizer) {
        if (runsItsOwnStep(optimizer)) {
            return ADAPTIVE;
        }
        double decay = travel(optimizer, 0);
        double large = Math.abs(travel(optimizer, LARGE) - decay);
        double small = Math.abs(travel(optimizer, SMALL) - decay);
        return large > BORDER * small ? PROPORTIONAL : ADAPTIVE;
    }

    /**
     * Below which size of gradients an adaptive optimizer does not rescale them any more, because
     * the constant that keeps it from dividing by zero takes over: where it moves weights by less
     * than 10/11 of the usual, which is ten times that constant in Adam.
     *
     * @return 0 if there is none, or none that could be found
     */
    static double floor(Optimizer optimizer) {
        if (runsItsOwnStep(optimizer) || of(optimizer) == PROPORTIONAL) {
            return 0;
        }
        double decay = travel(optimizer, 0);
        double usual = Math.abs(travel(optimizer, LARGE) - decay);
        for (double log = Math.log10(LARGE); log > SMALLEST_LOG10; log -= LOG10_STEP) {
            double gradient = Math.pow(10, log);
            double moved = Math.abs(travel(optimizer, (float) gradient) - decay);
            if (moved < RESCALED * usual) {
                return gradient;
            }
        }
        return 0;
    }

    /**
     * Which share of itself a weight loses in a step whose gradient is zero, at the optimizer's own
     * rate: weight decay.
     */
    static double decayShare(Optimizer optimizer) {
        return runsItsOwnStep(optimizer)
                ? 0
                : Math.max(0, -travel(optimizer, 0) / Weights.FIRST / STEPS);
    }

    /**
     * Such an optimizer cannot be run on a single chunk; the thresholds of this kind are milder.
     */
    private static boolean runsItsOwnStep(Optimizer optimizer) {
        try {
            return optimizer
                            .getClass()
                            .getMethod("step", org.evengrad.spi.Step.class)
                            .getDeclaringClass()
                    != Optimizer.class;
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException("every optimizer has this method", e);
        }
    }

    private static double travel(Optimizer optimizer, float gradient) {
        Weights weights = new Weights(optimizer.slots(), gradient);
        float before = weights.parameters[0];
        for (int step = 0; step < STEPS; step++) {
            java.util.Arrays.fill(weights.gradient, gradient);
            optimizer.update(
                    weights,
                    new PlannedStep(
                            step, new Horizon(STEPS, STEPS), optimizer.learningRate(), gradient));
        }
        return (double) weights.parameters[0] - before;
    }

    /** Four weights of one unit, all with the same gradient. */
    private static final class Weights implements Chunk {
        private static final int SIZE = 4;
        private static final float FIRST = 0.01f;
        private static final Tensor TENSOR =
                new Tensor(
                        "trial.W",
                        0,
                        0,
                        1,
                        Role.WEIGHT,
                        List.of(1, SIZE),
                        1,
                        SIZE,
                        1,
                        0,
                        0,
                        0,
                        1,
                        1);
        private final float[] parameters = new float[SIZE];
        private final float[] gradient = new float[SIZE];
        private final float[][] states;

        Weights(int slots, float value) {
            states = new float[slots][SIZE];
            java.util.Arrays.fill(parameters, FIRST);
            java.util.Arrays.fill(gradient, value);
        }

        @Override
        public Tensor tensor() {
            return TENSOR;
        }

        @Override
        public int start() {
            return 0;
        }

        @Override
        public int size() {
            return SIZE;
        }

        @Override
        public float[] parameters() {
            return parameters;
        }

        @Override
        public float[] gradient() {
            return gradient;
        }

        @Override
        public float[] state(int slot) {
            return states[slot];
        }

        @Override
        public RandomGenerator random() {
            return new java.util.SplittableRandom(1);
        }

        @Override
        public Algebra algebra() {
            return org.evengrad.engine.step.JavaAlgebra.INSTANCE;
        }
    }
}
