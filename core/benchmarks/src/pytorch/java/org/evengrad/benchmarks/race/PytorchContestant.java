package org.evengrad.benchmarks.race;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.Random;

/**
 * PyTorch through DJL, as fast as DJL lets it be: a loop by hand over DJL's native calls, without
 * blocks, trainer and gradient collector, which only add to it.
 *
 * <ul>
 *   <li>Each step attaches gradients to fresh leaves over the same memory, so that nothing is
 *       cleared and nothing is added to zeros: what PyTorch calls setting gradients to none.
 *   <li>The norms of all tensors are stacked and read once; clipping is the update's own factor.
 *   <li>Adam is DJL's native one, either tensor by tensor, or once over all parameters, which lie
 *       in one piece of memory, with the gradients put together first. The faster one is kept.
 * </ul>
 */
final class PytorchContestant {
    private static final float RATE = 1e-3f;
    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.999;
    private static final float EPSILON = 1e-8f;
    private static final double MOST_NORM = 1;
    private static final int TRIAL_STEPS = 30;
    private static final int TRIALS = 4;

    private final RaceModel model;
    private final NDManager manager;
    private final PytorchNetwork network;
    private final Random random = new Random(5);
    private final PtNDArray features;
    private final PtNDArray targets;
    private final long[] order;
    private final PtNDArray minusOneOverTerms;
    private final PtNDArray flat;
    private final PtNDArray flatMean;
    private final PtNDArray flatVariance;
    private final PtNDArray[] parameters;
    private final PtNDArray[] means;
    private final PtNDArray[] variances;
    private int next;
    private long step;
    private double firstNorm;
    private float lastLoss;

    private PytorchContestant(RaceModel model, Examples examples, NDManager manager) {
        this.model = model;
        this.manager = manager;
        boolean text = model.source() == Examples.Source.TEXT;
        int classes = model.source().classes();
        features =
                table(
                        text ? Examples.oneHot(examples.symbols(), classes) : examples.features(),
                        examples.rows());
        targets = table(Examples.oneHot(examples.classes(), classes), examples.rows());
        order = new long[examples.rows()];
        for (int row = 0; row < order.length; row++) {
            order[row] = row;
        }
        next = order.length;
        minusOneOverTerms =
                (PtNDArray) manager.create(-1f / (model.batch() * model.source().steps()));
        network = new PytorchNetwork(model, manager);
        int count = network.shapes().size();
        long total = network.shapes().stream().mapToLong(Shape::size).sum();
        flat = (PtNDArray) manager.zeros(new Shape(total), DataType.FLOAT32);
        flatMean = (PtNDArray) manager.zeros(new Shape(total), DataType.FLOAT32);
        flatVariance = (PtNDArray) manager.zeros(new Shape(total), DataType.FLOAT32);
        parameters = new PtNDArray[count];
        means = new PtNDArray[count];
        variances = new PtNDArray[count];
        long from = 0;
        for (int i = 0; i < count; i++) {
            Shape shape = network.shapes().get(i);
            parameters[i] = view(flat, from, shape);
            means[i] = view(flatMean, from, shape);
            variances[i] = view(flatVariance, from, shape);
            if (shape.dimension() > 1) {
                float deviation = (float) Math.sqrt(1.0 / shape.slice(1).size());
                parameters[i].addi(manager.randomNormal(0, deviation, shape, DataType.FLOAT32));
            }
            from += shape.size();
        }
    }

    private PtNDArray table(float[] values, int rows) {
        Shape shape = new Shape(rows, values.length / rows);
        return (PtNDArray) manager.create(FloatBuffer.wrap(values), shape, DataType.FLOAT32);
    }

    /** A part of an array as an array of its own over the same memory. */
    private static PtNDArray view(PtNDArray all, long from, Shape shape) {
        PtNDArray part = JniUtils.slice(all, 0, from, from + shape.size(), 1);
        return JniUtils.reshape(part, shape.getShape());
    }

    /**
     * Trains until the race is over.
     *
     * @param arguments the model, the folder of the examples, and the number of threads
     */
    public static void main(String[] arguments) throws Exception {
        Turns turns = Turns.ofProcess();
        System.setProperty("ai.djl.pytorch.num_threads", arguments[2]);
        Engine engine = Engine.getEngine("PyTorch");
        System.err.println(engine.getEngineName() + " " + engine.getVersion());
        System.err.println("threads: " + JniUtils.getNumThreads());
        RaceModel model = RaceModel.of(arguments[0]);
        Examples examples = Examples.read(model.source(), Path.of(arguments[1]));
        try (NDManager manager = engine.newBaseManager()) {
            PytorchContestant contestant = new PytorchContestant(model, examples, manager);
            boolean together = contestant.isFasterTogether();
            System.err.println("Adam once over all parameters: " + together);
            turns.ready();
            while (true) {
                contestant.step(together);
                turns.stepped();
            }
        }
    }

