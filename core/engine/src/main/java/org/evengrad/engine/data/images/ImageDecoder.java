package org.evengrad.engine.data.images;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Turns the bytes of an image file into planes of bytes, with the readers of the JDK.
 *
 * <p>Values are taken as the file has them: color profiles, gamma and the orientation of a camera
 * are not applied, and 16 bits are rounded to 8. What is transparent lies on black. Color becomes
 * gray by the weights of ITU-R BT.601 (0.299, 0.587, 0.114), and gray becomes color by repetition.
 * An animation gives its first frame. The format is seen by the content, not by the name.
 */
final class ImageDecoder {
    /** The endings of the names that are read, in lower case. */
    static final List<String> FORMATS = List.of("png", "jpg", "jpeg", "bmp", "gif");

    /** Some hundred bytes can announce a picture that fills the memory. */
    private static final long MOST_PIXELS = 100_000_000;

    private static final int OPAQUE = 0xff;

    private ImageDecoder() {}

    /**
     * Reads the size alone.
     *
     * @throws UnusableImageException if the bytes are no image
     */
    static ImageSize size(byte[] file) throws UnusableImageException {
        return read(file, ImageDecoder::size);
    }

    /**
     * Decodes an image.
     *
     * @param file what the file holds
     * @param channels 3 for red, green and blue, 1 for gray
     * @return channel after channel, each row by row, as many as {@link #size} says
     * @throws UnusableImageException if the bytes are no image, damaged, or too large
     */
    static byte[] planes(byte[] file, int channels) throws UnusableImageException {
        return read(file, reader -> planes(image(reader), channels));
    }

    private static <T> T read(byte[] file, Reading<T> reading) throws UnusableImageException {
        try (ImageInputStream in =
                new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
            ImageReader reader = reader(in);
            try {
                reader.setInput(in, true, true);
                return reading.read(reader);
            } finally {
                reader.dispose();
            }
        } catch (IOException error) {
            throw damaged(error.getCause() instanceof IOException cause ? cause : error);
        } catch (RuntimeException error) {
            // The JDK's readers meet damaged files with whatever comes out of their arithmetic.
            throw damaged(error);
        }
    }

    private static UnusableImageException damaged(Exception error) {
        String reason =
                error.getMessage() == null ? error.getClass().getSimpleName() : error.getMessage();
        return new UnusableImageException("is a damaged image: " + reason);
    }

    private static ImageReader reader(ImageInputStream in)
            throws IOException, UnusableImageException {
        Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
        while (readers.hasNext()) {
            ImageReader reader = readers.next();
            if (FORMATS.contains(reader.getFormatName().toLowerCase(Locale.ROOT))) {
                return reader;
            }
            reader.dispose();
        }
        throw new UnusableImageException("is no image, whatever its name says");
    }

    private static ImageSize size(ImageReader reader) throws IOException {
        return new ImageSize(reader.getHeight(0), reader.getWidth(0));
    }

    private static BufferedImage image(ImageReader reader)
            throws IOException, UnusableImageException {
        ImageSize size = size(reader);
        if (size.pixels() > MOST_PIXELS) {
            throw new UnusableImageException(
                    String.format(
                            Locale.ROOT,
                            "has %s pixels, more than %,d are not decoded",
                            size,
                            MOST_PIXELS));
        }
        boolean[] cutShort = {false};
        reader.addIIOReadWarningListener(
                (source, warning) -> cutShort[0] |= warning.startsWith("Truncated"));
        if (reader.getFormatName().equalsIgnoreCase("jpeg") && !isGrayOrColor(reader)) {
            throw new UnusableImageException(
                    "is a JPEG in colors that cannot be read, such as CMYK; convert it to RGB");
        }
        BufferedImage image = reader.read(0);
        if (cutShort[0]) {
            throw new UnusableImageException("is a damaged image: it is cut short");
        }
        return image;
    }

    /** Whether a JPEG has one or three channels. Of colors for print, the JDK knows no type. */
    private static boolean isGrayOrColor(ImageReader reader) throws IOException {
        return reader.getImageTypes(0).hasNext()
                && reader.getRawImageType(0) != null
                && reader.getRawImageType(0).getNumBands() != 4;
    }

    private static byte[] planes(BufferedImage image, int channels) {
        int width = image.getWidth();
        int pixels = width * image.getHeight();
        byte[] planes = new byte[Math.multiplyExact(channels, pixels)];
        int[] row = new int[width];
        Rows rows = rows(image);
        for (int y = 0; y < image.getHeight(); y++) {
            rows.copy(y, row);
            for (int x = 0; x < width; x++) {
                int place = y * width + x;
                int red = onBlack(row[x] >> 16 & 0xff, row[x] >>> 24);
                int green = onBlack(row[x] >> 8 & 0xff, row[x] >>> 24);
                int blue = onBlack(row[x] & 0xff, row[x] >>> 24);
                if (channels == 1) {
                    planes[place] = (byte) gray(red, green, blue);
                } else {
                    planes[place] = (byte) red;
                    planes[pixels + place] = (byte) green;
                    planes[2 * pixels + place] = (byte) blue;
                }
            }
        }
        return planes;
    }

    private static int onBlack(int value, int alpha) {
        return (value * alpha + OPAQUE / 2) / OPAQUE;
    }

    private static int gray(int red, int green, int blue) {
        return (299 * red + 587 * green + 114 * blue + 500) / 1000;
    }

    private static Rows rows(BufferedImage image) {
        int width = image.getWidth();
        // A palette or packed pixels: the colors are in the model.
        if (!(image.getColorModel() instanceof ComponentColorModel)) {
            return (y, argb) -> image.getRGB(0, y, width, 1, argb, 0, width);
        }
        // The samples themselves: getRGB takes gray for linear light and makes it lighter.
        return samples(image.getRaster(), image.getColorModel());
    }

    private static Rows samples(Raster raster, ColorModel model) {
        int width = raster.getWidth();
        int bands = raster.getNumBands();
        boolean color = model.getNumColorComponents() > 1;
        int[] samples = new int[width * bands];
        int[] largest = new int[bands];
        for (int band = 0; band < bands; band++) {
            largest[band] = (1 << model.getComponentSize(band)) - 1;
        }
        return (y, argb) -> {
            raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, samples);
            for (int x = 0; x < width; x++) {
                int first = toByte(samples[x * bands], largest[0]);
                int second = color ? toByte(samples[x * bands + 1], largest[1]) : first;
                int third = color ? toByte(samples[x * bands + 2], largest[2]) : first;
                int alpha =
                        model.hasAlpha()
                                ? toByte(samples[(x + 1) * bands - 1], largest[bands - 1])
                                : OPAQUE;
                argb[x] = alpha << 24 | first << 16 | second << 8 | third;
            }
        };
    }

    private static int toByte(int sample, int largest) {
        return (int) ((sample * 255L + largest / 2) / largest);
    }

    /** Copies a row of pixels as alpha, red, green and blue, a byte each. */
    private interface Rows {
        void copy(int y, int[] argb);
    }

    /** What is done with a reader that has its input. */
    private interface Reading<T> {
        T read(ImageReader reader) throws IOException, UnusableImageException;
    }
}
