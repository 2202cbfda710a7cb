package org.evengrad.engine.run;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Writes files that are either the old one or the new one, whenever the power fails. */
public final class AtomicFile {
    private AtomicFile() {}

    /** Writes to the temporary file that it is given. */
    @FunctionalInterface
    public interface Content {
        /**
         * Writes everything.
         *
         * @param temporary a file in the same folder; created by the callee
         */
        void write(Path temporary) throws IOException;
    }

    /**
     * Writes beside the file, syncs, and renames.
     *
     * @throws IOException if the disk is full or the folder cannot be written; the old file is then
     *     untouched and nothing is left over
     */
    public static void write(Path file, Content content) throws IOException {
        Path temporary = file.resolveSibling("." + file.getFileName() + ".tmp");
        try {
            content.write(temporary);
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            Files.move(
                    temporary,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /**
     * Writes text as UTF-8.
     *
     * @throws IOException as {@link #write}
     */
    public static void writeText(Path file, String text) throws IOException {
        write(file, temporary -> Files.writeString(temporary, text, StandardCharsets.UTF_8));
    }
}
