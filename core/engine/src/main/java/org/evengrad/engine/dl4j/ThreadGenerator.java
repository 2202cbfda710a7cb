package org.evengrad.engine.dl4j;

import org.nd4j.linalg.api.rng.Random;
import org.nd4j.linalg.factory.Nd4j;

/**
 * ND4J's random generator of the current thread, and where it stands. DL4J seeds it as it builds
 * and opens networks, and an application that draws from it in the same thread would not get its
 * own numbers any more.
 */
record ThreadGenerator(Random generator, long seed, long rootState, long nodeState) {
    static ThreadGenerator now() {
        Random generator = Nd4j.getRandom();
        return new ThreadGenerator(
                generator, generator.getSeed(), generator.rootState(), generator.nodeState());
    }

    /** Puts it back to where it stood. */
    void restore() {
        generator.setSeed(seed);
        generator.setStates(rootState, nodeState);
    }
}
