package org.evengrad.engine.step;

import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * Adds up the squares of an update and of the parameters that it led to, over neighboring pieces of
 * one tensor. For one worker.
 *
 * <p>The JIT does not vectorize a sum of floats. So a full chunk is folded into lanes: each adds up
 * every 1024th element, of all chunks of the tensor, and the lanes are added at the end. What is
 * left of a piece is added one by one.
 *
 * <p>An update of full chunks that is below about 1e-19 in all elements counts as none, one above
 * 1e19 as infinite.
 */
final class UpdateSquares {
    private static final int LANES = Cut.CHUNK / 4;

    /** So few sums are added one by one. */
    private static final int FEW = LANES / 8;

    /**
     * Keeps arrays apart that are read and written together. A processor that compares the last 12
     * bits of addresses takes a read for one of what was just written, and waits, where two arrays
     * lie a multiple of 4 KiB apart. That nearly doubles the time of the loops.
     */
    private static final int APART = 256;

    private final float[] before = new float[Cut.CHUNK + APART];
    private final float[] now = new float[Cut.CHUNK + APART];
    private final float[] updateLanes = new float[LANES + APART];
    private final float[] parameterLanes = new float[LANES + APART];
    private final float[] few = new float[FEW];
    private boolean inLanes;
    private boolean ofParameters;
    private double update;
    private double parameters;

    /**
     * Starts again at zero, for another tensor or another stretch of it.
     *
     * @param withParameters whether the squares of the parameters are added up too
     */
    void begin(boolean withParameters) {
        ofParameters = withParameters;
        inLanes = false;
        update = 0;
        parameters = 0;
    }

    /** Copies what a piece of at most a chunk is before its update. */
    void remember(float[] values, int size) {
        System.arraycopy(values, 0, before, 0, size);
    }

    /** Adds a piece that was remembered. */
    void addRemembered(float[] values, int size) {
        add(values, 0, size);
    }

    /**
     * Adds a piece of at most a chunk whose change somebody told.
     *
     * @param values what it is
     * @param change what it was, minus what it is
     */
    void addChange(float[] values, float[] change, int size) {
        if (size < Cut.CHUNK) {
            update += Sums.ofSquares(change, size);
            if (ofParameters) {
                parameters += Sums.ofSquares(values, size);
            }
            return;
        }
        beginLanes();
        fold(change, updateLanes);
        if (ofParameters) {
            fold(values, parameterLanes);
        }
    }

    private void beginLanes() {
        if (!inLanes) {
            Arrays.fill(updateLanes, 0);
            if (ofParameters) {
                Arrays.fill(parameterLanes, 0);
            }
            inLanes = true;
        }
    }

    /**
     * Adds a piece.
     *
     * @param values what it is
     * @param earlier holds what it was, from an index on
     */
    void add(float[] values, int size, float[] earlier, int earlierFrom) {
        for (int from = 0; from < size; from += Cut.CHUNK) {
            int count = Math.min(Cut.CHUNK, size - from);
            System.arraycopy(earlier, earlierFrom + from, before, 0, count);
            add(values, from, count);
        }
    }

    /**
     * Adds a piece.
     *
     * @param values what it is
     * @param earlier holds what it was, from an index on
     */
    void add(float[] values, int size, FloatBuffer earlier, int earlierFrom) {
        for (int from = 0; from < size; from += Cut.CHUNK) {
            int count = Math.min(Cut.CHUNK, size - from);
            earlier.get(earlierFrom + from, before, 0, count);
            add(values, from, count);
        }
    }

    private void add(float[] values, int from, int size) {
        float[] chunk = values;
        if (from > 0) {
            System.arraycopy(values, from, now, 0, size);
            chunk = now;
        }
        if (size == Cut.CHUNK) {
            beginLanes();
            if (ofParameters) {
                fold(chunk, before, updateLanes, parameterLanes);
            } else {
                fold(chunk, before, updateLanes);
            }
        } else {
            subtract(chunk, before, size);
            update += Sums.ofSquares(before, size);
            if (ofParameters) {
                parameters += Sums.ofSquares(chunk, size);
            }
        }
    }

    /**
     * Ends the sums; false if the squares of the parameters are no floats and have to be redone.
     */
    boolean end() {
        if (!inLanes) {
            return true;
        }
        update += total(updateLanes);
        if (!ofParameters) {
            return true;
        }
        double squares = total(parameterLanes);
        parameters += squares;
        return Sums.isTrusted(squares);
    }

    /** The sum of the squares of what has changed. */
    double update() {
        return update;
    }

    /** The sum of the squares of the parameters as they are now; 0 if not asked for. */
    double parameters() {
        return parameters;
    }

    private double total(float[] lanes) {
        foldLanes(lanes, few);
        double total = 0;
        for (float sum : few) {
            total += sum;
        }
        return total;
    }

    private static void subtract(float[] values, float[] earlier, int size) {
        for (int i = 0; i < size; i++) {
            earlier[i] = values[i] - earlier[i];
        }
    }

    /** Distances that the compiler knows do not keep it from vectorizing; others do. */
    private static void fold(
            float[] values, float[] earlier, float[] updateLanes, float[] parameterLanes) {
        for (int i = 0; i < LANES; i++) {
            float a = values[i];
            float b = values[i + LANES];
            float c = values[i + 2 * LANES];
            float d = values[i + 3 * LANES];
            parameterLanes[i] += a * a + b * b + c * c + d * d;
            a -= earlier[i];
            b -= earlier[i + LANES];
            c -= earlier[i + 2 * LANES];
            d -= earlier[i + 3 * LANES];
            updateLanes[i] += a * a + b * b + c * c + d * d;
        }
    }

    private static void fold(float[] values, float[] earlier, float[] lanes) {
        for (int i = 0; i < LANES; i++) {
            float a = values[i] - earlier[i];
            float b = values[i + LANES] - earlier[i + LANES];
            float c = values[i + 2 * LANES] - earlier[i + 2 * LANES];
            float d = values[i + 3 * LANES] - earlier[i + 3 * LANES];
            lanes[i] += a * a + b * b + c * c + d * d;
        }
    }

    private static void fold(float[] values, float[] lanes) {
        for (int i = 0; i < LANES; i++) {
            float a = values[i];
            float b = values[i + LANES];
            float c = values[i + 2 * LANES];
            float d = values[i + 3 * LANES];
            lanes[i] += a * a + b * b + c * c + d * d;
        }
    }

    private static void foldLanes(float[] lanes, float[] few) {
        for (int i = 0; i < FEW; i++) {
            few[i] =
                    lanes[i]
                            + lanes[i + FEW]
                            + lanes[i + 2 * FEW]
                            + lanes[i + 3 * FEW]
                            + lanes[i + 4 * FEW]
                            + lanes[i + 5 * FEW]
                            + lanes[i + 6 * FEW]
                            + lanes[i + 7 * FEW];
        }
    }
}
