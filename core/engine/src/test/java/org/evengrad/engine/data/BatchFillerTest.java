package org.evengrad.engine.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.evengrad.config.DataConfig.Task;
import org.junit.jupiter.api.Test;

class BatchFillerTest {
    private static final List<Integer> FEATURES = List.of(2);
    private static final int[] ORDER = {2, 0, 1};

    @Test
    void copiesTheFeaturesOfTheRowsInOrder() {
        BatchFiller filler = new BatchFiller(part(3, 0, 1, 2, 0), FEATURES, 3, 1);
        FloatBuffer out = direct(4);

        filler.copyFeatures(ORDER, 0, 2, out);

        // The part has rows 1, 2 and 3 of the data; places 2 and 0 of it are rows 3 and 1.
        assertArrayEquals(new float[] {30, 31, 10, 11}, content(out));
        assertEquals(2, filler.featureCount());
    }

    @Test
    void copiesALaterBatch() {
        BatchFiller filler = new BatchFiller(part(3, 0, 1, 2, 0), FEATURES, 3, 1);
        FloatBuffer out = direct(2);

        filler.copyFeatures(ORDER, 2, 1, out);

        assertArrayEquals(new float[] {20, 21}, content(out));
    }

    @Test
    void writesClassesAsOneHotRows() {
        BatchFiller filler = new BatchFiller(part(3, 0, 1, 2, 0), FEATURES, 3, 1);
        FloatBuffer out = direct(9);

        filler.copyTargets(ORDER, 0, 3, out);

        assertArrayEquals(new float[] {1, 0, 0, 0, 1, 0, 0, 0, 1}, content(out));
        assertEquals(3, filler.targetCount());
    }

    @Test
    void moreUnitsThanClassesLeaveColumnsEmpty() {
        BatchFiller filler = new BatchFiller(part(2, 0, 1, 1, 0), FEATURES, 4, 1);
        FloatBuffer out = direct(4);

        filler.copyTargets(ORDER, 1, 1, out);

        assertArrayEquals(new float[] {0, 1, 0, 0}, content(out));
    }

    @Test
    void writesTwoClassesInOneUnitAsZeroAndOne() {
        BatchFiller filler = new BatchFiller(part(2, 0, 1, 1, 0), FEATURES, 1, 1);
        FloatBuffer out = direct(3);

        filler.copyTargets(ORDER, 0, 3, out);

        assertArrayEquals(new float[] {0, 1, 1}, content(out));
        assertEquals(1, filler.targetCount());
    }

    @Test
    void writesRegressionTargetsAsTheyAre() {
        BatchFiller filler = new BatchFiller(part(0, 0.5f, 1.5f, -2, 8), FEATURES, 1, 1);
        FloatBuffer out = direct(3);

        filler.copyTargets(ORDER, 0, 3, out);

        assertArrayEquals(new float[] {8, 1.5f, -2}, content(out));
    }

    @Test
    void refusesTooFewUnitsForTheClasses() {
        assertEquals(
                List.of("model.output.units: 2 cannot stand for 3 classes"),
                Configs.problems(() -> new BatchFiller(part(3, 0, 1, 2, 0), FEATURES, 2, 1)));
        assertEquals(
                List.of("model.output.units: 1 cannot stand for 3 classes"),
                Configs.problems(() -> new BatchFiller(part(3, 0, 1, 2, 0), FEATURES, 1, 1)));
    }

    @Test
    void refusesOtherUnitsThanTargetsInARegression() {
        assertEquals(
                List.of("model.output.units: 2 does not fit the data: targets a row: 1"),
                Configs.problems(() -> new BatchFiller(part(0, 1, 2, 3, 4), FEATURES, 2, 1)));
    }

    @Test
    void doesNotWriteBeyondTheBuffer() {
        BatchFiller filler = new BatchFiller(part(3, 0, 1, 2, 0), FEATURES, 3, 1);

        assertThrows(
                BufferOverflowException.class, () -> filler.copyFeatures(ORDER, 0, 3, direct(5)));
    }

    @Test
    void flattensImagesForANetworkThatTakesFlatRows() {
        Dataset images =
                new Dataset(
                        new float[] {1, 2, 3, 4},
                        1,
                        List.of(1, 2, 2),
                        new float[] {1},
                        1,
                        Task.REGRESSION,
                        List.of(),
                        List.of());
        FloatBuffer out = direct(4);

        new BatchFiller(images.all(), List.of(4), 1, 1).copyFeatures(new int[] {0}, 0, 1, out);

        assertArrayEquals(new float[] {1, 2, 3, 4}, content(out));
    }

    @Test
    void writesSymbolsOneHotOrAsTheyAre() {
        BatchFiller oneHot = new BatchFiller(text(), List.of(3, 2), 3, 2);
        BatchFiller raw = new BatchFiller(text(), List.of(1, 2), 3, 2);
        FloatBuffer hot = direct(12);
        FloatBuffer plain = direct(4);

        oneHot.copyFeatures(new int[] {0, 1}, 0, 2, hot);
        raw.copyFeatures(new int[] {0, 1}, 0, 2, plain);

        // Row 0 is 2 0, row 1 is 1 and padding; all steps of symbol 0 come first.
        assertArrayEquals(new float[] {0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0}, content(hot));
        assertArrayEquals(new float[] {2, 0, 1, 0}, content(plain));
        assertEquals(6, oneHot.featureCount());
        assertEquals(2, raw.featureCount());
    }

