package org.evengrad.engine.network;

/** Draws the first weights of a network, as often as wanted. */
@FunctionalInterface
public interface FirstWeights {
    /**
     * Fills all parameters of the network as if the run had this seed. The seed of the run itself
     * gives the weights that it begins with.
     */
    void draw(long seed);
}
