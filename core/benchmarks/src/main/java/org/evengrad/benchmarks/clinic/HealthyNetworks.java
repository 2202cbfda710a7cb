package org.evengrad.benchmarks.clinic;

import static org.evengrad.benchmarks.clinic.Network.HE;
import static org.evengrad.benchmarks.clinic.Network.XAVIER;
import static org.evengrad.benchmarks.clinic.Network.adam;
import static org.evengrad.benchmarks.clinic.Network.dense;
import static org.evengrad.benchmarks.clinic.Network.optimizer;
import static org.evengrad.benchmarks.clinic.Network.scaled;
import static org.evengrad.benchmarks.clinic.Network.sgd;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Networks that should train well: those that look as if they did not, and those of every day. */
final class HealthyNetworks {
    private static final String RELU = "relu";
    private static final String TANH = "tanh";

    private final List<ClinicCase> cases = new ArrayList<>();
    private final CaseKind kind;

    private HealthyNetworks(CaseKind kind) {
        this.kind = kind;
    }

    /** Those that are hard to tell from sick ones. */
    static List<ClinicCase> hard() {
        HealthyNetworks hard = new HealthyNetworks(CaseKind.HARD);
        hard.sequences();
        hard.scales();
        hard.residuals();
        hard.bottlenecks();
        hard.training();
        hard.data();
        return hard.cases;
    }

    private ClinicCase add(String id, String family, ClinicData data, Network network) {
        ClinicCase added = new ClinicCase(id, family, kind, data, network, Expected.ANYTHING);
        cases.add(added);
        return added;
    }

    private void lasting(int steps, int batch) {
        int last = cases.size() - 1;
        cases.set(last, cases.get(last).lasting(steps, batch));
    }

    private void sequences() {
        Map<String, ClinicData> lengths = new LinkedHashMap<>();
        lengths.put("50", ClinicData.MEANS_50);
        lengths.put("100", ClinicData.MEANS_100);
        lengths.put("200", ClinicData.MEANS_200);
        lengths.forEach(
                (length, data) -> {
                    add("lstm-" + length, "long-lstm", data, recurrent("lstm", 8, 0.003));
                    add("lstm-wide-" + length, "long-lstm", data, recurrent("lstm", 16, 0.003));
                    add("gru-" + length, "long-lstm", data, recurrent("gru", 8, 0.003));
                });
        for (String layer : List.of("lstm", "gru", "simple-rnn")) {
            add("masked-" + layer, "masked", ClinicData.RAGGED, recurrent(layer, 12, 0.01));
        }
    }

    private static Network recurrent(String layer, int units, double rate) {
        return new Network("{ " + layer + " = " + units + " }", TANH, XAVIER, adam(rate));
    }

    private void scales() {
        for (int depth : new int[] {3, 4, 6, 8}) {
            Network half = new Network(dense(32, depth), RELU, scaled(0.5), adam(0.005));
            add("half-relu-blobs-" + depth, "half-relu-adam", ClinicData.BLOBS, half);
            add("half-relu-circles-" + depth, "half-relu-adam", ClinicData.CIRCLES, half);
        }
        for (ClinicData data : List.of(ClinicData.BLOBS, ClinicData.CIRCLES, ClinicData.CLOUDS)) {
            for (String scale : List.of("0.02", "200")) {
                Network network =
                        new Network(
                                        dense(24, 3),
                                        RELU,
                                        scaled(Double.parseDouble(scale)),
                                        adam(0.01))
                                .with("model.normalization = batch");
                String id = "batch-norm-" + scale + "-" + data.id();
                add(id + "-adam", "scaled-batch-norm", data, network);
                add(id + "-sgd", "scaled-batch-norm", data, network.optimizedBy(sgd(0.3)));
            }
        }
    }

    private void residuals() {
        String plain = "{ residual = [ { dense = 16 }, { dense = 16 } ], repeat = 50 }";
        String normalized =
                "{ dense = 16 }, { residual = [ { dense = 16 }, { batch-norm = true } ],"
                        + " repeat = 50 }";
        for (ClinicData data : List.of(ClinicData.BLOBS, ClinicData.CIRCLES)) {
            String of = data.id();
            add(
                    "residual-50-batch-norm-" + of,
                    "residual-50",
                    data,
                    new Network(normalized, RELU, HE, adam(0.003)));
            add(
                    "residual-50-small-" + of,
                    "residual-50",
                    data,
                    new Network("{ dense = 16 }, " + plain, RELU, scaled(0.1), adam(0.003)));
            add(
                    "rezero-50-" + of,
                    "residual-50",
                    data,
                    new Network("{ dense = 16 }, " + plain, RELU, "rezero", adam(0.003)));
            add(
                    "fixup-50-" + of,
                    "residual-50",
                    data,
                    new Network("{ dense = 16 }, " + plain, RELU, "fixup", adam(0.003)));
        }
    }

