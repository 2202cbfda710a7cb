package org.evengrad.engine.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.evengrad.config.DataConfig.Source.Idx;
import org.evengrad.config.DataConfig.Task;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three images of 2 x 2 pixels, with labels 0, 2 and 1, and everything that can be wrong. */
class IdxDataTest {
    private static final byte[] IMAGES =
            idx(0x803, new int[] {3, 2, 2}, 0, 51, 102, 153, 204, 255, 1, 2, 3, 4, 5, 6);
    private static final byte[] LABELS = idx(0x801, new int[] {3}, 0, 2, 1);

    @TempDir Path folder;
    private Path images;
    private Path labels;

    @BeforeEach
    void writeGoodFiles() throws IOException {
        images = Files.write(folder.resolve("images.bin"), IMAGES);
        labels = Files.write(folder.resolve("labels.bin"), LABELS);
    }

    @Test
    void readsImagesAndLabels() {
        Dataset data = read();

        assertEquals(List.of(1, 2, 2), data.featureShape());
        assertEquals(3, data.rows());
        assertArrayEquals(
                new float[] {0, 0.2f, 0.4f, 0.6f, 0.8f, 1},
                Arrays.copyOf(Configs.floats(data.features()), 6),
                1e-7f);
        assertArrayEquals(new float[] {0, 2, 1}, Configs.floats(data.targets()));
        assertEquals(List.of("0", "1", "2"), data.classes());
        assertEquals(Task.CLASSIFICATION, data.task());
    }

    @Test
    void seesGzipByItsContentWhateverTheName() throws IOException {
        Dataset plain = read();
        Files.write(images, gzip(IMAGES));
        Files.write(labels, gzip(LABELS));

        assertArrayEquals(Configs.floats(plain.features()), Configs.floats(read().features()));
        assertArrayEquals(Configs.floats(plain.targets()), Configs.floats(read().targets()));
    }

    @Test
    void readsAPlainFileWhoseNameEndsInGz() throws IOException {
        Path named = Files.write(folder.resolve("images.gz"), IMAGES);

        assertEquals(3, IdxData.read(new Idx(named, labels), List.of()).rows());
    }

    @Test
    void refusesAWrongMagicNumber() throws IOException {
        Files.write(images, idx(0xD03, new int[] {3, 2, 2}, new int[48]));

        assertProblem(
                images + ": holds no IDX images: it starts with 0x00000d03 instead of 0x00000803");
    }

    @Test
    void refusesTextAsLabels() throws IOException {
        Files.writeString(labels, "0,2,1\n");

        assertProblem(
                labels + ": holds no IDX labels: it starts with 0x302c322c instead of 0x00000801");
    }

    @Test
    void noticesSwappedFiles() {
        assertEquals(
                List.of(
                        labels
                                + ": holds no IDX images: it starts with 0x00000801 instead of"
                                + " 0x00000803. Are data.images and data.labels swapped?"),
                Configs.problems(() -> IdxData.read(new Idx(labels, images), List.of())));
    }

    @Test
    void refusesTruncatedImages() throws IOException {
        Files.write(images, Arrays.copyOf(IMAGES, IMAGES.length - 5));

        assertProblem(images + ": is cut short: it announces 3 images, but ends in number 2");
    }

    @Test
    void refusesATruncatedHeader() throws IOException {
        Files.write(images, Arrays.copyOf(IMAGES, 9));

        assertProblem(images + ": is cut short: it has 9 bytes");
    }

    @Test
    void refusesAnEmptyFile() throws IOException {
        Files.write(labels, new byte[0]);

        assertProblem(labels + ": is cut short: it has 0 bytes");
    }

    @Test
    void refusesTrailingBytes() throws IOException {
        Files.write(labels, Arrays.copyOf(LABELS, LABELS.length + 7));

        assertProblem(labels + ": has 7 bytes more than the 3 labels that it announces");
    }

