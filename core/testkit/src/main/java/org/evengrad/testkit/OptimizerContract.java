package org.evengrad.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.evengrad.spi.Grain;
import org.evengrad.spi.Optimizer;
import org.evengrad.spi.Role;
import org.evengrad.spi.Step;
import org.evengrad.spi.Tensor;
import org.junit.jupiter.api.Test;

/**
 * What every optimizer keeps to. All tests run {@link Optimizer#step}, so they hold for optimizers
 * with a step of their own as well.
 *
 * <p>What is not finite is not hidden: where the rule, in double precision, gives a number for a
 * gradient that holds NaN or infinities, the optimizer gives that number; elsewhere the parameter
 * becomes NaN or infinite in the same step. A parameter whose own gradient is NaN becomes NaN. A
 * rule that looks at one element at a time leaves all other elements as they would have been, and
 * where a square overflows it gives NaN rather than a step of zero.
 *
 * @param <S> the optimizer's record
 * @since 0.1.0
 */
public interface OptimizerContract<S extends Record & Optimizer> extends StrategyContract<S> {
    /**
     * The rule in double precision for a whole model, written from its source and not from the
     * record. It starts without memory.
     *
     * @param layout the tensors, in the order of the parameters
     */
    Reference reference(S optimizer, List<Tensor> layout);

    /** How the defaults reach the lowest point of a parabola. */
    Goal parabola();

    /** How the defaults follow Rosenbrock's valley. */
    Goal rosenbrock();

    /** How the defaults reach the minimum of a quadratic of condition number 1000. */
    Goal illConditionedQuadratic();

    /** How the defaults fit a logistic regression. */
    Goal logisticRegression();

    /** Whether weights shrink although their gradient is zero. */
    default boolean decays(S optimizer) {
        return false;
    }

    /**
     * How far the float that is added to a parameter may be off after 200 steps, as a share of the
     * way that the parameter has gone. An average keeps what it rounded in the steps before, so
     * each of 200 steps may be off by up to 200 units of 2^-24, which is 1.2e-5; the default is
     * twice that.
     */
    default double roundingOfSteps() {
        return 2.4e-5;
    }

    /**
     * The same where the gradient follows from the parameters. It is more for a rule that jumps to
     * and fro over the bottom with steps that do not shrink: that magnifies whatever was rounded.
     */
    default double roundingInABowl() {
        return roundingOfSteps();
    }

    /** Agrees with the formula for gradients of many magnitudes, at a rate that changes. */
    @Test
    default void agreesWithTheFormula() {
        for (S optimizer : strategies()) {
            agrees(
                    optimizer,
                    roundingOfSteps(),
                    step -> Objectives.linear(Objectives.spread(layout(), 100 + step, -9, 1)));
        }
    }

    /** Agrees with the formula where the gradient follows from the parameters. */
    @Test
    default void agreesWithTheFormulaInABowl() {
        Objective bowl = Objectives.bowl(layout());
        for (S optimizer : strategies()) {
            agrees(optimizer, roundingInABowl(), step -> bowl);
        }
    }

    private void agrees(S optimizer, double share, IntFunction<Objective> batches) {
        int steps = 200;
        ArrayModel model = start(optimizer);
        double[][] expected = Objectives.doubles(model.parameters());
        double[][] reach = Objectives.doubles(model.parameters());
        double[][] path = Objectives.doubles(Objectives.normal(layout(), 0, 0));
        Reference reference = reference(optimizer, layout());
        for (int step = 0; step < steps; step++) {
            double rate = optimizer.learningRate() * (1 + Math.sin(step)) / 2;
            double[][] before = copy(expected);
            Objective batch = batches.apply(step);
            reference.step(expected, batch, rate, step + 1);
            for (int t = 0; t < path.length; t++) {
                for (int i = 0; i < path[t].length; i++) {
                    path[t][i] += Math.abs(expected[t][i] - before[t][i]);
                    reach[t][i] = Math.max(Math.abs(reach[t][i]), Math.abs(expected[t][i]));
                }
            }
            assertTrue(model.run(batch, rate), "an update");
        }
        float[][] actual = model.parameters();
        for (int t = 0; t < path.length; t++) {
            for (int i = 0; i < path[t].length; i++) {
                // Each step rounds the parameter once or twice, by half a unit each.
                double rounding = steps * Math.ulp((float) reach[t][i]);
                assertEquals(
                        expected[t][i],
                        actual[t][i],
                        rounding + share * path[t][i],
                        optimizer + ", element " + i + " of " + layout().get(t).name());
            }
        }
    }

