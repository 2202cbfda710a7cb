package org.evengrad.engine.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.evengrad.config.AugmentConfig;
import org.evengrad.config.AugmentConfig.Flip;
import org.evengrad.config.AugmentConfig.Padding;
import org.evengrad.config.DataConfig;
import org.evengrad.config.DataConfig.Normalize;
import org.evengrad.config.DataConfig.Part;
import org.evengrad.config.DataConfig.Source;
import org.evengrad.config.DataConfig.Task;
import org.evengrad.engine.data.images.ImageFolderData;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ten images of each of two classes, 4 x 4 pixels, the n-th with n in all pixels. */
class ImageDataTest {
    private static final long SEED = 7;
    private static final List<Integer> IMAGE = List.of(1, 4, 4);
    private static final AugmentConfig MIXUP =
            new AugmentConfig(Flip.NONE, 0, Padding.ZERO, 0, 0, 1);

    @TempDir Path folder;

    @BeforeEach
    void writeImages() throws IOException {
        for (int i = 0; i < 20; i++) {
            BufferedImage image = new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB);
            for (int pixel = 0; pixel < 16; pixel++) {
                image.setRGB(pixel % 4, pixel / 4, i * 0x010101);
            }
            Path file = folder.resolve(i < 10 ? "low" : "high").resolve(i + ".png");
            Files.createDirectories(file.getParent());
            assertTrue(ImageIO.write(image, "png", file.toFile()));
        }
    }

    @Test
    void loadsAFolderOfImages() {
        SplitData data = DataLoader.load(config(null), SEED);

        assertEquals(List.of(1, 4, 4), data.dataset().featureShape());
        assertEquals(List.of("high", "low"), data.dataset().classes());
        assertEquals(Task.CLASSIFICATION, data.dataset().task());
        assertEquals(20, data.dataset().rows());
        assertEquals(4, data.test().size());
        assertEquals(Optional.empty(), data.augmentation());
        assertEquals(
                ImageFolderData.read((Source.ImageFolder) config(null).source(), List.of())
                        .sha256(),
                data.sha256());
    }

    @Test
    void evaluatesImagesWithTheClassesOfAModel() {
        DataPart part =
                DataLoader.loadWhole(
                        config(null),
                        SEED,
                        Normalizer.none(),
                        TargetScale.none(),
                        List.of("low", "high", "new"));

        assertEquals(1, part.dataset().targets().get(0, 0));
        assertEquals(0, part.dataset().targets().get(19, 0));
    }

    @Test
    void anEmptySectionVariesNothing() {
        AugmentConfig off = new AugmentConfig(Flip.NONE, 0, Padding.ZERO, 0, 0, 0);

        assertEquals(Optional.empty(), DataLoader.load(config(off), SEED).augmentation());
    }

    @Test
    void refusesACropThatMayMissTheImagesBeforeTraining() {
        AugmentConfig crop = new AugmentConfig(Flip.NONE, 4, Padding.ZERO, 0, 0, 0);

        assertEquals(
                List.of(
                        "data.augment.crop: must be less than the images' height and width, 4 x 4,"
                                + " not 4"),
                Configs.problems(() -> DataLoader.load(config(crop), SEED)));
    }

    @Test
    void varyingTrainingImagesLeavesTheDataAsItIs() {
        AugmentConfig all = new AugmentConfig(Flip.HORIZONTAL, 1, Padding.ZERO, 10, 0.1, 0.2);
        SplitData data = DataLoader.load(config(all), SEED);
        float[] before = Configs.floats(data.dataset().features());
        float[] targets = Configs.floats(data.dataset().targets());

        assertNotEquals(before[0], features(data.train(), data.augmentation(), 0)[0]);

        assertArrayEquals(before, Configs.floats(data.dataset().features()));
        assertArrayEquals(targets, Configs.floats(data.dataset().targets()));
        assertArrayEquals(
                features(DataLoader.load(config(null), SEED).validation(), Optional.empty(), 0),
                features(data.validation(), Optional.empty(), 0));
    }

    @Test
    void mixesFeaturesAndTargetsWithTheSameShare() {
        SplitData data = DataLoader.load(config(MIXUP), SEED);
        DataPart train = data.train();
        Augmentation mixup = data.augmentation().orElseThrow();
        float[] features = features(train, data.augmentation(), 3);
        FloatBuffer targets = FloatBuffer.allocate(train.size() * 2);
        BatchFiller filler = new BatchFiller(train, IMAGE, 2, 1, data.augmentation());
        filler.epoch(3);
        filler.copyTargets(order(train), 0, train.size(), targets);

        for (int place = 0; place < train.size(); place++) {
            int row = train.rows()[place];
            int partner = train.rows()[mixup.partner(3, row, train.size())];
            double share = mixup.share(3, row);
            double mixed = share * number(data, row) + (1 - share) * number(data, partner);
            double low =
                    share * data.dataset().targets().get(row, 0)
                            + (1 - share) * data.dataset().targets().get(partner, 0);
            assertEquals(mixed / 255, features[16 * place], 1e-6);
            assertEquals(low, targets.get(2 * place + 1), 1e-6);
            assertEquals(1 - low, targets.get(2 * place), 1e-6);
        }
    }

    @Test
    void anotherEpochVariesInAnotherWayAndTheSameInTheSame() {
        SplitData data = DataLoader.load(config(MIXUP), SEED);
        SplitData again = DataLoader.load(config(MIXUP), SEED);

        float[] first = features(data.train(), data.augmentation(), 0);
        float[] second = features(data.train(), data.augmentation(), 1);

        assertNotEquals(first[0], second[0]);
        assertArrayEquals(second, features(again.train(), again.augmentation(), 1));
        assertArrayEquals(first, features(again.train(), again.augmentation(), 0));
    }

    /** What an image has in all pixels: rows are sorted by name, "high" first. */
    private static int number(SplitData data, int row) {
        return Math.round(data.dataset().features().get(row, 0) * 255);
    }

    private static float[] features(
            DataPart part, Optional<Augmentation> augmentation, long epoch) {
        FloatBuffer out = FloatBuffer.allocate(part.size() * 16);
        BatchFiller filler = new BatchFiller(part, IMAGE, 2, 1, augmentation);
        filler.epoch(epoch);
        filler.copyFeatures(order(part), 0, part.size(), out);
        return out.array();
    }

    private static int[] order(DataPart part) {
        return IntStream.range(0, part.size()).toArray();
    }

    private DataConfig config(AugmentConfig augment) {
        return new DataConfig(
                new Source.ImageFolder(
                        folder, Optional.empty(), Optional.empty(), 1, false, Normalize.NONE),
                4,
                Optional.empty(),
                Optional.empty(),
                new Part(0.2),
                Optional.empty(),
                true,
                Optional.ofNullable(augment),
                DataConfig.NormalizeTargets.NONE);
    }
}
