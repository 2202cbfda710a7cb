package org.evengrad.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.evengrad.spi.Chunk;
import org.evengrad.spi.GradientGuard;
import org.evengrad.spi.Guard;
import org.evengrad.spi.Role;
import org.evengrad.spi.Tensor;
import org.junit.jupiter.api.Test;

/**
 * What every gradient guard keeps to.
 *
 * @param <S> the guard's record
 * @since 0.1.0
 */
public interface GuardContract<S extends Record & GradientGuard> extends StrategyContract<S> {
    /** What a guard can promise something about. */
    enum Part {
        /** One element of the gradient. */
        ELEMENT,
        /** The incoming weights of one unit. */
        UNIT,
        /** One tensor. */
        TENSOR,
        /** All tensors of one layer together. */
        LAYER,
        /** The whole gradient. */
        WHOLE
    }

    /**
     * Whether the guard by its nature changes every gradient, also a tame one. Its test then says
     * what the change is.
     */
    default boolean changesEveryGradient(S guard) {
        return false;
    }

    /**
     * Whether the guard asks for {@link Guard#transform} although the gradient is tame, because
     * only there it sees what it judges.
     */
    default boolean looksAtEachElement(S guard) {
        return false;
    }

    /** Whether a gradient that is not finite is something that the guard remembers. */
    default boolean remembersWhatIsNotFinite(S guard) {
        return false;
    }

    /**
     * How large a part of the gradient may be after the guard: its L2 norm, which for an element is
     * its magnitude. Infinity where nothing is promised.
     *
     * @param guard the guard, at any time of a run
     * @param part what kind of part
     * @param tensor the tensor of the part; of a layer and of the whole its first
     * @param parameterNorm the L2 norm of the same part of the parameters
     */
    default double largest(S guard, Part part, Tensor tensor, double parameterNorm) {
        return Double.POSITIVE_INFINITY;
    }

    /** The parts whose direction stays; for elements, that is their sign. Empty: none stays. */
    default Optional<Part> keepsDirectionOf(S guard) {
        return Optional.empty();
    }

    /** While gradients are small and much alike, each bit of them stays. */
    @Test
    default void letsATameGradientPass() {
        List<Tensor> layout = layout();
        for (S strategy : strategies()) {
            if (changesEveryGradient(strategy)) {
                continue;
            }
            GuardRun run = new GuardRun(strategy, layout);
            for (int step = 0; step < 60; step++) {
                float[][] tame = tame(layout, step);
                List<RecordedRuling.Action> actions = run.step(tame, step).actions();
                if (looksAtEachElement(strategy)) {
                    actions =
                            actions.stream()
                                    .filter(action -> action != RecordedRuling.Action.TRANSFORM)
                                    .toList();
                }
                assertEquals(List.of(), actions, strategy + " in step " + step);
                assertSame(tame, run.gradient(), strategy + " in step " + step);
            }
        }
    }

    /** It does something: about a large gradient, a large loss, or one that is not finite. */
    @Test
    default void actsAtSomeTime() {
        List<Tensor> layout = layout();
        for (S strategy : strategies()) {
            GuardRun run = new GuardRun(strategy, layout);
            boolean acted = false;
            for (int step = 0; step < 400 && !acted; step++) {
                boolean finite = step < 380;
                boolean wild = step > 200 && step % 50 < 10;
                float[][] gradient = wild ? gradient(layout, step, 1e6) : tame(layout, step);
                gradient[0][0] = finite ? gradient[0][0] : Float.NaN;
                ContextAt at = ContextAt.step(step).withLoss(wild ? 1e6 : 1);
                acted = !run.step(gradient, at).entries().isEmpty();
            }
            assertTrue(acted, strategy + " never rules");
        }
    }

