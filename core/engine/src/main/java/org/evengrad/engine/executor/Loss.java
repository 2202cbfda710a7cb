package org.evengrad.engine.executor;

/** The end of a network: what it predicts, and how far that is from the targets. */
public interface Loss extends Layer {
    /** The pre-activations that it reads, whose error it writes. */
    Value input();

    /** What it predicts. */
    Value output();

    /** The sum of the losses of a shard's examples, after {@link #forward}. */
    double sum(int shard);

    /**
     * Copies the predictions of all examples, in the order of the targets.
     *
     * @param predictions receives them
     */
    void predictions(Pass pass, Shard[] shards, float[] predictions);
}
