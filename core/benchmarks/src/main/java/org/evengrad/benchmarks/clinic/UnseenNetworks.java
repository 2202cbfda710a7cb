package org.evengrad.benchmarks.clinic;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Networks that are ill in the ways of the clinic, of other shapes and on other data. Nothing was
 * ever fitted to them: no threshold, no order of candidates.
 */
final class UnseenNetworks {
    private static final Network NARROW_RELU =
            new Network(
                    Network.dense(7, 12),
                    "relu",
                    "{ use = random-uniform, low = -0.04, high = 0.04 }",
                    "");
    private static final Network SIGMOID =
            new Network(Network.dense(12, 20), "sigmoid", Network.XAVIER, "");
    private static final Network LARGE_TANH =
            new Network(
                    Network.dense(40, 15),
                    "tanh",
                    "{ use = random-normal, standard-deviation = 0.8 }",
                    "");
    private static final Network SMALL_TANH =
            new Network(
                    Network.dense(16, 25),
                    "tanh",
                    "{ use = random-normal, standard-deviation = 0.02 }",
                    "");
    private static final Network SMALL_RELU =
            new Network(Network.dense(32, 40), "relu", Network.scaled(0.4), "");
    private static final Network LARGE_RELU =
            new Network(Network.dense(32, 40), "relu", Network.scaled(9), "");
    private static final Network SMALL_SWISH =
            new Network(
                    Network.dense(10, 10),
                    "swish",
                    "{ use = random-uniform, low = -0.02, high = 0.02 }",
                    "");
    private static final Network HARD_SIGMOID =
            new Network(
                    Network.dense(24, 8),
                    "hard-sigmoid",
                    "{ use = random-normal, standard-deviation = 0.5 }",
                    "");

    private UnseenNetworks() {}

    /** Each network on each data, by turns with gradient descent and with Adam. */
    static List<ClinicCase> cases() {
        Map<String, Network> networks = new LinkedHashMap<>();
        networks.put("narrow-relu", NARROW_RELU);
        networks.put("sigmoid", SIGMOID);
        networks.put("large-tanh", LARGE_TANH);
        networks.put("small-tanh", SMALL_TANH);
        networks.put("small-relu", SMALL_RELU);
        networks.put("large-relu", LARGE_RELU);
        networks.put("small-swish", SMALL_SWISH);
        networks.put("hard-sigmoid", HARD_SIGMOID);
        List<ClinicData> all =
                List.of(
                        ClinicData.SPIRALS,
                        ClinicData.CLOUDS,
                        ClinicData.IRIS,
                        ClinicData.PIXELS,
                        ClinicData.PRICES);
        List<ClinicCase> cases = new ArrayList<>();
        for (Map.Entry<String, Network> named : networks.entrySet()) {
            for (ClinicData data : all) {
                boolean descends = cases.size() % 2 == 0;
                cases.add(
                        new ClinicCase(
                                "unseen-" + named.getKey() + "-" + data.id(),
                                "unseen-" + named.getKey(),
                                CaseKind.FAULT,
                                data,
                                named.getValue()
                                        .optimizedBy(
                                                descends ? Network.sgd(0.03) : Network.adam(0.002)),
                                Expected.ANYTHING));
            }
        }
        return cases;
    }
}
