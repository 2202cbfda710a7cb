package org.evengrad.engine.network;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.evengrad.engine.parallel.Workers;
import org.evengrad.spi.Tensor;

/**
 * A network as the training step sees it: flat native memory, and a way to compute a gradient into
 * it. Used by one thread at a time.
 */
public interface Network extends AutoCloseable {
    /**
     * What is trained, in the order in which it lies in {@link #parameters()} and {@link
     * #gradient()}. Running statistics may lie between the tensors; they are none.
     */
    List<Tensor> tensors();

    /** Where a tensor begins in {@link #parameters()} and {@link #gradient()}. */
    int offset(int tensor);

    /**
     * Ends a step that was applied: moves running statistics, as those of batch normalization, by
     * what the last gradient pass saw, and applies the constraints that the model itself has.
     *
     * @param step which it was, from 0
     * @param epoch epochs completed before this one
     * @return whether constraints may have changed tensors
     */
    boolean updated(long step, int epoch);

    /** The names of the layers in order, the output layer last. */
    List<String> layers();

    /**
     * What each layer ends in, those without parameters too, in an order in which each is behind
     * what feeds it, the output layer last. Empty if that is not known.
     */
    default List<LayerEnding> endings() {
        return List.of();
    }

    /**
     * The shape of one example: {@code [features]}, {@code [channels, height, width]}, or {@code
     * [features, steps]} for a sequence.
     */
    List<Integer> inputShape();

    /** How many numbers one example has: the product of its shape. */
    default int inputs() {
        return inputShape().stream().reduce(1, Math::multiplyExact);
    }

    /** How many units the output layer has. */
    int outputs();

    /**
     * For how many time steps the output layer gives numbers; 1 if it gives them for an example as
     * a whole. Targets and predictions of an example are {@code [outputs, outputSteps]}, row by
     * row.
     */
    int outputSteps();

    /**
     * All parameters. The very memory that the network computes with: writing here is an update.
     */
    FloatBuffer parameters();

    /**
     * The gradient that {@link #gradient(Batch)} left, as the <em>sum</em> over the batch's {@link
     * Batch#terms() terms}.
     */
    FloatBuffer gradient();

    /**
     * Tells the sum of squares of each tensor's part of {@link #gradient()}, as it lies there. A
     * network that has them from computing the gradient does not read it again.
     *
     * @param sumOfSquares receives one for each of {@link #tensors()}; NaN or infinite where the
     *     gradient is not finite
     */
    void gradientSquares(double[] sumOfSquares);

    /** The threads that compute, to be shared by whatever belongs to the same step. */
    Workers workers();

    /**
     * Memory for a batch. Batches of the same size share it, so that no step allocates.
     *
     * @param rows how many examples, at least 1
     * @param masked whether some time steps of some examples are padding
     */
    Batch batch(int rows, boolean masked);

    /**
     * Memory for a batch without padding.
     *
     * @param rows how many examples, at least 1
     */
    default Batch batch(int rows) {
        return batch(rows, false);
    }

    /**
     * Sets what the network itself draws from in the next passes in training mode, as dropout does.
     */
    void drawFrom(long seed);

    /**
     * The same batch, from one time step up to another, for gradients that end there.
     *
     * @param batch from {@link #batch(int, boolean)}, with targets for each time step
     * @param index of the segment, from 0 to {@link #segments()} - 1. A segment goes on where the
     *     one before it ended, in the state that its last pass in training mode left
     */
    Batch segment(Batch batch, int index);

    /** Into how many segments a sequence is cut for training; 1 if gradients go through all. */
    int segments();

    /**
     * Whether {@link #evaluationLoss} alone knows the loss: the network has several outputs, or a
     * loss that is none of ours. {@link #predict} and the metrics are those of the first output.
     */
    boolean scoresItself();

