package org.evengrad.engine.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The sums, against sums in double precision. */
class UpdateSquaresTest {
    private static final int BEGIN = 3;

    private final UpdateSquares squares = new UpdateSquares();
    private final Random random = new Random(5);

    private float[] draw(int size) {
        float[] drawn = new float[size];
        for (int i = 0; i < size; i++) {
            drawn[i] = (float) random.nextGaussian();
        }
        return drawn;
    }

    /** A tensor's pieces, as a step visits them. */
    private void add(float[] now, float[] earlier, int piece, boolean inNetwork) {
        squares.begin(true);
        FloatBuffer network = FloatBuffer.wrap(earlier);
        for (int from = 0; from < now.length; from += piece) {
            int size = Math.min(piece, now.length - from);
            float[] values = Arrays.copyOfRange(now, from, from + piece);
            if (inNetwork) {
                squares.add(values, size, network, BEGIN + from);
            } else {
                squares.add(values, size, earlier, BEGIN + from);
            }
        }
    }

    private void assertSums(float[] now, float[] earlier) {
        double update = 0;
        double parameters = 0;
        for (int i = 0; i < now.length; i++) {
            update += Math.pow((double) now[i] - earlier[BEGIN + i], 2);
            parameters += (double) now[i] * now[i];
        }
        assertTrue(squares.end());
        assertEquals(update, squares.update(), 1e-6 * update);
        assertEquals(parameters, squares.parameters(), 1e-6 * parameters);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 255, 4095, 4096, 4097, 3 * 4096, 50_001})
    void areThoseOfAllPieces(int size) {
        float[] now = draw(size);
        float[] earlier = draw(BEGIN + size);
        for (int piece : new int[] {Cut.CHUNK, 3900, 10_000}) {
            for (boolean inNetwork : new boolean[] {true, false}) {
                add(now, earlier, piece, inNetwork);
                assertSums(now, earlier);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 255, 4095, 4096, 4097, 3 * 4096, 50_001})
    void areTheSameBitsWhereTheChangeIsKnown(int size) {
        float[] now = draw(size);
        float[] earlier = draw(BEGIN + size);
        add(now, earlier, Cut.CHUNK, true);
        squares.end();
        double update = squares.update();
        double parameters = squares.parameters();
        squares.begin(true);
        for (int from = 0; from < size; from += Cut.CHUNK) {
            int count = Math.min(Cut.CHUNK, size - from);
            float[] change = new float[Cut.CHUNK];
            for (int i = 0; i < count; i++) {
                change[i] = earlier[BEGIN + from + i] - now[from + i];
            }
            squares.addChange(Arrays.copyOfRange(now, from, from + Cut.CHUNK), change, count);
        }
        squares.end();
        assertEquals(update, squares.update());
        assertEquals(parameters, squares.parameters());
    }

    @Test
    void everyElementCounts() {
        float[] now = new float[Cut.CHUNK];
        float[] earlier = new float[BEGIN + Cut.CHUNK];
        for (int i = 0; i < now.length; i++) {
            now[i] = 2;
            earlier[BEGIN + i] = -1;
            add(now, earlier, Cut.CHUNK, true);
            squares.end();
            assertEquals(9, squares.update());
            assertEquals(4, squares.parameters());
            now[i] = 0;
            earlier[BEGIN + i] = 0;
        }
    }

    @Test
    void ofSmallUpdatesToLargeParametersAreThoseOfWhatChanged() {
        float[] earlier = draw(BEGIN + 20_000);
        float[] now = Arrays.copyOfRange(earlier, BEGIN, earlier.length);
        for (int i = 0; i < now.length; i++) {
            now[i] -= 1e-6f * i / now.length;
        }
        add(now, earlier, Cut.CHUNK, true);
        assertSums(now, earlier);
    }

    @ParameterizedTest
    @ValueSource(floats = {1e25f, 1e-25f})
    void tellsWhenSquaresOfFullChunksAreNoFloats(float value) {
        float[] now = new float[2 * Cut.CHUNK];
        Arrays.fill(now, value);
        add(now, new float[BEGIN + now.length], Cut.CHUNK, true);
        assertFalse(squares.end());
    }

    @ParameterizedTest
    @ValueSource(floats = {1e25f, 1e-25f})
    void ofAPartOfAChunkAreRightWhateverTheSize(float value) {
        float[] now = new float[1000];
        Arrays.fill(now, value);
        add(now, new float[BEGIN + now.length], Cut.CHUNK, true);
        assertSums(now, new float[BEGIN + now.length]);
    }

    @Test
    void nothingIsLeftOfTheTensorBefore() {
        add(draw(20_000), draw(BEGIN + 20_000), Cut.CHUNK, true);
        squares.end();
        float[] now = draw(10_000);
        float[] earlier = draw(BEGIN + 10_000);
        add(now, earlier, Cut.CHUNK, true);
        assertSums(now, earlier);
    }
}
