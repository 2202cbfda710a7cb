package org.evengrad.engine.data.images;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Images of 2 rows and 3 columns in every kind of file, and files that are none. */
class ImageDecoderTest {
    private static final int[] COLORS = {
        0xff0000, 0x00ff00, 0x0000ff, 0x102030, 0x8090a0, 0xfffefd
    };
    private static final int[] RED = {255, 0, 0, 0x10, 0x80, 0xff};
    private static final int[] GREEN = {0, 255, 0, 0x20, 0x90, 0xfe};
    private static final int[] BLUE = {0, 0, 255, 0x30, 0xa0, 0xfd};

    @ParameterizedTest
    @ValueSource(strings = {"png", "bmp"})
    void readsColorsChannelAfterChannel(String format) throws Exception {
        byte[] file = encoded(colors(BufferedImage.TYPE_INT_RGB), format);

        assertEquals(new ImageSize(2, 3), ImageDecoder.size(file));
        assertArrayEquals(planes(RED, GREEN, BLUE), ImageDecoder.planes(file, 3));
    }

    @Test
    void readsAGif() throws Exception {
        byte[] file = encoded(palette(), "gif");

        assertArrayEquals(
                planes(new int[] {0, 250, 0}, new int[] {0, 128, 0}, new int[] {0, 3, 0}),
                ImageDecoder.planes(file, 3));
    }

    @Test
    void readsAPaletteAndTakesItsTransparentColorForBlack() throws Exception {
        byte[] file = encoded(palette(), "png");

        assertArrayEquals(
                planes(new int[] {0, 250, 0}, new int[] {0, 128, 0}, new int[] {0, 3, 0}),
                ImageDecoder.planes(file, 3));
    }

    @Test
    void readsJpegWithinItsLoss() throws Exception {
        BufferedImage image = new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 256; i++) {
            image.setRGB(i % 16, i / 16, 0xc86432);
        }

        byte[] planes = ImageDecoder.planes(encoded(image, "jpg"), 3);

