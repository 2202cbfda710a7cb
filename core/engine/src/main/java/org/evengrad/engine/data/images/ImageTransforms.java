package org.evengrad.engine.data.images;

import org.evengrad.config.AugmentConfig.Padding;

/**
 * Geometric changes of an image: channel after channel, each row by row. Source and result are
 * different arrays of the same length.
 *
 * @param channels how many planes
 * @param height rows of a plane
 * @param width columns of a plane
 * @param padding what is outside of the image
 */
record ImageTransforms(int channels, int height, int width, Padding padding) {
    /** Mirrors left to right. */
    void flip(float[] from, float[] to) {
        for (int start = 0; start < from.length; start += width) {
            for (int x = 0; x < width; x++) {
                to[start + x] = from[start + width - 1 - x];
            }
        }
    }

    /**
     * Moves the window through which the image is seen.
     *
     * @param down by how many pixels; negative is up
     * @param right by how many pixels; negative is left
     */
    void shift(float[] from, float[] to, int down, int right) {
        int out = 0;
        for (int channel = 0; channel < channels; channel++) {
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    to[out++] = pixel(from, channel, y + down, x + right);
                }
            }
        }
    }

    /**
     * Turns the image about its center, interpolated bilinearly.
     *
     * @param degrees counterclockwise as seen
     */
    void rotate(float[] from, float[] to, double degrees) {
        double sine = StrictMath.sin(StrictMath.toRadians(degrees));
        double cosine = StrictMath.cos(StrictMath.toRadians(degrees));
        double centerY = (height - 1) / 2.0;
        double centerX = (width - 1) / 2.0;
        int plane = height * width;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                // Where the pixel comes from. Rows count downwards, so the signs are unusual.
                double sourceY = centerY + cosine * (y - centerY) + sine * (x - centerX);
                double sourceX = centerX - sine * (y - centerY) + cosine * (x - centerX);
                int top = (int) Math.floor(sourceY);
                int left = (int) Math.floor(sourceX);
                double low = sourceY - top;
                double right = sourceX - left;
                for (int channel = 0; channel < channels; channel++) {
                    double upper =
                            (1 - right) * pixel(from, channel, top, left)
                                    + right * pixel(from, channel, top, left + 1);
                    double lower =
                            (1 - right) * pixel(from, channel, top + 1, left)
                                    + right * pixel(from, channel, top + 1, left + 1);
                    to[channel * plane + y * width + x] = (float) ((1 - low) * upper + low * lower);
                }
            }
        }
    }

    private float pixel(float[] image, int channel, int y, int x) {
        int row = y;
        int column = x;
        if (y < 0 || y >= height || x < 0 || x >= width) {
            if (padding == Padding.ZERO) {
                return 0;
            }
            row = reflected(y, height);
            column = reflected(x, width);
        }
        return image[(channel * height + row) * width + column];
    }

    /** 2 1 | 0 1 2 | 1 0: the border is not repeated. */
    private static int reflected(int place, int size) {
        if (size == 1) {
            return 0;
        }
        int period = 2 * (size - 1);
        int within = Math.floorMod(place, period);
        return within < size ? within : period - within;
    }
}
