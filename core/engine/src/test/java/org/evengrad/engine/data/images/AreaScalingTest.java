package org.evengrad.engine.data.images;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AreaScalingTest {
    @Test
    void leavesTheSameSizeAlone() {
        byte[] planes = {1, 2, 3, 4};

        assertSame(planes, AreaScaling.scale(planes, 1, new ImageSize(2, 2), new ImageSize(2, 2)));
    }

    @Test
    void averagesBlocks() {
        byte[] planes = {0, 4, 100, 100, 8, 12, 100, 102};

        assertArrayEquals(
                new byte[] {6, 101},
                AreaScaling.scale(planes, 1, new ImageSize(2, 4), new ImageSize(1, 2)));
    }

    @Test
    void aFineCheckerboardBecomesEvenGray() {
        byte[] planes = new byte[64 * 64];
        for (int i = 0; i < planes.length; i++) {
            planes[i] = (byte) ((i + i / 64) % 2 == 0 ? 0 : 200);
        }

        byte[] scaled = AreaScaling.scale(planes, 1, new ImageSize(64, 64), new ImageSize(8, 8));

        for (byte value : scaled) {
            assertEquals(100, value);
        }
    }

    /** The reference repeats each pixel on a common grid and averages that. */
    @ParameterizedTest
    @CsvSource({"7, 9, 3, 4", "10, 6, 4, 5", "5, 13, 2, 1"})
    void countsPartsOfPixels(int height, int width, int newHeight, int newWidth) {
        byte[] planes = new byte[2 * height * width];
        new Random(5).nextBytes(planes);

        byte[] scaled =
                AreaScaling.scale(
                        planes,
                        2,
                        new ImageSize(height, width),
                        new ImageSize(newHeight, newWidth));

        for (int i = 0; i < scaled.length; i++) {
            int x = i % newWidth;
            int y = i / newWidth % newHeight;
            int channel = i / newWidth / newHeight;
            double sum = 0;
            for (int fineY = y * height; fineY < (y + 1) * height; fineY++) {
                for (int fineX = x * width; fineX < (x + 1) * width; fineX++) {
                    int row = fineY / newHeight;
                    int column = fineX / newWidth;
                    sum += planes[(channel * height + row) * width + column] & 0xff;
                }
            }
            assertEquals(sum / (height * width), scaled[i] & 0xff, 0.5 + 1e-6);
        }
    }

    @Test
    void interpolatesWhatGetsLarger() {
        byte[] planes = {0, 100};

        assertArrayEquals(
                new byte[] {0, 25, 75, 100},
                AreaScaling.scale(planes, 1, new ImageSize(1, 2), new ImageSize(1, 4)));
    }

    @Test
    void scalesEachAxisInItsOwnWay() {
        byte[] planes = {0, 100, 20, 120};

        assertArrayEquals(
                new byte[] {10, 35, 85, 110},
                AreaScaling.scale(planes, 1, new ImageSize(2, 2), new ImageSize(1, 4)));
    }
}