    /** Comes near the lowest point of a parabola, in the steps that the test names. */
    @Test
    default void findsTheLowestPointOfAParabola() {
        reaches(Target.parabola(), parabola());
    }

    /** Comes near the end of Rosenbrock's valley, in the steps that the test names. */
    @Test
    default void findsTheEndOfRosenbrocksValley() {
        reaches(Target.rosenbrock(), rosenbrock());
    }

    /** Comes near the minimum along flat directions, in the steps that the test names. */
    @Test
    default void findsTheMinimumOfAnIllConditionedQuadratic() {
        reaches(Target.illConditionedQuadratic(), illConditionedQuadratic());
    }

    /** Finds the weights of a logistic regression, in the steps that the test names. */
    @Test
    default void findsTheWeightsOfALogisticRegression() {
        reaches(Target.logisticRegression(), logisticRegression());
    }

    private void reaches(Target target, Goal goal) {
        if (!goal.leftOut().isEmpty()) {
            return;
        }
        double left = target.distanceLeft(strategies().get(0), goal.rate(), goal.steps());
        assertTrue(left <= goal.tolerance(), goal + ", but " + left + " of the way is left");
    }

    /** An optimizer may leave out one target, with a reason, and no more. */
    @Test
    default void triesMostTargets() {
        List<String> leftOut =
                Stream.of(parabola(), rosenbrock(), illConditionedQuadratic(), logisticRegression())
                        .map(Goal::leftOut)
                        .filter(reason -> !reason.isEmpty())
                        .toList();

        assertTrue(leftOut.size() <= 1, leftOut::toString);
    }

    /** The same run twice gives the same bits: nothing is remembered outside of the model. */
    @Test
    default void isDeterministic() {
        for (S optimizer : strategies()) {
            ArrayModel first = start(optimizer);
            ArrayModel second = start(optimizer);
            train(first, 0, 7);
            train(second, 0, 7);

            assertSameState(optimizer, first, second, optimizer + ", run twice");
        }
    }

    /**
     * However tensors are cut into chunks, each bit of the result is the same; through {@link
     * Step#sums} it may differ by 1e-6 at the size of the weights, which is about 1.
     */
    @Test
    default void givesTheSameBitsHoweverATensorIsCut() {
        for (S optimizer : strategies()) {
            ArrayModel whole = start(optimizer);
            train(whole, 0, 7);
            for (int size : new int[] {1, 2, 3, 7, 64, 1000}) {
                ArrayModel cut = new ArrayModel(layout(), first(), optimizer, size);
                skip(cut);
                train(cut, 0, 7);
                String message = optimizer + " in chunks of " + size;
                if (whole.usedSums()) {
                    assertClose(whole.parameters(), cut.parameters(), message);
                    assertClose(whole.evaluationParameters(), cut.evaluationParameters(), message);
                } else {
                    assertSameState(optimizer, whole, cut, message);
                }
            }
        }
    }

    /** Saved and restored in the middle, training goes on as if nothing had happened. */
    @Test
    default void goesOnTheSameAfterARestore() {
        for (S optimizer : strategies()) {
            ArrayModel uninterrupted = start(optimizer);
            train(uninterrupted, 0, 8);
            ArrayModel.Saved saved = uninterrupted.save();
            train(uninterrupted, 8, 16);
            ArrayModel restored = new ArrayModel(layout(), first(), optimizer);
            restored.restore(saved);

            train(restored, 8, 16);

            assertSameState(optimizer, uninterrupted, restored, optimizer + ", restored");
        }
    }

