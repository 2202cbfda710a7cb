package org.evengrad.engine.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.List;
import org.evengrad.config.DataConfig.Missing;
import org.evengrad.config.DataConfig.Normalize;
import org.evengrad.config.DataConfig.Task;
import org.junit.jupiter.api.Test;

class NormalizerTest {
    /** Three features: plain, with a mean far above its spread, and constant. */
    private static final float[] FEATURES = {
        1, 10_000_001, 0.1f,
        2, 10_000_002, 0.1f,
        4, 10_000_004, 0.1f,
        -9, 10_000_009, 0.7f,
    };

    @Test
    void standardMatchesExactArithmetic() {
        Normalizer normalizer = Normalizer.fit(Normalize.STANDARD, firstThreeRows());

        for (int feature = 0; feature < 2; feature++) {
            double[] exact = exactMeanAndDeviation(feature);
            assertEquals(exact[0], normalizer.shift()[feature], 1e-9 * Math.abs(exact[0]));
            assertEquals(exact[1], normalizer.scale()[feature], 1e-8);
        }
    }

    @Test
    void minMaxTakesTheSmallestAndTheRange() {
        Normalizer normalizer = Normalizer.fit(Normalize.MIN_MAX, firstThreeRows());

        assertArrayEquals(new double[] {1, 10_000_001, 0.1f}, normalizer.shift());
        assertArrayEquals(new double[] {3, 3, 1}, normalizer.scale());
    }

    @Test
    void aConstantFeatureGetsScaleOne() {
        Normalizer normalizer = Normalizer.fit(Normalize.STANDARD, firstThreeRows());

        assertEquals(0.1f, normalizer.shift()[2]);
        assertEquals(1, normalizer.scale()[2]);
    }

    @Test
    void otherRowsDoNotCountButAreChanged() {
        DataPart part = firstThreeRows();
        Normalizer normalizer = Normalizer.fit(Normalize.MIN_MAX, part);

        normalizer.apply(part.dataset());

        assertArrayEquals(
                new float[] {0, 0, 0, 1 / 3f, 1 / 3f, 0, 1, 1, 0, -10 / 3f, 8 / 3f, 0.6f},
                Configs.floats(part.dataset().features()),
                1e-6f);
    }

    @Test
    void noneChangesNothing() {
        DataPart part = firstThreeRows();
        Normalizer normalizer = Normalizer.fit(Normalize.NONE, part);

        normalizer.apply(part.dataset());

        assertEquals(Normalizer.none(), normalizer);
        assertArrayEquals(FEATURES, Configs.floats(part.dataset().features()));
    }

    @Test
    void isTheSameAfterBeingStored() {
        Normalizer normalizer = Normalizer.fit(Normalize.STANDARD, firstThreeRows());

        Normalizer read = new Normalizer(normalizer.kind(), normalizer.shift(), normalizer.scale());

        assertEquals(normalizer, read);
        assertEquals(normalizer.hashCode(), read.hashCode());
    }

    @Test
    void cannotBeChangedFromOutside() {
        Normalizer normalizer = Normalizer.fit(Normalize.MIN_MAX, firstThreeRows());

        normalizer.scale()[0] = 0;

        assertEquals(3, normalizer.scale()[0]);
    }

    @Test
    void refusesStoredNumbersThatCannotBe() {
        double[] one = {1};
        double[] none = {};
        assertThrows(
                IllegalArgumentException.class,
                () -> new Normalizer(Normalize.STANDARD, one, new double[] {0}));
        assertThrows(
                IllegalArgumentException.class,
                () -> new Normalizer(Normalize.STANDARD, new double[] {Double.NaN}, one));
        assertThrows(
                IllegalArgumentException.class,
                () -> new Normalizer(Normalize.STANDARD, one, new double[] {1, 1}));
        assertThrows(
                IllegalArgumentException.class,
                () -> new Normalizer(Normalize.STANDARD, none, none));
        assertThrows(
                IllegalArgumentException.class, () -> new Normalizer(Normalize.NONE, one, one));
        assertThrows(
                IllegalArgumentException.class,
                () -> new Normalizer(Normalize.STANDARD, new double[2], one, one));
        assertThrows(
                IllegalArgumentException.class,
                () -> new Normalizer(Normalize.NONE, new double[] {1 / 0.0}, none, none));
    }

