package org.evengrad.engine.dl4j.imports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.evengrad.config.bind.StrategyReader;
import org.evengrad.config.plugins.Kind;
import org.evengrad.config.plugins.PluginLoader;
import org.evengrad.spi.Algebra;
import org.evengrad.spi.Chunk;
import org.evengrad.spi.Horizon;
import org.evengrad.spi.Optimizer;
import org.evengrad.spi.Role;
import org.evengrad.spi.StepContext;
import org.evengrad.spi.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
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
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.config.Sgd;

/** Runs DL4J's updaters beside the optimizers that they are read as. */
class UpdateRuleTest {
    private static final int SIZE = 7;
    private static final StrategyReader READER =
            new StrategyReader(
                    PluginLoader.load(UpdateRuleTest.class.getClassLoader(), List.of(), List.of()));

    static List<IUpdater> equal() {
        return List.of(
                new Sgd(0.1),
                new NoOp(),
                new Nesterovs(0.1, 0.8),
                new Adam(0.01, 0.8, 0.95, 1e-8),
                new AdaMax(0.01, 0.8, 0.95, 1e-8),
                new AdaDelta(0.9, 1e-6));
    }

    static List<IUpdater> similar() {
        return List.of(
                new AdaGrad(0.1, 1e-6),
                new RmsProp(0.01, 0.9, 1e-8),
                new AMSGrad(0.01, 0.8, 0.95, 1e-8),
                new Nadam(0.01, 0.8, 0.95, 1e-8));
    }

    @ParameterizedTest
    @MethodSource("equal")
    void movesParametersAsDl4jDoes(IUpdater updater) {
        double difference = largestDifference(updater, 0, 30);
        assertTrue(difference < 1e-5, updater + ": " + difference);
        assertEquals(List.of(), UpdateRule.of(updater).notes());
    }

    @ParameterizedTest
    @MethodSource("similar")
    void saysWhereItDiffersAndComesNear(IUpdater updater) {
        double difference = largestDifference(updater, 150, 200);
        assertTrue(difference < 0.1, updater + ": " + difference);
        assertEquals(1, UpdateRule.of(updater).notes().size());
    }

    @Test
    void namesAnUpdaterWithoutAnEqual() {
        IUpdater own =
                (IUpdater)
                        Proxy.newProxyInstance(
                                IUpdater.class.getClassLoader(),
                                new Class<?>[] {IUpdater.class},
                                (proxy, method, arguments) -> null);
        UpdateRule rule = UpdateRule.of(own);
        assertTrue(rule.optimizer().isEmpty());
        assertTrue(rule.notes().get(0).contains("has no equal here; give an optimizer"));
    }

    /** How differently long the ways of a parameter are in some steps, as a share. */
    private static double largestDifference(IUpdater updater, int from, int steps) {
        StrategySettings settings = UpdateRule.of(updater).withRate().orElseThrow();
        Optimizer ours =
                (Optimizer) READER.read(Kind.OPTIMIZER, settings.hocon(), Path.of("model"));
        GradientUpdater<?> theirs = updater.instantiate(state(updater), true);
        Chunks chunk = new Chunks(ours.slots());
        INDArray parameters = Nd4j.zeros(1, SIZE);
        double[] theirStart = new double[SIZE];
        double[] ourStart = new double[SIZE];
        for (int step = 0; step < steps; step++) {
            for (int i = 0; step == from && i < SIZE; i++) {
                theirStart[i] = parameters.getDouble(i);
                ourStart[i] = chunk.parameters()[i];
            }
            float[] gradient = new float[SIZE];
            for (int i = 0; i < SIZE; i++) {
                gradient[i] = (float) ((Math.sin(step * 0.7 + i) + 0.3) * (1 + i));
            }
            INDArray update = Nd4j.createFromArray(gradient.clone()).reshape(1, SIZE);
            theirs.applyUpdater(update, step, 0);
            parameters.subi(update);
            System.arraycopy(gradient, 0, chunk.gradient(), 0, SIZE);
            ours.update(chunk, new At(step, ours.learningRate()));
        }
        double apart = 0;
        for (int i = 0; i < SIZE; i++) {
            double theirWay = parameters.getDouble(i) - theirStart[i];
            double ourWay = chunk.parameters()[i] - ourStart[i];
            apart = Math.max(apart, Math.abs(ourWay / theirWay - 1));
        }
        return apart;
    }

    private static INDArray state(IUpdater updater) {
        long size = updater.stateSize(SIZE);
        return size == 0 ? null : Nd4j.zeros(1, size);
    }

    private static final class Chunks implements Chunk {
        private final float[] parameters = new float[SIZE];
        private final float[] gradient = new float[SIZE];
        private final List<float[]> slots = new ArrayList<>();

        Chunks(int count) {
            for (int i = 0; i < count; i++) {
                slots.add(new float[SIZE]);
            }
        }

        @Override
        public Tensor tensor() {
            return new Tensor(
                    "w", 0, 0, 1, Role.WEIGHT, List.of(1, SIZE), 1, SIZE, 1, 0, 0, 0, 1, 1);
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
            return slots.get(slot);
        }

        @Override
        public RandomGenerator random() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Algebra algebra() {
            throw new UnsupportedOperationException();
        }
    }

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
            return new Horizon(1000, 10);
        }
    }
}
