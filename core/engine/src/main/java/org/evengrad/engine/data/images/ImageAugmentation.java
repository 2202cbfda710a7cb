package org.evengrad.engine.data.images;

import java.util.List;
import org.evengrad.config.AugmentConfig;
import org.evengrad.config.AugmentConfig.Flip;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;
import org.evengrad.engine.data.images.RowDraws.Purpose;

/**
 * Varies images: crop, flip, rotate and noise for each image, and mixup of two. What happens to a
 * row depends on the seed, the epoch and the row alone. Allocates nothing after construction; not
 * for two threads at once.
 */
public final class ImageAugmentation {
    private final AugmentConfig config;
    private final RowDraws draws;
    private final ImageTransforms transforms;
    private final float[] before;

    /**
     * Prepares to vary images of one shape.
     *
     * @param config what to vary
     * @param seed of the run
     * @param shape {@code [channels, height, width]}
     * @throws InvalidInputException if a crop may miss the image
     * @throws IllegalArgumentException if the shape is not that of an image
     */
    public ImageAugmentation(AugmentConfig config, long seed, List<Integer> shape) {
        if (shape.size() != 3) {
            throw new IllegalArgumentException("no shape of an image: " + shape);
        }
        int height = shape.get(1);
        int width = shape.get(2);
        if (config.crop() >= Math.min(height, width)) {
            throw new InvalidInputException(
                    Problem.ofKey(
                            "data.augment.crop",
                            String.format(
                                    "must be less than the images' height and width, %d x %d, not"
                                            + " %d",
                                    height, width, config.crop())));
        }
        this.config = config;
        draws = new RowDraws(seed);
        transforms = new ImageTransforms(shape.get(0), height, width, config.padding());
        before = new float[shape.get(0) * height * width];
    }

    /**
     * Varies an image by itself.
     *
     * @param epoch any number
     * @param row the image's index in the data set
     * @param image is changed; as long as the shape says
     */
    public void apply(long epoch, int row, float[] image) {
        if (config.crop() > 0) {
            draws.begin(Purpose.CROP, epoch, row);
            int places = 2 * config.crop() + 1;
            int down = draws.below(places) - config.crop();
            int right = draws.below(places) - config.crop();
            transforms.shift(copied(image), image, down, right);
        }
        if (config.flip() == Flip.HORIZONTAL) {
            draws.begin(Purpose.FLIP, epoch, row);
            if (draws.uniform() < 0.5) {
                transforms.flip(copied(image), image);
            }
        }
        if (config.rotate() > 0) {
            draws.begin(Purpose.ROTATE, epoch, row);
            double degrees = (2 * draws.uniform() - 1) * config.rotate();
            transforms.rotate(copied(image), image, degrees);
        }
        if (config.noise() > 0) {
            draws.begin(Purpose.NOISE, epoch, row);
            for (int i = 0; i < image.length; i++) {
                image[i] += (float) (config.noise() * draws.gaussian());
            }
        }
    }

    /**
     * The share of a row in its mixture with another one, in features and targets alike: from
     * Beta(alpha, alpha) (Zhang et al., <a href="https://arxiv.org/abs/1710.09412">1710.09412</a>),
     * drawn for each row.
     *
     * @param epoch any number
     * @param row the row's index in the data set
     * @return from 0 to 1; 1 if rows are not mixed
     */
    public float share(long epoch, int row) {
        if (config.mixup() == 0) {
            return 1;
        }
        draws.begin(Purpose.SHARE, epoch, row);
        return (float) draws.beta(config.mixup());
    }

    /**
     * Which row a row is mixed with: any, the row itself among them.
     *
     * @param epoch any number
     * @param row the row's index in the data set
     * @param rows how many rows there are to choose from
     * @return from 0 to {@code rows - 1}
     */
    public int partner(long epoch, int row, int rows) {
        draws.begin(Purpose.PARTNER, epoch, row);
        return draws.below(rows);
    }

    private float[] copied(float[] image) {
        System.arraycopy(image, 0, before, 0, before.length);
        return before;
    }
}
