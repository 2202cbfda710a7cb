package org.evengrad.engine.data.images;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.evengrad.config.AugmentConfig;
import org.evengrad.config.AugmentConfig.Flip;
import org.evengrad.config.AugmentConfig.Padding;
import org.evengrad.config.problem.InvalidInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageAugmentationTest {
    private static final long SEED = 42;
    private static final AugmentConfig EVERYTHING =
            new AugmentConfig(Flip.HORIZONTAL, 2, Padding.REFLECT, 10, 0.05, 0.2);

    @Test
    void cropsReachEveryPlaceAboutEquallyOften() {
        ImageAugmentation crop = augmentation(Flip.NONE, 2, 0, 0, 0, 1, 5, 5);
        int[] seen = new int[25];
        int draws = 5_000;
        for (int row = 0; row < draws; row++) {
            float[] image = new float[25];
            image[12] = 1; // the center goes to where the window is not
            crop.apply(0, row, image);
            for (int i = 0; i < 25; i++) {
                seen[i] += (int) image[i];
            }
        }

        assertEquals(draws, Arrays.stream(seen).sum());
        for (int count : seen) {
            assertEquals(draws / 25.0, count, 5 * Math.sqrt(draws / 25.0));
        }
    }

    @Test
    void flipsHalfOfTheImages() {
        ImageAugmentation flip = augmentation(Flip.HORIZONTAL, 0, 0, 0, 0, 1, 1, 2);
        int flipped = 0;
        for (int row = 0; row < 4_000; row++) {
            float[] image = {1, 2};
            flip.apply(0, row, image);
            flipped += image[0] == 2 ? 1 : 0;
            assertEquals(3, image[0] + image[1]);
        }

        assertEquals(2_000, flipped, 5 * Math.sqrt(1_000));
    }

    @Test
    void turnsToBothSidesWithinTheAngle() {
        ImageAugmentation rotate = augmentation(Flip.NONE, 0, 20, 0, 0, 1, 3, 3);
        double least = 0;
        double most = 0;
        for (int row = 0; row < 2_000; row++) {
            // The pixel to the right of the center sees this plane at the sine of the angle.
            float[] image = {-1, -1, -1, 0, 0, 0, 1, 1, 1};
            rotate.apply(0, row, image);
            double degrees = Math.toDegrees(Math.asin(image[5]));
            least = Math.min(least, degrees);
            most = Math.max(most, degrees);
        }

        assertEquals(-20, least, 0.2);
        assertEquals(20, most, 0.2);
    }

    @Test
    void noiseHasTheDeviationAndTheTailsOfANormal() {
        ImageAugmentation noise = augmentation(Flip.NONE, 0, 0, 0.05, 0, 3, 16, 16);
        int images = 300;
        double sum = 0;
        double squares = 0;
        double fourth = 0;
        double neighbors = 0;
        for (int row = 0; row < images; row++) {
            float[] image = new float[768];
            Arrays.fill(image, 0.5f);
            noise.apply(0, row, image);
            for (int i = 0; i < image.length; i++) {
                double z = (image[i] - 0.5) / 0.05;
                sum += z;
                squares += z * z;
                fourth += z * z * z * z;
                neighbors += i == 0 ? 0 : z * (image[i - 1] - 0.5) / 0.05;
            }
        }

        // Five standard errors of the mean of z, z^2, z^4 and of z times its neighbor.
        double count = images * 768.0;
        double error = 5 / Math.sqrt(count);
        assertEquals(0, sum / count, error);
        assertEquals(1, squares / count, error * Math.sqrt(2));
        assertEquals(3, fourth / count, error * Math.sqrt(96));
        assertEquals(0, neighbors / count, error);
    }

    /** Beta(a, a) has mean 1/2, variance 1/4 / (2a + 1), and is symmetric. */
    @ParameterizedTest
    @ValueSource(doubles = {0.001, 0.2, 1, 4})
    void sharesHaveTheMomentsOfBeta(double alpha) {
        ImageAugmentation mixup = augmentation(Flip.NONE, 0, 0, 0, alpha, 1, 1, 1);
        int draws = 20_000;
        double sum = 0;
        double squares = 0;
        double cubes = 0;
        for (int row = 0; row < draws; row++) {
            double distance = mixup.share(3, row) - 0.5;
            assertTrue(Math.abs(distance) <= 0.5);
            sum += distance;
            squares += distance * distance;
            cubes += distance * distance * distance;
        }

        double error = 5 * 0.5 / Math.sqrt(draws);
        assertEquals(0, sum / draws, error);
        assertEquals(0.25 / (2 * alpha + 1), squares / draws, error / 2);
        assertEquals(0, cubes / draws, error / 4);
    }

    /** With alpha 1 every share is equally likely. */
    @Test
    void sharesAreUniformForAlphaOne() {
        ImageAugmentation mixup = augmentation(Flip.NONE, 0, 0, 0, 1, 1, 1, 1);
        int[] tenths = new int[10];
        for (int row = 0; row < 20_000; row++) {
            tenths[(int) Math.min(9, mixup.share(0, row) * 10)]++;
        }

        for (int count : tenths) {
            assertEquals(2_000, count, 5 * Math.sqrt(1_800));
        }
    }

    @Test
    void partnersAreAllRowsEquallyOften() {
        ImageAugmentation mixup = augmentation(Flip.NONE, 0, 0, 0, 0.2, 1, 1, 1);
        int[] seen = new int[7];
        for (int row = 0; row < 7_000; row++) {
            seen[mixup.partner(1, row, 7)]++;
        }

        for (int count : seen) {
            assertEquals(1_000, count, 5 * Math.sqrt(1_000));
        }
    }

    @Test
    void withoutMixupARowKeepsItsWholeShare() {
        assertEquals(1, augmentation(Flip.HORIZONTAL, 1, 5, 1, 0, 1, 4, 4).share(0, 0));
    }

    @Test
    void repeatsWhatSeedEpochAndRowSayInAnyOrder() {
        ImageAugmentation first = new ImageAugmentation(EVERYTHING, SEED, List.of(3, 8, 8));
        ImageAugmentation second = new ImageAugmentation(EVERYTHING, SEED, List.of(3, 8, 8));
        float[] expected = image(1);
        first.apply(5, 17, expected);
        float share = first.share(5, 17);
        int partner = first.partner(5, 17, 1000);

        for (int row = 0; row < 9; row++) {
            second.apply(5, row, image(row));
        }
        assertEquals(partner, second.partner(5, 17, 1000));
        assertEquals(share, second.share(5, 17));
        float[] found = image(1);
        second.apply(5, 17, found);
        assertArrayEquals(expected, found);
    }

    @Test
    void differsBetweenSeedsEpochsAndRows() {
        Set<Integer> results = new HashSet<>();
        for (long[] key : new long[][] {{42, 0, 0}, {43, 0, 0}, {42, 1, 0}, {42, 0, 1}}) {
            float[] image = image(1);
            new ImageAugmentation(EVERYTHING, key[0], List.of(3, 8, 8))
                    .apply(key[1], (int) key[2], image);
            results.add(Arrays.hashCode(image));
        }

        assertEquals(4, results.size());
    }

    /** So that the effect of one option can be told apart from another draw of the others. */
    @Test
    void anotherOptionLeavesTheCropAsItIs() {
        ImageAugmentation crop = augmentation(Flip.NONE, 3, 0, 0, 0, 3, 8, 8);
        ImageAugmentation both = augmentation(Flip.HORIZONTAL, 3, 0, 0, 0, 3, 8, 8);
        int same = 0;
        for (int row = 0; row < 20; row++) {
            float[] cropped = image(row);
            crop.apply(0, row, cropped);
            float[] flipped = cropped.clone();
            new ImageTransforms(3, 8, 8, Padding.ZERO).flip(cropped, flipped);
            float[] found = image(row);
            both.apply(0, row, found);
            boolean unflipped = Arrays.equals(cropped, found);
            assertTrue(unflipped || Arrays.equals(flipped, found));
            same += unflipped ? 1 : 0;
        }
        assertTrue(same > 0 && same < 20);
    }

    @Test
    void changesNothingWhenAllIsOff() {
        AugmentConfig off = new AugmentConfig(Flip.NONE, 0, Padding.ZERO, 0, 0, 0);
        float[] image = image(1);

        new ImageAugmentation(off, SEED, List.of(3, 8, 8)).apply(0, 0, image);

        assertTrue(off.isOff());
        assertFalse(EVERYTHING.isOff());
        assertArrayEquals(image(1), image);
    }

    @Test
    void refusesACropThatMayMissTheImage() {
        AugmentConfig crop = new AugmentConfig(Flip.NONE, 6, Padding.ZERO, 0, 0, 0);

        InvalidInputException refusal =
                assertThrows(
                        InvalidInputException.class,
                        () -> new ImageAugmentation(crop, SEED, List.of(1, 6, 8)));
        assertEquals(
                "data.augment.crop: must be less than the images' height and width, 6 x 8, not 6",
                refusal.getMessage());
    }

    @Test
    void allocatesNothing() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        ImageAugmentation everything = new ImageAugmentation(EVERYTHING, SEED, List.of(1, 8, 8));
        float[] image = new float[64];
        int calls = 500;
        long bytes = Long.MAX_VALUE;
        // The first rounds warm up: the JIT and lazy linking allocate.
        for (int round = 0; round < 8 && bytes >= calls; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int call = 0; call < calls; call++) {
                everything.apply(round, call, image);
                image[0] += everything.share(round, call) + everything.partner(round, call, 9);
            }
            bytes = threads.getCurrentThreadAllocatedBytes() - before;
        }

        assertTrue(bytes < calls, bytes + " bytes");
    }

    private static ImageAugmentation augmentation(
            Flip flip,
            int crop,
            double rotate,
            double noise,
            double mixup,
            int channels,
            int height,
            int width) {
        return new ImageAugmentation(
                new AugmentConfig(flip, crop, Padding.ZERO, rotate, noise, mixup),
                SEED,
                List.of(channels, height, width));
    }

    private static float[] image(int start) {
        float[] image = new float[3 * 8 * 8];
        for (int i = 0; i < image.length; i++) {
            image[i] = start + i / 192f;
        }
        return image;
    }
}
