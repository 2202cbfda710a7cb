package org.evengrad.engine.network;

import java.nio.file.Path;

/** Makes networks. The one seam between the engine and the library that computes. */
public interface NetworkBuilder {
    /** How many cores a network uses where nobody says: the physical ones of this process. */
    int cores();

    /**
     * Builds a network with all parameters zero.
     *
     * @param plan what to build
     * @param threads how many cores the network may use
     * @throws org.evengrad.config.problem.InvalidInputException if this machine cannot run it
     */
    Network build(NetworkPlan plan, int threads);

    /**
     * Makes a network of a model that a user has, to train it on. Nothing in a file is deserialized
     * with Java serialization.
     *
     * @param threads how many cores the network may use
     * @throws org.evengrad.config.problem.InvalidInputException if the file is no such model, is
     *     damaged, has a layer that cannot be imported, or does not take the data
     */
    BroughtModel bring(BringRequest request, int threads);

    /**
     * Opens a saved model. Nothing in it is deserialized with Java serialization.
     *
     * @param file a zip that this or DL4J's {@code ModelSerializer} wrote
     * @param threads how many cores the network may use
     * @throws org.evengrad.config.problem.InvalidInputException if it is no such zip, is damaged,
     *     or needs a strategy that is not installed
     */
    OpenedModel open(Path file, int threads);
}
