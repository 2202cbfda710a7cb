package org.evengrad.config.plugins;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A jar, and what its content was when it was looked at.
 *
 * @param path of the jar, absolute
 * @param sha256 of its bytes, in lower-case hexadecimal
 * @since 0.1.0
 */
public record HashedJar(Path path, String sha256) {
    private static final int BUFFER_BYTES = 1 << 15;

    /**
     * Reads a jar and computes its hash.
     *
     * @throws UncheckedIOException if it cannot be read
     */
    public static HashedJar of(Path jar) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            // Most jars of plugins fit in, and a start reads a hundred of them.
            byte[] part = new byte[BUFFER_BYTES];
            try (InputStream in = new FileInputStream(jar.toFile())) {
                int length = in.read(part);
                while (length >= 0) {
                    digest.update(part, 0, length);
                    length = in.read(part);
                }
            }
            return new HashedJar(jar, HexFormat.of().formatHex(digest.digest()));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }

    /** The jar's name without its folder. */
    public String fileName() {
        return path.getFileName().toString();
    }
}
