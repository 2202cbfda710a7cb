package org.evengrad.spi;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The network before the first step, with some training data, as a data-driven {@link Initializer}
 * sees it.
 *
 * @since 0.1.0
 */
public interface Probe {
    /** The tensors that this initializer filled, in order. */
    List<Tensor> tensors();

    /** A copy of a tensor's values. */
    float[] parameters(Tensor tensor);

    /** Replaces a tensor's values. */
    void write(Tensor tensor, float[] values);

    /** How many training batches there are to look at, at least 1. */
    int batches();

    /**
     * Runs the network forward and backward on a batch.
     *
     * @param batch from 0 to {@link #batches()} - 1
     * @return the mean loss
     */
    double gradient(int batch);

    /** A copy of a tensor's mean gradient, as the last {@link #gradient(int)} left it. */
    float[] gradient(Tensor tensor);

    /**
     * The variance, over examples and units, of the output of the layer that a tensor belongs to,
     * before its activation.
     *
     * @param tensor weights of the layer
     * @param batch from 0 to {@link #batches()} - 1
     */
    double outputVariance(Tensor tensor, int batch);

    /** Random numbers that depend on the seed alone. */
    RandomGenerator random();
}
