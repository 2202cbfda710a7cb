package org.evengrad.engine.data.images;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class PixelStoreTest {
    @TempDir Path folder;

    @Test
    void givesRowsBackAsFloats() throws IOException {
        for (PixelStore store : List.of(PixelStore.onHeap(2), PixelStore.inFile(folder, 2, 3))) {
            store.write(1, new byte[] {51, 102, (byte) 204});
            store.write(0, new byte[] {0, (byte) 255, 1});
            store.seal();

            float[] values = new float[8];
            store.read(0, values, 1);
            store.read(1, values, 4);

            assertArrayEquals(new float[] {0, 0, 1, 1 / 255f, 0.2f, 0.4f, 0.8f, 0}, values, 1e-7f);
        }
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "a mapped file cannot be deleted there")
    void leavesNoFileBehind() throws IOException {
        PixelStore sealed = PixelStore.inFile(folder, 1, 1);
        sealed.write(0, new byte[1]);
        sealed.seal();
        PixelStore.inFile(folder, 1, 1).discard();

        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(), files.toList());
        }
    }
}
