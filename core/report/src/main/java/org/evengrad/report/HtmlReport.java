package org.evengrad.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;

/**
 * The report of a run: one HTML file with the outcome, the verdicts, the heat map of gradient norms
 * and the charts. It works without a network and forbids itself to use one.
 *
 * <p>A run that has no summary yet, because it is still going or was killed, gives a report of what
 * is there. The folder of an attempt at a repair gives a report of what was tried, with the runs
 * before and after beside each other.
 *
 * @since 0.1.0
 */
public final class HtmlReport {
    /** The name of the report in a run folder. */
    public static final String FILE_NAME = "report.html";

    private HtmlReport() {}

    /**
     * Writes {@value #FILE_NAME} into a run folder. The file is replaced in one move: a reader sees
     * the old report or the new one, never half of one.
     *
     * @param runFolder holds {@code metrics.jsonl}, {@code summary.json}, {@code manifest.json} and
     *     {@code config.conf}; or the folder of an attempt at a repair, {@code doctor.json}
     * @return the file that was written
     * @throws InvalidInputException if the folder is no run folder, one of its files cannot be
     *     read, or the folder cannot be written to
     * @throws UncheckedIOException if writing breaks off
     */
    public static Path write(Path runFolder) {
        byte[] page = render(runFolder).getBytes(StandardCharsets.UTF_8);
        Path report = runFolder.resolve(FILE_NAME);
        Path temporary = runFolder.resolve("." + FILE_NAME + "." + UUID.randomUUID() + ".tmp");
        try {
            try (FileChannel channel = create(temporary)) {
                ByteBuffer bytes = ByteBuffer.wrap(page);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(
                    temporary,
                    report,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException error) {
            deleteQuietly(temporary, error);
            throw new UncheckedIOException("cannot write " + report, error);
        }
        return report;
    }

    /**
     * The report as text, in UTF-8.
     *
     * @param runFolder as in {@link #write}
     * @throws InvalidInputException if the folder is no run folder, or one of its files cannot be
     *     read
     */
    public static String render(Path runFolder) {
        return RepairFolder.isOne(runFolder)
                ? RepairPage.of(RepairFolder.read(runFolder))
                : Page.of(RunFolder.read(runFolder));
    }

    private static FileChannel create(Path file) {
        try {
            return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (IOException error) {
            throw new InvalidInputException(
                    Problem.inFile(file.resolveSibling(FILE_NAME), "cannot be written: " + error));
        }
    }

    private static void deleteQuietly(Path file, IOException cause) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException error) {
            cause.addSuppressed(error);
        }
    }
}
