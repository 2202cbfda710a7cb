package org.evengrad.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.evengrad.spi.GradientGuard;
import org.evengrad.spi.Guard;
import org.evengrad.spi.Tensor;
import org.junit.jupiter.api.Test;

/**
 * What every gradient guard keeps to.
 *
 * @param <S> the guard's record
 * @since 0.1.0
 */
public interface GuardContract<S extends Record & GradientGuard> extends StrategyContract<S> {
    /** Says nothing while gradients are small and much alike. */
    @Test
    default void keepsSilentWhileTheGradientIsTame() {
        List<Tensor> layout = Tensors.twoLayers();
        for (S strategy : strategies()) {
            Guard guard = strategy.start(layout);
            for (int step = 0; step < 50; step++) {
                RecordedRuling ruling = inspect(guard, gradient(layout, step, 1e-4), step);
                assertEquals(List.of(), ruling.entries(), strategy + " in step " + step);
            }
        }
    }

    /** Never scales or rewrites a gradient that holds NaN or infinity: that spreads it. */
    @Test
    default void neverScalesWhatIsNotFinite() {
        List<Tensor> layout = Tensors.twoLayers();
        for (S strategy : strategies()) {
            for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, -1 / 0f}) {
                for (int tensor = 0; tensor < layout.size(); tensor++) {
                    float[][] gradient = gradient(layout, tensor, 1e-4);
                    gradient[tensor][0] = bad;
                    RecordedRuling ruling = inspect(strategy.start(layout), gradient, 0);

                    assertFalse(
                            ruling.actions().contains(RecordedRuling.Action.SCALE)
                                    || ruling.actions().contains(RecordedRuling.Action.TRANSFORM),
                            () -> strategy + " on " + bad + ": " + ruling.entries());
                }
            }
        }
    }

    /** Whatever the gradient, factors are finite and not negative, and reasons are given. */
    @Test
    default void rulesWithFiniteFactors() {
        List<Tensor> layout = Tensors.twoLayers();
        for (S strategy : strategies()) {
            Guard guard = strategy.start(layout);
            for (int step = 0; step < 60; step++) {
                float[][] gradient = gradient(layout, step, Math.pow(10, step % 30 - 10));
                for (RecordedRuling.Entry entry : inspect(guard, gradient, step).entries()) {
                    assertTrue(
                            entry.factor() >= 0 && Double.isFinite(entry.factor()),
                            () -> strategy + " rules " + entry);
                    assertFalse(entry.reason().isBlank(), () -> strategy + " rules " + entry);
                }
            }
        }
    }

    /** A guard that was saved and restored goes on as if nothing had happened. */
    @Test
    default void goesOnTheSameAfterARestore() {
        List<Tensor> layout = Tensors.twoLayers();
        for (S strategy : strategies()) {
            Guard uninterrupted = strategy.start(layout);
            rulings(uninterrupted, layout, 0, 40);
            Guard restored = strategy.start(layout);
            restored.restore(uninterrupted.save());

            assertEquals(
                    rulings(uninterrupted, layout, 40, 80),
                    rulings(restored, layout, 40, 80),
                    strategy::toString);
        }
    }

    /** Two guards of one strategy know nothing of each other. */
    @Test
    default void sharesNothingBetweenRuns() {
        List<Tensor> layout = Tensors.twoLayers();
        for (S strategy : strategies()) {
            Guard first = strategy.start(layout);
            Guard second = strategy.start(layout);

            assertEquals(
                    rulings(first, layout, 0, 40),
                    rulings(second, layout, 0, 40),
                    strategy::toString);
        }
    }

    /** Inspecting allocates nothing, whether the gradient is tame, wild or not finite. */
    @Test
    default void allocatesNothingWhenItInspects() {
        List<Tensor> layout = Tensors.twoLayers();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (S strategy : strategies()) {
            for (double size : new double[] {1e-4, 1e4, Double.NaN}) {
                Guard guard = strategy.start(layout);
                ArrayStatistics gradient = new ArrayStatistics(gradient(layout, 1, size), null);
                ContextAt at = ContextAt.step(0);
                SilentRuling silent = new SilentRuling();
                int calls = 10_000;
                long bytes = Long.MAX_VALUE;
                // The first rounds warm up: the JIT and lazy linking allocate.
                for (int round = 0; round < 5; round++) {
                    long before = threads.getCurrentThreadAllocatedBytes();
                    for (int call = 0; call < calls; call++) {
                        guard.inspect(gradient, at, silent);
                    }
                    bytes = Math.min(bytes, threads.getCurrentThreadAllocatedBytes() - before);
                }
                assertTrue(bytes < calls, strategy + " allocates " + bytes + " in " + calls);
            }
        }
    }

    /** Rewriting touches the gradient and the guard's slots, and never the parameters. */
    @Test
    default void rewritesTheGradientAlone() {
        Tensor tensor = Tensors.twoLayers().get(0);
        for (S strategy : strategies()) {
            Guard guard = strategy.start(Tensors.twoLayers());
            float[] parameters = SeededRandom.normal(1, tensor.size(), 1);
            ArrayTensor model = new ArrayTensor(tensor, parameters, strategy.slots());
            model.gradient(SeededRandom.normal(2, tensor.size(), 100));
            model.each(tensor.size(), chunk -> guard.transform(chunk, ContextAt.step(0)));

            assertArrayEquals(parameters, model.parameters(), strategy::toString);
        }
    }

    /** What a guard rules on one gradient. */
    static RecordedRuling inspect(Guard guard, float[][] gradient, long step) {
        RecordedRuling ruling = new RecordedRuling();
        ArrayStatistics statistics = ArrayStatistics.of(gradient);
        ContextAt at = ContextAt.step(step).withGradientNorm(statistics.globalNorm());
        guard.inspect(statistics, at, ruling);
        return ruling;
    }

    /** A random gradient for each tensor. */
    static float[][] gradient(List<Tensor> layout, long seed, double standardDeviation) {
        float[][] gradient = new float[layout.size()][];
        for (Tensor tensor : layout) {
            gradient[tensor.index()] =
                    SeededRandom.normal(
                            97 * seed + tensor.index(), tensor.size(), standardDeviation);
        }
        return gradient;
    }

    private static List<List<RecordedRuling.Entry>> rulings(
            Guard guard, List<Tensor> layout, int from, int to) {
        List<List<RecordedRuling.Entry>> rulings = new ArrayList<>();
        for (int step = from; step < to; step++) {
            double size = step % 9 == 8 ? 100 : 0.1;
            rulings.add(inspect(guard, gradient(layout, step, size), step).entries());
        }
        return rulings;
    }
}
