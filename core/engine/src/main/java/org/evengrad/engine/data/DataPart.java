package org.evengrad.engine.data;

import java.util.Arrays;

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

    /**
     * Some of these rows.
     *
     * @param order indices into {@link #rows()}, as {@link BatchOrder#fill} writes them
     * @param from the first place in the order
     * @param count how many places
     */
    public DataPart pick(int[] order, int from, int count) {
        int[] picked = new int[count];
        for (int i = 0; i < count; i++) {
            picked[i] = rows[order[from + i]];
        }
        Arrays.sort(picked);
        return new DataPart(dataset, picked);
    }

    /** Whether the part has no rows. */
    public boolean isEmpty() {
        return rows.length == 0;
    }
}
