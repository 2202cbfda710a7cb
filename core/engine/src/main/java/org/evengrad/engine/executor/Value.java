package org.evengrad.engine.executor;

import java.util.ArrayList;
import java.util.List;

/**
 * What one layer gives to others, for all examples of a batch, and the gradient of the loss by it:
 * its error.
 */
public final class Value {
    /** Of a worker's scratch memory. */
    private static final int LAST_SLOT = 7;

    private final Shape shape;
    private final boolean learned;
    private final List<Use> uses = new ArrayList<>();
    private Floats data = Floats.allocate(0);
    private Floats error = Floats.allocate(0);
    private boolean showsData;
    private boolean grouped;
    private Value errorOf = this;

    /**
     * What a row of a value holds.
     *
     * @param width floats in a row
     * @param channels of an image, whose rows are {@code [channels][height][width]}; 0 for none
     * @param height of an image
     * @param sequence whether there is a row for each time step of an example
     */
    public record Shape(int width, int channels, int height, boolean sequence) {
        /** Some features. */
        public static Shape flat(int width) {
            return new Shape(width, 0, 0, false);
        }

        /** Some features for each time step. */
        public static Shape sequence(int width) {
            return new Shape(width, 0, 0, true);
        }

        /** An image. */
        public static Shape image(int channels, int height, int width) {
            return new Shape(channels * height * width, channels, height, false);
        }

        /** Whether it is an image. */
        public boolean isImage() {
            return channels > 0;
        }

        /** The width of an image. */
        public int imageWidth() {
            return width / (channels * height);
        }
    }

    /**
     * That a layer reads a value. On the way back, the last reader comes first: it writes the
     * error, and those before add to it.
     */
    public static final class Use {
        private final Value value;
        private boolean adds;

        private Use(Value value) {
            this.value = value;
        }

        /** What is read. */
        public Value value() {
            return value;
        }

        /** Whether the error is to be added to what is there. */
        public boolean adds() {
            return adds;
        }

        /** What to multiply what is there by: 1 or 0. */
        public float beta() {
            return adds ? 1 : 0;
        }

        /** Whether nothing else reads the value. */
        public boolean isOnly() {
            return value.uses.size() == 1;
        }

        /** Writes errors of neighboring elements, or adds to what is there. */
        public void give(Shard shard, Floats errors, int from, int size) {
            Products products = shard.worker().products();
            int at = shard.start(value);
            if (adds) {
                products.add(size, errors, from, value.error(), at);
            } else {
                products.copy(size, errors, from, value.error(), at);
            }
        }

        /**
         * Writes errors of neighboring elements, or adds to what is there.
         *
         * @param errors from its first element on
         * @param at the first element of the value that gets one
         */
        public void give(float[] errors, int at, int size, Worker worker) {
            if (adds) {
                float[] before = worker.scratch(LAST_SLOT, size);
                value.error().buffer().get(at, before, 0, size);
                for (int i = 0; i < size; i++) {
                    before[i] += errors[i];
                }
                value.error().buffer().put(at, before, 0, size);
            } else {
                value.error().buffer().put(at, errors, 0, size);
            }
        }

        /** Whether anybody needs the error. */
        public boolean wantsError() {
            return value.learned;
        }
    }

    /**
     * A value of a shape.
     *
     * @param learned whether parameters have a part in it, so that its error is needed
     */
    public Value(Shape shape, boolean learned) {
        this.shape = shape;
        this.learned = learned;
    }

    /** Notes that a layer reads this value, behind all that did before. */
    public Use use() {
        uses.forEach(before -> before.adds = true);
        Use use = new Use(this);
        uses.add(use);
        return use;
    }

    /** Floats in a row. */
    public int width() {
        return shape.width();
    }

    /** What a row holds. */
    public Shape shape() {
        return shape;
    }

    /** Whether there is a row for each time step of an example. */
    public boolean isSequence() {
        return shape.sequence();
    }

    /** Whether parameters have a part in it. */
    public boolean isLearned() {
        return learned;
    }

    /** Says that the examples of a group lie number by number, not one behind the other. */
    public void lieInGroups() {
        grouped = true;
    }

    /** Whether the examples of a group lie number by number. */
    public boolean isGrouped() {
        return grouped;
    }

    /** The values, row by row. */
    public Floats data() {
        return data;
    }

    /** The error, row by row; there in training mode only. */
    public Floats error() {
        return errorOf == this ? error : errorOf.error();
    }

    /** Shows memory that somebody else has. */
    public void show(Floats memory) {
        data = memory;
        showsData = true;
    }

    /** Takes the error of another value of the same shape for its own. */
    public void showErrorOf(Value other) {
        errorOf = other;
    }

    /** Forgets the errors of passes before. */
    void clearError() {
        for (int i = 0; i < error.size(); i++) {
            error.buffer().put(i, 0);
        }
    }

    /** How many floats it holds for a batch. */
    long size(int examples, int steps) {
        return (long) examples * (isSequence() ? steps : 1) * width();
    }

    /** Takes memory that others take too when it is not in use here. */
    void borrow(Floats forData, Floats forError) {
        data = forData;
        error = forError;
    }

    /** Makes room for a batch. Allocates only for one that is larger than all before. */
    void reserve(int examples, int steps, boolean errors) {
        long size = size(examples, steps);
        if (!showsData && data.size() < size) {
            data = Floats.allocate(size);
        }
        if (errors && learned && errorOf == this && error.size() < size) {
            error = Floats.allocate(size);
        }
    }
}
