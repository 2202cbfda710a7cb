package org.evengrad.engine.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.evengrad.config.DataConfig.Normalize;
import org.evengrad.config.DataConfig.Source;
import org.evengrad.config.DataConfig.Task;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvFileTest {
    @TempDir Path folder;

    @Test
    void isReadAgainAsItWas() throws IOException {
        Dataset flowers =
                DataLoader.load(Configs.trainOnly(new Source.Iris(Normalize.STANDARD)), 1)
                        .dataset();
        Path file = folder.resolve("flowers.csv");
        CsvFile.write(flowers.all(), file);
        Dataset again =
                DataLoader.load(
                                Configs.trainOnly(
                                        new Source.Csv(
                                                file,
                                                "last",
                                                Optional.empty(),
                                                Optional.empty(),
                                                Normalize.NONE)),
                                1)
                        .dataset();
        assertArrayEquals(Configs.floats(flowers.features()), Configs.floats(again.features()));
        assertArrayEquals(Configs.floats(flowers.targets()), Configs.floats(again.targets()));
        assertEquals(flowers.classes(), again.classes());
        assertEquals(flowers.featureNames(), again.featureNames());
    }

    @Test
    void namesWhatHasNoNameAndQuotesWhatNeedsIt() throws IOException {
        Dataset dataset =
                new Dataset(
                        new float[] {1, 2, 3, Float.NaN},
                        2,
                        List.of(2),
                        new float[] {1, 0},
                        1,
                        Task.CLASSIFICATION,
                        List.of("a, b", "c"),
                        List.of());
        Path file = folder.resolve("rows.csv");
        CsvFile.write(new DataPart(dataset, new int[] {0, 1}), file);
        assertEquals(
                List.of("feature-1,feature-2,target", "1.0,2.0,c", "3.0,NaN,\"a, b\""),
                Files.readAllLines(file));
    }
}