    @Test
    void refusesDataWithAnotherNumberOfFeatures() {
        Normalizer normalizer =
                new Normalizer(Normalize.MIN_MAX, new double[2], new double[] {1, 1});

        assertThrows(
                IllegalArgumentException.class, () -> normalizer.apply(firstThreeRows().dataset()));
    }

    @Test
    void replacesMissingValuesByWhatTheTrainingRowsSay() {
        assertArrayEquals(
                new double[] {3, 5}, replacements(Missing.MEAN), "means of 1 3 5 and of 4 6");
        assertArrayEquals(
                new double[] {3, 5}, replacements(Missing.MEDIAN), "medians of 1 3 5 and of 4 6");
        assertArrayEquals(new double[] {0, 0}, replacements(Missing.ZERO));
    }

    @Test
    void aMedianIsNotMovedByAnOutlier() {
        DataPart part = withMissing(1, 2, 1_000_000, 3, Float.NaN, 4, 2, Float.NaN);

        assertArrayEquals(
                new double[] {2, 3},
                Normalizer.fit(Normalize.NONE, Missing.MEDIAN, part).replacements());
    }

    @Test
    void scalesAfterReplacing() {
        DataPart part = withMissing(1, 4, 3, Float.NaN, 5, 6, Float.NaN, Float.NaN);
        Normalizer normalizer = Normalizer.fit(Normalize.STANDARD, Missing.MEAN, part);

        Dataset normalized = normalizer.apply(part.dataset());

        // 1 3 5 3 has a variance of 2, 4 5 6 5 one of a half; row 4 is for testing.
        assertArrayEquals(new double[] {Math.sqrt(2), Math.sqrt(0.5)}, normalizer.scale(), 1e-12);
        assertArrayEquals(
                new float[] {
                    (float) -Math.sqrt(2),
                    (float) -Math.sqrt(2),
                    0,
                    0,
                    (float) Math.sqrt(2),
                    (float) Math.sqrt(2),
                    0,
                    0,
                    0,
                    0
                },
                Configs.floats(normalized.features()),
                1e-6f);
    }

    @Test
    void refusesAFeatureWithoutAnyValue() {
        float none = Float.NaN;
        for (Missing missing : new Missing[] {Missing.MEAN, Missing.MEDIAN}) {
            assertEquals(
                    List.of(
                            "data.missing: 'b' has no value in any of the rows to train on; remove"
                                    + " the column, or use missing = zero"),
                    Configs.problems(
                            () ->
                                    Normalizer.fit(
                                            Normalize.NONE,
                                            missing,
                                            withMissing(1, none, 2, none, 3, none, 4, none))));
        }
    }

    private static double[] replacements(Missing missing) {
        DataPart part = withMissing(1, 4, 3, Float.NaN, 5, 6, Float.NaN, Float.NaN);
        return Normalizer.fit(Normalize.NONE, missing, part).replacements();
    }

    /** The given four rows of two features, for training, and a fifth without values. */
    private static DataPart withMissing(float... features) {
        float[] all = Arrays.copyOf(features, 10);
        all[8] = Float.NaN;
        all[9] = Float.NaN;
        Dataset data =
                new Dataset(
                        all,
                        5,
                        List.of(2),
                        new float[5],
                        1,
                        Task.REGRESSION,
                        List.of(),
                        List.of("a", "b"));
        return new DataPart(data, new int[] {0, 1, 2, 3});
    }

    private static DataPart firstThreeRows() {
        Dataset data =
                new Dataset(
                        FEATURES.clone(),
                        4,
                        List.of(3),
                        new float[4],
                        1,
                        Task.REGRESSION,
                        List.of(),
                        List.of("a", "b", "c"));
        return new DataPart(data, new int[] {0, 1, 2});
    }

    private static double[] exactMeanAndDeviation(int feature) {
        MathContext digits = MathContext.DECIMAL128;
        BigDecimal three = BigDecimal.valueOf(3);
        BigDecimal sum = BigDecimal.ZERO;
        for (int row = 0; row < 3; row++) {
            sum = sum.add(new BigDecimal(FEATURES[row * 3 + feature]));
        }
        BigDecimal mean = sum.divide(three, digits);
        BigDecimal squares = BigDecimal.ZERO;
        for (int row = 0; row < 3; row++) {
            BigDecimal difference = new BigDecimal(FEATURES[row * 3 + feature]).subtract(mean);
            squares = squares.add(difference.pow(2));
        }
        BigDecimal deviation = squares.divide(three, digits).sqrt(digits);
        return new double[] {mean.doubleValue(), deviation.doubleValue()};
    }
}
