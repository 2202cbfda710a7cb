package org.evengrad.engine.train;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A fingerprint of parameters, equal only if every bit is. */
public final class ParameterHash {
    private static final int FLOATS_AT_ONCE = 4096;

    private ParameterHash() {}

    /** SHA-256 over the floats as little-endian bytes, in lower-case hexadecimal. */
    public static String sha256(FloatBuffer parameters) {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
        ByteBuffer bytes =
                ByteBuffer.allocate(FLOATS_AT_ONCE * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int from = 0; from < parameters.limit(); from += FLOATS_AT_ONCE) {
            int size = Math.min(FLOATS_AT_ONCE, parameters.limit() - from);
            bytes.clear();
            for (int i = 0; i < size; i++) {
                bytes.putFloat(parameters.get(from + i));
            }
            digest.update(bytes.flip());
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
