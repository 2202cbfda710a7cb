package org.evengrad.engine.data;

/**
 * Some rows of a data set: what is trained on, validated on, or tested on.
 *
 * @param dataset the rows' data
 * @param rows the indices of the rows in the data set, ascending; may be empty
 */
public record DataPart(Dataset dataset, int[] rows) {
    /** How many rows the part has. */
    public int size() {
        return rows.length;
    }

    /** Whether the part has no rows. */
    public boolean isEmpty() {
        return rows.length == 0;
    }
}
