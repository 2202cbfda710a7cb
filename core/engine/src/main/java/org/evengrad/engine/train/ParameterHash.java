package org.evengrad.engine.train;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.evengrad.engine.network.Network.Batch;

/** A fingerprint of parameters, equal only if every bit is. */
public final class ParameterHash {
    private static final int FLOATS_AT_ONCE = 4096;

    private ParameterHash() {}

    /** SHA-256 over the floats as little-endian bytes, in lower-case hexadecimal. */
    public static String sha256(FloatBuffer parameters) {
        return of(List.of(parameters));
    }

    /** The same for what a network is given: features, targets, and the mask if there is one. */
    public static String ofBatch(Batch batch) {
        List<FloatBuffer> given = new ArrayList<>(List.of(batch.features(), batch.targets()));
        batch.mask().ifPresent(given::add);
        return of(given);
    }

    private static String of(List<FloatBuffer> buffers) {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
        buffers.forEach(buffer -> add(buffer, digest));
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void add(FloatBuffer parameters, MessageDigest digest) {
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
    }
}