    /**
     * A parameter whose gradient is NaN becomes NaN; if the rule looks at one element at a time,
     * all others stay as they would have been.
     */
    @Test
    default void doesNotHideNaN() {
        for (S optimizer : strategies()) {
            ArrayModel model = start(optimizer);
            ArrayModel healthy = start(optimizer);
            train(model, 0, 3);
            train(healthy, 0, 3);
            float[][] gradient = Objectives.normal(layout(), 3, 1);
            healthy.run(Objectives.linear(gradient.clone()), 0.01);
            float[][] broken = Objectives.normal(layout(), 3, 1);
            for (float[] ofTensor : broken) {
                ofTensor[1] = Float.NaN;
            }
            model.run(Objectives.linear(broken), 0.01);

            float[][] expected = healthy.parameters();
            float[][] actual = model.parameters();
            for (int t = 0; t < actual.length; t++) {
                assertTrue(Float.isNaN(actual[t][1]), optimizer + " hides NaN: " + actual[t][1]);
                if (looksAtOneElement(optimizer)) {
                    expected[t][1] = Float.NaN;
                    assertArrayEquals(expected[t], actual[t], optimizer + " spreads NaN");
                }
            }
        }
    }

    /** An infinite gradient gives a number only where the rule does. */
    @Test
    default void doesNotHideAnInfiniteGradient() {
        double rate = 0.01;
        for (S optimizer : strategies()) {
            ArrayModel model = start(optimizer);
            double[][] expected = Objectives.doubles(model.parameters());
            Reference reference = reference(optimizer, layout());
            for (int step = 0; step < 3; step++) {
                Objective batch = Objectives.normal(layout(), step);
                reference.step(expected, batch, rate, step + 1);
                model.run(batch, rate);
            }
            float[][] gradient = Objectives.normal(layout(), 3, 1);
            for (float[] ofTensor : gradient) {
                ofTensor[0] = Float.NEGATIVE_INFINITY;
                ofTensor[2] = Float.POSITIVE_INFINITY;
            }
            reference.step(expected, Objectives.linear(gradient), rate, 4);
            model.run(Objectives.linear(gradient), rate);

            float[][] actual = model.parameters();
            for (int t = 0; t < actual.length; t++) {
                for (int i = 0; i < actual[t].length; i++) {
                    String message = optimizer + ": " + expected[t][i] + ", " + actual[t][i];
                    boolean finite = Double.isFinite(expected[t][i]);
                    assertEquals(finite, Float.isFinite(actual[t][i]), message);
                    if (finite) {
                        double scale = Math.max(1, Math.abs(expected[t][i]));
                        assertEquals(expected[t][i], actual[t][i], 1e-5 * scale, message);
                    }
                }
            }
        }
    }

    /** A finite gradient whose square is no float moves its parameter rightly or to NaN. */
    @Test
    default void doesNotHideAnOverflow() {
        double rate = 0.01;
        for (S optimizer : strategies()) {
            if (!looksAtOneElement(optimizer)) {
                continue;
            }
            ArrayModel model = start(optimizer);
            double[][] expected = Objectives.doubles(model.parameters());
            Reference reference = reference(optimizer, layout());
            for (int step = 0; step < 5; step++) {
                float[][] gradient = Objectives.normal(layout(), step, step == 0 ? 1e25 : 1);
                reference.step(expected, Objectives.linear(gradient), rate, step + 1);
                model.run(Objectives.linear(gradient), rate);
            }
            float[][] actual = model.parameters();
            for (int t = 0; t < actual.length; t++) {
                for (int i = 0; i < actual[t].length; i++) {
                    if (Float.isFinite(actual[t][i])) {
                        double scale = Math.max(1, Math.abs(expected[t][i]));
                        assertEquals(expected[t][i], actual[t][i], 1e-5 * scale, "" + optimizer);
                    }
                }
            }
        }
    }

