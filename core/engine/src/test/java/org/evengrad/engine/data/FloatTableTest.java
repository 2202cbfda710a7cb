package org.evengrad.engine.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FloatTableTest {
    private static final int ROWS = 1000;
    private static final int WIDTH = 3;

    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void keepsWhatWasAdded(boolean streaming) {
        try (RowStore store = RowStore.of(folder, WIDTH, streaming)) {
            float[] row = new float[WIDTH];
            for (int i = 0; i < ROWS; i++) {
                for (int column = 0; column < WIDTH; column++) {
                    row[column] = value(i, column);
                }
                store.add(row);
            }
            assertHoldsValues(store.table());
        }
    }

    @Test
    void aTableOnTheDiskOutlivesItsStore() {
        FloatTable table;
        try (RowStore store = RowStore.of(folder, 2, true)) {
            store.add(new float[] {1, 2});
            table = store.table();
        }
        assertArrayEquals(new float[] {1, 2}, Configs.floats(table));
    }

    @Test
    void readsRowsOfSeveralMappings() throws IOException {
        try (FileChannel file = channel()) {
            ByteBuffer bytes =
                    ByteBuffer.allocate(ROWS * WIDTH * Float.BYTES).order(ByteOrder.nativeOrder());
            for (int i = 0; i < ROWS * WIDTH; i++) {
                bytes.putFloat(value(i / WIDTH, i % WIDTH));
            }
            file.write(bytes.flip());

            // 100 bytes hold 8 rows, so the last of the 125 mappings is full.
            assertHoldsValues(new FileTable(file, ROWS, WIDTH, 100));
            // 29 rows; the last mapping has 14.
            assertHoldsValues(new FileTable(file, ROWS, WIDTH, 29 * WIDTH * Float.BYTES));
            // A row does not fit.
            assertHoldsValues(new FileTable(file, ROWS, WIDTH, 1));
        }
    }

    @Test
    void readsBeyondTwoGigabytes() throws IOException {
        int width = 1 << 20;
        int rows = 600;
        try (FileChannel file = channel()) {
            // Sparse: only the last number takes room on the disk.
            ByteBuffer last = ByteBuffer.allocate(Float.BYTES).order(ByteOrder.nativeOrder());
            file.write(last.putFloat(42).flip(), ((long) rows * width - 1) * Float.BYTES);

            FloatTable table = new FileTable(file, rows, width, FileTable.MAPPING_BYTES);

            float[] row = new float[width];
            table.read(rows - 1, row, 0);
            assertEquals(42, row[width - 1]);
            assertEquals(42, table.get(rows - 1, width - 1));
            assertEquals(0, table.get(rows - 1, width - 2));
        }
    }

    @Test
    void changesRowsOnTheHeapAtOnceAndOthersWhenTheyAreRead() throws IOException {
        FloatTable heap = FloatTable.of(new float[] {1, 2, 3, 4}, 2);
        FloatTable disk;
        try (RowStore store = RowStore.of(folder, 2, true)) {
            store.add(new float[] {1, 2});
            store.add(new float[] {3, 4});
            disk = store.table();
        }
        FloatTable.RowChange change = (row, values, at) -> values[at] += 10 * row;

        assertArrayEquals(new float[] {1, 2, 13, 4}, Configs.floats(heap.changed(change)));
        assertArrayEquals(new float[] {1, 2, 13, 4}, Configs.floats(disk.changed(change)));
        assertEquals(13, disk.changed(change).get(1, 0));
        assertEquals(13, heap.get(1, 0));
        assertEquals(3, disk.get(1, 0));
    }

    private FileChannel channel() throws IOException {
        return FileChannel.open(
                folder.resolve("rows"),
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.SPARSE);
    }

    private static void assertHoldsValues(FloatTable table) {
        assertEquals(ROWS, table.rows());
        assertEquals(WIDTH, table.width());
        float[] row = new float[WIDTH + 1];
        for (int i = 0; i < ROWS; i++) {
            table.read(i, row, 1);
            for (int column = 0; column < WIDTH; column++) {
                assertEquals(value(i, column), row[1 + column]);
                assertEquals(value(i, column), table.get(i, column));
            }
        }
    }

    private static float value(int row, int column) {
        return row + column / 4f;
    }
}
