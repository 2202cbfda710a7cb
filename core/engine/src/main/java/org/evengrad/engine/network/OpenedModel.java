package org.evengrad.engine.network;

import java.util.List;
import java.util.Optional;
import org.evengrad.config.ModelConfig.Loss;

/** A model that was read from a zip. */
public interface OpenedModel {
    /** What it was trained to minimize. */
    Loss loss();

    /**
     * What Evengrad stored beside DL4J's configuration; empty for a model that DL4J saved by
     * itself.
     */
    Optional<String> evengradJson();

    /**
     * The network with its trained parameters, for examples of a shape. To be called once.
     *
     * @param exampleShape of the data
     * @param symbols how many symbols the data is made of; 0 if it is made of numbers
     * @return closed by whoever asked for it
     * @throws org.evengrad.config.problem.InvalidInputException if it takes no such examples
     */
    Network network(List<Integer> exampleShape, int symbols);
}