    private void bottlenecks() {
        for (ClinicData data : List.of(ClinicData.BLOBS, ClinicData.CLOUDS, ClinicData.CIRCLES)) {
            for (String width : List.of("64", "256")) {
                add(
                        "bottleneck-" + width + "-" + data.id(),
                        "bottleneck",
                        data,
                        new Network(
                                "{ dense = %s }, { dense = 8 }, { dense = %s }"
                                        .formatted(width, width),
                                RELU,
                                HE,
                                adam(0.003)));
            }
        }
        Network narrow = new Network(dense(10, 2), RELU, HE, adam(0.01));
        add("narrow-adam", "narrow", ClinicData.PATTERNS, narrow);
        add("narrow-momentum", "narrow", ClinicData.PATTERNS, narrow.optimizedBy(momentum(0.05)));
        add(
                "narrow-tanh",
                "narrow",
                ClinicData.PATTERNS,
                new Network(dense(10, 2), TANH, XAVIER, adam(0.01)));
        add(
                "narrow-rmsprop",
                "narrow",
                ClinicData.PATTERNS,
                new Network(dense(10, 2), TANH, XAVIER, optimizer("rmsprop", 0.01)));
    }

    private static String momentum(double rate) {
        return optimizer("momentum", rate);
    }

    private void training() {
        Network good = new Network(dense(32, 2), RELU, HE, adam(0.01));
        add("to-the-end-adam", "trained-to-1e-6", ClinicData.FAR_BLOBS, good);
        lasting(1000, 32);
        add(
                "to-the-end-deep",
                "trained-to-1e-6",
                ClinicData.FAR_BLOBS,
                new Network(dense(32, 4), TANH, XAVIER, adam(0.01)));
        lasting(1000, 32);
        add(
                "to-the-end-momentum",
                "trained-to-1e-6",
                ClinicData.FAR_BLOBS,
                good.optimizedBy(momentum(0.01)));
        lasting(1000, 32);

        String warmup = "scheduler { use = warmup, length = 20%, scheduler { use = constant } }";
        for (ClinicData data :
                List.of(
                        ClinicData.BLOBS,
                        ClinicData.CIRCLES,
                        ClinicData.CLOUDS,
                        ClinicData.SPIRALS)) {
            String of = data.id();
            add("warmup-" + of, "warmup", data, good.with(warmup));
            add(
                    "dropout-" + of,
                    "dropout",
                    data,
                    new Network(
                            "{ dense = 64 }, { dropout = 0.5 }, { dense = 64 }, { dropout = 0.5 }",
                            RELU,
                            HE,
                            adam(0.005)));
            add("clipped-adam-" + of, "clipping", data, good.with(clipping(0.01)));
            add(
                    "clipped-sgd-" + of,
                    "clipping",
                    data,
                    good.optimizedBy(sgd(1.0)).with(clipping(0.1)));
        }
        for (int batch : new int[] {1, 2, 3, 4}) {
            Network small = good.optimizedBy(adam(0.003));
            add("batch-" + batch + "-blobs", "small-batches", ClinicData.BLOBS, small);
            lasting(1000, batch);
            add("batch-" + batch + "-line", "small-batches", ClinicData.LINE, small);
            lasting(1000, batch);
        }
        for (ClinicData data : List.of(ClinicData.BLOBS, ClinicData.CIRCLES)) {
            String id = "frozen-" + data.id();
            cases.add(
                    new ClinicCase(
                            id,
                            "frozen",
                            kind,
                            data,
                            Dl4jModels.text(id, adam(0.01)),
                            data.batch(),
                            data.steps(),
                            Expected.ANYTHING,
                            null,
                            Dl4jModels.writer(
                                    id,
                                    Dl4jModels.Fault.FROZEN,
                                    2,
                                    data == ClinicData.BLOBS ? 3 : 2)));
        }
    }

    private static String clipping(double norm) {
        return "guards = [ nonfinite, { use = clip-global-norm, max-norm = " + norm + " } ]";
    }

