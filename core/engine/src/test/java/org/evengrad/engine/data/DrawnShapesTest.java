package org.evengrad.engine.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.evengrad.config.DataConfig.Source.Shapes;
import org.evengrad.config.DataConfig.Task;
import org.evengrad.config.problem.InvalidInputException;
import org.junit.jupiter.api.Test;

class DrawnShapesTest {
    private static final long SEED = 7;
    private static final int SIZE = 24;

    private static Dataset images(int samples, int classes, double noise) {
        return DrawnShapes.images(new Shapes(samples, SIZE, classes, noise), SEED);
    }

    private static float[] pixels(Dataset data, int row) {
        float[] pixels = new float[SIZE * SIZE];
        data.features().read(row, pixels, 0);
        return pixels;
    }

    @Test
    void imagesHaveAShapeAndNamedClasses() {
        Dataset data = images(11, 4, 0.1);

        assertEquals(11, data.rows());
        assertEquals(List.of(1, SIZE, SIZE), data.featureShape());
        assertEquals(List.of("disk", "cross", "frame", "plus"), data.classes());
        assertEquals(Task.CLASSIFICATION, data.task());
        for (int row = 0; row < 11; row++) {
            assertEquals(row % 4, data.targets().get(row, 0));
        }
    }

    @Test
    void withoutNoiseAnImageIsDarkOrOfOneBrightness() {
        Dataset data = images(50, 10, 0);
        for (int row = 0; row < 50; row++) {
            float[] pixels = pixels(data, row);
            float brightness = 0;
            for (float pixel : pixels) {
                brightness = Math.max(brightness, pixel);
            }
            assertTrue(brightness >= 0.6 && brightness <= 1, "brightness " + brightness);
            for (float pixel : pixels) {
                assertTrue(pixel == 0 || pixel == brightness, "pixel " + pixel);
            }
        }
    }

    /** A disk fills pi / 4 of the square around it, which the square fills as a whole. */
    @Test
    void disksAndSquaresFillTheirArea() {
        Dataset data = images(200, 5, 0);
        for (int row = 0; row < 200; row += 5) {
            assertEquals(Math.PI / 4, filled(pixels(data, row)), 0.12, "disk " + row);
            assertEquals(1, filled(pixels(data, row + 4)), "square " + row);
        }
    }

    /** The share of the smallest rectangle around the bright pixels that is bright. */
    private static double filled(float[] pixels) {
        int left = SIZE;
        int right = 0;
        int top = SIZE;
        int bottom = 0;
        int bright = 0;
        for (int pixel = 0; pixel < pixels.length; pixel++) {
            if (pixels[pixel] > 0) {
                bright++;
                left = Math.min(left, pixel % SIZE);
                right = Math.max(right, pixel % SIZE);
                top = Math.min(top, pixel / SIZE);
                bottom = Math.max(bottom, pixel / SIZE);
            }
        }
        return bright / (double) ((right - left + 1) * (bottom - top + 1));
    }

    @Test
    void noiseHasItsDeviation() {
        double squares = 0;
        int count = 0;
        Dataset clean = images(20, 2, 0);
        Dataset noisy = images(20, 2, 0.1);
        // The first image's shape is drawn before its noise, so it stands at the same place.
        float[] with = pixels(noisy, 0);
        float[] without = pixels(clean, 0);
        for (int pixel = 0; pixel < with.length; pixel++) {
            double noise = with[pixel] - without[pixel];
            squares += noise * noise;
            count++;
        }
        assertEquals(0.1, Math.sqrt(squares / count), 0.01);
    }

    @Test
    void theSeedDecidesTheImages() {
        Shapes source = new Shapes(6, SIZE, 3, 0.1);

        assertArrayEquals(
                pixels(DrawnShapes.images(source, 1), 5), pixels(DrawnShapes.images(source, 1), 5));
        assertFalse(
                Arrays.equals(
                        pixels(DrawnShapes.images(source, 1), 5),
                        pixels(DrawnShapes.images(source, 2), 5)));
    }

    @Test
    void refusesFewerImagesThanClassesAndMoreThanFit() {
        assertEquals(
                "data.samples: must be from 3, one for each class, to 3728270, which fit into"
                        + " memory; not 2",
                assertThrows(InvalidInputException.class, () -> images(2, 3, 0)).getMessage());
        assertThrows(InvalidInputException.class, () -> images(4_000_000, 3, 0));
    }
}
