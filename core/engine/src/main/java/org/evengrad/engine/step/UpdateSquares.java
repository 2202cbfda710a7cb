package org.evengrad.engine.step;

/**
 * Adds up the squares of an update and of the parameters that it led to, over neighboring pieces of
 * one tensor. For one worker.
 *
 * <p>The JIT does not vectorize a sum of floats. So every element of a piece has a sum of its own,
 * shared with the elements at the same place of the other pieces, and these sums are added at the
 * end. All arrays are read and written from their start: else nothing is vectorized either.
 *
 * <p>A piece that is alone is counted in doubles where its squares overflow or underflow as floats.
 * Of several pieces the state before the update is gone by then: an update below about 1e-19 in all
 * elements counts as none, one above 1e19 as infinite.
 */
final class UpdateSquares {
    /** Below so many elements a plain loop is as fast. */
    private static final int SMALLEST = 256;

    /** So few sums are added one by one. */
    private static final int FEW = 64;

    /** Four arrays of so many floats stay in the first cache. */
    private static final int TILE = 1024;

    private final float[][] before = new float[Cut.CHUNK / TILE][TILE];
    private final float[] now = new float[TILE];
    private final float[] updateSums = new float[TILE];
    private final float[] parameterSums = new float[TILE];
    private final float[] upperHalf = new float[TILE];
    private int sums;
    private int pieces;
    private double update;
    private double parameters;

    /** Starts again at zero, for another tensor or another stretch of it. */
    void begin() {
        sums = 0;
        pieces = 0;
        update = 0;
        parameters = 0;
    }

    /** Remembers a piece of at most {@link Cut#CHUNK} elements as it is before an update. */
    void remember(float[] values, int size) {
        for (int from = 0; from < size; from += TILE) {
            System.arraycopy(values, from, before[from / TILE], 0, Math.min(TILE, size - from));
        }
    }

    /** Adds the piece that {@link #remember} has seen; it may not be larger than the first. */
    void add(float[] values, int size) {
        for (int from = 0; from < size; from += TILE) {
            add(values, from, Math.min(TILE, size - from), before[from / TILE]);
        }
        pieces++;
    }

    /**
     * Adds a piece of any size, not larger than the first.
     *
     * @param earlier holds what the piece was, from an index on
     */
    void add(float[] values, int size, float[] earlier, int earlierFrom) {
        for (int from = 0; from < size; from += TILE) {
            int count = Math.min(TILE, size - from);
            System.arraycopy(earlier, earlierFrom + from, before[0], 0, count);
            add(values, from, count, before[0]);
        }
        // Never alone: what it was is not kept.
        pieces += 2;
    }

    private void add(float[] values, int from, int size, float[] earlier) {
        float[] tile = values;
        if (from > 0) {
            System.arraycopy(values, from, now, 0, size);
            tile = now;
        }
        if (sums > 0) {
            addSums(tile, earlier, updateSums, size);
            addSums(tile, parameterSums, size);
        } else if (size >= SMALLEST) {
            startSums(tile, earlier, updateSums, size);
            startSums(tile, parameterSums, size);
            sums = size;
        } else {
            subtract(tile, earlier, size);
            update += Sums.ofSquares(earlier, size);
            parameters += Sums.ofSquares(tile, size);
        }
    }

    /**
     * Ends the sums.
     *
     * @param last the piece that was added last
     */
    void end(float[] last, int size) {
        if (sums == 0) {
            return;
        }
        update = total(updateSums);
        parameters = total(parameterSums);
        if (pieces == 1 && !Sums.isTrusted(update)) {
            update = 0;
            for (int i = 0; i < size; i++) {
                double change = (double) last[i] - before[i / TILE][i % TILE];
                update += change * change;
            }
        }
        if (pieces == 1 && !Sums.isTrusted(parameters)) {
            parameters = Sums.ofSquares(last, size);
        }
    }

    /** The sum of the squares of what has changed. */
    double update() {
        return update;
    }

    /** The sum of the squares of the parameters as they are now. */
    double parameters() {
        return parameters;
    }

    /** Whether the parameters' squares were too large or too small for floats. */
    boolean lostParameters() {
        return pieces > 1 && !Sums.isTrusted(parameters);
    }

    private double total(float[] from) {
        int size = sums;
        while (size > FEW) {
            int half = (size + 1) / 2;
            int rest = size - half;
            System.arraycopy(from, half, upperHalf, 0, rest);
            addTo(from, upperHalf, rest);
            size = half;
        }
        double total = 0;
        for (int i = 0; i < size; i++) {
            total += from[i];
        }
        return total;
    }

    private static void subtract(float[] values, float[] earlier, int size) {
        for (int i = 0; i < size; i++) {
            earlier[i] = values[i] - earlier[i];
        }
    }

    private static void startSums(float[] values, float[] earlier, float[] sums, int size) {
        for (int i = 0; i < size; i++) {
            float change = values[i] - earlier[i];
            sums[i] = change * change;
        }
    }

    private static void startSums(float[] values, float[] sums, int size) {
        for (int i = 0; i < size; i++) {
            sums[i] = values[i] * values[i];
        }
    }

    private static void addSums(float[] values, float[] earlier, float[] sums, int size) {
        for (int i = 0; i < size; i++) {
            float change = values[i] - earlier[i];
            sums[i] += change * change;
        }
    }

    private static void addSums(float[] values, float[] sums, int size) {
        for (int i = 0; i < size; i++) {
            sums[i] += values[i] * values[i];
        }
    }

    private static void addTo(float[] sums, float[] others, int size) {
        for (int i = 0; i < size; i++) {
            sums[i] += others[i];
        }
    }
}
