package org.evengrad.engine.network;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;
import org.evengrad.spi.Tensor;

/**
 * A network as the training step sees it: flat native memory, and a way to compute a gradient into
 * it. Used by one thread at a time.
 */
public interface Network extends AutoCloseable {
    /**
     * The tensors in the order in which they lie in {@link #parameters()} and {@link #gradient()}.
     */
    List<Tensor> tensors();

    /** The names of the layers in order, the output layer last. */
    List<String> layers();

    /** How many features one example has. */
    int inputs();

    /** How many numbers the output layer gives for one example. */
    int outputs();

    /**
     * All parameters. The very memory that the network computes with: writing here is an update.
     */
    FloatBuffer parameters();

    /** The gradient that {@link #gradient(Batch)} left, as the <em>sum</em> over the examples. */
    FloatBuffer gradient();

    /**
     * Memory for a batch. Batches of the same size share it, so that no step allocates.
     *
     * @param rows how many examples, at least 1
     */
    Batch batch(int rows);

    /**
     * Runs forward, loss and backward on a batch, in training mode.
     *
     * @return the mean loss over the examples, without penalties; NaN or infinite if it overflowed
     */
    double gradient(Batch batch);

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
     * @return the mean loss over the examples, without penalties; {@link #gradient()} stays as it
     *     is
     */
    double loss(Batch batch);

    /**
     * Runs forward on a batch, in evaluation mode.
     *
     * @param batch the examples; targets are not read
     * @param outputs receives rows x {@link #outputs()} numbers, after the output's activation
     */
    void predict(Batch batch, float[] outputs);

    /**
     * Sends a random direction from the last pre-activation back to every layer, in evaluation
     * mode. Overwrites {@link #gradient()}.
     *
     * @param batch the examples
     * @param seed of the random direction
     * @return what happened in each layer, in the order of {@link #layers()}
     */
    List<LayerSignal> signals(Batch batch, long seed);

    /**
     * Which layers or activations of this network plain DL4J does not have. Empty when a saved
     * model opens without our jars.
     */
    List<String> needsEvengrad();

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

        /** Rows x features, row by row, to be written before the batch is used. */
        FloatBuffer features();

        /** Rows x outputs, row by row, to be written before the batch is used. */
        FloatBuffer targets();
    }
}