    private boolean isFasterTogether() {
        long[] best = {Long.MAX_VALUE, Long.MAX_VALUE};
        for (int trial = 0; trial < 2 * TRIALS; trial++) {
            long begin = System.nanoTime();
            for (int i = 0; i < TRIAL_STEPS; i++) {
                step(trial % 2 == 1);
            }
            best[trial % 2] = Math.min(best[trial % 2], System.nanoTime() - begin);
            System.err.println("loss " + lastLoss + ", norm " + firstNorm);
        }
        return best[1] < best[0];
    }

    private void step(boolean together) {
        try (NDManager pass = manager.newSubManager()) {
            PtNDArray rows = nextRows(pass);
            PtNDArray batch = JniUtils.embedding(rows, features, false);
            PtNDArray expected = JniUtils.embedding(rows, targets, false);
            PtNDArray[] leaves = new PtNDArray[parameters.length];
            JniUtils.setGradMode(true);
            for (int i = 0; i < leaves.length; i++) {
                leaves[i] = JniUtils.detachGradient(parameters[i]);
                leaves[i].attach(pass);
                JniUtils.attachGradient(leaves[i], true);
            }
            PtNDArray outputs = network.forward(batch, leaves);
            PtNDArray likelihoods =
                    JniUtils.logSoftmax(
                            outputs, outputs.getShape().dimension() - 1, DataType.FLOAT32);
            if (model.source().steps() > 1) {
                expected = JniUtils.reshape(expected, new long[] {-1, model.source().classes()});
            }
            PtNDArray loss =
                    JniUtils.mul(
                            JniUtils.sum(JniUtils.mul(likelihoods, expected)), minusOneOverTerms);
            JniUtils.backward(loss, (PtNDArray) pass.create(1f), false, false);
            JniUtils.setGradMode(false);
            lastLoss = loss.getFloat();
            update(leaves, together, pass);
        }
    }

    private PtNDArray nextRows(NDManager pass) {
        int batch = model.batch();
        if (next + batch > order.length) {
            shuffle();
            next = 0;
        }
        LongBuffer rows = LongBuffer.wrap(order, next, batch).slice();
        next += batch;
        return (PtNDArray) pass.create(rows, new Shape(batch), DataType.INT64);
    }

    private void shuffle() {
        for (int i = order.length - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            long row = order[i];
            order[i] = order[other];
            order[other] = row;
        }
    }

    private void update(PtNDArray[] leaves, boolean together, NDManager pass) {
        PtNDArray[] gradients = new PtNDArray[leaves.length];
        PtNDArray[] norms = new PtNDArray[leaves.length];
        for (int i = 0; i < leaves.length; i++) {
            gradients[i] = JniUtils.getGradient(leaves[i]);
            norms[i] = JniUtils.norm(gradients[i], 2, new int[0], false);
        }
        double squares = 0;
        float[] read = JniUtils.stack(norms, 0).toFloatArray();
        for (float norm : read) {
            squares += (double) norm * norm;
        }
        firstNorm = read[0];
        double scale = Math.min(1, MOST_NORM / (Math.sqrt(squares) + 1e-6));
        step++;
        double correction = Math.sqrt(1 - Math.pow(BETA2, step)) / (1 - Math.pow(BETA1, step));
        float rate = (float) (RATE * correction);
        if (together) {
            PtNDArray[] rows = new PtNDArray[gradients.length];
            for (int i = 0; i < rows.length; i++) {
                rows[i] = JniUtils.reshape(gradients[i], new long[] {-1});
            }
            PtNDArray all = JniUtils.cat(rows, 0);
            adam(flat, all, flatMean, flatVariance, rate, (float) scale);
        } else {
            for (int i = 0; i < gradients.length; i++) {
                adam(parameters[i], gradients[i], means[i], variances[i], rate, (float) scale);
            }
        }
    }

    private static void adam(
            PtNDArray weights,
            PtNDArray gradient,
            PtNDArray mean,
            PtNDArray variance,
            float rate,
            float scale) {
        JniUtils.adamUpdate(
                weights,
                gradient,
                mean,
                variance,
                RATE,
                rate,
                0,
                scale,
                -1,
                (float) BETA1,
                (float) BETA2,
                EPSILON,
                false);
    }
}
