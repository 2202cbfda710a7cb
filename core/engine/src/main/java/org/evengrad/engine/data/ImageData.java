package org.evengrad.engine.data;

import java.util.List;
import java.util.Optional;
import org.evengrad.config.AugmentConfig;
import org.evengrad.config.DataConfig.Task;
import org.evengrad.engine.data.images.ImageAugmentation;
import org.evengrad.engine.data.images.ImageSet;

/** Images as data sets and batches take them. */
final class ImageData {
    private ImageData() {}

    /** A data set of images with their classes. Pixels become numbers when they are read. */
    static Dataset dataset(ImageSet images) {
        float[] targets = new float[images.rows()];
        for (int row = 0; row < targets.length; row++) {
            targets[row] = images.label(row);
        }
        return new Dataset(
                new Pixels(images),
                images.shape(),
                0,
                Optional.empty(),
                FloatTable.of(targets, 1),
                1,
                Task.CLASSIFICATION,
                images.classes(),
                List.of(),
                Optional.empty(),
                Optional.empty());
    }

    private record Pixels(ImageSet images) implements FloatTable {
        @Override
        public int rows() {
            return images.rows();
        }

        @Override
        public int width() {
            return images.featureCount();
        }

        @Override
        public float get(int row, int column) {
            float[] image = new float[width()];
            images.read(row, image, 0);
            return image[column];
        }

        @Override
        public void read(int row, float[] out, int at) {
            images.read(row, out, at);
        }
    }

    /**
     * How training images are varied.
     *
     * @param seed of the run
     * @param shape {@code [channels, height, width]}
     * @throws org.evengrad.config.problem.InvalidInputException if a crop may miss the image
     */
    static Augmentation augmentation(AugmentConfig config, long seed, List<Integer> shape) {
        ImageAugmentation images = new ImageAugmentation(config, seed, shape);
        return new Augmentation() {
            @Override
            public void apply(long epoch, int row, float[] features) {
                images.apply(epoch, row, features);
            }

            @Override
            public float share(long epoch, int row) {
                return images.share(epoch, row);
            }

            @Override
            public int partner(long epoch, int row, int rows) {
                return images.partner(epoch, row, rows);
            }
        };
    }
}
