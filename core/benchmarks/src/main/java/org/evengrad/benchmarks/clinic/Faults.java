package org.evengrad.benchmarks.clinic;

import static org.evengrad.engine.train.Verdict.DEAD_UNITS;
import static org.evengrad.engine.train.Verdict.EXPLODING_GRADIENT;
import static org.evengrad.engine.train.Verdict.FLAT_LOSS;
import static org.evengrad.engine.train.Verdict.INPUT_SCALE;
import static org.evengrad.engine.train.Verdict.LEARNING_RATE_TOO_HIGH;
import static org.evengrad.engine.train.Verdict.LOSS_MISMATCH;
import static org.evengrad.engine.train.Verdict.NON_FINITE;
import static org.evengrad.engine.train.Verdict.OSCILLATING_LOSS;
import static org.evengrad.engine.train.Verdict.SATURATION;
import static org.evengrad.engine.train.Verdict.VANISHING_GRADIENT;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Networks and data that would do well, each with one fault from the textbook. */
final class Faults {
    private static final int DEEP = 30;
    private static final int DEEPER = 50;
    private static final int WIDTH = 20;

    /** Fewer than elsewhere: DL4J itself computes these models. */
    private static final int DL4J_STEPS = 300;

    private static final double HUNDRED = 100;

    private static final Set<String> NO_CAUSE = Set.of();
    private static final Set<String> OF_ACTIVATION =
            Set.of("activation", "activation-slope", "activation-and-weights");
    private static final Set<String> OF_WEIGHTS = Set.of("weights", "activation-and-weights");
    private static final Set<String> OF_TIME =
            Set.of("activation", "recurrent-weights", "activation-and-weights", "horizon");
    private static final Set<String> OF_RATE = Set.of(Expected.RATE);

    private final List<ClinicCase> cases = new ArrayList<>();

    private Faults() {}

    /** The cases. */
    static List<ClinicCase> cases() {
        Faults faults = new Faults();
        faults.depth();
        faults.weights();
        faults.time();
        faults.rates();
        faults.biases();
        faults.data();
        faults.losses();
        return faults.cases;
    }

    private static Map<String, ClinicData> points() {
        Map<String, ClinicData> points = new LinkedHashMap<>();
        points.put("blobs", ClinicData.BLOBS);
        points.put("circles", ClinicData.CIRCLES);
        return points;
    }

    private static Map<String, String> optimizers() {
        Map<String, String> optimizers = new LinkedHashMap<>();
        optimizers.put("sgd", Network.sgd(0.1));
        optimizers.put("adam", Network.adam(0.001));
        return optimizers;
    }

    private void onPoints(
            String family,
            String layers,
            String activation,
            String initializer,
            Expected expected) {
        points().forEach(
                        (dataName, data) ->
                                optimizers()
                                        .forEach(
                                                (name, optimizer) ->
                                                        add(
                                                                family + "-" + dataName + "-"
                                                                        + name,
                                                                family,
                                                                data,
                                                                new Network(
                                                                        layers,
                                                                        activation,
                                                                        initializer,
                                                                        optimizer),
                                                                expected)));
    }

    private void add(
            String id, String family, ClinicData data, Network network, Expected expected) {
        cases.add(new ClinicCase(id, family, CaseKind.FAULT, data, network, expected));
    }

    private void depth() {
        Expected vanishing =
                new Expected(
                        Set.of(VANISHING_GRADIENT, SATURATION), OF_ACTIVATION, Expected.AT_ONCE);
        onPoints("sigmoid-30", Network.dense(WIDTH, DEEP), "sigmoid", Network.XAVIER, vanishing);
    }

    private void weights() {
        Expected large =
                new Expected(
                        Set.of(EXPLODING_GRADIENT, SATURATION, VANISHING_GRADIENT),
                        OF_WEIGHTS,
                        Expected.AT_ONCE);
        String normal = "{ use = random-normal, mean = 0, standard-deviation = 1 }";
        onPoints("tanh-normal-10", Network.dense(DEEPER, 10), "tanh", normal, large);
        onPoints("tanh-normal-30", Network.dense(DEEPER, DEEP), "tanh", normal, large);

        // Half and double of He's standard deviation, a quarter and four times his variance.
        Expected vanishing = new Expected(Set.of(VANISHING_GRADIENT), OF_WEIGHTS, Expected.AT_ONCE);
        onPoints(
                "relu-half-50",
                Network.dense(WIDTH, DEEPER),
                "relu",
                Network.scaled(0.5),
                vanishing);
        Expected exploding =
                new Expected(Set.of(EXPLODING_GRADIENT, NON_FINITE), OF_WEIGHTS, Expected.AT_ONCE);
        onPoints(
                "relu-double-50",
                Network.dense(WIDTH, DEEPER),
                "relu",
                Network.scaled(8),
                exploding);
    }

    private void time() {
        Expected along = new Expected(Set.of(VANISHING_GRADIENT), OF_TIME, Expected.AT_ONCE);
        Map.of("100", ClinicData.FIRST_100, "200", ClinicData.FIRST_200)
                .forEach(
                        (length, data) ->
                                optimizers()
                                        .forEach(
                                                (name, optimizer) ->
                                                        add(
                                                                "rnn-" + length + "-" + name,
                                                                "rnn-long",
                                                                data,
                                                                new Network(
                                                                        "{ simple-rnn = 12 }",
                                                                        "tanh",
                                                                        Network.XAVIER,
                                                                        optimizer),
                                                                along)));
    }

