package org.evengrad.engine.dl4j.export;

import java.util.Arrays;
import java.util.Optional;
import org.evengrad.config.plugins.OptionType;
import org.evengrad.config.plugins.StrategyRegistry;
import org.evengrad.config.plugins.StrategyType;
import org.evengrad.engine.random.KeyedRandom;
import org.evengrad.spi.Horizon;
import org.evengrad.spi.Optimizer;
import org.evengrad.spi.StepContext;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.AMSGrad;
import org.nd4j.linalg.learning.config.AdaDelta;
import org.nd4j.linalg.learning.config.AdaGrad;
import org.nd4j.linalg.learning.config.AdaMax;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nadam;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.config.Sgd;

/**
 * DL4J's updater for an optimizer, and how its memory follows from the optimizer's.
 *
 * <p>A plugin may bear any name, and the same name may stand for two formulas: DL4J's AMSGrad, for
 * one, corrects for the start at zero. So the updater is taken only if its next steps are those of
 * the optimizer.
 *
 * @param updater at a constant rate
 * @param factor what a number in the optimizer's memory is times this in the updater's
 */
record UpdaterMatch(IUpdater updater, float factor) {
    /** How far a step may differ, as a share of the largest one. */
    private static final double TOLERANCE = 1e-3;

    private static final int SIZE = 64;
    private static final int STEPS_BEFORE = 3;
    private static final int STEPS = 5;
    private static final double SMALLEST_GRADIENT = 0.01;

    /** Below this the steps of the comparison would drown in the rounding of the parameters. */
    private static final double LEAST_RATE = 1e-3;

    private static final double RATE_INSTEAD = 0.01;

    /**
     * Finds it.
     *
     * @param rate to go on with
     * @param updates steps of the optimizer before
     * @return empty if DL4J has none that goes on in the same way
     */
    static Optional<UpdaterMatch> of(
            Optimizer optimizer, double rate, long updates, StrategyRegistry registry) {
        double compared = rate < LEAST_RATE ? RATE_INSTEAD : rate;
        UpdaterMatch candidate = candidate(optimizer, compared, registry);
        return candidate != null && candidate.agrees(optimizer, compared, updates)
                ? Optional.of(candidate(optimizer, rate, registry))
                : Optional.empty();
    }

    private static UpdaterMatch candidate(
            Optimizer optimizer, double rate, StrategyRegistry registry) {
        StrategyType type = registry.typeOf(optimizer);
        Options of = new Options(type, optimizer);
        return switch (type.name()) {
            case "sgd" -> unscaled(new Sgd(rate));
            // DL4J's velocity is minus the rate times ours.
            case "nesterov" ->
                    new UpdaterMatch(new Nesterovs(rate, of.number("momentum")), (float) -rate);
            case "adam" -> unscaled(new Adam(rate, of.beta1(), of.beta2(), of.epsilon()));
            case "adamax" -> unscaled(new AdaMax(rate, of.beta1(), of.beta2(), of.epsilon()));
            case "nadam" -> unscaled(new Nadam(rate, of.beta1(), of.beta2(), of.epsilon()));
            case "amsgrad" -> unscaled(new AMSGrad(rate, of.beta1(), of.beta2(), of.epsilon()));
            case "adagrad" -> unscaled(new AdaGrad(rate, of.epsilon()));
            case "adadelta" -> unscaled(new AdaDelta(of.number("decay"), of.epsilon()));
            case "rmsprop" -> unscaled(new RmsProp(rate, of.number("decay"), of.epsilon()));
            // DL4J 1.0.0-M2.1 has an AdaBelief too, but fails when it makes its state.
            default -> null;
        };
    }

    private static UpdaterMatch unscaled(IUpdater updater) {
        return new UpdaterMatch(updater, 1);
    }

    /** The updater's class, {@code Adam}. */
    String name() {
        return updater.getClass().getSimpleName();
    }

