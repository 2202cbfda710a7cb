package org.evengrad.config.plugins;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
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
    /**
     * Reads a jar and computes its hash.
     *
     * @throws UncheckedIOException if it cannot be read
     */
    public static HashedJar of(Path jar) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            try (InputStream in = new DigestInputStream(Files.newInputStream(jar), digest)) {
                in.transferTo(OutputStream.nullOutputStream());
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
