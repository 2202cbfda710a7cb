package org.evengrad.engine.executor;

/** One way through the network. The object is reused. */
public final class Pass {
    private Examples examples;
    private Mode mode;
    private long seed;
    private int segment;
    private int shards;

    /** What is wanted. */
    public enum Mode {
        /** The gradient. */
        GRADIENT,
        /** The loss, as training has it. */
        TRAINING_LOSS,
        /** What goes back through the layers, and no gradient of weights. */
        PROBE,
        /** Predictions, or the loss, as evaluation has it. */
        EVALUATION
    }

    Pass() {}

    void begin(Examples batch, Mode wanted, long drawFrom, int part) {
        examples = batch;
        mode = wanted;
        seed = drawFrom;
        segment = part;
    }

    void cutInto(int count) {
        shards = count;
    }

    /** Into how many shards the batch is cut. */
    public int shards() {
        return shards;
    }

    /** The batch. */
    public Examples examples() {
        return examples;
    }

    /** What layers draw from. */
    public long seed() {
        return seed;
    }

    /** Which part of a sequence this is, from 0; -1 for the whole. */
    public int segment() {
        return segment;
    }

    /** Whether dropout drops, and batches are normalized by themselves. */
    public boolean isTraining() {
        return mode != Mode.EVALUATION;
    }

    /** Whether a way back follows. */
    public boolean goesBack() {
        return mode == Mode.GRADIENT || mode == Mode.PROBE;
    }

    /** Whether gradients of weights are wanted. */
    public boolean wantsGradients() {
        return mode == Mode.GRADIENT;
    }
}
