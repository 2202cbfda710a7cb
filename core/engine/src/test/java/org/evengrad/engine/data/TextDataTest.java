package org.evengrad.engine.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.evengrad.config.DataConfig;
import org.evengrad.config.DataConfig.Source.Text;
import org.evengrad.config.DataConfig.Split;
import org.evengrad.config.DataConfig.Task;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextDataTest {
    private static final long SEED = 42;

    @TempDir Path folder;

    @Test
    void predictsTheNextCharacterOfEachStep() throws IOException {
        Dataset data = read("\uFEFFbanana\ncab\n", 4);

        // Code points: newline, a, b, c, n.
        assertEquals(List.of("\n", "a", "b", "c", "n"), data.classes());
        assertEquals(5, data.symbols());
        assertEquals(List.of(1, 4), data.featureShape());
        assertEquals(4, data.targetSteps());
        assertEquals(Task.CLASSIFICATION, data.task());
        assertArrayEquals(new float[] {2, 1, 4, 1, 4, 1, 0, 3}, Configs.floats(data.features()));
        assertArrayEquals(new float[] {1, 4, 1, 4, 1, 0, 3, 1}, Configs.floats(data.targets()));
    }

    @Test
    void theLastWindowNeedsACharacterAfterIt() throws IOException {
        assertEquals(1, read("abcdefgh", 4).rows());
        assertEquals(2, read("abcdefghi", 4).rows());
    }

    @Test
    void aCharacterBeyondTheBasicPlaneIsOneSymbol() throws IOException {
        Dataset data = read("a😀b😀é", 2);

        assertEquals(List.of("a", "b", "é", "😀"), data.classes());
        assertArrayEquals(new float[] {0, 3, 1, 3}, Configs.floats(data.features()));
    }

    @Test
    void theEndOfTheTextIsHeldOut() throws IOException {
        Path file = write("abcd".repeat(101));

        SplitData data = DataLoader.load(Configs.of(new Text(file, 4)), SEED);

        assertEquals(100, data.dataset().rows());
        assertEquals(68, data.train().size());
        assertEquals(67, data.train().rows()[67]);
        assertEquals(80, data.test().rows()[0]);
    }

    @Test
    void aSplitByChanceCanBeAskedFor() throws IOException {
        Path file = write("abcd".repeat(101));

        SplitData data =
                DataLoader.load(
                        Configs.of(new Text(file, 4), 1, null, null, 0.2, Split.RANDOM), SEED);

        assertTrue(data.test().rows()[0] < 80);
    }

    @Test
    void aTrainedModelKeepsItsSymbols() throws IOException {
        DataConfig config = Configs.of(new Text(write("cab"), 2));

        DataPart part =
                DataLoader.loadWhole(
                        config,
                        SEED,
                        Normalizer.none(),
                        TargetScale.none(),
                        List.of("a", "b", "c", "d"));

        assertEquals(4, part.dataset().symbols());
        assertArrayEquals(new float[] {2, 0}, Configs.floats(part.dataset().features()));
        assertEquals(
                List.of(
                        folder.resolve("text.txt")
                                + ":1: the model does not know the character 'c' (U+0063)"),
                Configs.problems(
                        () ->
                                DataLoader.loadWhole(
                                        config,
                                        SEED,
                                        Normalizer.none(),
                                        TargetScale.none(),
                                        List.of("a", "b"))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\uFEFF"})
    void refusesAnEmptyFile(String text) throws IOException {
        Path file = write(text);

        assertEquals(List.of(file + ": is empty"), Configs.problems(() -> read(text, 4)));
    }

    @Test
    void refusesATextShorterThanAWindow() {
        assertEquals(
                List.of(
                        folder.resolve("text.txt")
                                + ": has 4 characters, too few for a window of 4 and the character"
                                + " after it (data.sequence-length)"),
                Configs.problems(() -> read("abcd", 4)));
    }

    @Test
    void refusesWhatIsNotUtf8WithItsLine() throws IOException {
        Path file = folder.resolve("text.txt");
        Files.write(file, new byte[] {'a', '\n', 'b', '\n', 'c', (byte) 0xe4, '\n'});

        assertEquals(
                List.of(file + ":3: the byte 0xe4 is not UTF-8; save the text as UTF-8"),
                Configs.problems(() -> TextData.read(new Text(file, 4), List.of())));
    }

    @Test
    void refusesUtf8ThatIsCutShort() throws IOException {
        Path file = folder.resolve("text.txt");
        Files.write(file, new byte[] {'a', '\n', (byte) 0xc3});

        assertEquals(
                List.of(file + ":2: the byte 0xc3 is not UTF-8; save the text as UTF-8"),
                Configs.problems(() -> TextData.read(new Text(file, 4), List.of())));
    }

    @Test
    void refusesAMissingFile() {
        Path file = folder.resolve("nothing.txt");

        assertEquals(
                List.of("data.file: no such file: " + file),
                Configs.problems(() -> TextData.read(new Text(file, 4), List.of())));
    }

    private Dataset read(String text, int steps) throws IOException {
        return TextData.read(new Text(write(text), steps), List.of());
    }

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("text.txt"), text);
    }
}
