package org.evengrad.benchmarks.clinic;

import java.util.Random;

/** Files of examples, made by a formula and a seed. */
final class Tables {
    private static final int ROWS = 2300;
    private static final int FEW_ROWS = 600;
    private static final int CLOUDS = 3;
    private static final double RADIUS = 6;
    private static final double SPREAD = 1.5;
    private static final int DIGITS = 10;
    private static final int SIDE = 8;
    private static final int WRONG_ONE_IN = 6;
    private static final int RARE_ROWS = 4000;
    private static final int ONE_IN = 200;
    private static final int PIXELS = 4;
    private static final int NUMBERS = 6;
    private static final int CLASSES = 4;
    private static final int SEQUENCES = 260;
    private static final double NOISE = 3;
    private static final int TEXT_LENGTH = 12_000;
    private static final int FIRST_SYMBOL = 0x4e00;

    private Tables() {}

    /** A file. */
    interface Table {
        /** Its text, the same for the same seed. */
        String text(long seed);
    }

    /** Gray values from 0 to 255; the class is whether two pairs of them fall alike. */
    static String pixels(long seed) {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder();
        int[] values = new int[PIXELS];
        for (int row = 0; row < ROWS; row++) {
            for (int i = 0; i < PIXELS; i++) {
                values[i] = random.nextInt(256);
                text.append(values[i]).append(',');
            }
            boolean alike = values[0] > values[1] == values[2] > values[3];
            text.append(alike ? "a" : "b").append('\n');
        }
        return text.toString();
    }

    /**
     * Three clouds around the corners of a triangle, turned by chance. The source {@code blobs}
     * draws centers anywhere, so that with some seeds nobody could tell its clouds apart.
     */
    static String clouds(long seed) {
        Random random = new Random(seed);
        double turn = random.nextDouble();
        StringBuilder text = new StringBuilder();
        for (int row = 0; row < FEW_ROWS; row++) {
            int cloud = row % CLOUDS;
            double angle = 2 * Math.PI * (turn + cloud / (double) CLOUDS);
            text.append(number(RADIUS * Math.cos(angle) + SPREAD * random.nextGaussian()));
            text.append(',');
            text.append(number(RADIUS * Math.sin(angle) + SPREAD * random.nextGaussian()));
            text.append(",c").append(cloud).append('\n');
        }
        return text.toString();
    }

    /** Black and white images of 8 x 8 pixels: ten patterns of which each pixel may be wrong. */
    static String patterns(long seed) {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder();
        boolean[] patterns = new boolean[DIGITS * SIDE * SIDE];
        for (int i = 0; i < patterns.length; i++) {
            patterns[i] = random.nextBoolean();
        }
        for (int row = 0; row < FEW_ROWS; row++) {
            int digit = row % DIGITS;
            for (int i = 0; i < SIDE * SIDE; i++) {
                boolean wrong = random.nextInt(WRONG_ONE_IN) == 0;
                text.append(patterns[digit * SIDE * SIDE + i] != wrong ? "1," : "0,");
            }
            text.append('d').append(digit).append('\n');
        }
        return text.toString();
    }

    /** Numbers with a smooth target of standard deviation 1 or so. */
    static String smallPrices(long seed) {
        return prices(seed, 0, 1);
    }

    /** The same in thousands. */
    static String largePrices(long seed) {
        return prices(seed, 5000, 1000);
    }

    private static String prices(long seed, double mean, double deviation) {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder();
        for (int row = 0; row < ROWS; row++) {
            double sum = 0;
            for (int i = 0; i < NUMBERS; i++) {
                double value = random.nextGaussian();
                sum += (i % 2 == 0 ? value : -value) / Math.sqrt(NUMBERS);
                text.append(number(value)).append(',');
            }
            text.append(number(mean + deviation * (sum + 0.1 * random.nextGaussian())));
            text.append('\n');
        }
        return text.toString();
    }

    /** A cloud of points for each class. */
    static String labels(long seed) {
        return labels(seed, false);
    }