    @Test
    void refusesGzipCutShort() throws IOException {
        byte[] whole = gzip(IMAGES);
        Files.write(images, Arrays.copyOf(whole, whole.length - 9));

        assertProblem(images + ": is cut short: its gzip data ends early");
    }

    @Test
    void refusesGzipCutInsideItsHeader() throws IOException {
        Files.write(images, Arrays.copyOf(gzip(IMAGES), 6));

        assertProblem(images + ": is cut short: its gzip data ends early");
    }

    @Test
    void refusesDamagedGzip() throws IOException {
        byte[] damaged = gzip(IMAGES);
        damaged[damaged.length - 8] ^= 1; // the first byte of the checksum
        Files.write(images, damaged);

        assertProblem(images + ": is damaged gzip data: Corrupt GZIP trailer");
    }

    @Test
    void refusesTruncatedDataInsideWholeGzip() throws IOException {
        Files.write(labels, gzip(Arrays.copyOf(LABELS, LABELS.length - 1)));

        assertProblem(labels + ": is cut short: it announces 3 labels, but ends in number 3");
    }

    @Test
    void refusesAnotherNumberOfLabels() throws IOException {
        Files.write(labels, idx(0x801, new int[] {2}, 0, 1));

        assertProblem(labels + ": has 2 labels, but " + images + " has 3 images");
    }

    @Test
    void refusesFilesWithoutRows() throws IOException {
        Files.write(images, idx(0x803, new int[] {0, 28, 28}));

        assertProblem(images + ": has no images");
    }

    @Test
    void refusesAHeaderThatAnnouncesTooMuch() throws IOException {
        Files.write(images, idx(0x803, new int[] {70_000, 1000, 1000}, 1, 2, 3));

        assertProblem(images + ": announces more images than fit into memory");
    }

    @Test
    void refusesANegativeDimension() throws IOException {
        Files.write(images, idx(0x803, new int[] {-1, 28, 28}));

        assertProblem(images + ": announces more images than fit into memory");
    }

    @Test
    void refusesALabelFarBeyondTheOthers() throws IOException {
        Files.write(labels, idx(0x801, new int[] {3}, 0, 255, 1));

        assertProblem(
                labels
                        + ": label 255 (number 2 in the file) is out of range: only 3 different"
                        + " labels occur");
    }

    @Test
    void acceptsLabelsThatLeaveSomeOut() throws IOException {
        Files.write(labels, idx(0x801, new int[] {3}, 7, 3, 7));

        assertEquals(8, read().classes().size());
    }

    @Test
    void refusesALabelThatTheModelDoesNotKnow() {
        assertEquals(
                List.of(
                        labels
                                + ": label 2 (number 2 in the file) is out of range: the model's"
                                + " classes are 0 to 1"),
                Configs.problems(() -> IdxData.read(new Idx(images, labels), List.of("0", "1"))));
    }

    @Test
    void namesAllMissingFiles() throws IOException {
        Files.delete(images);
        Path elsewhere = folder.resolve("label.bin");

        assertEquals(
                List.of(
                        "data.images: no such file: " + images,
                        "data.labels: no such file: " + elsewhere + ". Did you mean labels.bin?"),
                Configs.problems(() -> IdxData.read(new Idx(images, elsewhere), List.of())));
    }

    private Dataset read() {
        return IdxData.read(new Idx(images, labels), List.of());
    }

    private void assertProblem(String expected) {
        assertEquals(List.of(expected), Configs.problems(this::read));
    }

    private static byte[] idx(int magic, int[] dimensions, int... content) {
        ByteBuffer bytes = ByteBuffer.allocate(4 + 4 * dimensions.length + content.length);
        bytes.putInt(magic);
        for (int dimension : dimensions) {
            bytes.putInt(dimension);
        }
        for (int value : content) {
            bytes.put((byte) value);
        }
        return bytes.array();
    }

    private static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(content);
        }
        return bytes.toByteArray();
    }
}