    private void rates() {
        Map<String, Double> good = new LinkedHashMap<>();
        good.put("sgd", 0.1);
        good.put("momentum", 0.03);
        good.put("adam", 0.01);
        Set<String> problems =
                Set.of(
                        LEARNING_RATE_TOO_HIGH,
                        EXPLODING_GRADIENT,
                        NON_FINITE,
                        OSCILLATING_LOSS,
                        DEAD_UNITS);
        Expected high = new Expected(problems, OF_RATE, Expected.EARLY);
        Expected swinging = new Expected(problems, OF_RATE, Expected.HALF);
        Map<String, ClinicData> all = new LinkedHashMap<>(points());
        all.put("line", ClinicData.LINE);
        all.forEach(
                (dataName, data) ->
                        good.forEach(
                                (name, rate) -> {
                                    String of = dataName + "-" + name;
                                    String optimizer = Network.optimizer(name, rate * HUNDRED);
                                    String tooLow = Network.optimizer(name, rate / HUNDRED);
                                    String tooHigh = Network.optimizer(name, rate * 15);
                                    add("rate-high-" + of, "rate-high", data, mlp(optimizer), high);
                                    add(
                                            "rate-low-" + of,
                                            "rate-low",
                                            data,
                                            mlp(tooLow),
                                            Expected.TOO_SLOW);
                                    add("rate-15-" + of, "rate-15", data, mlp(tooHigh), swinging);
                                }));
    }

    private static Network mlp(String optimizer) {
        return new Network(Network.dense(WIDTH, 2), "relu", Network.HE, optimizer);
    }

    private void biases() {
        Expected dead =
                new Expected(
                        Set.of(DEAD_UNITS, VANISHING_GRADIENT), Set.of("bias"), Expected.AT_ONCE);
        points().forEach(
                        (dataName, data) ->
                                optimizers()
                                        .forEach(
                                                (name, optimizer) ->
                                                        add(
                                                                "dead-bias-"
                                                                        + dataName
                                                                        + "-"
                                                                        + name,
                                                                "dead-bias",
                                                                data,
                                                                new Network(
                                                                                Network.dense(
                                                                                        WIDTH, 3),
                                                                                "relu",
                                                                                Network.HE,
                                                                                optimizer)
                                                                        .with(bias(dataName)),
                                                                dead)));
    }

    /** Below anything that the features of these data can lift. */
    private static String bias(String data) {
        return "bias-initializer = { use = constant, value = "
                + (data.equals("blobs") ? -100 : -10)
                + " }";
    }

    private void data() {
        Expected scale = new Expected(Set.of(INPUT_SCALE), NO_CAUSE, Expected.AT_ONCE);
        Expected flat = new Expected(Set.of(FLAT_LOSS), NO_CAUSE, Expected.HALF);
        Map<String, Network> networks = new LinkedHashMap<>();
        networks.put("relu-sgd", mlp(Network.sgd(0.1)));
        networks.put("relu-adam", mlp(Network.adam(0.003)));
        networks.put(
                "tanh-sgd",
                new Network(Network.dense(16, 2), "tanh", Network.XAVIER, Network.sgd(0.05)));
        networks.put(
                "tanh-adam",
                new Network(Network.dense(8, 2), "tanh", Network.XAVIER, Network.adam(0.003)));
        networks.put(
                "sigmoid-adam",
                new Network(Network.dense(8, 1), "sigmoid", Network.XAVIER, Network.adam(0.003)));
        networks.forEach(
                (name, network) -> {
                    addData(
                            "raw-pixels-" + name,
                            "raw-inputs",
                            ClinicData.RAW_PIXELS,
                            network,
                            scale);
                    addData(
                            "large-prices-" + name,
                            "large-targets",
                            ClinicData.LARGE_PRICES,
                            network,
                            scale);
                    addData(
                            "shuffled-" + name,
                            "shuffled-labels",
                            ClinicData.SHUFFLED_LABELS,
                            network,
                            flat);
                });
        for (String layer : List.of("simple-rnn", "lstm", "gru")) {
            addData(
                    "misaligned-" + layer,
                    "misaligned",
                    ClinicData.MISALIGNED,
                    new Network(
                            "{ " + layer + " = 8 }", "tanh", Network.XAVIER, Network.adam(0.003)),
                    flat);
        }
    }

    private void addData(
            String id, String family, ClinicData data, Network network, Expected expected) {
        cases.add(new ClinicCase(id, family, CaseKind.DATA_FAULT, data, network, expected));
    }

    private void losses() {
        Expected mismatch = new Expected(Set.of(LOSS_MISMATCH), NO_CAUSE, Expected.AT_ONCE);
        Map<String, Dl4jModels.Fault> faults = new LinkedHashMap<>();
        faults.put("doubled-softmax", Dl4jModels.Fault.DOUBLED_SOFTMAX);
        faults.put("sigmoid-for-classes", Dl4jModels.Fault.SIGMOID_FOR_CLASSES);
        faults.forEach(
                (name, fault) ->
                        points().forEach(
                                        (dataName, data) -> {
                                            String id = name + "-" + dataName;
                                            int classes = data == ClinicData.BLOBS ? 3 : 2;
                                            cases.add(
                                                    new ClinicCase(
                                                            id,
                                                            name,
                                                            CaseKind.MISMATCH,
                                                            data,
                                                            Dl4jModels.text(
                                                                    id, Network.adam(0.003)),
                                                            data.batch(),
                                                            DL4J_STEPS,
                                                            mismatch,
                                                            null,
                                                            Dl4jModels.writer(
                                                                    id, fault, 2, classes)));
                                        }));
    }
}