        for (int i = 0; i < 256; i++) {
            assertEquals(200, planes[i] & 0xff, 3);
            assertEquals(100, planes[256 + i] & 0xff, 3);
            assertEquals(50, planes[512 + i] & 0xff, 3);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "bmp", "jpg"})
    void takesGrayAsTheFileHasIt(String format) throws Exception {
        BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY);
        for (int i = 0; i < 64; i++) {
            image.getRaster().setSample(i % 8, i / 8, 0, 128);
        }
        byte[] file = encoded(image, format);

        byte[] gray = ImageDecoder.planes(file, 1);
        byte[] color = ImageDecoder.planes(file, 3);

        assertEquals(64, gray.length);
        assertEquals(192, color.length);
        for (int i = 0; i < color.length; i++) {
            assertEquals(128, gray[i % 64] & 0xff, 1);
            assertEquals(gray[i % 64], color[i]);
        }
    }

    @Test
    void weighsColorsForGray() throws Exception {
        byte[] gray = ImageDecoder.planes(encoded(colors(BufferedImage.TYPE_INT_RGB), "png"), 1);

        for (int i = 0; i < gray.length; i++) {
            double expected = 0.299 * RED[i] + 0.587 * GREEN[i] + 0.114 * BLUE[i];
            assertEquals(Math.round(expected), gray[i] & 0xff);
        }
    }

    @Test
    void laysTransparentPixelsOnBlack() throws Exception {
        BufferedImage image = new BufferedImage(3, 1, BufferedImage.TYPE_INT_ARGB);
        image.setRGB(0, 0, 0xffc80a14);
        image.setRGB(1, 0, 0x80c80a14);
        image.setRGB(2, 0, 0x00c80a14);

        assertArrayEquals(
                planes(new int[] {200, 100, 0}, new int[] {10, 5, 0}, new int[] {20, 10, 0}),
                ImageDecoder.planes(encoded(image, "png"), 3));
    }

    @Test
    void laysTransparentGrayOnBlack() throws Exception {
        ComponentColorModel model =
                new ComponentColorModel(
                        ColorSpace.getInstance(ColorSpace.CS_GRAY),
                        true,
                        false,
                        Transparency.TRANSLUCENT,
                        DataBuffer.TYPE_BYTE);
        WritableRaster raster = model.createCompatibleWritableRaster(2, 1);
        raster.setPixel(0, 0, new int[] {200, 255});
        raster.setPixel(1, 0, new int[] {200, 51});

        byte[] file = encoded(new BufferedImage(model, raster, false, null), "png");

        assertArrayEquals(new byte[] {(byte) 200, 40}, ImageDecoder.planes(file, 1));
    }

    @Test
    void roundsSixteenBitsOfGray() throws Exception {
        BufferedImage image = new BufferedImage(4, 1, BufferedImage.TYPE_USHORT_GRAY);
        int[] samples = {0, 65535, 257 * 77, 257 * 77 + 200};
        for (int x = 0; x < samples.length; x++) {
            image.getRaster().setSample(x, 0, 0, samples[x]);
        }

        assertArrayEquals(
                new byte[] {0, (byte) 255, 77, 78}, ImageDecoder.planes(encoded(image, "png"), 1));
    }

    @Test
    void roundsSixteenBitsOfColor() throws Exception {
        ComponentColorModel model =
                new ComponentColorModel(
                        ColorSpace.getInstance(ColorSpace.CS_sRGB),
                        false,
                        false,
                        Transparency.OPAQUE,
                        DataBuffer.TYPE_USHORT);
        WritableRaster raster = model.createCompatibleWritableRaster(1, 1);
        raster.setPixel(0, 0, new int[] {257 * 10, 257 * 100 + 130, 65535});

        byte[] file = encoded(new BufferedImage(model, raster, false, null), "png");

        assertArrayEquals(new byte[] {10, 101, (byte) 255}, ImageDecoder.planes(file, 3));
    }

    @Test
    void readsBlackAndWhite() throws Exception {
        BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_BINARY);
        image.setRGB(1, 0, 0xffffff);

        assertArrayEquals(
                new byte[] {0, (byte) 255}, ImageDecoder.planes(encoded(image, "png"), 1));
    }

    @Test
    void readsPackedPixels() throws Exception {
        byte[] planes =
                ImageDecoder.planes(encoded(colors(BufferedImage.TYPE_USHORT_565_RGB), "bmp"), 3);

        for (int i = 0; i < RED.length; i++) {
            assertEquals(RED[i], planes[i] & 0xff, 8);
            assertEquals(GREEN[i], planes[6 + i] & 0xff, 4);
            assertEquals(BLUE[i], planes[12 + i] & 0xff, 8);
        }
    }

    @Test
    void refusesWhatIsNoImage() {
        assertRefused(
                "is no image, whatever its name says", "hello".getBytes(StandardCharsets.UTF_8));
        assertRefused("is no image, whatever its name says", new byte[0]);
    }

    @Test
    void refusesFormatsThatAreNotAllowed() throws Exception {
        byte[] tiff = encoded(colors(BufferedImage.TYPE_INT_RGB), "tiff");

        assertTrue(tiff.length > 0);
        assertRefused("is no image, whatever its name says", tiff);
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "jpg", "bmp", "gif"})
    void refusesFilesCutShort(String format) throws Exception {
        BufferedImage image = new BufferedImage(40, 30, BufferedImage.TYPE_3BYTE_BGR);
        for (int i = 0; i < 1200; i++) {
            image.setRGB(i % 40, i / 40, i * 7919 * 31);
        }
        byte[] file = encoded(image, format);

        for (int length : new int[] {20, file.length / 2, file.length - file.length / 8}) {
            UnusableImageException refusal =
                    assertThrows(
                            UnusableImageException.class,
                            () -> ImageDecoder.planes(Arrays.copyOf(file, length), 3),
                            () -> length + " of " + file.length + " bytes");
            assertTrue(
                    refusal.getMessage().startsWith("is a damaged image: "), refusal::getMessage);
        }
    }

    @Test
    void refusesPrintersColors() throws Exception {
        byte[] plain = fourChannels();
        // What Adobe's programs write in front: four channels are CMYK, inverted.
        byte[] marker = {-1, -18, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, 0};
        byte[] adobe = new byte[plain.length + marker.length];
        System.arraycopy(plain, 0, adobe, 0, 2);
        System.arraycopy(marker, 0, adobe, 2, marker.length);
        System.arraycopy(plain, 2, adobe, 2 + marker.length, plain.length - 2);

        String message = "is a JPEG in colors that cannot be read, such as CMYK; convert it to RGB";
        assertRefused(message, plain);
        assertRefused(message, adobe);
    }

    @Test
    void refusesASmallFileThatAnnouncesAHugeImage() throws Exception {
        ByteBuffer file = ByteBuffer.wrap(encoded(colors(BufferedImage.TYPE_INT_RGB), "png"));
        file.putInt(16, 40_000); // width
        file.putInt(20, 30_000); // height
        CRC32 crc = new CRC32();
        crc.update(file.array(), 12, 17);
        file.putInt(29, (int) crc.getValue());

        assertRefused(
                "has 30000 x 40000 pixels, more than 100,000,000 are not decoded", file.array());
    }

    private static void assertRefused(String message, byte[] file) {
        assertEquals(
                message,
                assertThrows(UnusableImageException.class, () -> ImageDecoder.planes(file, 3))
                        .getMessage());
    }

    private static BufferedImage colors(int type) {
        BufferedImage image = new BufferedImage(3, 2, type);
        for (int i = 0; i < COLORS.length; i++) {
            image.setRGB(i % 3, i / 3, COLORS[i]);
        }
        return image;
    }

    /** Black, a color, and a transparent white. */
    private static BufferedImage palette() {
        IndexColorModel model =
                new IndexColorModel(
                        8,
                        3,
                        new byte[] {0, (byte) 250, (byte) 255},
                        new byte[] {0, (byte) 128, (byte) 255},
                        new byte[] {0, 3, (byte) 255},
                        2);
        BufferedImage image = new BufferedImage(3, 1, BufferedImage.TYPE_BYTE_INDEXED, model);
        for (int x = 0; x < 3; x++) {
            image.getRaster().setSample(x, 0, 0, x);
        }
        return image;
    }

    private static byte[] fourChannels() throws Exception {
        WritableRaster raster =
                Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, 16, 16, 4, null);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpg").next();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(raster, null, null), null);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    private static byte[] encoded(BufferedImage image, String format) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        assertTrue(ImageIO.write(image, format, bytes));
        return bytes.toByteArray();
    }

    private static byte[] planes(int[]... values) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int[] plane : values) {
            for (int value : plane) {
                bytes.write(value);
            }
        }
        return bytes.toByteArray();
    }
}
