package org.evengrad.engine.data.images;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.evengrad.config.DataConfig.Normalize;
import org.evengrad.config.DataConfig.Source.ImageFolder;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three classes of images of 2 rows and 3 columns, and everything that can be wrong. */
class ImageFolderDataTest {
    private static final long LARGE_HEAP = 1 << 30;

    @TempDir Path folder;

    @BeforeEach
    void writeGoodFiles() throws IOException {
        write("dog/a.png", 2, 3, 0x0a141e);
        write("cat/2.bmp", 2, 3, 0x28323c);
        write("cat/10.PNG", 2, 3, 0x46505a);
        write("bird/x.jpg", 2, 3, 0x646464);
        write("bird/.hidden.png", 1, 1, 0);
        Files.writeString(folder.resolve("bird/.DS_Store"), "hidden");
        Files.createDirectory(folder.resolve(".cache"));
        Files.writeString(folder.resolve("LICENSE"), "free");
    }

    @Test
    void sortsClassesAndFilesByName() {
        ImageSet images = read();

        assertEquals(List.of("bird", "cat", "dog"), images.classes());
        assertEquals(4, images.rows());
        assertArrayEquals(
                new int[] {0, 1, 1, 2}, IntStream.range(0, 4).map(images::label).toArray());
    }

    @Test
    void givesChannelsRowsAndColumnsFromZeroToOne() {
        ImageSet images = read();

        assertEquals(List.of(3, 2, 3), images.shape());
        assertEquals(18, images.featureCount());
        float[] cat = new float[20];
        images.read(1, cat, 1);
        float[] expected = new float[20];
        for (int i = 0; i < 6; i++) {
            expected[1 + i] = 70 / 255f;
            expected[7 + i] = 80 / 255f;
            expected[13 + i] = 90 / 255f;
        }
        assertArrayEquals(expected, cat, 1e-7f);
    }

    @Test
    void readsGray() {
        ImageSet images = ImageFolderData.read(source(null, null, 1, false), List.of());

        assertEquals(List.of(1, 2, 3), images.shape());
        float[] dog = new float[6];
        images.read(3, dog, 0);
        assertEquals(Math.round(0.299 * 10 + 0.587 * 20 + 0.114 * 30) / 255f, dog[5], 1e-7f);
    }

    @Test
    void readsTheSameFromAFileWhenTheHeapIsSmall() {
        ImageSet heap = read();
        ImageSet file = ImageFolderData.read(source(null, null, 3, false), List.of(), 71);

        for (int row = 0; row < 4; row++) {
            float[] expected = new float[18];
            heap.read(row, expected, 0);
            float[] found = new float[18];
            file.read(row, found, 0);
            assertArrayEquals(expected, found);
        }
        assertEquals(heap.sha256(), file.sha256());
    }

    @Test
    void theHashCoversNamesAndBytes() throws IOException {
        String hash = read().sha256();
        assertEquals(hash, read().sha256());

        Files.move(folder.resolve("dog/a.png"), folder.resolve("dog/b.png"));
        String renamed = read().sha256();
        Files.move(folder.resolve("dog"), folder.resolve("dogs"));
        String otherClass = read().sha256();
        write("dogs/b.png", 2, 3, 0x0a141f);
        String otherBytes = read().sha256();

        assertEquals(64, hash.length());
        assertNotEquals(hash, renamed);
        assertNotEquals(renamed, otherClass);
        assertNotEquals(otherClass, otherBytes);
    }

    @Test
    void scalesToTheFirstImage() throws IOException {
        write("cat/2.bmp", 4, 6, 0x28323c);

        ImageSet images = ImageFolderData.read(source(null, null, 3, true), List.of());

        assertEquals(List.of(3, 2, 3), images.shape());
        float[] cat = new float[18];
        images.read(2, cat, 0);
        assertEquals(60 / 255f, cat[17], 1e-7f);
    }

    @Test
    void scalesToTheSizeThatIsAskedFor() {
        ImageSet images = ImageFolderData.read(source(1, 5, 3, true), List.of());

        assertEquals(List.of(3, 1, 5), images.shape());
    }

    @Test
    void takesLabelsFromTheModelsClasses() throws IOException {
        delete("dog");

        ImageSet images =
                ImageFolderData.read(
                        source(null, null, 3, false), List.of("cat", "cow", "bird", "dog"));

        assertEquals(List.of("cat", "cow", "bird", "dog"), images.classes());
        assertArrayEquals(new int[] {2, 0, 0}, IntStream.range(0, 3).map(images::label).toArray());
    }

    @Test
    void refusesAFolderThatTheModelDoesNotKnow() {
        assertEquals(
                List.of(
                        folder.resolve("cat")
                                + ": 'cat' is none of the model's classes. Did you mean cats?"
                                + " Classes: bird, cats, dog"),
                problems(
                        () ->
                                ImageFolderData.read(
                                        source(null, null, 3, false),
                                        List.of("bird", "cats", "dog"))));
    }

