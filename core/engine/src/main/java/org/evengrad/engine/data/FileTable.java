package org.evengrad.engine.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;

/**
 * Rows in a file that is mapped into memory: the operating system keeps what fits, and no heap is
 * used. A mapping ends at 2 GB, so a larger file has several, each of whole rows.
 */
final class FileTable implements FloatTable {
    /** Bytes of one mapping, at most. */
    static final int MAPPING_BYTES = 1 << 30;

    private final FloatBuffer[] mappings;
    private final int rowsOfMapping;
    private final int rows;
    private final int width;

    /**
     * Maps a file. The mappings stay when the channel is closed.
     *
     * @param file row by row, floats in the byte order of this machine
     * @param rows how many, at least 1
     * @param width numbers in a row
     * @param mappingBytes bytes of one mapping, at most
     */
    FileTable(FileChannel file, int rows, int width, int mappingBytes) throws IOException {
        int rowBytes = Math.multiplyExact(width, Float.BYTES);
        this.rows = rows;
        this.width = width;
        rowsOfMapping = Math.max(1, mappingBytes / rowBytes);
        mappings = new FloatBuffer[(rows - 1) / rowsOfMapping + 1];
        for (int i = 0; i < mappings.length; i++) {
            int first = i * rowsOfMapping;
            int count = Math.min(rowsOfMapping, rows - first);
            ByteBuffer bytes =
                    file.map(MapMode.READ_ONLY, (long) first * rowBytes, (long) count * rowBytes);
            mappings[i] = bytes.order(ByteOrder.nativeOrder()).asFloatBuffer();
        }
    }

    @Override
    public int rows() {
        return rows;
    }

    @Override
    public int width() {
        return width;
    }

    @Override
    public float get(int row, int column) {
        return mappings[row / rowsOfMapping].get(row % rowsOfMapping * width + column);
    }

    @Override
    public void read(int row, float[] out, int at) {
        mappings[row / rowsOfMapping].get(row % rowsOfMapping * width, out, at, width);
    }
}