    /**
     * The gradient is the engine's: no kernel writes to it, or beyond its chunk. An optimizer that
     * says so leaves the change of the parameters there, to the bit.
     */
    @Test
    default void writesToParametersAndSlotsOnly() {
        for (S optimizer : strategies()) {
            for (int size = 1; size < 20; size++) {
                // The model fails a kernel that does.
                train(new ArrayModel(layout(), first(), optimizer, size), 0, 2);
            }
        }
    }

    /** With a gradient of zero from the first step on, nothing moves but what decays. */
    @Test
    default void movesNothingWithoutAGradient() {
        List<Tensor> roles = List.of(Role.values()).stream().map(this::ofRole).toList();
        float[][] zero = Objectives.normal(roles, 0, 0);
        for (S optimizer : strategies()) {
            float[][] before = Objectives.normal(roles, 1, 1);
            ArrayModel model = new ArrayModel(roles, before, optimizer);
            for (int step = 0; step < 3; step++) {
                model.run(Objectives.linear(zero), 0.01);
            }
            float[][] after = model.parameters();
            for (Tensor tensor : roles) {
                boolean decays = tensor.role().decays() && decays(optimizer);
                for (int i = 0; i < tensor.size(); i++) {
                    float from = before[tensor.index()][i];
                    float to = after[tensor.index()][i];
                    boolean right = decays ? Math.abs(to) < Math.abs(from) : to == from;
                    assertTrue(right, optimizer + ", " + tensor.role() + ": " + from + ", " + to);
                }
            }
        }
    }

    private Tensor ofRole(Role role) {
        return Tensors.dense(role.ordinal(), role, 3, 11);
    }

    /** At a rate of zero nothing moves. */
    @Test
    default void movesNothingAtARateOfZero() {
        for (S optimizer : strategies()) {
            ArrayModel model = start(optimizer);
            model.run(Objectives.normal(layout(), 2), 0);

            assertArrayEquals(first(), model.parameters(), optimizer::toString);
        }
    }

    /** Uses every slot and every scalar that it asks for. */
    @Test
    default void usesAllTheMemoryThatItAsksFor() {
        for (S optimizer : strategies()) {
            ArrayModel model = start(optimizer);
            train(model, 0, 16);
            for (int slot = 0; slot < optimizer.slots(); slot++) {
                boolean used = false;
                for (float[] ofTensor : model.slot(slot)) {
                    for (float value : ofTensor) {
                        used |= value != 0;
                    }
                }
                assertTrue(used, optimizer + " never writes slot " + slot);
            }
            for (int scalar = 0; scalar < optimizer.scalars(); scalar++) {
                assertTrue(model.scalar(scalar) != 0, optimizer + " never writes " + scalar);
            }
        }
    }

    /** The rate is the step's; the record's own is the schedule's to begin with. */
    @Test
    default void takesTheRateFromTheStep() throws ReflectiveOperationException {
        for (S optimizer : strategies()) {
            S other = withFirstComponent(optimizer, 3 * optimizer.learningRate());
            ArrayModel first = start(optimizer);
            ArrayModel second = start(other);
            train(first, 0, 7);
            train(second, 0, 7);

            assertSameState(optimizer, first, second, optimizer + " and " + other);
        }
    }

    /** The first component is the learning rate, and {@code withLearningRate} changes it alone. */
    @Test
    default void changesItsLearningRateAlone() throws ReflectiveOperationException {
        for (S optimizer : strategies()) {
            double rate = 3 * optimizer.learningRate();
            Object changed =
                    optimizer
                            .getClass()
                            .getMethod("withLearningRate", double.class)
                            .invoke(optimizer, rate);

            assertEquals(withFirstComponent(optimizer, rate), changed);
            assertEquals(rate, ((Optimizer) changed).learningRate());
        }
    }

