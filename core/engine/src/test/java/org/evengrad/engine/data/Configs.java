package org.evengrad.engine.data;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.evengrad.config.DataConfig;
import org.evengrad.config.DataConfig.Normalize;
import org.evengrad.config.DataConfig.NormalizeTargets;
import org.evengrad.config.DataConfig.Part;
import org.evengrad.config.DataConfig.Source;
import org.evengrad.config.DataConfig.Split;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;
import org.junit.jupiter.api.function.Executable;

/** Configurations, as the tests of this package need them. */
final class Configs {
    private Configs() {}

    /** One row a batch, and the default parts: 20% for test, 15% of the others for validation. */
    static DataConfig of(Source source) {
        return of(source, 1, null, null, 0.2, null);
    }

    /** All rows for training. */
    static DataConfig trainOnly(Source source) {
        return of(source, 1, null, 0.0, 0, null);
    }

    static DataConfig of(
            Source source,
            int batchSize,
            Double train,
            Double validation,
            double test,
            Split split) {
        return new DataConfig(
                source,
                batchSize,
                Optional.ofNullable(train).map(Part::new),
                Optional.ofNullable(validation).map(Part::new),
                new Part(test),
                Optional.ofNullable(split),
                true,
                Optional.empty(),
                NormalizeTargets.NONE);
    }

    static Source.Csv csv(Path file) {
        return csv(file, "last");
    }

    static Source.Csv csv(Path file, String label) {
        return new Source.Csv(file, label, Optional.empty(), Optional.empty(), Normalize.NONE);
    }

    /** All numbers of a table, row by row. */
    static float[] floats(FloatTable table) {
        float[] values = new float[table.rows() * table.width()];
        for (int row = 0; row < table.rows(); row++) {
            table.read(row, values, row * table.width());
        }
        return values;
    }

    /** The problems that the call throws, as the user sees them. */
    static List<String> problems(Executable call) {
        return assertThrows(InvalidInputException.class, call).problems().stream()
                .map(Problem::toString)
                .toList();
    }
}
