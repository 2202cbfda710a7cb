package org.evengrad.engine.data;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.evengrad.config.DataConfig.Task;

/**
 * Fisher's iris flowers: 150 rows, four measurements in centimeters, three species. Read from the
 * resource inside deeplearning4j-core, whose rows are the measurements and the index of the
 * species.
 */
final class IrisData {
    private static final String RESOURCE = "/iris.dat";
    private static final int ROWS = 150;
    private static final List<String> MEASUREMENTS =
            List.of("sepal-length", "sepal-width", "petal-length", "petal-width");
    private static final List<String> SPECIES = List.of("setosa", "versicolor", "virginica");

    private IrisData() {}

    static Dataset read() {
        int width = MEASUREMENTS.size();
        float[] features = new float[ROWS * width];
        float[] species = new float[ROWS];
        try (InputStream resource = IrisData.class.getResourceAsStream(RESOURCE)) {
            if (resource == null) {
                throw new IllegalStateException(
                        RESOURCE + " of deeplearning4j-core is not on the class path");
            }
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(resource, StandardCharsets.US_ASCII));
            for (int row = 0; row < ROWS; row++) {
                String[] fields = lines.readLine().split(",");
                for (int feature = 0; feature < width; feature++) {
                    features[row * width + feature] = Float.parseFloat(fields[feature]);
                }
                species[row] = Integer.parseInt(fields[width].strip());
            }
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
        return new Dataset(
                features,
                ROWS,
                List.of(width),
                species,
                1,
                Task.CLASSIFICATION,
                SPECIES,
                MEASUREMENTS);
    }
}
