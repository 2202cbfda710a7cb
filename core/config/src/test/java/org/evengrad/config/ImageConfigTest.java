package org.evengrad.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Optional;
import org.evengrad.config.AugmentConfig.Flip;
import org.evengrad.config.AugmentConfig.Padding;
import org.evengrad.config.DataConfig.Normalize;
import org.evengrad.config.DataConfig.Source;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageConfigTest {
    private static final String MODEL = "\nmodel { layers = [ { dense = 4 } ] }\n";

    @TempDir Path folder;
    private ConfigFixture configs;

    @BeforeEach
    void makeFixture() {
        configs = new ConfigFixture(folder);
    }

    @Test
    void readsAFolderOfImages() throws Exception {
        assertEquals(
                new Source.ImageFolder(
                        folder.resolve("pets"),
                        Optional.empty(),
                        Optional.empty(),
                        3,
                        false,
                        Normalize.NONE),
                data("source = image-folder, folder = pets").source());
        assertEquals(
                new Source.ImageFolder(
                        folder.resolve("pets"),
                        Optional.of(32),
                        Optional.of(48),
                        1,
                        true,
                        Normalize.STANDARD),
                data("source = image-folder, folder = pets, height = 32, width = 48,"
                                + " channels = 1, resize = true, normalize = standard")
                        .source());
    }

    @Test
    void refusesSizesThatAreNone() throws Exception {
        assertEquals(
                "data.height (net.conf: 1): needs width beside it\n",
                refusal("source = image-folder, folder = pets, height = 32"));
        assertEquals(
                "data.width (net.conf: 1): needs height beside it\n",
                refusal("source = image-folder, folder = pets, width = 32"));
        assertEquals(
                "data.channels (net.conf: 1): must be 3 (color) or 1 (gray), not 4\n",
                refusal("source = image-folder, folder = pets, channels = 4"));
        assertTrue(
                refusal("source = image-folder, folder = pets, height = 0, width = 1")
                        .startsWith("data.height (net.conf: 1): "));
    }

    @Test
    void augmentationIsOffByDefault() throws Exception {
        assertEquals(Optional.empty(), data("source = image-folder, folder = pets").augment());
        assertTrue(
                data("source = image-folder, folder = pets, augment {}")
                        .augment()
                        .orElseThrow()
                        .isOff());
    }

    @Test
    void readsAugmentation() throws Exception {
        AugmentConfig augment =
                data("source = idx, images = i, labels = l, augment { flip = horizontal,"
                                + " crop = 4, padding = reflect, rotate = 10, noise = 0.05,"
                                + " mixup = 0.2 }")
                        .augment()
                        .orElseThrow();

        assertEquals(
                new AugmentConfig(Flip.HORIZONTAL, 4, Padding.REFLECT, 10, 0.05, 0.2), augment);
        assertFalse(augment.isOff());
    }

    @Test
    void refusesAugmentationOfWhatIsNoImage() throws Exception {
        assertEquals(
                "data.augment (net.conf: 1): varies images only, so it needs the source idx,"
                        + " image-folder or shapes\n",
                refusal("source = iris, augment { noise = 0.1 }"));
        assertTrue(data("source = iris, augment { noise = 0 }").augment().isPresent());
    }

    @Test
    void refusesNumbersOutOfRange() throws Exception {
        for (String option :
                new String[] {"crop = -1", "rotate = 181", "noise = -1", "mixup = -1"}) {
            String key = option.substring(0, option.indexOf(' '));
            String refusal = refusal("source = idx, images = i, labels = l, augment." + option);
            assertTrue(refusal.startsWith("data.augment." + key + " (net.conf: 1): "), refusal);
        }
    }

    private DataConfig data(String text) throws Exception {
        return configs.load("data { " + text + " }" + MODEL).data();
    }

    private String refusal(String text) throws Exception {
        return configs.refusal("data { " + text + " }" + MODEL);
    }
}
