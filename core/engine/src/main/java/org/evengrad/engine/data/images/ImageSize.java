package org.evengrad.engine.data.images;

/**
 * How large an image is.
 *
 * @param height in pixels
 * @param width in pixels
 */
record ImageSize(int height, int width) {
    /** How many pixels the image has. */
    long pixels() {
        return (long) height * width;
    }

    @Override
    public String toString() {
        return height + " x " + width;
    }
}
