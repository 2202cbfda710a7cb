package org.evengrad.engine.data;

/**
 * Rows of numbers, all of the same width: on the heap, in a file, or made when they are read. A
 * table does not change once it is in a {@link Dataset}, and several threads may read it.
 */
public interface FloatTable {
    /** How many rows there are. */
    int rows();

    /** How many numbers a row has. */
    int width();

    /**
     * One number.
     *
     * @param row from 0
     * @param column from 0
     */
    float get(int row, int column);

    /**
     * Copies a row, without allocating.
     *
     * @param row from 0
     * @param out receives {@link #width()} numbers
     * @param at where the first of them goes
     */
    void read(int row, float[] out, int at);

    /**
     * A table whose rows are changed. Rows on the heap change at once, and this table with them;
     * others change each time they are read.
     */
    default FloatTable changed(RowChange change) {
        return new ChangedTable(this, change);
    }

    /**
     * A table on the heap.
     *
     * @param values row by row; not copied
     * @param width numbers in a row
     */
    static FloatTable of(float[] values, int width) {
        return new HeapTable(values, width);
    }

    /** What is done to each row. The same row always becomes the same. */
    @FunctionalInterface
    interface RowChange {
        /**
         * Changes a row in place.
         *
         * @param row its number in the table
         * @param values holds the row
         * @param at where its first number is
         */
        void apply(int row, float[] values, int at);
    }
}