    private void data() {
        add(
                "rare-relu",
                "rare-positives",
                ClinicData.RARE,
                new Network(dense(16, 1), RELU, HE, adam(0.01)));
        add(
                "rare-tanh",
                "rare-positives",
                ClinicData.RARE,
                new Network(dense(16, 1), TANH, XAVIER, adam(0.01)));
        add(
                "rare-sgd",
                "rare-positives",
                ClinicData.RARE,
                new Network(dense(16, 1), TANH, XAVIER, sgd(0.3)));
        add(
                "noisy-relu",
                "noisy-regression",
                ClinicData.NOISY_LINE,
                new Network(dense(16, 1), RELU, HE, adam(0.003)));
        add(
                "noisy-tanh",
                "noisy-regression",
                ClinicData.NOISY_LINE,
                new Network(dense(16, 1), TANH, XAVIER, adam(0.003)));
        add(
                "noisy-sgd",
                "noisy-regression",
                ClinicData.NOISY_LINE,
                new Network(dense(8, 1), TANH, XAVIER, sgd(0.02)));
        for (String layer : List.of("lstm", "gru")) {
            String layers = "{ embedding = 24 }, { " + layer + " = 32 }";
            Network network = new Network(layers, TANH, XAVIER, adam(0.02));
            add("sparse-" + layer, "sparse-embedding", ClinicData.WIDE_TEXT, network);
            add("embedding-" + layer, "sparse-embedding", ClinicData.TEXT, network);
        }
    }

    /**
     * Those of every day: widths, depths, activations, data and optimizers in turn.
     *
     * @param images what networks for images learn from
     */
    static List<ClinicCase> ordinary(ClinicData images) {
        HealthyNetworks ordinary = new HealthyNetworks(CaseKind.ORDINARY);
        ordinary.tables();
        ordinary.others(images);
        return ordinary.cases;
    }

    private void tables() {
        List<ClinicData> data =
                List.of(
                        ClinicData.BLOBS,
                        ClinicData.CIRCLES,
                        ClinicData.SPIRALS,
                        ClinicData.CLOUDS,
                        ClinicData.LINE,
                        ClinicData.IRIS,
                        ClinicData.PRICES,
                        ClinicData.PATTERNS,
                        ClinicData.SORTED_LABELS);
        List<String> layers =
                List.of(dense(16, 1), dense(64, 1), dense(32, 2), dense(48, 3), dense(24, 4));
        Map<String, String> activations = new LinkedHashMap<>();
        activations.put("relu", HE);
        activations.put("tanh", XAVIER);
        activations.put("leaky-relu", HE);
        activations.put("selu", "lecun");
        activations.put("gelu", HE);
        activations.put("elu", HE);
        activations.put("swish", HE);
        List<String> names = List.copyOf(activations.keySet());
        List<String> optimizers =
                List.of(
                        adam(0.01),
                        sgd(0.1),
                        adam(0.003),
                        momentum(0.02),
                        optimizer("rmsprop", 0.003),
                        optimizer("adamw", 0.005),
                        optimizer("nadam", 0.005));
        int number = 0;
        for (ClinicData of : data) {
            for (int i = 0; i < 7; i++, number++) {
                // Lengths without a common divisor: each meets each in the end.
                String activation = names.get(number % names.size());
                add(
                        "table-" + of.id() + "-" + i,
                        "tables",
                        of,
                        new Network(
                                layers.get(number % layers.size()),
                                activation,
                                activations.get(activation),
                                optimizers.get((number + i) % optimizers.size())));
            }
        }
    }

    private void others(ClinicData images) {
        List<String> convolutions =
                List.of(
                        "{ conv = 8, kernel = 5 }, { max-pool = 2 }, { dense = 32 }",
                        "{ conv = 8, padding = same }, { max-pool = 2 }, { conv = 16 },"
                                + " { max-pool = 2 }, { dense = 32 }",
                        "{ conv = 8 }, { batch-norm = true }, { max-pool = 2 }, { dense = 24 }");
        int number = 0;
        for (String layers : convolutions) {
            add(
                    "images-" + number + "-adam",
                    "images",
                    images,
                    new Network(layers, RELU, HE, adam(0.005)));
            add(
                    "images-" + number + "-momentum",
                    "images",
                    images,
                    new Network(layers, RELU, HE, momentum(0.02)));
            number++;
        }
        for (String layer : List.of("lstm", "gru", "simple-rnn")) {
            add("steps-" + layer, "sequences", ClinicData.ALIGNED, recurrent(layer, 12, 0.01));
            add("means-" + layer, "sequences", ClinicData.MEANS_50, recurrent(layer, 12, 0.01));
            add("text-" + layer, "sequences", ClinicData.TEXT, recurrent(layer, 32, 0.02));
        }
    }
}
