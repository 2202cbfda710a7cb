package org.evengrad.engine.network;

/**
 * What a layer ends in.
 *
 * @param layer its name
 * @param activation the function's name, such as {@code softmax}; {@code identity} for none
 * @param weights whether the layer has weights
 * @param lowest about the smallest value that the function gives; negative infinity if there is
 *     none
 * @param highest about the largest value that it gives; infinity if there is none
 */
public record LayerEnding(
        String layer, String activation, boolean weights, double lowest, double highest) {}
