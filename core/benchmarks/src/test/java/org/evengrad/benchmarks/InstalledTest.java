package org.evengrad.benchmarks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import org.evengrad.spi.Activation;
import org.evengrad.spi.Chunk;
import org.evengrad.spi.Grain;
import org.evengrad.spi.Optimizer;
import org.evengrad.spi.Step;
import org.evengrad.spi.StepContext;
import org.junit.jupiter.api.Test;

final class InstalledTest {
    private record Plain(double learningRate, Grain grain) implements Optimizer {
        @Override
        public void update(Chunk chunk, StepContext at) {}
    }

    private record Stepping(double learningRate) implements Optimizer {
        @Override
        public void update(Chunk chunk, StepContext at) {}

        @Override
        public void step(Step step) {}
    }

    @Test
    void findsEveryOptimizerAndActivationOnTheClassPath() {
        assertTrue(Installed.elementwiseOptimizers().containsAll(List.of("sgd", "adam")));
        Set<String> optimizers = new HashSet<>(Installed.elementwiseOptimizers());
        optimizers.addAll(Installed.otherOptimizers());

        assertEquals(ServiceLoader.load(Optimizer.class).stream().count(), optimizers.size());
        assertEquals(
                ServiceLoader.load(Activation.class).stream().count(),
                Installed.activations().size());
        assertTrue(Installed.activations().contains("relu"));
    }

    @Test
    void takesOnlyWhatUpdatesEachParameterByItselfForElementwise() {
        assertTrue(Installed.isElementwise(new Plain(1, Grain.ELEMENTS)));
        assertFalse(Installed.isElementwise(new Plain(1, Grain.TENSORS)));
        assertFalse(Installed.isElementwise(new Stepping(1)));
    }

    @Test
    void takesATurnWithEveryElementwiseOptimizer() {
        for (String name : Installed.elementwiseOptimizers()) {
            OptimizerBenchmark benchmark = new OptimizerBenchmark();
            benchmark.optimizer = name;
            benchmark.parameters = 5000;
            benchmark.prepare();
            OptimizerBenchmark.Nanoseconds nanoseconds = new OptimizerBenchmark.Nanoseconds();
            benchmark.turn(nanoseconds);

            assertTrue(nanoseconds.copy > 0 && nanoseconds.update > 0, name);
            assertTrue(nanoseconds.step > 0, name);
        }
    }

    @Test
    void updatesAllThatACopyLeavesAsItIs() {
        Model model = new Model(Installed.optimizer("sgd"), 10_000);
        float[] before = model.parameters();
        model.copy();

        assertArrayEquals(before, model.parameters());

        float[] expected = before.clone();
        double rate = Installed.optimizer("sgd").learningRate();
        for (int i = 0; i < expected.length; i++) {
            expected[i] -= (float) (rate * model.gradient().get(i));
        }
        model.update();
        assertArrayEquals(expected, model.parameters(), 1e-7f);
    }

    @Test
    void takesTheSameStepAsTheEngine() {
        Model window = new Model(Installed.optimizer("momentum"), 10_000);
        Model engine = new Model(Installed.optimizer("momentum"), 10_000);
        window.update();
        window.update();
        engine.step();
        engine.step();

        assertArrayEquals(engine.parameters(), window.parameters());
    }
}
