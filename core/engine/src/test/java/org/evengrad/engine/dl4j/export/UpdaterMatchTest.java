package org.evengrad.engine.dl4j.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.evengrad.config.plugins.PluginLoader;
import org.evengrad.config.plugins.StrategyRegistry;
import org.evengrad.optimizers.adabelief.AdaBelief;
import org.evengrad.optimizers.adadelta.AdaDelta;
import org.evengrad.optimizers.adagrad.AdaGrad;
import org.evengrad.optimizers.adam.Adam;
import org.evengrad.optimizers.adamax.AdaMax;
import org.evengrad.optimizers.adamw.AdamW;
import org.evengrad.optimizers.amsgrad.AmsGrad;
import org.evengrad.optimizers.lion.Lion;
import org.evengrad.optimizers.momentum.Momentum;
import org.evengrad.optimizers.nadam.Nadam;
import org.evengrad.optimizers.nesterov.Nesterov;
import org.evengrad.optimizers.rmsprop.RmsProp;
import org.evengrad.optimizers.sgd.Sgd;
import org.evengrad.spi.Optimizer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.learning.config.IUpdater;

class UpdaterMatchTest {
    private static final StrategyRegistry REGISTRY =
            PluginLoader.load(UpdaterMatchTest.class.getClassLoader(), List.of(), List.of());
    private static final long FAR = 20_000;

    private static Optional<UpdaterMatch> match(Optimizer optimizer, double rate, long updates) {
        return UpdaterMatch.of(optimizer, rate, updates, REGISTRY);
    }

    static Stream<Optimizer> theSameInDl4j() {
        return Stream.of(
                new Sgd(),
                new Nesterov(0.1, 0.8),
                new Adam(0.003, 0.8, 0.99, 1e-7),
                new AdaMax(),
                new AdaGrad(),
                new AdaDelta(),
                new RmsProp(0.01, 0.95, 1e-6));
    }

    @ParameterizedTest
    @MethodSource("theSameInDl4j")
    void findsTheUpdaterOfTheSameMethodAtEveryStep(Optimizer optimizer) {
        for (long updates : new long[] {0, 1, 20, FAR}) {
            assertEquals(
                    Optional.of(optimizer.getClass().getSimpleName().replaceAll("v$", "vs")),
                    match(optimizer, optimizer.learningRate(), updates).map(UpdaterMatch::name),
                    "after " + updates);
        }
    }

    static Stream<Optimizer> notInDl4j() {
        return Stream.of(
                new Lion(),
                new AdamW(),
                new Momentum(),
                new Nadam(),
                new AmsGrad(),
                new AdaBelief());
    }

    @ParameterizedTest
    @MethodSource("notInDl4j")
    void findsNoneWhereTheNextStepsWouldDiffer(Optimizer optimizer) {
        assertEquals(Optional.empty(), match(optimizer, optimizer.learningRate(), 20));
    }

    @Test
    void takesAmsgradOnceDl4jsCorrectionOfTheStartIsOver() {
        assertTrue(match(new AmsGrad(), 0.001, FAR).isPresent());
    }

    @Test
    void refusesAnEpsilonThatDl4jAddsElsewhere() {
        Adam adam = new Adam(0.001, 0.9, 0.999, 0.1);
        assertEquals(Optional.empty(), match(adam, 0.001, 20));
        assertTrue(match(adam, 0.001, FAR).isPresent());
    }

    @Test
    void refusesADeltaWithARateBecauseDl4jsHasNone() {
        assertEquals(Optional.empty(), match(new AdaDelta(), 0.5, 0));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1e-12, 1e-5, 3})
    void carriesTheRateOverWhateverItIs(double rate) {
        IUpdater updater = match(new Adam(), rate, 20).orElseThrow().updater();
        assertEquals(rate, updater.getLearningRate(0, 0));
        assertEquals(new org.nd4j.linalg.learning.config.Adam(rate, 0.9, 0.999, 1e-8), updater);
    }

    @Test
    void writesSlotAfterSlotForARunOfParameters() {
        float[][] slots = {{1, 2, 3, 4}, {10, 20, 30, 40}};
        float[] into = new float[7];
        match(new Adam(), 0.001, 0).orElseThrow().copy(slots, 1, 3, into, 1);
        assertArrayEquals(new float[] {0, 2, 3, 4, 20, 30, 40}, into);
    }

    @Test
    void scalesTheVelocityByTheRateAsDl4jDoes() {
        float[] into = new float[2];
        match(new Nesterov(), 0.5, 0).orElseThrow().copy(new float[][] {{4, -8}}, 0, 2, into, 0);
        assertArrayEquals(new float[] {-2, 4}, into);
    }
}
