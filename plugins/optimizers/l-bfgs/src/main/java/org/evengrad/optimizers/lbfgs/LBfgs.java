package org.evengrad.optimizers.lbfgs;

import com.google.auto.service.AutoService;
import org.evengrad.spi.Chunk;
import org.evengrad.spi.Grain;
import org.evengrad.spi.Optimizer;
import org.evengrad.spi.Option;
import org.evengrad.spi.Step;
import org.evengrad.spi.StepContext;
import org.evengrad.spi.Strategy;

/**
 * Newton's method with what the last steps tell about the curvature: w = w - rate * H * g, where H
 * is built from pairs of a step s and the change y of the gradient along it. Liu and Nocedal, 1989,
 * with the scale (s'y) / (y'y) of the newest pair as first guess.
 *
 * <p>For mini-batches both gradients of a pair are those of the same batch, and y = g(w + s) - g(w)
 * + damping * s, as in Schraudolph, Yu and Günter, 2007; so each step takes two gradients. A pair
 * without enough positive curvature is dropped: its cosine s'y / (|s| |y|) must be above
 * smallestCosine. The first step is min(1, 1 / |g|_1) times the gradient.
 *
 * <p>What differs from the 1989 paper: it has no line search of its own. On a batch it takes the
 * rate as it is; the line-search scheduler, or a rate below 1, is for losses that are far from a
 * parabola. The recursion runs on dot products alone, which gives the same direction in one pass
 * over the model: Chen, Wang and Zhou, 2014. A guard that scales gradients bends the curvature.
 *
 * @param learningRate the share of the Newton step that is taken at a schedule factor of 1
 * @param history how many pairs are kept
 * @param damping a curvature that is added in all directions, the 2007 paper's lambda
 * @param smallestCosine the cosine of a step and its change of the gradient that a pair must exceed
 * @since 0.1.0
 */
@Strategy(
        name = "l-bfgs",
        summary = "Newton's method with the curvature seen in the last steps",
        formula =
                "w -= rate * H * g, H from the last pairs s = change of w, y = change of g on the"
                        + " same batch + damping * s",
        useWhen = "for small models with large batches, at best with all data in one batch",
        avoidWhen = "for small batches or dropout, whose noise is no curvature",
        reference = "https://doi.org/10.1007/BF01589116",
        since = "0.1.0")