    /** How many numbers the updater remembers per parameter. */
    int slots() {
        return Math.toIntExact(updater.stateSize(1));
    }

    /**
     * Writes what the optimizer remembers of neighboring parameters as the updater keeps it: slot
     * by slot, each for all of them.
     *
     * @param slots of the optimizer
     * @param from the first of the parameters
     * @param size how many
     * @param into receives {@link #slots()} times {@code size} numbers
     * @param at where
     */
    void copy(float[][] slots, int from, int size, float[] into, int at) {
        for (int slot = 0; slot < slots(); slot++) {
            for (int i = 0; i < size; i++) {
                into[at + slot * size + i] = factor * slots[slot][from + i];
            }
        }
    }

    private boolean agrees(Optimizer optimizer, double rate, long updates) {
        if (optimizer.slots() != slots() || optimizer.scalars() != 0) {
            return false;
        }
        FlatChunk chunk = FlatChunk.of(SIZE, optimizer.slots());
        // A decay of the weights would show.
        Arrays.fill(chunk.parameters(), 1);
        long step = updates;
        for (int i = 0; i < STEPS_BEFORE; i++) {
            step(optimizer, chunk, rate, step++);
        }
        float[] memory = new float[slots() * SIZE];
        copy(chunk.slots(), 0, SIZE, memory, 0);
        INDArray view = slots() == 0 ? null : Nd4j.createFromArray(memory).reshape(1, -1);
        GradientUpdater<?> theirs = updater.instantiate(view, false);
        for (int i = 0; i < STEPS; i++) {
            float[] before = chunk.parameters().clone();
            float[] gradient = step(optimizer, chunk, rate, step);
            INDArray move = Nd4j.createFromArray(gradient).reshape(1, SIZE);
            theirs.applyUpdater(move, Math.toIntExact(Math.min(step, Integer.MAX_VALUE)), 0);
            if (differ(before, chunk.parameters(), move.toFloatVector())) {
                return false;
            }
            step++;
        }
        return true;
    }

    private static boolean differ(float[] before, float[] after, float[] move) {
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < SIZE; i++) {
            double ours = (double) before[i] - after[i];
            largest = Math.max(largest, Math.abs(ours));
            difference = Math.max(difference, Math.abs(ours - move[i]));
        }
        return !(difference <= TOLERANCE * largest);
    }

    /** The gradient of a step; the optimizer may have left its change in its place. */
    private static float[] step(Optimizer optimizer, FlatChunk chunk, double rate, long step) {
        KeyedRandom random = new KeyedRandom();
        random.key(1, step, 0, 0);
        for (int i = 0; i < SIZE; i++) {
            double magnitude = SMALLEST_GRADIENT + random.nextDouble();
            chunk.gradient()[i] = (float) (random.nextBoolean() ? magnitude : -magnitude);
        }
        float[] gradient = chunk.gradient().clone();
        optimizer.update(chunk, new At(step, rate));
        return gradient;
    }

    /** What an optimizer that looks at one element may ask. */
    private record At(long step, double rate) implements StepContext {
        @Override
        public long updates() {
            return step;
        }

        @Override
        public int epoch() {
            return 0;
        }

        @Override
        public int batchSize() {
            return 1;
        }

        @Override
        public double loss() {
            return 1;
        }

        @Override
        public double gradientNorm() {
            return 1;
        }

        @Override
        public Horizon horizon() {
            return new Horizon(Long.MAX_VALUE, 1);
        }
    }

    /** The options of an optimizer by name; one that it lacks is NaN, which agrees with nothing. */
    private record Options(StrategyType type, Optimizer optimizer) {
        double number(String key) {
            for (OptionType option : type.options()) {
                if (option.key().equals(key)
                        && option.value((Record) optimizer) instanceof Double number) {
                    return number;
                }
            }
            return Double.NaN;
        }

        double beta1() {
            return number("beta1");
        }

        double beta2() {
            return number("beta2");
        }

        double epsilon() {
            return number("epsilon");
        }
    }
}
