package org.evengrad.engine.step;

import java.util.Arrays;
import org.evengrad.spi.Grain;
import org.evengrad.spi.Tensor;

/** How the model is cut into chunks, for one grain, and which chunks one worker takes at once. */
final class Cut {
    /**
     * Elements in a chunk where the grain allows a choice: a chunk of each array that an optimizer
     * needs stays in the second cache, and memory is read in stretches that are long enough.
     */
    static final int CHUNK = 4096;

    /** A worker takes so many elements at once, or one chunk if that is larger. */
    private static final int BLOCK = 8 * CHUNK;

    private final int[] tensor;
    private final int[] start;
    private final int[] size;
    private final int[] blockStart;
    private final int largest;

    Cut(Layout layout, Grain grain) {
        int count = 0;
        for (int t = 0; t < layout.count(); t++) {
            int whole = layout.size(t);
            int piece = pieceSize(layout.tensor(t), whole, grain);
            count += (whole + piece - 1) / piece;
        }
        tensor = new int[count];
        start = new int[count];
        size = new int[count];
        int[] blocks = new int[count + 1];
        int block = 0;
        int next = 0;
        int inBlock = 0;
        int most = 0;
        for (int t = 0; t < layout.count(); t++) {
            int whole = layout.size(t);
            int piece = pieceSize(layout.tensor(t), whole, grain);
            for (int from = 0; from < whole; from += piece) {
                tensor[next] = t;
                start[next] = from;
                size[next] = Math.min(piece, whole - from);
                most = Math.max(most, size[next]);
                inBlock += size[next];
                next++;
                if (inBlock >= BLOCK) {
                    blocks[++block] = next;
                    inBlock = 0;
                }
            }
        }
        if (inBlock > 0) {
            blocks[++block] = next;
        }
        blockStart = Arrays.copyOf(blocks, block + 1);
        largest = most;
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

    /** Whether a chunk is the first of its tensor in a block. */
    boolean beginsTensor(int chunk, int block) {
        return chunk == blockStart[block] || tensor[chunk - 1] != tensor[chunk];
    }

    /** Whether a chunk is the last of its tensor in a block. */
    boolean endsTensor(int chunk, int block) {
        return chunk + 1 == blockStart[block + 1] || tensor[chunk + 1] != tensor[chunk];
    }

    /** How many blocks there are. The chunks of one block are taken one after the other. */
    int blocks() {
        return blockStart.length - 1;
    }

    /** The first chunk of a block. */
    int firstOf(int block) {
        return blockStart[block];
    }

    /** The chunk behind the last one of a block. */
    int endOf(int block) {
        return blockStart[block + 1];
    }

    /** The size of the largest chunk. */
    int largest() {
        return largest;
    }
}
