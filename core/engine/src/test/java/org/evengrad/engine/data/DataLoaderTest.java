package org.evengrad.engine.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.evengrad.config.DataConfig;
import org.evengrad.config.DataConfig.Label;
import org.evengrad.config.DataConfig.Missing;
import org.evengrad.config.DataConfig.Normalize;
import org.evengrad.config.DataConfig.Source;
import org.evengrad.config.DataConfig.Split;
import org.evengrad.config.DataConfig.Task;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataLoaderTest {
    private static final long SEED = 42;
    private static final DataConfig IRIS = Configs.of(new Source.Iris(Normalize.STANDARD));

    @TempDir Path folder;

    @Test
    void readsTheIrisFlowers() {
        SplitData data = DataLoader.load(Configs.trainOnly(new Source.Iris(Normalize.NONE)), SEED);

        assertEquals(150, data.dataset().rows());
        assertEquals(List.of(4), data.dataset().featureShape());
        assertEquals(List.of("setosa", "versicolor", "virginica"), data.dataset().classes());
        assertArrayEquals(
                new float[] {5.1f, 3.5f, 1.4f, 0.2f},
                Arrays.copyOf(Configs.floats(data.dataset().features()), 4));
        double sum = 0;
        for (float value : Configs.floats(data.dataset().features())) {
            sum += value;
        }
        // As in UCI's copy, whose flowers 35 and 38 are 0.5 smaller in sum than Fisher's.
        assertEquals(150 * (5.84333 + 3.05733 + 3.75800 + 1.19933) - 0.5, sum, 0.01);
    }

    @Test
    void classesAreStratifiedUnlessTheConfigurationSaysElse() {
        SplitData data = DataLoader.load(IRIS, SEED);

        assertEquals(30, data.test().size());
        assertEquals(18, data.validation().size());
        assertEquals(102, data.train().size());
        for (int label = 0; label < 3; label++) {
            int expected = label;
            assertEquals(
                    34,
                    Arrays.stream(data.train().rows())
                            .filter(row -> data.dataset().targets().get(row, 0) == expected)
                            .count());
        }
    }

    @Test
    void aRegressionIsSplitAtRandom() {
        SplitData data = DataLoader.load(Configs.of(new Source.Linear(100, 3, 0.1)), SEED);

        assertEquals(20, data.test().size());
        assertTrue(data.test().rows()[0] < 80);
    }

    @Test
    void theSameSeedGivesTheSameRowsAndNumbers() {
        SplitData first = DataLoader.load(IRIS, SEED);
        SplitData second = DataLoader.load(IRIS, SEED);
        SplitData other = DataLoader.load(IRIS, SEED + 1);

        assertArrayEquals(first.train().rows(), second.train().rows());
        assertArrayEquals(
                Configs.floats(first.dataset().features()),
                Configs.floats(second.dataset().features()));
        assertEquals(first.normalizer(), second.normalizer());
        assertEquals(first.sha256(), other.sha256());
        assertNotEquals(first.normalizer(), other.normalizer());
    }

    @Test
    void theNormalizerDoesNotSeeValidationAndTest() throws IOException {
        Path file = folder.resolve("data.csv");
        Files.writeString(file, "1,0.5\n2,1.5\n3,2.5\n4,3.5\n100,4.5\n200,5.5\n");
        SplitData small = DataLoader.load(timeSplit(file), SEED);
        Files.writeString(file, "1,0.5\n2,1.5\n3,2.5\n4,3.5\n-1e6,4.5\n1e6,5.5\n");

        SplitData large = DataLoader.load(timeSplit(file), SEED);

        assertArrayEquals(new double[] {2.5}, small.normalizer().shift());
        assertEquals(small.normalizer(), large.normalizer());
    }

    @Test
    void regressionTargetsStayAsTheyAre() throws IOException {
        Path file = Files.writeString(folder.resolve("data.csv"), "1,0.5\n2,1.5\n3,2.5\n");

        SplitData data =
                DataLoader.load(
                        Configs.trainOnly(
                                new Source.Csv(
                                        file,
                                        "last",
                                        Optional.empty(),
                                        Optional.empty(),
                                        Normalize.STANDARD)),
                        SEED);

        assertArrayEquals(new float[] {0.5f, 1.5f, 2.5f}, Configs.floats(data.dataset().targets()));
        assertEquals(0, data.dataset().features().get(1, 0));
    }

    @Test
    void hashesTheDataBeforeNormalization() throws IOException, NoSuchAlgorithmException {
        Path file = Files.writeString(folder.resolve("data.csv"), "1,b\n2.5,a\n");
        ByteBuffer bytes = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putFloat(1).putFloat(2.5f).putFloat(1).putFloat(0);
        String expected =
                HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array()));

        for (Normalize normalize : Normalize.values()) {
            Source source =
                    new Source.Csv(file, "last", Optional.empty(), Optional.empty(), normalize);
            assertEquals(expected, DataLoader.load(Configs.trainOnly(source), SEED).sha256());
        }
    }

    @Test
    void refusesABatchLargerThanTheTrainingPart() {
        DataConfig config = Configs.of(IRIS.source(), 103, null, null, 0.2, null);

        assertEquals(
                List.of(
                        "data.batch-size: 103 is more than the rows to train on: 102 (of 150 rows,"
                                + " 18 are for validation and 30 for test)"),
                Configs.problems(() -> DataLoader.load(config, SEED)));
    }

    @Test
    void evaluationSeesTheSamePartsAsTraining() {
        SplitData trained = DataLoader.load(IRIS, SEED);

        SplitData evaluated = DataLoader.load(IRIS, SEED, trained.normalizer(), TargetScale.none());

        assertArrayEquals(trained.test().rows(), evaluated.test().rows());
        assertArrayEquals(
                Configs.floats(trained.dataset().features()),
                Configs.floats(evaluated.dataset().features()));
        assertEquals(trained.sha256(), evaluated.sha256());
    }

    @Test
    void otherDataIsNormalizedAsTheTrainingDataWas() throws IOException {
        Path file = Files.writeString(folder.resolve("data.csv"), "14,0\n16,1\n");
        Normalizer fitted = new Normalizer(Normalize.STANDARD, new double[] {10}, new double[] {2});

        DataPart part =
                DataLoader.loadWhole(
                        csv(file), SEED, fitted, TargetScale.none(), List.of("0", "1", "2"));

        assertArrayEquals(new int[] {0, 1}, part.rows());
        assertArrayEquals(new float[] {2, 3}, Configs.floats(part.dataset().features()));
    }

    @Test
    void otherDataGetsTheIndicesOfTheModelsClasses() throws IOException {
        Path file = Files.writeString(folder.resolve("data.csv"), "1,b\n2,c\n3,b\n");

        DataPart part =
                DataLoader.loadWhole(
                        csv(file),
                        SEED,
                        Normalizer.none(),
                        TargetScale.none(),
                        List.of("c", "a", "b"));

        assertArrayEquals(new float[] {2, 0, 2}, Configs.floats(part.dataset().targets()));
        assertEquals(List.of("c", "a", "b"), part.dataset().classes());
    }

    @Test
    void otherDataMayHaveASingleClass() throws IOException {
        Path file = Files.writeString(folder.resolve("data.csv"), "1,1.0\n2,1\n");

        DataPart part =
                DataLoader.loadWhole(
                        csv(file), SEED, Normalizer.none(), TargetScale.none(), List.of("0", "1"));

        assertArrayEquals(new float[] {1, 1}, Configs.floats(part.dataset().targets()));
    }

    @Test
    void otherDataOfARegressionIsNeverTakenAsClasses() throws IOException {
        Path file = Files.writeString(folder.resolve("data.csv"), "1,3\n2,3\n3,4\n");

        DataPart part =
                DataLoader.loadWhole(
                        csv(file), SEED, Normalizer.none(), TargetScale.none(), List.of());

        assertEquals(Task.REGRESSION, part.dataset().task());
        assertArrayEquals(new float[] {3, 3, 4}, Configs.floats(part.dataset().targets()));
    }

    @Test
    void refusesALabelThatTheModelDoesNotKnow() throws IOException {
        Path file = Files.writeString(folder.resolve("data.csv"), "x,kind\n1,cat\n2,dgo\n");

        assertEquals(
                List.of(
                        file
                                + ":3:2: column 2 'kind': 'dgo' is none of the model's classes. Did"
                                + " you mean dog? Classes: cat, dog"),
                Configs.problems(
                        () ->
                                DataLoader.loadWhole(
                                        csv(file),
                                        SEED,
                                        Normalizer.none(),
                                        TargetScale.none(),
                                        List.of("cat", "dog"))));
    }

    @Test
    void refusesDataWithOtherFeaturesThanTheModels() {
        Normalizer fitted =
                new Normalizer(Normalize.MIN_MAX, new double[5], new double[] {1, 1, 1, 1, 1});

        assertEquals(
                List.of("data.source: the data has 4 features, the model was trained on 5"),
                Configs.problems(() -> DataLoader.load(IRIS, SEED, fitted, TargetScale.none())));
    }

    @Test
    void refusesClassesForARegressionModel() {
        assertEquals(
                List.of("data.source: the data has 3 classes, the model numbers as targets"),
                Configs.problems(
                        () ->
                                DataLoader.loadWhole(
                                        IRIS,
                                        SEED,
                                        Normalizer.none(),
                                        TargetScale.none(),
                                        List.of())));
    }

    @Test
    void aColumnOfGroupsOrTimesDecidesHowRowsAreSplit() throws IOException {
        Path file = folder.resolve("data.csv");
        Files.writeString(file, "who,day,x,y\n7,6,1,0.5\n7,5,2,1.5\n8,4,3,2.5\n8,3,4,3.5\n");

        SplitData byGroup = load(file, Optional.of("who"), Optional.empty());
        SplitData byTime = load(file, Optional.empty(), Optional.of("day"));

        assertEquals(2, byGroup.test().size());
        assertEquals(
                byGroup.test().rows()[0] / 2,
                byGroup.test().rows()[1] / 2,
                "both rows of the same group");
        assertArrayEquals(new int[] {0, 1}, byTime.test().rows());
        assertEquals(
                List.of(
                        "data.split: missing; data.group and data.time are both given, so say group"
                                + " or time"),
                Configs.problems(() -> load(file, Optional.of("who"), Optional.of("day"))));
    }

    private static SplitData load(Path file, Optional<String> group, Optional<String> time) {
        Source source =
                new Source.Csv(
                        file,
                        new Label.One("y"),
                        Optional.empty(),
                        Optional.empty(),
                        Normalize.NONE,
                        Missing.REFUSE,
                        group,
                        time,
                        false);
        return DataLoader.load(Configs.of(source, 1, null, 0.0, 0.5, null), SEED);
    }

    @Test
    void anEvaluatedFileIsFilledInAsTheTrainingDataWas() throws IOException {
        Path file = Files.writeString(folder.resolve("data.csv"), "x,y\n,0.5\n4,1.5\n");
        Normalizer fitted =
                new Normalizer(
                        Normalize.STANDARD, new double[] {3}, new double[] {2}, new double[] {2});

        DataPart part =
                DataLoader.loadWhole(
                        Configs.of(missing(file, Missing.MEAN)),
                        SEED,
                        fitted,
                        TargetScale.none(),
                        List.of());

        assertArrayEquals(new float[] {0.5f, 1}, Configs.floats(part.dataset().features()));
    }

    @Test
    void refusesMissingValuesThatTheModelHasNothingFor() throws IOException {
        Path file = Files.writeString(folder.resolve("data.csv"), "x,y\n,0.5\n4,1.5\n");

        assertEquals(
                List.of(
                        file
                                + ":2:1: column 1 'x': the value is missing; data.missing = mean,"
                                + " median or zero fills it in"),
                Configs.problems(
                        () ->
                                DataLoader.loadWhole(
                                        Configs.of(missing(file, Missing.MEAN)),
                                        SEED,
                                        Normalizer.none(),
                                        TargetScale.none(),
                                        List.of())));
    }

    private static Source missing(Path file, Missing missing) {
        return new Source.Csv(
                file,
                new Label.One("y"),
                Optional.of(Task.REGRESSION),
                Optional.empty(),
                Normalize.STANDARD,
                missing,
                Optional.empty(),
                Optional.empty(),
                false);
    }

    private static DataConfig csv(Path file) {
        return Configs.of(Configs.csv(file));
    }

    private static DataConfig timeSplit(Path file) {
        Source source =
                new Source.Csv(
                        file,
                        "last",
                        Optional.of(Task.REGRESSION),
                        Optional.empty(),
                        Normalize.STANDARD);
        return Configs.of(source, 1, null, 1.0, 1, Split.TIME);
    }
}
