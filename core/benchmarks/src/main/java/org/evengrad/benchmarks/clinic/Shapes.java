package org.evengrad.benchmarks.clinic;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Networks that others report as training badly, each with gradient descent and with Adam. */
final class Shapes {
    private static final String TABLE = "shapes.txt";
    private static final int COLUMNS = 6;

    private Shapes() {}

    /**
     * The cases.
     *
     * @param images what networks for images learn from
     */
    static List<ClinicCase> cases(ClinicData images) {
        List<ClinicCase> cases = new ArrayList<>();
        for (String[] row : rows()) {
            ClinicData data =
                    switch (row[1]) {
                        case "blobs" -> ClinicData.BLOBS;
                        case "circles" -> ClinicData.CIRCLES;
                        default -> images;
                    };
            String loss = data == ClinicData.CIRCLES ? "binary-cross-entropy" : "cross-entropy";
            Network network =
                    new Network(row[2], row[3], row[4], "")
                            .with("model { loss = " + loss + ", l2 = " + row[5] + " }");
            cases.add(shape(row[0] + "-sgd", data, network, "sgd", 0.01));
            cases.add(shape(row[0] + "-adam", data, network, "adam", 0.001));
        }
        return cases;
    }

    private static ClinicCase shape(
            String id, ClinicData data, Network network, String optimizer, double rate) {
        return new ClinicCase(
                        id,
                        "shapes",
                        CaseKind.SHAPE,
                        data,
                        network.optimizedBy(Network.optimizer(optimizer, rate)),
                        Expected.ANYTHING)
                .orFaster(network.optimizedBy(Network.optimizer(optimizer, 10 * rate)));
    }

    private static List<String[]> rows() {
        try (BufferedReader text =
                new BufferedReader(
                        new InputStreamReader(
                                Shapes.class.getResourceAsStream(TABLE), StandardCharsets.UTF_8))) {
            return text.lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split(" \\| ", COLUMNS))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
