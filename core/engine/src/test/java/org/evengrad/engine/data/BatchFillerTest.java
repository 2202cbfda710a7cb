package org.evengrad.engine.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.stream.IntStream;
import org.evengrad.config.DataConfig.Task;
import org.junit.jupiter.api.Test;

class BatchFillerTest {
    private static final int[] ORDER = {2, 0, 1};

    @Test
    void copiesTheFeaturesOfTheRowsInOrder() {
        BatchFiller filler = new BatchFiller(part(3, 0, 1, 2, 0), 3);
        FloatBuffer out = direct(4);

        filler.copyFeatures(ORDER, 0, 2, out);

        // The part has rows 1, 2 and 3 of the data; places 2 and 0 of it are rows 3 and 1.
        assertArrayEquals(new float[] {30, 31, 10, 11}, content(out));
        assertEquals(2, filler.featureCount());
    }

    @Test
    void copiesALaterBatch() {
        BatchFiller filler = new BatchFiller(part(3, 0, 1, 2, 0), 3);
        FloatBuffer out = direct(2);

        filler.copyFeatures(ORDER, 2, 1, out);

        assertArrayEquals(new float[] {20, 21}, content(out));
    }

    @Test
    void writesClassesAsOneHotRows() {
        BatchFiller filler = new BatchFiller(part(3, 0, 1, 2, 0), 3);
        FloatBuffer out = direct(9);

        filler.copyTargets(ORDER, 0, 3, out);

        assertArrayEquals(new float[] {1, 0, 0, 0, 1, 0, 0, 0, 1}, content(out));
        assertEquals(3, filler.targetWidth());
    }

    @Test
    void moreUnitsThanClassesLeaveColumnsEmpty() {
        BatchFiller filler = new BatchFiller(part(2, 0, 1, 1, 0), 4);
        FloatBuffer out = direct(4);

        filler.copyTargets(ORDER, 1, 1, out);

        assertArrayEquals(new float[] {0, 1, 0, 0}, content(out));
    }

    @Test
    void writesTwoClassesInOneUnitAsZeroAndOne() {
        BatchFiller filler = new BatchFiller(part(2, 0, 1, 1, 0), 1);
        FloatBuffer out = direct(3);

        filler.copyTargets(ORDER, 0, 3, out);

        assertArrayEquals(new float[] {0, 1, 1}, content(out));
        assertEquals(1, filler.targetWidth());
    }

    @Test
    void writesRegressionTargetsAsTheyAre() {
        BatchFiller filler = new BatchFiller(part(0, 0.5f, 1.5f, -2, 8), 1);
        FloatBuffer out = direct(3);

        filler.copyTargets(ORDER, 0, 3, out);

        assertArrayEquals(new float[] {8, 1.5f, -2}, content(out));
    }

    @Test
    void refusesTooFewUnitsForTheClasses() {
        assertEquals(
                List.of("model.output.units: 2 cannot stand for 3 classes"),
                Configs.problems(() -> new BatchFiller(part(3, 0, 1, 2, 0), 2)));
        assertEquals(
                List.of("model.output.units: 1 cannot stand for 3 classes"),
                Configs.problems(() -> new BatchFiller(part(3, 0, 1, 2, 0), 1)));
    }

    @Test
    void refusesOtherUnitsThanTargetsInARegression() {
        assertEquals(
                List.of("model.output.units: 2 does not fit the data: targets a row: 1"),
                Configs.problems(() -> new BatchFiller(part(0, 1, 2, 3, 4), 2)));
    }

    @Test
    void doesNotWriteBeyondTheBuffer() {
        BatchFiller filler = new BatchFiller(part(3, 0, 1, 2, 0), 3);

        assertThrows(
                BufferOverflowException.class, () -> filler.copyFeatures(ORDER, 0, 3, direct(5)));
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
