package org.evengrad.benchmarks.race;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Random examples, the same for all contestants: they lie in files that each reads.
 *
 * @param rows how many
 * @param width numbers in a row; symbols if the source is a text
 * @param features row by row
 * @param classes one for each row, or for each step of a row
 */
record Examples(int rows, int width, float[] features, int[] classes) {
    /** Classes of the images. */
    static final int DIGITS = 10;

    /** Classes of the points. */
    static final int CLOUDS = 3;

    /** Different symbols of the text. */
    static final int SYMBOLS = 64;

    /** Symbols in a row of the text. */
    static final int STEPS = 50;

    private static final int IMAGE_ROWS = 8192;
    private static final int POINT_ROWS = 2048;
    private static final int TEXT_ROWS = 2048;
    private static final int SIDE = 28;
    private static final int IMAGES_MAGIC = 0x00000803;
    private static final int LABELS_MAGIC = 0x00000801;
    private static final char FIRST_SYMBOL = '0';
    private static final String IMAGES = "images.idx";
    private static final String LABELS = "labels.idx";
    private static final String POINTS = "points.csv";
    private static final String TEXT = "text.txt";

    /** Where examples come from. */
    enum Source {
        /** Gray images of 28 x 28 pixels. */
        IMAGES(DIGITS, 1),
        /** Points in the plane. */
        POINTS(CLOUDS, 1),
        /** Windows of a text, each symbol with the next one as its class. */
        TEXT(SYMBOLS, STEPS);

        private final int classes;
        private final int steps;

        Source(int classes, int steps) {
            this.classes = classes;
            this.steps = steps;
        }

        /** How many classes there are. */
        int classes() {
            return classes;
        }

        /** Steps of a row that have a class. */
        int steps() {
            return steps;
        }
    }

    /** Writes the files of all sources, from a fixed seed. */
    static void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        Random random = new Random(7);
        writeImages(folder, random);
        StringBuilder points = new StringBuilder();
        for (int row = 0; row < POINT_ROWS; row++) {
            int cloud = row % CLOUDS;
            points.append(
                    String.format(
                            Locale.ROOT,
                            "%.4f,%.4f,%d%n",
                            cloud + random.nextGaussian(),
                            random.nextGaussian() - cloud,
                            cloud));
        }
        Files.writeString(folder.resolve(POINTS), points);

        StringBuilder text = new StringBuilder();
        for (int i = 0; i <= TEXT_ROWS * STEPS; i++) {
            int symbol = i < SYMBOLS ? i : random.nextInt(SYMBOLS);
            text.append((char) (FIRST_SYMBOL + symbol));
        }
        Files.writeString(folder.resolve(TEXT), text);
    }

    /**
     * Images that can be told apart, so that gradients stay alive, but not all of them: some have
     * another image's label.
     */
    private static void writeImages(Path folder, Random random) throws IOException {
        int size = SIDE * SIDE;
        boolean[] bright = new boolean[DIGITS * size];
        for (int i = 0; i < bright.length; i++) {
            bright[i] = random.nextInt(5) == 0;
        }
        ByteBuffer images = ByteBuffer.allocate(16 + IMAGE_ROWS * size);
        images.putInt(IMAGES_MAGIC).putInt(IMAGE_ROWS).putInt(SIDE).putInt(SIDE);
        ByteBuffer labels = ByteBuffer.allocate(8 + IMAGE_ROWS);
        labels.putInt(LABELS_MAGIC).putInt(IMAGE_ROWS);
        for (int row = 0; row < IMAGE_ROWS; row++) {
            int digit = row % DIGITS;
            boolean mislabeled = row >= DIGITS && random.nextInt(5) == 0;
            labels.put((byte) (mislabeled ? random.nextInt(DIGITS) : digit));
            for (int pixel = 0; pixel < size; pixel++) {
                boolean shown = random.nextInt(4) > 0;
                boolean on = shown ? bright[digit * size + pixel] : random.nextInt(5) == 0;
                images.put((byte) (on ? 128 + random.nextInt(128) : random.nextInt(32)));
            }
        }
        Files.write(folder.resolve(IMAGES), images.array());
        Files.write(folder.resolve(LABELS), labels.array());
    }

    /** The section {@code data} of Evengrad's configuration. */
    static String config(Source source, Path folder) {
        return "data { "
                + switch (source) {
                    case IMAGES ->
                            "source = idx, images = "
                                    + quoted(folder, IMAGES)
                                    + ", labels = "
                                    + quoted(folder, LABELS);
                    case POINTS -> "source = csv, header = false, file = " + quoted(folder, POINTS);
                    case TEXT ->
                            "source = text, sequence-length = "
                                    + STEPS
                                    + ", file = "
                                    + quoted(folder, TEXT);
                }
                + " }\n";
    }

    private static String quoted(Path folder, String file) {
        return '"' + folder.resolve(file).toAbsolutePath().toString().replace('\\', '/') + '"';
    }

    /** Reads the files of one source. */
    static Examples read(Source source, Path folder) throws IOException {
        return switch (source) {
            case IMAGES -> images(folder);
            case POINTS -> points(folder);
            case TEXT -> text(folder);
        };
    }

    private static Examples images(Path folder) throws IOException {
        byte[] images = Files.readAllBytes(folder.resolve(IMAGES));
        byte[] labels = Files.readAllBytes(folder.resolve(LABELS));
        float[] features = new float[images.length - 16];
        for (int i = 0; i < features.length; i++) {
            features[i] = (images[16 + i] & 0xff) / 255f;
        }
        int[] classes = new int[labels.length - 8];
        for (int row = 0; row < classes.length; row++) {
            classes[row] = labels[8 + row];
        }
        return new Examples(classes.length, SIDE * SIDE, features, classes);
    }

    private static Examples points(Path folder) throws IOException {
        List<String> lines = Files.readAllLines(folder.resolve(POINTS));
        float[] features = new float[2 * lines.size()];
        int[] classes = new int[lines.size()];
        for (int row = 0; row < classes.length; row++) {
            String[] cells = lines.get(row).split(",");
            features[2 * row] = Float.parseFloat(cells[0]);
            features[2 * row + 1] = Float.parseFloat(cells[1]);
            classes[row] = Integer.parseInt(cells[2]);
        }
        return new Examples(classes.length, 2, features, classes);
    }

    private static Examples text(Path folder) throws IOException {
        byte[] text = Files.readString(folder.resolve(TEXT)).getBytes(StandardCharsets.US_ASCII);
        int rows = (text.length - 1) / STEPS;
        float[] features = new float[rows * STEPS];
        int[] classes = new int[rows * STEPS];
        for (int i = 0; i < classes.length; i++) {
            features[i] = text[i] - FIRST_SYMBOL;
            classes[i] = text[i + 1] - FIRST_SYMBOL;
        }
        return new Examples(rows, STEPS, features, classes);
    }

    /**
     * Numbers as a table of ones and zeros.
     *
     * @param values from 0 to {@code count - 1}
     * @return values x count numbers, row by row
     */
    static float[] oneHot(int[] values, int count) {
        float[] table = new float[Math.multiplyExact(values.length, count)];
        for (int i = 0; i < values.length; i++) {
            table[i * count + values[i]] = 1;
        }
        return table;
    }

    /** The features of a text, as symbols. */
    int[] symbols() {
        int[] symbols = new int[features.length];
        for (int i = 0; i < symbols.length; i++) {
            symbols[i] = (int) features[i];
        }
        return symbols;
    }
}
