package org.evengrad.engine.dl4j.export;

/**
 * What was written for DL4J.
 *
 * @param graph whether it is a {@code ComputationGraph}, and not a {@code MultiLayerNetwork}
 * @param updater how DL4J's {@code fit} goes on
 * @param updaterName DL4J's updater, {@code Adam}; empty where the configuration's own were kept
 * @param iterations steps before, as DL4J counts them
 * @param summedOverTime whether an output per time step has a loss that DL4J sums over time
 */
public record PlainModel(
        boolean graph,
        Updater updater,
        String updaterName,
        long iterations,
        boolean summedOverTime) {
    /** How DL4J's {@code fit} goes on with an exported model. */
    public enum Updater {
        /** With the optimizer of the run and all that it remembered. */
        WITH_MEMORY,
        /** With the optimizer of the run, which remembers nothing. */
        WITHOUT_MEMORY,
        /** With what the user's own configuration says. */
        AS_CONFIGURED,
        /** Not at all: DL4J has no such optimizer, and moves nothing before one is set. */
        NONE
    }
}
