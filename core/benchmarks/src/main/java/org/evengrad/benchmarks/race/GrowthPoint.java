package org.evengrad.benchmarks.race;

import java.util.Locale;

/**
 * A network of one size, and what a step of it costs.
 *
 * @param sweep what is varied around it
 * @param depth hidden layers
 * @param width units of each
 * @param batch examples in a step
 * @param nanosPerStep the median; 0 before it is measured
 * @param memory what the process holds then
 */
record GrowthPoint(
        Sweep sweep, int depth, int width, int batch, double nanosPerStep, Memory memory) {
    private static final int FEATURES = 64;
    private static final int CLASSES = 10;
    private static final int EXAMPLES = 8192;

    /** What is varied. */
    enum Sweep {
        /** The number of layers. */
        DEPTH,
        /** The units of each layer. */
        WIDTH,
        /** The examples in a step. */
        BATCH,
        /** The parameters, by way of the width. */
        PARAMETERS;

        /** A name for people. */
        String title() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A size that was not measured yet. */
    static GrowthPoint of(Sweep sweep, int depth, int width, int batch) {
        return new GrowthPoint(sweep, depth, width, batch, 0, new Memory(0, 0));
    }

    /** The same with what was measured. */
    GrowthPoint measured(double nanos, Memory held) {
        return new GrowthPoint(sweep, depth, width, batch, nanos, held);
    }

    /** Weights and biases. */
    long parameters() {
        long first = (FEATURES + 1L) * width;
        long inner = (depth - 1L) * (width + 1L) * width;
        return first + inner + (width + 1L) * CLASSES;
    }

    /** The number that the sweep varies. */
    double value() {
        return switch (sweep) {
            case DEPTH -> depth;
            case WIDTH -> width;
            case BATCH -> batch;
            case PARAMETERS -> parameters();
        };
    }

    /** A step's time for each parameter and example, in picoseconds. */
    double picosPerParameterAndExample() {
        return 1000 * nanosPerStep / parameters() / batch;
    }

    /**
     * The configuration. Weights are orthogonal in the deep networks, so that no gradient vanishes;
     * making them so would take longer than all steps in the wide ones.
     */
    String config(int threads) {
        return EvengradConfig.text(
                        "data { source = blobs, samples = %d, features = %d, classes = %d }"
                                .formatted(EXAMPLES, FEATURES, CLASSES),
                        "activation = tanh\nmodel.layers = [ { dense = %d, repeat = %d } ]\n"
                                .formatted(width, depth),
                        batch,
                        threads)
                + (sweep == Sweep.DEPTH ? "initializer = orthogonal\n" : "");
    }
}