@AutoService(Optimizer.class)
public record LBfgs(
        @Option(
                        help = "Share of the Newton step that is taken at a schedule factor of 1",
                        range = "(0, inf)")
                double learningRate,
        @Option(help = "How many pairs of step and change of gradient are kept", range = "[1, 100]")
                int history,
        @Option(help = "Curvature that is added in all directions", range = "[0, inf)")
                double damping,
        @Option(
                        help = "Cosine of step and change of gradient that a pair must exceed",
                        range = "[0, 1)")
                double smallestCosine)
        implements Optimizer {
    private static final int PAIRS = 0;
    private static final int NEXT = 1;
    private static final int PRODUCTS = 2;

    /** The whole Newton step, the paper's five pairs, and no damping. */
    public LBfgs() {
        this(1, 5, 0, 1e-4);
    }

    /** The same with another learning rate. */
    public LBfgs withLearningRate(double learningRate) {
        return new LBfgs(learningRate, history, damping, smallestCosine);
    }

    /** Steps and changes of the gradient: one more of each than are kept, for the pair to come. */
    @Override
    public int slots() {
        return 2 * places();
    }

    /** How many pairs there are, where the next goes, and all products s'y and y'y. */
    @Override
    public int scalars() {
        return PRODUCTS + 2 * places() * places();
    }

    private int places() {
        return history + 1;
    }

    private int changeSlot(int place) {
        return places() + place;
    }

    private int stepTimesChange(int step, int change) {
        return PRODUCTS + step * places() + change;
    }

    private int changeTimesChange(int one, int other) {
        return PRODUCTS + places() * places() + one * places() + other;
    }

    /**
     * Not by chunk.
     *
     * @throws UnsupportedOperationException always: the direction is that of the whole model
     */
    @Override
    public void update(Chunk chunk, StepContext at) {
        throw new UnsupportedOperationException("l-bfgs steps a whole model");
    }

    @Override
    public void step(Step step) {
        int next = (int) step.scalar(NEXT);
        Direction direction = direction(step, newestFirst(step));
        step.each(Grain.ELEMENTS, (chunk, at) -> move(chunk, direction, next, (float) at.rate()));
        if (!step.gradient()) {
            step.each(Grain.ELEMENTS, (chunk, at) -> goBack(chunk, next));
            return;
        }
        step.each(Grain.ELEMENTS, (chunk, at) -> takePair(chunk, next));
        keepPair(step, newestFirst(step), next);
    }

    /** The places of the pairs. */
    private int[] newestFirst(Step step) {
        int next = (int) step.scalar(NEXT);
        int[] order = new int[(int) step.scalar(PAIRS)];
        for (int age = 0; age < order.length; age++) {
            order[age] = Math.floorMod(next - 1 - age, places());
        }
        return order;
    }

    /** A sum of the gradient and of the pairs, newest first. */
    private record Direction(int[] order, double gradient, double[] steps, double[] changes) {}

    /**
     * The two loops of the recursion, on the factors of the sum that the vector is instead of on
     * the vector itself.
     */
    private Direction direction(Step step, int[] order) {
        int pairs = order.length;
        double[] sums =
                step.sums(
                        Grain.ELEMENTS,
                        2 * pairs + 2,
                        (chunk, at, total) -> measure(chunk, order, total));
        double[] byStep = new double[pairs];
        double[] byChange = new double[pairs];
        double gradient = 1;
        for (int i = 0; i < pairs; i++) {
            double product = sums[i];
            for (int j = 0; j < i; j++) {
                product += byChange[j] * step.scalar(stepTimesChange(order[i], order[j]));
            }
            byChange[i] = -product / step.scalar(stepTimesChange(order[i], order[i]));
        }
        double[] alpha = byChange.clone();
        if (pairs > 0) {
            int newest = order[0];
            gradient =
                    step.scalar(stepTimesChange(newest, newest))
                            / step.scalar(changeTimesChange(newest, newest));
        }
        for (int i = 0; i < pairs; i++) {
            byChange[i] *= gradient;
        }
        for (int i = pairs - 1; i >= 0; i--) {
            double product = gradient * sums[pairs + i];
            for (int j = 0; j < pairs; j++) {
                product += byChange[j] * step.scalar(changeTimesChange(order[i], order[j]));
                product += byStep[j] * step.scalar(stepTimesChange(order[j], order[i]));
            }
            byStep[i] = -alpha[i] - product / step.scalar(stepTimesChange(order[i], order[i]));
        }
        double slope = gradient * sums[2 * pairs];
        for (int i = 0; i < pairs; i++) {
            slope += byStep[i] * sums[i] + byChange[i] * sums[pairs + i];
        }
        if (pairs > 0 && slope > 0) {
            return new Direction(order, gradient, byStep, byChange);
        }
        step.scalar(PAIRS, 0);
        double first = Math.min(1, 1 / sums[2 * pairs + 1]);
        return new Direction(new int[0], first, new double[0], new double[0]);
    }

    /** The products of the gradient with each step, with each change, and with itself; its size. */
    private void measure(Chunk chunk, int[] order, double[] sums) {
        float[] gradient = chunk.gradient();
        int size = chunk.size();
        int pairs = order.length;
        for (int i = 0; i < pairs; i++) {
            sums[i] += product(chunk.state(order[i]), gradient, size);
            sums[pairs + i] += product(chunk.state(changeSlot(order[i])), gradient, size);
        }
        sums[2 * pairs] += product(gradient, gradient, size);
        double magnitude = 0;
        for (int i = 0; i < size; i++) {
            magnitude += Math.abs(gradient[i]);
        }
        sums[2 * pairs + 1] += magnitude;
    }

    private static double product(float[] left, float[] right, int size) {
        double even = 0;
        double odd = 0;
        int i = 0;
        for (; i + 2 <= size; i += 2) {
            even += (double) left[i] * right[i];
            odd += (double) left[i + 1] * right[i + 1];
        }
        if (i < size) {
            even += (double) left[i] * right[i];
        }
        return even + odd;
    }

    /** Leaves the former parameters and the gradient in the slots of the pair to come. */
    private void move(Chunk chunk, Direction direction, int next, float rate) {
        float[] parameters = chunk.parameters();
        float[] gradient = chunk.gradient();
        float[] sum = chunk.state(next);
        int size = chunk.size();
        float factor = (float) direction.gradient;
        for (int i = 0; i < size; i++) {
            sum[i] = factor * gradient[i];
        }
        for (int pair = 0; pair < direction.order.length; pair++) {
            float[] step = chunk.state(direction.order[pair]);
            float[] change = chunk.state(changeSlot(direction.order[pair]));
            float byStep = (float) direction.steps[pair];
            float byChange = (float) direction.changes[pair];
            for (int i = 0; i < size; i++) {
                sum[i] += byStep * step[i] + byChange * change[i];
            }
        }
        for (int i = 0; i < size; i++) {
            float w = parameters[i];
            parameters[i] = w - rate * sum[i];
            sum[i] = w;
        }
        System.arraycopy(gradient, 0, chunk.state(changeSlot(next)), 0, size);
    }

    private static void goBack(Chunk chunk, int next) {
        System.arraycopy(chunk.state(next), 0, chunk.parameters(), 0, chunk.size());
    }

    private void takePair(Chunk chunk, int next) {
        float[] parameters = chunk.parameters();
        float[] gradient = chunk.gradient();
        float[] step = chunk.state(next);
        float[] change = chunk.state(changeSlot(next));
        float added = (float) damping;
        int size = chunk.size();
        for (int i = 0; i < size; i++) {
            float s = parameters[i] - step[i];
            step[i] = s;
            change[i] = gradient[i] - change[i] + added * s;
        }
    }

    /** Counts the pair in its place, if it has curvature, and remembers its products. */
    private void keepPair(Step step, int[] order, int next) {
        int others = Math.min(order.length, history - 1);
        double[] sums =
                step.sums(
                        Grain.ELEMENTS,
                        3 * others + 3,
                        (chunk, at, total) -> measurePair(chunk, order, others, next, total));
        double curvature = sums[3 * others];
        double squaredChange = sums[3 * others + 1];
        double squaredStep = sums[3 * others + 2];
        if (!(curvature > smallestCosine * Math.sqrt(squaredStep * squaredChange))) {
            return;
        }
        for (int i = 0; i < others; i++) {
            step.scalar(stepTimesChange(order[i], next), sums[i]);
            step.scalar(stepTimesChange(next, order[i]), sums[others + i]);
            step.scalar(changeTimesChange(order[i], next), sums[2 * others + i]);
            step.scalar(changeTimesChange(next, order[i]), sums[2 * others + i]);
        }
        step.scalar(stepTimesChange(next, next), curvature);
        step.scalar(changeTimesChange(next, next), squaredChange);
        step.scalar(PAIRS, others + 1);
        step.scalar(NEXT, (next + 1) % places());
    }

    /** The products of a new pair with the others and with itself. */
    private void measurePair(Chunk chunk, int[] order, int others, int next, double[] sums) {
        float[] step = chunk.state(next);
        float[] change = chunk.state(changeSlot(next));
        int size = chunk.size();
        for (int i = 0; i < others; i++) {
            float[] otherChange = chunk.state(changeSlot(order[i]));
            sums[i] += product(chunk.state(order[i]), change, size);
            sums[others + i] += product(step, otherChange, size);
            sums[2 * others + i] += product(otherChange, change, size);
        }
        sums[3 * others] += product(step, change, size);
        sums[3 * others + 1] += product(change, change, size);
        sums[3 * others + 2] += product(step, step, size);
    }
}
