package org.evengrad.benchmarks.race;

/**
 * The configuration of Evengrad in the race: Adam, guards on, batches in a new order each epoch.
 */
final class EvengradConfig {
    private EvengradConfig() {}

    /**
     * The text.
     *
     * @param data the section {@code data}, without the size of a batch
     * @param model the network
     * @param batch examples in a step
     * @param threads cores
     */
    static String text(String data, String model, int batch, int threads) {
        return """
        name = race
        seed = 1
        %s
        data { batch-size = %d, validation = 0, test = 0, shuffle = true }
        model.loss = cross-entropy
        initializer = xavier
        optimizer { use = adam, learning-rate = 0.001 }
        guards = [ nonfinite, { use = clip-global-norm, max-norm = 1.0 } ]
        training { steps = 1000000000, threads = %d }
        %s
        """
                .formatted(data, batch, threads, model);
    }
}
