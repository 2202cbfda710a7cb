package org.evengrad.config;

import org.evengrad.config.bind.Key;

/**
 * How training images are varied, so that a network sees each of them in many ways: the section
 * {@code data.augment}. Everything is off by default. Validation and test rows are never varied.
 *
 * <p>An image is cropped, flipped, rotated, made noisy and mixed, in this order.
 *
 * @param flip mirrors half of the images
 * @param crop pixels of padding on each side, from which a random window of the image's size is cut
 * @param padding what crop and rotate see outside of the image
 * @param rotate the largest angle in degrees, to either side; interpolated bilinearly
 * @param noise standard deviation of the normal noise on each value, after normalization
 * @param mixup the alpha of Beta(alpha, alpha), from which the weights are drawn that mix two rows
 *     of a batch and their targets (Zhang et al., <a
 *     href="https://arxiv.org/abs/1710.09412">1710.09412</a>)
 * @since 0.1.0
 */
public record AugmentConfig(
        @Key(absent = "none") Flip flip,
        @Key(range = "[0, inf)", absent = "0") int crop,
        @Key(absent = "zero") Padding padding,
        @Key(range = "[0, 180]", absent = "0") double rotate,
        @Key(range = "[0, inf)", absent = "0") double noise,
        @Key(range = "[0, inf)", absent = "0") double mixup) {
    /** Whether nothing is varied. */
    public boolean isOff() {
        return flip == Flip.NONE && crop == 0 && rotate == 0 && noise == 0 && mixup == 0;
    }

    /** How images are mirrored. */
    public enum Flip {
        /** Not at all. */
        NONE,
        /** Left to right, every other image by chance. */
        HORIZONTAL
    }

    /** What is outside of an image. */
    public enum Padding {
        /** Zeros: black, or after normalization what was scaled to zero. */
        ZERO,
        /** The image mirrored at its border pixels, which are not repeated. */
        REFLECT
    }
}