    /**
     * A gradient that holds NaN or infinity never reaches the weights: the step is skipped, or ends
     * in a roll-back or the end of training. It is neither scaled nor rewritten, and leaves no
     * trace in what the guard remembers.
     */
    @Test
    default void letsNothingPassThatIsNotFinite() {
        List<Tensor> layout = layout();
        for (S strategy : strategies()) {
            GuardRun run = new GuardRun(strategy, layout);
            int step = 0;
            for (; step < 30; step++) {
                run.step(tame(layout, step), step);
            }
            for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, -1 / 0f}) {
                for (int tensor = 0; tensor < layout.size(); tensor++) {
                    float[][] gradient = gradient(layout, tensor, 1e4);
                    gradient[tensor][gradient[tensor].length - 1] = bad;
                    double[] memory = run.guard().save();
                    float[][][] slots = copy(run.slots());
                    RecordedRuling ruling = run.step(gradient, step++);

                    List<RecordedRuling.Action> actions = ruling.actions();
                    assertTrue(
                            actions.contains(RecordedRuling.Action.SKIP)
                                    || actions.contains(RecordedRuling.Action.ROLL_BACK)
                                    || actions.contains(RecordedRuling.Action.STOP),
                            () -> strategy + " on " + bad + ": " + actions);
                    assertFalse(
                            actions.contains(RecordedRuling.Action.SCALE)
                                    || actions.contains(RecordedRuling.Action.TRANSFORM),
                            () -> strategy + " on " + bad + ": " + actions);
                    assertSame(gradient, run.gradient(), strategy + " on " + bad);
                    if (!remembersWhatIsNotFinite(strategy)) {
                        assertArrayEquals(memory, run.guard().save(), strategy + " on " + bad);
                    }
                    for (double value : run.guard().save()) {
                        assertTrue(Double.isFinite(value), strategy::toString);
                    }
                    for (int t = 0; t < slots.length; t++) {
                        assertSame(slots[t], run.slots()[t], strategy + " on " + bad);
                    }
                }
            }
        }
    }

    /** Whatever a finite gradient, factors fit into a float, reasons are given, it stays finite. */
    @Test
    default void rulesWithFiniteFactors() {
        List<Tensor> layout = layout();
        for (S strategy : strategies()) {
            GuardRun run = new GuardRun(strategy, layout);
            for (int step = 0; step < 200; step++) {
                for (RecordedRuling.Entry entry : run.step(wild(layout, step), step).entries()) {
                    assertTrue(
                            entry.factor() >= 0 && Float.isFinite((float) entry.factor()),
                            () -> strategy + " rules " + entry);
                    assertFalse(entry.reason().isBlank(), () -> strategy + " rules " + entry);
                }
                boolean finite = true;
                for (float[] values : run.gradient()) {
                    for (float value : values) {
                        finite &= Float.isFinite(value);
                    }
                }
                assertTrue(finite, strategy + " in step " + step);
            }
        }
    }

    /** Afterwards no part is larger than the guard promises, whatever the gradient was. */
    @Test
    default void keepsItsBound() {
        List<Tensor> layout = layout();
        for (S strategy : strategies()) {
            GuardRun run = new GuardRun(strategy, layout);
            for (int step = 0; step < 200; step++) {
                float[][] before = wild(layout, step);
                run.step(before, step);
                for (Part part : Part.values()) {
                    for (Sums sums : sums(part, layout, run, before)) {
                        double limit =
                                largest(strategy, part, sums.tensor, Math.sqrt(sums.parameters));
                        assertTrue(
                                Math.sqrt(sums.after) <= limit * (1 + 1e-5) + 1e-42,
                                () ->
                                        strategy
                                                + ": "
                                                + part
                                                + " of "
                                                + sums.tensor.name()
                                                + " is "
                                                + Math.sqrt(sums.after)
                                                + ", limit "
                                                + limit);
                    }
                }
            }
        }
    }

    /** The parts of which the guard promises it point to where they pointed before. */
    @Test
    default void keepsTheDirectionThatItPromises() {
        List<Tensor> layout = layout();
        for (S strategy : strategies()) {
            Optional<Part> kept = keepsDirectionOf(strategy);
            if (kept.isEmpty()) {
                continue;
            }
            GuardRun run = new GuardRun(strategy, layout);
            for (int step = 0; step < 200; step++) {
                float[][] before = wild(layout, step);
                run.step(before, step);
                for (Sums sums : sums(kept.get(), layout, run, before)) {
                    double norms = Math.sqrt(sums.before) * Math.sqrt(sums.after);
                    // Below, numbers run out of bits.
                    if (sums.after > 1e-70) {
                        assertEquals(
                                1,
                                sums.product / norms,
                                1e-5,
                                () -> strategy + ", " + kept.get() + " of " + sums.tensor.name());
                    }
                }
            }
        }
    }

    /** A guard that was saved and restored goes on as if nothing had happened. */
    @Test
    default void goesOnTheSameAfterARestore() {
        List<Tensor> layout = layout();
        for (S strategy : strategies()) {
            for (int middle : new int[] {7, 40, 300}) {
                GuardRun uninterrupted = new GuardRun(strategy, layout);
                outcomes(uninterrupted, layout, 0, middle);
                GuardRun restored = new GuardRun(strategy, layout);
                outcomes(restored, layout, 0, 3);
                restored.restore(uninterrupted);

                assertEquals(
                        outcomes(uninterrupted, layout, middle, middle + 60),
                        outcomes(restored, layout, middle, middle + 60),
                        () -> strategy + " saved after " + middle);
            }
        }
    }

    /** What was saved does not change with later steps. */
    @Test
    default void savesACopy() {
        List<Tensor> layout = layout();
        for (S strategy : strategies()) {
            GuardRun run = new GuardRun(strategy, layout);
            outcomes(run, layout, 0, 40);
            double[] saved = run.guard().save();
            double[] before = saved.clone();
            outcomes(run, layout, 40, 80);
            assertArrayEquals(before, saved, strategy::toString);

            run.guard().restore(saved);
            assertArrayEquals(before, run.guard().save(), strategy::toString);
            outcomes(run, layout, 40, 80);
            assertArrayEquals(before, saved, strategy::toString);
        }
    }

    /** Two guards of one strategy, run in turns, know nothing of each other. */
    @Test
    default void sharesNothingBetweenRuns() {
        List<Tensor> layout = layout();
        for (S strategy : strategies()) {
            GuardRun alone = new GuardRun(strategy, layout);
            GuardRun other = new GuardRun(strategy, layout);
            GuardRun beside = new GuardRun(strategy, layout);
            for (int step = 0; step < 60; step++) {
                other.step(wild(layout, step), step);
                beside.step(calm(layout, step), step);
            }
            for (int step = 0; step < 60; step++) {
                alone.step(calm(layout, step), step);
            }

            assertSame(alone.gradient(), beside.gradient(), strategy.toString());
            assertArrayEquals(alone.guard().save(), beside.guard().save(), strategy::toString);
        }
    }

    /** However a tensor is cut into chunks, each bit of the result is the same. */
    @Test
    default void givesTheSameBitsHoweverATensorIsCut() {
        List<Tensor> layout =
                List.of(
                        inLayer(0, Tensors.dense(0, 17, 263)),
                        inLayer(0, Tensors.bias(1, 17, 263)),
                        inLayer(1, Tensors.convolution(2, 6, 3, 3)));
        for (S strategy : strategies()) {
            GuardRun whole = new GuardRun(strategy, layout, 4096);
            for (int size : new int[] {16, 512}) {
                GuardRun cut = new GuardRun(strategy, layout, size);
                for (int step = 0; step < 4; step++) {
                    float[][] gradient = gradient(layout, step, step == 3 ? 100 : 0.1);
                    whole.step(gradient, step);
                    cut.step(gradient, step);
                    String where = strategy + " in chunks of " + size;
                    assertSame(whole.gradient(), cut.gradient(), where);
                    for (int t = 0; t < layout.size(); t++) {
                        assertSame(whole.slots()[t], cut.slots()[t], where);
                    }
                }
                whole = new GuardRun(strategy, layout, 4096);
            }
        }
    }

    /** Inspecting allocates nothing, whether the gradient is tame, wild or not finite. */
    @Test
    default void allocatesNothingWhenItInspects() {
        List<Tensor> layout = layout();
        for (S strategy : strategies()) {
            for (double size : new double[] {1e-4, 1e4, Double.NaN}) {
                GuardRun run = new GuardRun(strategy, layout);
                Guard guard = run.guard();
                ArrayStatistics gradient =
                        new ArrayStatistics(gradient(layout, 1, size), run.parameters());
                ContextAt[] at = new ContextAt[512];
                for (int step = 0; step < at.length; step++) {
                    at[step] = ContextAt.step(step);
                }
                SilentRuling silent = new SilentRuling();
                Allocations.assertNone(
                        strategy.toString(),
                        call -> guard.inspect(gradient, at[call % at.length], silent));
            }
        }
    }

    /** Rewriting allocates nothing. */
    @Test
    default void allocatesNothingWhenItRewrites() {
        List<Tensor> layout = layout();
        for (S strategy : strategies()) {
            GuardRun run = new GuardRun(strategy, layout);
            run.step(gradient(layout, 1, 1), 0);
            for (Tensor tensor : layout) {
                int size = tensor.size();
                Chunk chunk =
                        new GuardRun.ChunkInStep(
                                new ArrayChunk(
                                        tensor,
                                        0,
                                        size,
                                        SeededRandom.normal(1, size, 1),
                                        SeededRandom.normal(2, size, 100),
                                        new float[strategy.slots()][size]),
                                1);
                ContextAt at = ContextAt.step(1);
                Allocations.assertNone(
                        strategy.toString(), call -> run.guard().transform(chunk, at));
            }
        }
    }

    /** Rewriting touches the gradient and the guard's slots, and never the parameters. */
    @Test
    default void rewritesTheGradientAlone() {
        List<Tensor> layout = layout();
        for (S strategy : strategies()) {
            GuardRun run = new GuardRun(strategy, layout);
            float[][] parameters = GuardRun.copy(run.parameters());
            outcomes(run, layout, 0, 40);

            assertSame(parameters, run.parameters(), strategy.toString());
        }
    }

    /** Uses every slot that it asks for. */
    @Test
    default void usesEachSlotThatItAsksFor() {
        List<Tensor> layout = layout();
        for (S strategy : strategies()) {
            GuardRun run = new GuardRun(strategy, layout);
            outcomes(run, layout, 0, 40);
            for (int slot = 0; slot < strategy.slots(); slot++) {
                boolean used = false;
                for (float[][] ofTensor : run.slots()) {
                    for (float value : ofTensor[slot]) {
                        used |= value != 0;
                    }
                }
                assertTrue(used, strategy + " never writes slot " + slot);
            }
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

    /** Three layers with weights and biases: a convolution, a dense layer, and the output. */
    static List<Tensor> layout() {
        return List.of(
                inLayer(0, Tensors.convolution(0, 4, 3, 3)),
                inLayer(0, Tensors.bias(1, 4, 27)),
                inLayer(1, Tensors.dense(2, 5, 7)),
                inLayer(1, Tensors.bias(3, 5, 7)),
                inLayer(2, Tensors.dense(4, Role.OUTPUT, 3, 5)),
                inLayer(2, Tensors.bias(5, 3, 5)));
    }

    private static Tensor inLayer(int layer, Tensor tensor) {
        return new Tensor(
                tensor.name(),
                tensor.index(),
                layer,
                layer + 1,
                tensor.role(),
                tensor.shape(),
                tensor.units(),
                tensor.fanIn(),
                tensor.fanOut(),
                tensor.branch(),
                tensor.branches(),
                tensor.layersInBranch(),
                tensor.gain(),
                tensor.inputSecondMoment());
    }

    /** Always the same small gradient, but for half a percent of its size. */
    private static float[][] tame(List<Tensor> layout, int step) {
        return gradient(layout, 1, 1e-4 * (1 + 0.005 * Math.sin(step)));
    }

    /** Gradients of about one size, of which a few are much larger. */
    private static float[][] calm(List<Tensor> layout, int step) {
        return gradient(layout, step, step % 9 == 8 ? 100 : 0.1);
    }

    /**
     * Gradients between 1e-30 and 1e30: of one magnitude, of one magnitude in each tensor, or
     * mixed.
     */
    private static float[][] wild(List<Tensor> layout, int step) {
        double exponent = step < 2 ? 60 * step - 30 : SeededRandom.of(step).nextDouble(-30, 30);
        float[][] gradient = gradient(layout, step, Math.pow(10, exponent));
        for (int t = 0; t < gradient.length; t++) {
            if (step % 4 == 2) {
                double own = SeededRandom.of(step + 1000 * t).nextDouble(-30, 30);
                gradient[t] = SeededRandom.normal(step + t, gradient[t].length, Math.pow(10, own));
            } else if (step % 4 == 3) {
                gradient[t] = SeededRandom.spread(step + t, gradient[t].length, -30, 30);
            }
        }
        return gradient;
    }

    /** Runs steps, some with a large gradient or loss; what was ruled, and the gradients' bits. */
    private static List<Object> outcomes(GuardRun run, List<Tensor> layout, int from, int to) {
        List<Object> outcomes = new ArrayList<>();
        for (int step = from; step < to; step++) {
            ContextAt at = ContextAt.step(step).withLoss(step % 45 > 35 ? 100 : 1 + step % 3);
            outcomes.add(run.step(calm(layout, step), at).entries());
            for (float[] values : run.gradient()) {
                outcomes.add(Arrays.hashCode(values));
            }
        }
        return outcomes;
    }

    private static void assertSame(float[][] expected, float[][] actual, String message) {
        assertEquals(expected.length, actual.length, message);
        for (int i = 0; i < expected.length; i++) {
            assertArrayEquals(expected[i], actual[i], message);
        }
    }

    private static float[][][] copy(float[][][] arrays) {
        float[][][] copy = new float[arrays.length][][];
        for (int i = 0; i < arrays.length; i++) {
            copy[i] = GuardRun.copy(arrays[i]);
        }
        return copy;
    }

    /** Sums over one part of the model. */
    final class Sums {
        private final Tensor tensor;
        private double before;
        private double after;
        private double product;
        private double parameters;

        private Sums(Tensor tensor) {
            this.tensor = tensor;
        }
    }

    private static Iterable<Sums> sums(
            Part part, List<Tensor> layout, GuardRun run, float[][] before) {
        Map<Long, Sums> parts = new HashMap<>();
        for (Tensor tensor : layout) {
            int t = tensor.index();
            int unit = tensor.size() / tensor.units();
            for (int i = 0; i < before[t].length; i++) {
                long key =
                        switch (part) {
                            case ELEMENT -> ((long) t << 32) + i;
                            case UNIT -> ((long) t << 32) + i / unit;
                            case TENSOR -> t;
                            case LAYER -> tensor.layer();
                            case WHOLE -> 0;
                        };
                Sums sums = parts.computeIfAbsent(key, any -> new Sums(tensor));
                double old = before[t][i];
                double now = run.gradient()[t][i];
                sums.before += old * old;
                sums.after += now * now;
                sums.product += old * now;
                sums.parameters += Math.pow(run.parameters()[t][i], 2);
            }
        }
        return parts.values();
    }
}