    /**
     * Whether what {@link #predict} gives can be measured against the targets: not if the loss of
     * the first output says nothing about what they mean.
     */
    default boolean hasMetrics() {
        return true;
    }

    /** The mean loss over the batch's terms in evaluation mode, without penalties. */
    double evaluationLoss(Batch batch);

    /**
     * Runs forward, loss and backward on a batch, in training mode.
     *
     * @return the mean loss over the batch's terms, without penalties; NaN or infinite if it
     *     overflowed
     */
    double gradient(Batch batch);

    /**
     * Runs the pass of {@link #gradient(Batch)} once more, with the draws of the last {@link
     * #drawFrom}, and finds the first array with a NaN or an infinity. Slow. {@link #gradient()}
     * stays as it is.
     *
     * @param batch what the last gradient was computed of, if it is a segment
     */
    PassTrace trace(Batch batch);

    /**
     * Adds how long the phases of the last gradient pass took: forward, backward and the weights'
     * gradient. A network that does not tell them apart adds nothing.
     */
    default void addPhases(PhaseTimes times) {}

    /**
     * Computes a gradient as {@link #gradient(Batch)} does, but with targets that are drawn from
     * what the network predicts: classes and events as likely as predicted, numbers from the normal
     * distribution that the squared error stands for. The batch stays as it is.
     *
     * @param random draws the targets
     */
    void sampledGradient(Batch batch, RandomGenerator random);

    /**
     * Runs forward and loss on a batch, in training mode.
     *
     * @return the mean loss over the batch's terms, without penalties; {@link #gradient()} stays as
     *     it is
     */
    double loss(Batch batch);

    /**
     * Runs forward on a batch, in evaluation mode.
     *
     * @param batch the examples; targets are not read
     * @param outputs receives rows x {@link #outputs()} x {@link Batch#steps()} numbers, after the
     *     output's activation
     */
    void predict(Batch batch, float[] outputs);

    /**
     * Sends a random direction from the last pre-activation back to every layer. Nothing is
     * dropped, batches are normalized by themselves, and time steps that are padding do not count.
     * Neither parameters nor {@link #gradient()} change. What it takes to measure is kept for the
     * next time.
     *
     * @param batch the examples; targets are not read
     * @param seed of the random direction, which is drawn from the standard normal distribution
     *     example by example, step by step, unit by unit
     * @return what happened in each layer, in the order of {@link #layers()}, in each residual
     *     block, and along time
     */
    Signals signals(Batch batch, long seed);

    /**
     * Which layers or activations of this network plain DL4J does not have. Empty when a saved
     * model opens without our jars.
     */
    List<String> needsEvengrad();

    /**
     * Why this network is left to DL4J's own layers, which are slower: which layer, and what of it.
     * Empty when fast layers compute all of it.
     */
    List<String> fallbacks();

    /** What computes. */
    Machine machine();

    /**
     * Writes the model, as a zip that DL4J's {@code ModelSerializer} reads.
     *
     * @param file the file to write; an existing one is overwritten
     * @param evengradJson what Evengrad knows beyond DL4J, stored as the entry {@code
     *     evengrad.json}
     * @throws IOException if the file cannot be written
     */
    void save(Path file, String evengradJson) throws IOException;

    /** Gives native memory and threads back. */
    @Override
    void close();

    /** One batch of examples in native memory. */
    interface Batch {
        /** How many examples it holds. */
        int rows();

        /**
         * How many losses the mean is over: examples, or time steps that count if each has an
         * output.
         */
        double terms();

        /** For how many time steps each example has targets; 1 if for the example as a whole. */
        int steps();

        /** Rows x inputs, row by row, to be written before the batch is used. */
        FloatBuffer features();

        /** Rows x outputs x steps, row by row, to be written before the batch is used. */
        FloatBuffer targets();

        /**
         * Rows x steps, row by row: 1 where a time step counts, 0 for padding. Empty if all count.
         */
        Optional<FloatBuffer> mask();
    }
}