    @Test
    void writesTheClassOfEachStepAndNothingForPadding() {
        BatchFiller filler = new BatchFiller(text(), List.of(1, 2), 3, 2);
        FloatBuffer out = direct(12);

        filler.copyTargets(new int[] {0, 1}, 0, 2, out);

        assertArrayEquals(new float[] {1, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0}, content(out));
        assertEquals(6, filler.targetCount());
    }

    @Test
    void writesAMaskForPaddedRows() {
        BatchFiller filler = new BatchFiller(text(), List.of(1, 2), 3, 2);
        FloatBuffer out = direct(4);

        filler.copyMask(new int[] {1, 0}, 0, 2, out);

        assertArrayEquals(new float[] {1, 0, 1, 1}, content(out));
        assertTrue(filler.masked());
        assertFalse(new BatchFiller(part(3, 0, 1, 2, 0), FEATURES, 3, 1).masked());
    }

    @Test
    void writesSeveralLabelsAsTheyAre() {
        Dataset data =
                new Dataset(
                        new float[] {1, 2},
                        2,
                        List.of(1),
                        new float[] {0, 1, 1, 1},
                        2,
                        Task.MULTI_LABEL,
                        List.of("red", "round"),
                        List.of("x"));
        FloatBuffer out = direct(4);

        new BatchFiller(data.all(), List.of(1), 2, 1).copyTargets(new int[] {1, 0}, 0, 2, out);

        assertArrayEquals(new float[] {1, 1, 0, 1}, content(out));
    }

    @Test
    void refusesANetworkThatTakesAnotherShape() {
        assertEquals(
                List.of("data.source: a row has the shape [2], the network takes [1, 28, 28]"),
                Configs.problems(
                        () -> new BatchFiller(part(3, 0, 1, 2, 0), List.of(1, 28, 28), 3, 1)));
        assertEquals(
                List.of(
                        "data.source: a row has the shape [1, 2] of 3 symbols, the network takes"
                                + " [2, 2]"),
                Configs.problems(() -> new BatchFiller(text(), List.of(2, 2), 3, 2)));
    }

    @Test
    void refusesOutputsForOtherSteps() {
        assertEquals(
                List.of(
                        "data.source: a row has targets for each of its 2 steps, the network gives"
                                + " one output for all of them"),
                Configs.problems(() -> new BatchFiller(text(), List.of(1, 2), 3, 1)));
        assertEquals(
                List.of(
                        "data.source: a row has one target for all of its steps, the network gives"
                                + " an output for each of 5"),
                Configs.problems(() -> new BatchFiller(part(3, 0, 1, 2, 0), FEATURES, 3, 5)));
    }

    @Test
    void changesRowsByEpochAndRow() {
        Augmentation addKey = (epoch, row, features) -> features[0] += 100 * epoch + row;
        BatchFiller filler =
                new BatchFiller(part(3, 0, 1, 2, 0), FEATURES, 3, 1, Optional.of(addKey));
        FloatBuffer out = direct(4);

        filler.epoch(2);
        filler.copyFeatures(ORDER, 0, 2, out);

        assertArrayEquals(new float[] {233, 31, 211, 11}, content(out));
    }

    @Test
    void mixesARowWithAnotherOne() {
        Augmentation mixup =
                new Augmentation() {
                    @Override
                    public void apply(long epoch, int row, float[] features) {
                        features[1] = row;
                    }

                    @Override
                    public float share(long epoch, int row) {
                        return row == 3 ? 0.75f : 1;
                    }

                    @Override
                    public int partner(long epoch, int row, int rows) {
                        return rows - 3;
                    }
                };
        BatchFiller filler =
                new BatchFiller(part(3, 0, 1, 2, 0), FEATURES, 3, 1, Optional.of(mixup));
        FloatBuffer features = direct(4);
        FloatBuffer targets = direct(6);

        filler.copyFeatures(ORDER, 0, 2, features);
        filler.copyTargets(ORDER, 0, 2, targets);

        // Row 3 takes a quarter of row 1, whose class is 1; row 1 stays.
        assertArrayEquals(new float[] {25, 2.5f, 10, 1}, content(features));
        assertArrayEquals(new float[] {0.75f, 0.25f, 0, 0, 1, 0}, content(targets));
    }

    /** Two rows of symbols: 2 0 with classes 0 2, and 1 with class 1 and one step of padding. */
    private static DataPart text() {
        return new Dataset(
                        FloatTable.of(new float[] {2, 0, 1, 0}, 2),
                        List.of(1, 2),
                        3,
                        Optional.of(new int[] {2, 1}),
                        FloatTable.of(new float[] {0, 2, 1, 0}, 2),
                        2,
                        Task.CLASSIFICATION,
                        List.of("a", "b", "c"),
                        List.of(),
                        Optional.empty(),
                        Optional.empty())
                .all();
    }

    /** Rows 1 to 3 of four rows, whose features are 10 x row and 10 x row + 1. */
    private static DataPart part(int classes, float... targets) {
        Dataset data =
                new Dataset(
                        new float[] {0, 1, 10, 11, 20, 21, 30, 31},
                        4,
                        List.of(2),
                        targets,
                        1,
                        classes == 0 ? Task.REGRESSION : Task.CLASSIFICATION,
                        IntStream.range(0, classes).mapToObj(Integer::toString).toList(),
                        List.of("a", "b"));
        return new DataPart(data, new int[] {1, 2, 3});
    }

    private static FloatBuffer direct(int size) {
        return ByteBuffer.allocateDirect(size * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }

    private static float[] content(FloatBuffer buffer) {
        float[] content = new float[buffer.flip().remaining()];
        buffer.get(content);
        return content;
    }
}
