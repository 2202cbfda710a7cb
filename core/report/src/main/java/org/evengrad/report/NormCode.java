package org.evengrad.report;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;

/**
 * A norm in two bytes: its decimal logarithm in steps of 1/500, so that a heat map stays small and
 * its values are right to half a percent. The codes are in the order of the values, with zero below
 * and non-finite above all others, so that a median of codes is the code of the median.
 */
final class NormCode {
    /** Not measured. */
    static final short MISSING = Short.MIN_VALUE;

    /** Exactly zero. */
    static final short ZERO = Short.MIN_VALUE + 1;

    /** NaN or infinite. */
    static final short NON_FINITE = Short.MAX_VALUE;

    /** Codes in a factor of ten. */
    static final int PER_DECADE = 500;

    private NormCode() {}

    /** The code of a norm; NaN and infinity stand for non-finite. */
    static short of(double norm) {
        if (!Double.isFinite(norm)) {
            return NON_FINITE;
        }
        if (norm <= 0) {
            return ZERO;
        }
        long code = Math.round(Math.log10(norm) * PER_DECADE);
        return (short) Math.max(ZERO + 1, Math.min(NON_FINITE - 1, code));
    }

    /** Codes as Base64, little-endian. */
    static String base64(short[][] rows) {
        int count = 0;
        for (short[] row : rows) {
            count += row.length;
        }
        ByteBuffer bytes = ByteBuffer.allocate(2 * count).order(ByteOrder.LITTLE_ENDIAN);
        for (short[] row : rows) {
            bytes.asShortBuffer().put(row);
            bytes.position(bytes.position() + 2 * row.length);
        }
        return Base64.getEncoder().encodeToString(bytes.array());
    }
}
