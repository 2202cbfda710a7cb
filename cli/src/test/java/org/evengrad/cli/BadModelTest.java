package org.evengrad.cli;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Layers that do not fit each other or the data give one clear line and exit code 2. */
class BadModelTest {
    private static final String IMAGES =
            "data { source = shapes, samples = 60, size = 8, batch-size = 4 }\n";
    private static final String FLAT = "data { source = blobs, samples = 60, batch-size = 4 }\n";
    private static final String SEQUENCES =
            "data { source = adding-problem, samples = 60, length = 6, batch-size = 4 }\n";

    @TempDir private Path folder;

    private void refuses(String config, String... parts) throws IOException {
        Path file = Files.writeString(folder.resolve("net.conf"), config);
        Path run = folder.resolve("run");

        CommandRun command = CommandRun.of("train", file.toString(), "--run-dir", run.toString());

        command.assertRefused(parts);
        assertFalse(Files.exists(run), "nothing half written");
    }

    @Test
    void aConvolutionOverFlatData() throws IOException {
        refuses(
                FLAT + "model { layers = [ { conv = 4 } ] }",
                "model.layers",
                "conv-1 needs images",
                "2 numbers");
    }

    @Test
    void aRecurrentLayerOverImages() throws IOException {
        refuses(
                IMAGES + "model { layers = [ { gru = 4 } ] }",
                "gru-1 walks along a sequence",
                "1 channels of 8 x 8");
    }

    @Test
    void aWindowThatDoesNotFit() throws IOException {
        refuses(
                IMAGES + "model { layers = [ { conv = 4, kernel = 9 } ] }",
                "conv-1: a window of 9 does not fit an image of 8 x 8",
                "padding = same");
    }

    @Test
    void groupsThatDoNotDivideTheChannels() throws IOException {
        refuses(
                IMAGES + "model { layers = [ { conv = 4 }, { conv = 6, groups = 3 } ] }",
                "conv-2: 3 groups cannot share 4 channels and 6 filters evenly");
    }

    @Test
    void aPathAroundAChangeOfWidthWithoutAProjection() throws IOException {
        refuses(
                FLAT
                        + "model { layers = [ { dense = 4 }, { residual = [ { dense = 8 } ],"
                        + " projection = false } ] }",
                "residual-1 turns 4 numbers into 8 numbers",
                "leave projection = false out");
    }

    @Test
    void sequencesThatNothingMakesOneAnswerOf() throws IOException {
        refuses(
                SEQUENCES + "model { layers = [ { dense = 4 } ] }",
                "each sequence has one target",
                "gru");
    }

    @Test
    void batchNormalizationOfSequences() throws IOException {
        refuses(
                SEQUENCES
                        + "model { layers = [ { gru = 4 }, { batch-norm = true }, { gru = 2 } ] }",
                "batch-norm-1 takes no sequences",
                "layer-norm");
    }

    @Test
    void anEmbeddingOfNumbers() throws IOException {
        refuses(
                SEQUENCES + "model { layers = [ { embedding = 4 }, { gru = 4 } ] }",
                "embedding-1 takes symbols");
    }

    @Test
    void gradientsThatEndWithinASequenceOfOneTarget() throws IOException {
        refuses(
                SEQUENCES + "model { layers = [ { gru = 4 } ] }\ntraining.truncate = 3",
                "training.truncate");
    }

    @Test
    void aMisspelledLayer() throws IOException {
        refuses(FLAT + "model { layers = [ { lsmt = 4 } ] }", "lsmt", "lstm");
    }

    @Test
    void aFolderWithoutImages() throws IOException {
        refuses(
                "data { source = image-folder, folder = nowhere }\n"
                        + "model { layers = [ { conv = 4 } ] }",
                "nowhere");
    }

    @Test
    void aClassWithoutImages() throws IOException {
        image("cats/a.png", 8);
        Files.createDirectories(folder.resolve("images/dogs"));
        refuses(
                "data { source = image-folder, folder = images }\n"
                        + "model { layers = [ { conv = 4 } ] }",
                "dogs");
    }

    @Test
    void imagesOfDifferentSize() throws IOException {
        image("cats/a.png", 8);
        image("dogs/b.png", 9);
        refuses(
                "data { source = image-folder, folder = images }\n"
                        + "model { layers = [ { conv = 4 } ] }",
                "a.png",
                "b.png",
                "resize = true");
    }

    private void image(String name, int size) throws IOException {
        Path file = folder.resolve("images").resolve(name);
        Files.createDirectories(file.getParent());
        BufferedImage image = new BufferedImage(size, size, BufferedImage.TYPE_INT_RGB);
        ImageIO.write(image, "png", file.toFile());
    }
}
