package org.evengrad.engine.step;

import org.evengrad.spi.Grain;
import org.evengrad.spi.Tensor;

/** How the model is cut into chunks, for one grain. */
final class Cut {
    /**
     * Elements in a chunk where the grain allows a choice: four arrays of it fit the first cache.
     */
    static final int CHUNK = 4096;

    private final int[] tensor;
    private final int[] start;
    private final int[] size;
    private final int largest;

    Cut(Layout layout, Grain grain) {
        int count = 0;
        for (int t = 0; t < layout.count(); t++) {
            count += pieces(layout, t, grain);
        }
        tensor = new int[count];
        start = new int[count];
        size = new int[count];
        int next = 0;
        int most = 0;
        for (int t = 0; t < layout.count(); t++) {
            int whole = layout.size(t);
            int piece = pieceSize(layout.tensor(t), whole, grain);
            for (int from = 0; from < whole; from += piece) {
                tensor[next] = t;
                start[next] = from;
                size[next] = Math.min(piece, whole - from);
                most = Math.max(most, size[next]);
                next++;
            }
        }
        largest = most;
    }

    private static int pieces(Layout layout, int tensor, Grain grain) {
        int whole = layout.size(tensor);
        int piece = pieceSize(layout.tensor(tensor), whole, grain);
        return (whole + piece - 1) / piece;
    }

    private static int pieceSize(Tensor tensor, int whole, Grain grain) {
        return switch (grain) {
            case ELEMENTS -> Math.min(CHUNK, Math.max(1, whole));
            case UNITS -> {
                int unit = Math.max(1, whole / Math.max(1, tensor.units()));
                yield unit * Math.max(1, CHUNK / unit);
            }
            case TENSORS -> Math.max(1, whole);
        };
    }

    int count() {
        return tensor.length;
    }

    int tensor(int chunk) {
        return tensor[chunk];
    }

    int start(int chunk) {
        return start[chunk];
    }

    int size(int chunk) {
        return size[chunk];
    }

    /** The size of the largest chunk. */
    int largest() {
        return largest;
    }
}