    /** The same points, each with the class of any of them. */
    static String shuffledLabels(long seed) {
        return labels(seed, true);
    }

    private static String labels(long seed, boolean shuffled) {
        Random random = new Random(seed);
        Random shuffle = new Random(~seed);
        StringBuilder text = new StringBuilder();
        for (int row = 0; row < ROWS; row++) {
            int cloud = random.nextInt(CLASSES);
            for (int i = 0; i < NUMBERS; i++) {
                double center = i == cloud ? 3 : 0;
                text.append(number(center + random.nextGaussian())).append(',');
            }
            text.append('c').append(shuffled ? shuffle.nextInt(CLASSES) : cloud).append('\n');
        }
        return text.toString();
    }

    /** Two overlapping clouds, one of them with a row in 200. */
    static String rare(long seed) {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder();
        for (int row = 0; row < RARE_ROWS; row++) {
            boolean rare = row % ONE_IN == 0;
            for (int i = 0; i < NUMBERS; i++) {
                text.append(number((rare ? 1.5 : 0) + random.nextGaussian())).append(',');
            }
            text.append(rare ? "yes" : "no").append('\n');
        }
        return text.toString();
    }

    /** Noise around a mean above or below zero, which is the class. */
    static Table means(int shortest, int longest) {
        return seed -> {
            Random random = new Random(seed);
            StringBuilder text = new StringBuilder("id,time,value,label\n");
            for (int id = 0; id < SEQUENCES; id++) {
                boolean high = random.nextBoolean();
                int length = shortest + random.nextInt(longest - shortest + 1);
                for (int time = 0; time < length; time++) {
                    double value = (high ? 0.7 : -0.7) + random.nextGaussian();
                    row(text, id, time, "" + number(value), high);
                }
            }
            return text.toString();
        };
    }

    /** The class is seen in the first step; the rest is noise. */
    static Table first(int length) {
        return seed -> {
            Random random = new Random(seed);
            StringBuilder text = new StringBuilder("id,time,sign,noise,label\n");
            for (int id = 0; id < SEQUENCES; id++) {
                boolean high = random.nextBoolean();
                for (int time = 0; time < length; time++) {
                    String sign = time > 0 ? "0" : high ? "1" : "-1";
                    row(text, id, time, sign + "," + number(NOISE * random.nextGaussian()), high);
                }
            }
            return text.toString();
        };
    }

    /** The class of a step is the sign of its value, or that of another sequence's value. */
    static Table perStep(boolean aligned) {
        int length = 20;
        return seed -> {
            Random random = new Random(seed);
            Random other = new Random(~seed);
            StringBuilder text = new StringBuilder("id,time,value,label\n");
            for (int id = 0; id < 2 * SEQUENCES; id++) {
                for (int time = 0; time < length; time++) {
                    double value = random.nextGaussian();
                    row(
                            text,
                            id,
                            time,
                            "" + number(value),
                            (aligned ? value : other.nextGaussian()) > 0);
                }
            }
            return text.toString();
        };
    }

    private static void row(StringBuilder text, int id, int time, String values, boolean high) {
        text.append(id).append(',').append(time).append(',').append(values);
        text.append(high ? ",high\n" : ",low\n");
    }

    /** A text in which a symbol is mostly followed by one certain other. */
    static Table chain(int symbols) {
        return seed -> {
            Random random = new Random(seed);
            StringBuilder text = new StringBuilder();
            int symbol = 0;
            for (int i = 0; i < TEXT_LENGTH; i++) {
                text.append((char) (FIRST_SYMBOL + symbol));
                symbol =
                        random.nextInt(10) == 0
                                ? random.nextInt(symbols)
                                : (7 * symbol + 3) % symbols;
            }
            return text.toString();
        };
    }

    /** Rounded to so many digits that the file stays small. */
    private static double number(double value) {
        return Math.round(value * 1e4) / 1e4;
    }
}
