package org.evengrad.engine.data.images;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.evengrad.config.AugmentConfig.Padding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageTransformsTest {
    private static final float[] TWO_CHANNELS = {
        1, 2, 3, //
        4, 5, 6, //
        10, 20, 30, //
        40, 50, 60
    };

    @Test
    void mirrorsEachRowOfEachChannel() {
        float[] flipped = new float[12];

        transforms(2, 2, 3, Padding.ZERO).flip(TWO_CHANNELS, flipped);

        assertArrayEquals(new float[] {3, 2, 1, 6, 5, 4, 30, 20, 10, 60, 50, 40}, flipped);
    }

    @Test
    void shiftsZerosIn() {
        float[] shifted = new float[12];

        transforms(2, 2, 3, Padding.ZERO).shift(TWO_CHANNELS, shifted, 1, -1);

        assertArrayEquals(new float[] {0, 4, 5, 0, 0, 0, 0, 40, 50, 0, 0, 0}, shifted);
    }

    @Test
    void shiftsTheMirroredImageIn() {
        float[] image = {1, 2, 3, 4};
        float[] left = new float[4];
        float[] right = new float[4];
        ImageTransforms transforms = transforms(1, 1, 4, Padding.REFLECT);

        transforms.shift(image, left, 5, -3);
        transforms.shift(image, right, 0, 5);

        assertArrayEquals(new float[] {4, 3, 2, 1}, left);
        // 1 2 3 4 3 2 1 2 3: five places on, the image repeats itself mirrored twice.
        assertArrayEquals(new float[] {2, 1, 2, 3}, right);
    }

    @ParameterizedTest
    @EnumSource(Padding.class)
    void rotatingByNothingChangesNothing(Padding padding) {
        float[] rotated = new float[12];

        transforms(2, 2, 3, padding).rotate(TWO_CHANNELS, rotated, 0);

        assertArrayEquals(TWO_CHANNELS, rotated);
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    void aQuarterTurnMovesPixels(int size) {
        float[] image = noise(3 * size * size);
        float[] rotated = new float[image.length];

        transforms(3, size, size, Padding.ZERO).rotate(image, rotated, 90);

        // Counterclockwise: the last column becomes the first row.
        for (int channel = 0; channel < 3; channel++) {
            for (int y = 0; y < size; y++) {
                for (int x = 0; x < size; x++) {
                    float expected = image[(channel * size + x) * size + size - 1 - y];
                    assertEquals(expected, rotated[(channel * size + y) * size + x], 1e-6f);
                }
            }
        }
    }

    @Test
    void aHalfTurnReversesAChannelOfAnyShape() {
        float[] rotated = new float[12];

        transforms(2, 2, 3, Padding.ZERO).rotate(TWO_CHANNELS, rotated, 180);

        assertArrayEquals(new float[] {6, 5, 4, 3, 2, 1, 60, 50, 40, 30, 20, 10}, rotated, 1e-5f);
    }

    /** Bilinear interpolation is exact for a plane a + b x + c y. */
    @Test
    void interpolatesBetweenPixels() {
        int size = 9;
        float[] image = new float[size * size];
        for (int i = 0; i < image.length; i++) {
            image[i] = 2 + 3 * (i % size) - (i / size);
        }
        float[] rotated = new float[image.length];

        transforms(1, size, size, Padding.ZERO).rotate(image, rotated, 30);

        // The point that is one to the right of the center comes from 30 degrees below it.
        double x = 4 + Math.sqrt(3) / 2;
        double y = 4 + 0.5;
        assertEquals(2 + 3 * x - y, rotated[4 * size + 5], 1e-5);
        assertEquals(image[4 * size + 4], rotated[4 * size + 4], 1e-6);
    }

    @Test
    void whatComesFromOutsideIsPadding() {
        float[] image = {1, 1, 1, 1};
        float[] zero = new float[4];
        float[] reflected = new float[4];

        transforms(1, 1, 4, Padding.ZERO).rotate(image, zero, 90);
        transforms(1, 1, 4, Padding.REFLECT).rotate(image, reflected, 90);

        // Each comes from above or below the middle, half a pixel or more beyond the only row.
        assertArrayEquals(new float[] {0, 0.5f, 0.5f, 0}, zero, 1e-6f);
        assertArrayEquals(image, reflected, 1e-6f);
    }

    private static ImageTransforms transforms(
            int channels, int height, int width, Padding padding) {
        return new ImageTransforms(channels, height, width, padding);
    }

    private static float[] noise(int length) {
        Random random = new Random(3);
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = random.nextFloat();
        }
        return values;
    }
}
