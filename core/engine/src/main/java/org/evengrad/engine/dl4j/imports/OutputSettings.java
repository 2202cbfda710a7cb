package org.evengrad.engine.dl4j.imports;

import java.util.Optional;

/**
 * What one output of a model says about its loss.
 *
 * @param layer the name of the output layer
 * @param loss the loss by our name, if it is one of ours; empty for one that DL4J alone computes
 * @param dl4jLoss DL4J's name of it; empty if the layer has none, so that it cannot be trained
 * @param perTimeStep whether there is an output for each time step
 * @param channelsLast whether DL4J wants targets of {@code [rows, steps, outputs]}
 */
public record OutputSettings(
        String layer,
        Optional<String> loss,
        Optional<String> dl4jLoss,
        boolean perTimeStep,
        boolean channelsLast) {}