    @Test
    void refusesAFolderThatIsMissing() throws IOException {
        Path missing = folder.resolve("birds");
        Path file = folder.resolve("LICENSE");

        assertEquals(
                List.of("data.folder: no such folder: " + missing + ". Did you mean bird?"),
                problems(() -> read(missing)));
        assertEquals(
                List.of("data.folder: " + file + " is a file, not a folder"),
                problems(() -> read(file)));
        Path nowhere = folder.resolve("none/here");
        assertEquals(
                List.of(
                        "data.folder: no such folder: "
                                + nowhere
                                + "; the folder that it should be in does not exist either"),
                problems(() -> read(nowhere)));
    }

    @Test
    void refusesAFolderWithoutClasses() throws IOException {
        delete("bird");
        delete("cat");
        delete("dog");

        assertProblems(
                "data.folder: " + folder + " has no sub-folders; each class needs one, of images");
    }

    @Test
    void refusesASingleClass() throws IOException {
        delete("bird");
        delete("dog");

        assertProblems(
                "data.folder: " + folder + " has one class only, 'cat': there is nothing to learn");
    }

    @Test
    void namesEverythingThatDoesNotBelongThere() throws IOException {
        Files.delete(folder.resolve("dog/a.png"));
        Files.writeString(folder.resolve("cat/notes.txt"), "meow");
        Files.createDirectory(folder.resolve("bird/more"));
        write("stray.png", 2, 3, 0);

        assertProblems(
                folder.resolve("bird/more")
                        + ": is a folder inside of a class's; only images may be there",
                folder.resolve("cat/notes.txt")
                        + ": is no image by its name; allowed are png, jpg, jpeg, bmp, gif",
                folder.resolve("dog") + ": has no images; allowed are png, jpg, jpeg, bmp, gif",
                folder.resolve("stray.png") + ": is an image outside of a class's folder");
    }

    @Test
    void namesTheFirstTwoFilesOfDifferentSize() throws IOException {
        write("cat/2.bmp", 4, 6, 0);
        write("dog/a.png", 5, 5, 0);

        assertProblems(
                "data.folder: images of different size: "
                        + folder.resolve("bird/x.jpg")
                        + " is 2 x 3 (height x width), "
                        + folder.resolve("cat/2.bmp")
                        + " is 4 x 6; data.resize = true scales them, to data.height and"
                        + " data.width or the size of the first");
    }

    @Test
    void refusesASizeThatIsNotAskedFor() {
        assertEquals(
                List.of(
                        "data.folder: "
                                + folder.resolve("bird/x.jpg")
                                + " is 2 x 3 (height x width), data.height and data.width say"
                                + " 4 x 4; data.resize = true scales them"),
                problems(() -> ImageFolderData.read(source(4, 4, 3, false), List.of())));
    }

    @Test
    void namesAllFilesThatCannotBeRead() throws IOException {
        Files.writeString(folder.resolve("bird/x.jpg"), "no picture");
        byte[] dog = Files.readAllBytes(folder.resolve("dog/a.png"));
        Files.write(folder.resolve("dog/a.png"), Arrays.copyOf(dog, 40));

        List<String> problems = problems(this::read);

        assertEquals(2, problems.size());
        assertEquals(
                folder.resolve("bird/x.jpg") + ": is no image, whatever its name says",
                problems.get(0));
        assertTrue(
                problems.get(1).startsWith(folder.resolve("dog/a.png") + ": is a damaged image: "),
                problems.get(1));
    }

    @Test
    void countsTheProblemsAfterTheTenth() throws IOException {
        for (int i = 0; i < 13; i++) {
            Files.writeString(folder.resolve("dog/z" + i + ".png"), "no picture");
        }

        List<String> problems = problems(this::read);

        assertEquals(11, problems.size());
        assertEquals("data.folder: … and 3 more", problems.get(10));
    }

    private ImageSet read() {
        return ImageFolderData.read(source(null, null, 3, false), List.of(), LARGE_HEAP);
    }

    private static ImageSet read(Path path) {
        return ImageFolderData.read(
                new ImageFolder(path, Optional.empty(), Optional.empty(), 3, false, Normalize.NONE),
                List.of());
    }

    private ImageFolder source(Integer height, Integer width, int channels, boolean resize) {
        return new ImageFolder(
                folder,
                Optional.ofNullable(height),
                Optional.ofNullable(width),
                channels,
                resize,
                Normalize.NONE);
    }

    private void assertProblems(String... expected) {
        assertEquals(List.of(expected), problems(this::read));
    }

    private static List<String> problems(Runnable reading) {
        return assertThrows(InvalidInputException.class, reading::run).problems().stream()
                .map(Problem::toString)
                .toList();
    }

    private void write(String name, int height, int width, int color) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < width * height; i++) {
            image.setRGB(i % width, i / width, color);
        }
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        String format = name.substring(name.lastIndexOf('.') + 1);
        assertTrue(ImageIO.write(image, format, file.toFile()));
    }

    private void delete(String name) throws IOException {
        Path classFolder = folder.resolve(name);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(classFolder)) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
        Files.delete(classFolder);
    }
}
