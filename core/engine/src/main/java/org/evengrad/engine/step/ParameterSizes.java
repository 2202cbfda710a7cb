package org.evengrad.engine.step;

import java.util.Arrays;

/**
 * How large each tensor is, known to 3% without reading it at every step: an update cannot change a
 * norm by more than the update's own norm, so a tensor is measured again when its updates since the
 * last time add up to that. Once somebody has asked for an exact sum, all are measured always.
 */
final class ParameterSizes {
    /** A tensor at zero is taken to be this large for each element, as root mean square. */
    private static final double SMALLEST = 1e-3;

    /** How far updates may have moved a norm; a little less than 3%, for the rounding. */
    private static final double ACCURACY = 0.029;

    /** An update that grows faster than this is measured in a pass of its own. */
    private static final double GROWTH = 2;

    private final double[] sumOfSquares;
    private final double[] norm;

    /** The updates since a tensor was measured, in norms; 0 if its sum is exact. */
    private final double[] moved;

    private final double[] lastUpdate;
    private final double[] smallest;
    private final double[] normBefore;
    private final boolean[] wanted;
    private boolean asked;

    ParameterSizes(Layout layout) {
        int tensors = layout.count();
        sumOfSquares = new double[tensors];
        norm = new double[tensors];
        moved = new double[tensors];
        lastUpdate = new double[tensors];
        smallest = new double[tensors];
        normBefore = new double[tensors];
        wanted = new boolean[tensors];
        for (int t = 0; t < tensors; t++) {
            smallest[t] = smallest(layout.size(t));
        }
    }

    private static double smallest(int elements) {
        return SMALLEST * Math.sqrt(elements);
    }

    /**
     * How far a tensor moved against its size.
     *
     * @param updateNorm of the update
     * @param normBefore of the tensor
     * @param elements how many it has
     */
    static double updateRatio(double updateNorm, double normBefore, int elements) {
        return updateNorm / Math.max(normBefore, smallest(elements));
    }

    /** How far a tensor moved in the update that ended, against its size before. */
    double updateRatio(int tensor) {
        return lastUpdate[tensor] / Math.max(normBefore[tensor], smallest[tensor]);
    }

    /** Begins an update, and foresees which tensors it will have moved too far. */
    void beginUpdate() {
        System.arraycopy(norm, 0, normBefore, 0, norm.length);
        for (int t = 0; t < wanted.length; t++) {
            wanted[t] = asked || !isKnown(t, moved[t] + GROWTH * lastUpdate[t]);
        }
    }

    /** Ends an update; true if tensors are wanted that it has moved too far. */
    boolean endUpdate(double[] updateSumOfSquares) {
        boolean some = false;
        for (int t = 0; t < wanted.length; t++) {
            lastUpdate[t] = Math.sqrt(updateSumOfSquares[t]);
            wanted[t] = false;
            if (moved[t] != 0) {
                moved[t] += lastUpdate[t];
                wanted[t] = !isKnown(t, moved[t]);
                some |= wanted[t];
            }
        }
        return some;
    }

    /** Not if it is NaN either. */
    private boolean isKnown(int tensor, double distance) {
        return distance <= ACCURACY * Math.max(norm[tensor] - distance, smallest[tensor]);
    }

    void wantAll() {
        Arrays.fill(wanted, true);
    }

    /** Whether the pass that runs has to measure a tensor. */
    boolean isWanted(int tensor) {
        return wanted[tensor];
    }

    /**
     * Takes over what a pass has measured; the other tensors may have changed.
     *
     * @param parts what each chunk adds to the sum of its tensor
     */
    void measured(double[] parts, Cut cut) {
        for (int t = 0; t < wanted.length; t++) {
            if (wanted[t]) {
                sumOfSquares[t] = 0;
                moved[t] = 0;
            } else {
                moved[t] = Math.max(moved[t], Double.MIN_VALUE);
            }
        }
        for (int i = 0; i < cut.count(); i++) {
            if (wanted[cut.tensor(i)]) {
                sumOfSquares[cut.tensor(i)] += parts[i];
            }
        }
        takeRoots();
    }

    private void takeRoots() {
        for (int t = 0; t < wanted.length; t++) {
            if (wanted[t]) {
                norm[t] = Math.sqrt(sumOfSquares[t]);
            }
        }
    }

    /** From now on every sum is to be exact. */
    void ask() {
        asked = true;
    }

    /** Whether a sum is that of the parameters as they are. */
    boolean isExact(int tensor) {
        return moved[tensor] == 0;
    }

    /** The sum of a tensor's squares when it was measured. */
    double sumOfSquares(int tensor) {
        return sumOfSquares[tensor];
    }

    /** How many numbers {@link #save} gives. */
    int saved() {
        return 1 + 3 * norm.length;
    }

    /** What a run needs to go on with the very same numbers. */
    double[] save() {
        int tensors = norm.length;
        double[] saved = new double[saved()];
        saved[0] = asked ? 1 : 0;
        System.arraycopy(sumOfSquares, 0, saved, 1, tensors);
        System.arraycopy(moved, 0, saved, 1 + tensors, tensors);
        System.arraycopy(lastUpdate, 0, saved, 1 + 2 * tensors, tensors);
        return saved;
    }

    /** Goes back to what {@link #save} gave. */
    void restore(double[] saved) {
        int tensors = norm.length;
        asked = saved[0] != 0;
        System.arraycopy(saved, 1, sumOfSquares, 0, tensors);
        System.arraycopy(saved, 1 + tensors, moved, 0, tensors);
        System.arraycopy(saved, 1 + 2 * tensors, lastUpdate, 0, tensors);
        wantAll();
        takeRoots();
    }
}