    /** When a guard refuses a gradient of its own, it leaves the parameters where they were. */
    @Test
    default void putsTheParametersBackWhenAGuardRefuses() {
        for (S optimizer : strategies()) {
            ArrayModel model = start(optimizer);
            for (int step = 0; step < 12; step++) {
                float[][] before = model.parameters();
                model.refuseGradients(step % 3 == 2);
                if (!model.run(Objectives.bowl(layout()), 0.01)) {
                    assertArrayEquals(before, model.parameters(), optimizer::toString);
                }
            }
        }
    }

    /** Weights, biases, filters, normalization and an output layer. */
    private static List<Tensor> layout() {
        Tensor norm = new Tensor("norm", 3, 2, 3, Role.NORM, List.of(11), 11, 1, 1, 0, 0, 0, 1, 1);
        return List.of(
                Tensors.dense(0, 11, 17),
                Tensors.bias(1, 11, 17),
                Tensors.convolution(2, 5, 3, 2),
                norm,
                Tensors.dense(4, Role.OUTPUT, 3, 11));
    }

    /** Where all parameters start. */
    private static float[][] first() {
        return Objectives.normal(layout(), 1, 0.5);
    }

    /** A model that some batches were skipped for, so that steps and updates differ. */
    private ArrayModel start(S optimizer) {
        ArrayModel model = new ArrayModel(layout(), first(), optimizer);
        skip(model);
        return model;
    }

    private static void skip(ArrayModel model) {
        for (int step = 0; step < 3; step++) {
            model.skip();
        }
    }

    /** Steps in a bowl and with random gradients in turn, at a rate that falls. */
    private static void train(ArrayModel model, int from, int to) {
        for (int step = from; step < to; step++) {
            Objective batch =
                    step % 2 == 0
                            ? Objectives.bowl(layout())
                            : Objectives.normal(layout(), 10 + step);
            model.run(batch, 0.1 / (1 + step));
        }
    }

    private static boolean looksAtOneElement(Optimizer optimizer) {
        try {
            return optimizer.grain() == Grain.ELEMENTS
                    && optimizer.getClass().getMethod("step", Step.class).getDeclaringClass()
                            == Optimizer.class;
        } catch (NoSuchMethodException e) {
            throw new AssertionError(e);
        }
    }

    @SuppressWarnings("unchecked")
    private S withFirstComponent(S optimizer, double rate) throws ReflectiveOperationException {
        RecordComponent[] components = optimizer.getClass().getRecordComponents();
        Class<?>[] types = new Class<?>[components.length];
        Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            values[i] = components[i].getAccessor().invoke(optimizer);
        }
        values[0] = rate;
        return (S) optimizer.getClass().getDeclaredConstructor(types).newInstance(values);
    }

    private static void assertSameState(
            Optimizer optimizer, ArrayModel expected, ArrayModel actual, String message) {
        assertArrayEquals(expected.parameters(), actual.parameters(), message);
        for (int slot = 0; slot < optimizer.slots(); slot++) {
            assertArrayEquals(expected.slot(slot), actual.slot(slot), message + ", slot " + slot);
        }
        for (int scalar = 0; scalar < optimizer.scalars(); scalar++) {
            assertEquals(expected.scalar(scalar), actual.scalar(scalar), message);
        }
        assertEquals(expected.at().updates(), actual.at().updates(), message);
        assertArrayEquals(expected.evaluationParameters(), actual.evaluationParameters(), message);
    }

    private static void assertClose(float[][] expected, float[][] actual, String message) {
        for (int t = 0; t < expected.length; t++) {
            for (int i = 0; i < expected[t].length; i++) {
                double scale = Math.max(1, Math.abs(expected[t][i]));
                assertEquals(expected[t][i], actual[t][i], 1e-6 * scale, message);
            }
        }
    }

    private static double[][] copy(double[][] values) {
        double[][] copy = new double[values.length][];
        for (int t = 0; t < copy.length; t++) {
            copy[t] = values[t].clone();
        }
        return copy;
    }
}
