package org.evengrad.engine.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;

/** Takes rows one after the other and makes a table of them. */
interface RowStore extends AutoCloseable {
    /**
     * Adds a row.
     *
     * @param row as many numbers as the store's width; copied
     * @throws InvalidInputException if there is no room for it
     */
    void add(float[] row);

    /** The rows, at least one. Called once, after the last row. */
    FloatTable table();

    /** Gives back what is held; a table that was made stays. */
    @Override
    void close();

    /**
     * A store for the rows of a file.
     *
     * @param file where the rows come from, for problems
     * @param width numbers in a row
     * @param streaming whether rows go to the disk instead of the heap
     */
    static RowStore of(Path file, int width, boolean streaming) {
        return streaming ? new OnDisk(file, width) : new OnHeap(file, width);
    }

    /** Rows in an array that grows. */
    final class OnHeap implements RowStore {
        private static final int FIRST_CAPACITY_ROWS = 256;

        private final Path file;
        private final int width;
        private float[] values;
        private int rows;

        private OnHeap(Path file, int width) {
            this.file = file;
            this.width = width;
            values = new float[FIRST_CAPACITY_ROWS * width];
        }

        @Override
        public void add(float[] row) {
            long needed = (rows + 1L) * width;
            if (needed > Dataset.MOST_NUMBERS) {
                throw new InvalidInputException(
                        Problem.inFile(
                                file,
                                "has more than "
                                        + Dataset.MOST_NUMBERS
                                        + " numbers, which do not fit into memory; set"
                                        + " data.streaming = true"));
            }
            if (needed > values.length) {
                long doubled = Math.max(needed, 2L * values.length);
                values = Arrays.copyOf(values, (int) Math.min(doubled, Dataset.MOST_NUMBERS));
            }
            System.arraycopy(row, 0, values, rows * width, width);
            rows++;
        }

        @Override
        public FloatTable table() {
            return FloatTable.of(Arrays.copyOf(values, rows * width), width);
        }

        @Override
        public void close() {
            // Nothing but memory.
        }
    }

    /**
     * Rows in a temporary file. It is opened so that the system deletes it when nothing uses it any
     * more, even if the process is killed.
     */
    final class OnDisk implements RowStore {
        private static final int BUFFER_BYTES = 1 << 16;

        private final Path source;
        private final int width;
        private final FileChannel channel;
        private ByteBuffer buffer;
        private int rows;

        private OnDisk(Path source, int width) {
            this.source = source;
            this.width = width;
            int rowBytes = Math.multiplyExact(width, Float.BYTES);
            buffer =
                    ByteBuffer.allocateDirect(Math.max(BUFFER_BYTES, rowBytes))
                            .order(ByteOrder.nativeOrder());
            try {
                Path file = Files.createTempFile("evengrad-rows", ".tmp");
                channel =
                        FileChannel.open(
                                file,
                                StandardOpenOption.READ,
                                StandardOpenOption.WRITE,
                                StandardOpenOption.DELETE_ON_CLOSE);
            } catch (IOException error) {
                throw noRoom(error);
            }
        }

        @Override
        public void add(float[] row) {
            if (rows == Integer.MAX_VALUE) {
                throw new InvalidInputException(
                        Problem.inFile(source, "has more than " + rows + " rows"));
            }
            if (buffer.remaining() < width * Float.BYTES) {
                write();
            }
            buffer.asFloatBuffer().put(row);
            buffer.position(buffer.position() + width * Float.BYTES);
            rows++;
        }

        @Override
        public FloatTable table() {
            write();
            try {
                return new FileTable(channel, rows, width, FileTable.MAPPING_BYTES);
            } catch (IOException error) {
                throw noRoom(error);
            }
        }

        private void write() {
            try {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
                buffer.clear();
            } catch (IOException error) {
                throw noRoom(error);
            }
        }

        private InvalidInputException noRoom(IOException error) {
            long bytes = (long) rows * width * Float.BYTES;
            return new InvalidInputException(
                    Problem.ofKey(
                            "data.streaming",
                            String.format(
                                    "cannot keep the rows of %s in the temporary folder %s, after"
                                            + " %d MB: %s. Choose a folder with room: java"
                                            + " -Djava.io.tmpdir=FOLDER",
                                    source,
                                    System.getProperty("java.io.tmpdir"),
                                    bytes >> 20,
                                    error.getMessage())));
        }

        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException error) {
                // The rows are mapped or not wanted; either way nothing is lost.
            }
        }
    }
}
