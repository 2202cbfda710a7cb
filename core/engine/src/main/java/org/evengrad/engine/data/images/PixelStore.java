package org.evengrad.engine.data.images;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Rows of bytes. Different rows may be written by different threads, and read by any thread after
 * {@link #seal}.
 */
sealed interface PixelStore {
    /** Keeps a row; the array belongs to the store from then on. */
    void write(int row, byte[] pixels) throws IOException;

    /** Ends writing, so that rows can be read. */
    void seal() throws IOException;

    /** Gives up what is not sealed. */
    void discard() throws IOException;

    /**
     * Writes the bytes of a row, divided by 255.
     *
     * @param offset where in the array the row begins
     */
    void read(int row, float[] into, int offset);

    /** Keeps rows on the heap. */
    static PixelStore onHeap(int rows) {
        return new Heap(new byte[rows][]);
    }

    /**
     * Keeps rows in a temporary file, which is mapped into memory and has no name any more, so that
     * nothing is left of it when the process ends. (On Windows it stays in the folder.)
     *
     * @param folder of the file
     */
    static PixelStore inFile(Path folder, int rows, int rowBytes) throws IOException {
        return new Mapped(folder, rows, rowBytes);
    }

    /** An array for each row. */
    record Heap(byte[][] rows) implements PixelStore {
        @Override
        public void write(int row, byte[] pixels) {
            rows[row] = pixels;
        }

        @Override
        public void seal() {
            // Nothing is open.
        }

        @Override
        public void discard() {
            // The garbage collector does.
        }

        @Override
        public void read(int row, float[] into, int offset) {
            byte[] pixels = rows[row];
            for (int i = 0; i < pixels.length; i++) {
                into[offset + i] = (pixels[i] & 0xff) / 255f;
            }
        }
    }

    /** A file that is written as a file, so that a full disk is an error, and read as memory. */
    final class Mapped implements PixelStore {
        private static final int LARGEST_MAPPING = 1 << 30;

        private final int rows;
        private final int rowBytes;
        private final int rowsPerMapping;
        private final FileChannel file;
        private MappedByteBuffer[] mappings;

        private Mapped(Path folder, int rows, int rowBytes) throws IOException {
            this.rows = rows;
            this.rowBytes = rowBytes;
            rowsPerMapping = Math.max(1, LARGEST_MAPPING / rowBytes);
            Path path = Files.createTempFile(folder, "evengrad-images-", ".bin");
            file =
                    FileChannel.open(
                            path,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE,
                            StandardOpenOption.DELETE_ON_CLOSE);
        }

        @Override
        public void write(int row, byte[] pixels) throws IOException {
            ByteBuffer bytes = ByteBuffer.wrap(pixels);
            long start = (long) row * rowBytes;
            while (bytes.hasRemaining()) {
                file.write(bytes, start + bytes.position());
            }
        }

        @Override
        public void seal() throws IOException {
            mappings = new MappedByteBuffer[(rows - 1) / rowsPerMapping + 1];
            try (file) {
                for (int i = 0; i < mappings.length; i++) {
                    int first = i * rowsPerMapping;
                    long bytes = (long) Math.min(rowsPerMapping, rows - first) * rowBytes;
                    mappings[i] = file.map(MapMode.READ_ONLY, (long) first * rowBytes, bytes);
                }
            }
        }

        @Override
        public void discard() throws IOException {
            file.close();
        }

        @Override
        public void read(int row, float[] into, int offset) {
            MappedByteBuffer mapping = mappings[row / rowsPerMapping];
            int start = row % rowsPerMapping * rowBytes;
            for (int i = 0; i < rowBytes; i++) {
                into[offset + i] = (mapping.get(start + i) & 0xff) / 255f;
            }
        }
    }
}
