package org.evengrad.benchmarks.clinic;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Data of a case, and what can be learned from them.
 *
 * @param id its name
 * @param from the keys of the source; {@code %s} stands for the file, if there is one
 * @param table writes that file; null if the data are generated
 * @param metric what is measured on the test rows
 * @param ofNothing what the metric is without looking at the input
 * @param test how many rows are for testing
 * @param batch examples in a step
 * @param steps how long a case trains that says nothing else
 * @param sane networks that learn from them
 * @param healthy the same without a fault, which the sane networks learn from; null if they have
 *     none
 */
public record ClinicData(
        String id,
        String from,
        Tables.Table table,
        Metric metric,
        double ofNothing,
        int test,
        int batch,
        int steps,
        List<Network> sane,
        ClinicData healthy) {
    private static final int POINTS = 600;
    private static final int TEST = 300;
    private static final int BATCH = 32;
    private static final int STEPS = 600;
    private static final int SEQUENCE_STEPS = 250;
    private static final int FEW = 16;
    static final int SYMBOLS = 30;
    static final int MANY_SYMBOLS = 400;

    private static final List<Network> OF_POINTS =
            List.of(
                    new Network(Network.dense(32, 2), "relu", Network.HE, Network.adam(0.01)),
                    new Network(Network.dense(32, 2), "tanh", Network.XAVIER, Network.adam(0.01)),
                    new Network(Network.dense(64, 1), "relu", Network.HE, Network.adam(0.003)));
    private static final List<Network> OF_IMAGES =
            List.of(
                    new Network(
                            "{ conv = 8, kernel = 5 }, { max-pool = 2 }, { dense = 32 }",
                            "relu",
                            Network.HE,
                            Network.adam(0.003)),
                    new Network(
                            "{ conv = 8, kernel = 5 }, { batch-norm = true }, { max-pool = 2 },"
                                    + " { dense = 32 }",
                            "relu",
                            Network.HE,
                            Network.adam(0.003)),
                    new Network(Network.dense(64, 2), "relu", Network.HE, Network.adam(0.003)));
    private static final List<Network> OF_SEQUENCES =
            List.of(
                    new Network("{ gru = 12 }", "tanh", Network.XAVIER, Network.adam(0.01)),
                    new Network("{ lstm = 12 }", "tanh", Network.XAVIER, Network.adam(0.01)),
                    new Network(
                            "{ dense = 16 }, { global-avg-pool = true }",
                            "relu",
                            Network.HE,
                            Network.adam(0.03)));
    private static final List<Network> OF_STEPS =
            List.of(
                    OF_SEQUENCES.get(0),
                    OF_SEQUENCES.get(1),
                    new Network(Network.dense(16, 1), "relu", Network.HE, Network.adam(0.03)));
    private static final List<Network> OF_TEXT =
            List.of(
                    new Network("{ gru = 24 }", "tanh", Network.XAVIER, Network.adam(0.01)),
                    new Network("{ lstm = 24 }", "tanh", Network.XAVIER, Network.adam(0.01)),
                    new Network(
                            "{ embedding = 16 }, { gru = 24 }",
                            "tanh",
                            Network.XAVIER,
                            Network.adam(0.03)));

    static final ClinicData BLOBS =
            table("blobs", Tables::clouds, "normalize = none", Metric.BALANCED_ACCURACY, 1.0 / 3);
    static final ClinicData PATTERNS =
            table("patterns", Tables::patterns, "normalize = none", Metric.BALANCED_ACCURACY, 0.1);
    static final ClinicData CIRCLES = points("circles", "circles, noise = 0.1, factor = 0.5", 2);
    static final ClinicData SPIRALS = points("spirals", "spirals, noise = 0.02, turns = 0.5", 2);
    static final ClinicData CLOUDS =
            points("clouds", "blobs, classes = 8, features = 16, spread = 4.0", 8);
    static final ClinicData FAR_BLOBS =
            points("far-blobs", "blobs, classes = 3, features = 6, spread = 0.2", 3);
    static final ClinicData IRIS = generated("iris", "iris", Metric.BALANCED_ACCURACY, 1.0 / 3, 60);
    static final ClinicData LINE =
            generated("line", "linear, samples = 600, features = 8", Metric.R2, 0, TEST);
    static final ClinicData NOISY_LINE =
            generated(
                    "noisy-line",
                    "linear, samples = 2600, features = 4, noise = 1.0",
                    Metric.R2,
                    0,
                    2000);
    static final ClinicData SHAPES =
            images("images", "shapes, samples = 600, size = 16, classes = 4", 4);

    static final ClinicData PIXELS =
            table("pixels", Tables::pixels, "normalize = standard", Metric.BALANCED_ACCURACY, 0.5);
    static final ClinicData RAW_PIXELS =
            PIXELS.faulty("raw-pixels", Tables::pixels, "normalize = none");
    static final ClinicData PRICES =
            table("prices", Tables::smallPrices, "task = regression", Metric.R2, 0);
    static final ClinicData LARGE_PRICES =
            PRICES.faulty("large-prices", Tables::largePrices, "task = regression");
    static final ClinicData SORTED_LABELS =
            table("labels", Tables::labels, "normalize = standard", Metric.BALANCED_ACCURACY, 0.25);
    static final ClinicData SHUFFLED_LABELS =
            SORTED_LABELS.faulty("shuffled-labels", Tables::shuffledLabels, "normalize = standard");
    static final ClinicData RARE =
            new ClinicData(
                    "rare",
                    csv("normalize = standard"),
                    Tables::rare,
                    Metric.AUC,
                    0.5,
                    2000,
                    BATCH,
                    STEPS,
                    OF_POINTS,
                    null);

    static final ClinicData MEANS_50 = sequences("means-50", Tables.means(50, 50));
    static final ClinicData MEANS_100 = sequences("means-100", Tables.means(100, 100));
    static final ClinicData MEANS_200 = sequences("means-200", Tables.means(200, 200));
    static final ClinicData RAGGED = sequences("ragged", Tables.means(5, 40));
    static final ClinicData FIRST_100 = longMemory("noisy-first-100", Tables.first(100));
    static final ClinicData FIRST_200 = longMemory("noisy-first-200", Tables.first(200));
    static final ClinicData ALIGNED =
            new ClinicData(
                    "aligned",
                    sequenceCsv("label-per = step"),
                    Tables.perStep(true),
                    Metric.BALANCED_ACCURACY,
                    0.5,
                    100,
                    FEW,
                    SEQUENCE_STEPS,
                    OF_STEPS,
                    null);
    static final ClinicData MISALIGNED =
            ALIGNED.faulty(
                    "misaligned",
                    Tables.perStep(false),
                    sequenceCsv("label-per = step"),
                    ALIGNED.test());
    static final ClinicData TEXT = text("text", SYMBOLS);
    static final ClinicData WIDE_TEXT = text("wide-text", MANY_SYMBOLS);

    private static ClinicData points(String id, String source, int classes) {
        return generated(
                id,
                source + ", samples = " + POINTS,
                Metric.BALANCED_ACCURACY,
                1.0 / classes,
                TEST);
    }

    private static ClinicData generated(
            String id, String source, Metric metric, double ofNothing, int test) {
        return new ClinicData(
                id,
                "source = " + source,
                null,
                metric,
                ofNothing,
                test,
                BATCH,
                STEPS,
                OF_POINTS,
                null);
    }

    private static ClinicData images(String id, String source, int classes) {
        return new ClinicData(
                id,
                "source = " + source,
                null,
                Metric.BALANCED_ACCURACY,
                1.0 / classes,
                TEST,
                FEW,
                300,
                OF_IMAGES,
                null);
    }

    /** Real digits, in the two files of MNIST's test part. */
    static ClinicData digits(Path folder) {
        return images(
                "digits",
                "idx, images = \"%s\", labels = \"%s\""
                        .formatted(
                                path(folder.resolve("t10k-images-idx3-ubyte.gz")),
                                path(folder.resolve("t10k-labels-idx1-ubyte.gz"))),
                10);
    }

    private static String path(Path file) {
        return file.toAbsolutePath().toString().replace('\\', '/');
    }

    private static ClinicData table(
            String id, Tables.Table table, String keys, Metric metric, double ofNothing) {
        return new ClinicData(
                id, csv(keys), table, metric, ofNothing, TEST, BATCH, STEPS, OF_POINTS, null);
    }

    private static ClinicData sequences(String id, Tables.Table table) {
        return new ClinicData(
                id,
                sequenceCsv("label-per = sequence"),
                table,
                Metric.BALANCED_ACCURACY,
                0.5,
                100,
                FEW,
                SEQUENCE_STEPS,
                OF_SEQUENCES,
                null);
    }

    /** Sane networks see the same with a scale at which they need no memory. */
    private static ClinicData longMemory(String id, Tables.Table table) {
        ClinicData scaled = sequences("scaled-" + id, table);
        return scaled.faulty(
                id, table, sequenceCsv("label-per = sequence, normalize = none"), scaled.test());
    }

    private static ClinicData text(String id, int symbols) {
        return new ClinicData(
                id,
                "source = text, sequence-length = 20, file = \"%s\"",
                Tables.chain(symbols),
                Metric.LOG_LIKELIHOOD,
                -Math.log(symbols),
                200,
                FEW,
                SEQUENCE_STEPS,
                OF_TEXT,
                null);
    }

    private static String csv(String keys) {
        return "source = csv, header = false, " + keys + ", file = \"%s\"";
    }

    private static String sequenceCsv(String keys) {
        return "source = sequence-csv, id = id, time = time, label = label,"
                + " task = classification, "
                + keys
                + ", file = \"%s\"";
    }

    /** The same rows with a fault. */
    private ClinicData faulty(String name, Tables.Table other, String keys) {
        return faulty(name, other, csv(keys), test);
    }

    private ClinicData faulty(String name, Tables.Table other, String source, int tested) {
        return new ClinicData(
                name, source, other, metric, ofNothing, tested, batch, steps, sane, this);
    }

    /** What the sane networks learn from. */
    ClinicData reference() {
        return healthy == null ? this : healthy;
    }

    /** The keys of the source. */
    String source(long seed) {
        return table == null ? from : from.formatted(file(seed));
    }

    /**
     * Writes the file, if there is one and it is not there yet.
     *
     * @throws IOException if it cannot be written
     */
    public void write(Path folder, long seed) throws IOException {
        if (table != null) {
            Path file = folder.resolve(file(seed));
            Files.createDirectories(file.getParent());
            if (!Files.exists(file)) {
                Files.writeString(file, table.text(seed));
            }
        }
    }

    private String file(long seed) {
        return "data-"
                + ClinicCase.REVISION
                + "/"
                + id
                + "-"
                + seed
                + (metric == Metric.LOG_LIKELIHOOD ? ".txt" : ".csv");
    }
}
