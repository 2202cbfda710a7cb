package org.evengrad.engine.dl4j;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.evengrad.engine.executor.Floats;

/** Memory for the segments of long sequences, so that steps over them allocate nothing. */
final class SegmentMemory {
    private final int length;
    private final List<Kept> all = new ArrayList<>();

    private record Kept(ArrayBatch part, int wholeSteps) {
        boolean fits(ArrayBatch whole, int index) {
            return part.segment() == index
                    && wholeSteps == whole.steps()
                    && part.rows() == whole.rows()
                    && part.features().limit() / part.steps()
                            == whole.features().limit() / whole.steps()
                    && part.targets().limit() / part.steps()
                            == whole.targets().limit() / whole.steps()
                    && part.examples().featureMask().isPresent()
                            == whole.examples().featureMask().isPresent()
                    && part.examples().targetMask().isPresent()
                            == whole.examples().targetMask().isPresent();
        }
    }

    /**
     * For the segments of some batches.
     *
     * @param length time steps of a segment; the last one may have fewer
     */
    SegmentMemory(int length) {
        this.length = length;
    }

    /** A segment of a batch, in the memory of one of the same shape before. */
    ArrayBatch of(ArrayBatch whole, int index) {
        if (!isOneSequence(whole)) {
            return whole.segment(index, length);
        }
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).fits(whole, index)) {
                ArrayBatch part = all.get(i).part();
                fill(part, whole, index * length);
                return part;
            }
        }
        ArrayBatch part = whole.segment(index, length);
        all.add(new Kept(part, whole.steps()));
        return part;
    }

    /** Whether all that the batch has is cut. */
    private static boolean isOneSequence(ArrayBatch whole) {
        return whole.steps() > 1
                && whole.steps() == whole.examples().steps()
                && whole.arrays().features().length == 1
                && whole.arrays().targets().length == 1;
    }

    private static void fill(ArrayBatch part, ArrayBatch whole, int from) {
        copy(whole.features(), whole.steps(), from, part.features(), part.steps());
        copy(whole.targets(), whole.steps(), from, part.targets(), part.steps());
        copy(whole.examples().featureMask(), whole, from, part.examples().featureMask(), part);
        copy(whole.examples().targetMask(), whole, from, part.examples().targetMask(), part);
    }

    private static void copy(
            Optional<Floats> mask,
            ArrayBatch whole,
            int from,
            Optional<Floats> partMask,
            ArrayBatch part) {
        if (mask.isPresent()) {
            copy(
                    mask.get().buffer(),
                    whole.steps(),
                    from,
                    partMask.orElseThrow().buffer(),
                    part.steps());
        }
    }

    private static void copy(
            FloatBuffer whole, int wholeSteps, int from, FloatBuffer part, int steps) {
        int sequences = whole.limit() / wholeSteps;
        for (int i = 0; i < sequences; i++) {
            part.put(i * steps, whole, i * wholeSteps + from, steps);
        }
    }
}
