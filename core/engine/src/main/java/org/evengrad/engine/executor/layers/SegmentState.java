package org.evengrad.engine.executor.layers;

import org.evengrad.engine.executor.Floats;
import org.evengrad.engine.executor.Pass;

/**
 * Where a recurrent layer is between the segments of long sequences. Each pass over a segment
 * begins where the last gradient pass over the segment before ended.
 */
final class SegmentState {
    private final int units;
    private final Floats[] began;
    private final Floats[] ended;
    private int latest = -1;
    private boolean zero = true;

    /**
     * Begins with zeros.
     *
     * @param states how many arrays a state consists of
     */
    SegmentState(int states, int units) {
        this.units = units;
        began = new Floats[states];
        ended = new Floats[states];
        reserve(1);
    }

    private void reserve(int rows) {
        if (began[0] == null || began[0].size() < rows * units) {
            for (int i = 0; i < began.length; i++) {
                began[i] = Floats.allocate((long) rows * units);
                ended[i] = Floats.allocate((long) rows * units);
            }
        }
    }

    /** Finds out where a pass begins. */
    void prepare(Pass pass) {
        int segment = pass.segment();
        zero = segment <= 0;
        if (segment >= 0) {
            reserve(pass.examples().rows());
            if (segment > 0 && segment != latest) {
                for (int i = 0; i < began.length; i++) {
                    began[i].buffer().put(0, ended[i].buffer(), 0, began[i].size());
                }
            }
            latest = segment;
        }
    }

    /** Whether the pass begins with a state of zeros. */
    boolean isZero() {
        return zero;
    }

    /** An array of the state that the pass begins with, {@code [examples][units]}. */
    Floats began(int which) {
        return began[which];
    }

    /** Where an array of the state that the pass ends with belongs. */
    Floats ended(int which) {
        return ended[which];
    }
}
