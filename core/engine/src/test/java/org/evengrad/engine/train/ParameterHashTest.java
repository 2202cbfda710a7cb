package org.evengrad.engine.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParameterHashTest {
    private static float[] randoms(int size) {
        Random random = new Random(4);
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = Float.intBitsToFloat(random.nextInt());
        }
        return values;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4095, 4096, 4097, 10_000})
    void isSha256OverLittleEndianFloats(int size) throws Exception {
        float[] values = randoms(size);
        byte[] bytes = new byte[4 * size];
        for (int i = 0; i < size; i++) {
            int bits = Float.floatToRawIntBits(values[i]);
            for (int b = 0; b < 4; b++) {
                bytes[4 * i + b] = (byte) (bits >>> (8 * b));
            }
        }
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
        String expected = String.format(Locale.ROOT, "%064x", new BigInteger(1, digest));
        assertEquals(expected, ParameterHash.sha256(FloatBuffer.wrap(values)));
    }

    @Test
    void dependsOnNeitherTheOrderNorThePositionOfTheBuffer() {
        float[] values = randoms(100);
        ByteBuffer direct = ByteBuffer.allocateDirect(400).order(ByteOrder.BIG_ENDIAN);
        FloatBuffer buffer = direct.asFloatBuffer();
        buffer.put(values);
        assertEquals(100, buffer.position());
        assertEquals(ParameterHash.sha256(FloatBuffer.wrap(values)), ParameterHash.sha256(buffer));
    }

    @Test
    void tellsZerosOfDifferentSignsApart() {
        assertNotEquals(
                ParameterHash.sha256(FloatBuffer.wrap(new float[] {0f})),
                ParameterHash.sha256(FloatBuffer.wrap(new float[] {-0f})));
    }
}
