package org.evengrad.engine.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.evengrad.engine.metrics.Confusion;
import org.evengrad.engine.step.TrainingState;
import org.evengrad.engine.train.Checkpoint;
import org.evengrad.engine.train.Checkpoint.Progress;
import org.evengrad.engine.train.Scores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointFileTest {
    @TempDir Path folder;

    private Optional<Scores> writtenAndRead(Optional<Scores> scores) throws IOException {
        TrainingState state =
                new TrainingState(
                        3,
                        3,
                        1,
                        0.1,
                        new float[] {1, 2},
                        new float[0][],
                        new double[0],
                        new double[] {0, 5, 0.5, 0.25},
                        new double[0],
                        new double[0][],
                        new float[0][][]);
        Progress progress =
                new Progress(0, 0, 0, 2, 0, Double.NaN, 0, 0, Optional.empty(), scores, 1.5);
        CheckpointFile.write(folder, new Checkpoint(state, List.of(), progress, List.of()));
        Checkpoint read = CheckpointFile.newest(folder).orElseThrow();
        assertEquals(1.5, read.progress().seconds());
        return read.progress().lastValidation();
    }

    @Test
    void scoresComeBackExactlyAndInOrder() throws IOException {
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("r2", 1 / 3.0);
        metrics.put("auc", Double.NaN);
        metrics.put("accuracy", -0.0);
        Confusion confusion = new Confusion(List.of(List.of(1L, 2L), List.of(3L, 1L << 40)));
        Scores scores =
                new Scores(
                        Double.POSITIVE_INFINITY,
                        metrics,
                        List.of(0.1, Double.NaN),
                        Optional.of(confusion),
                        12);
        Scores read = writtenAndRead(Optional.of(scores)).orElseThrow();
        assertEquals(scores, read);
        assertEquals(List.copyOf(metrics.keySet()), List.copyOf(read.metrics().keySet()));
    }

    @Test
    void scoresWithoutAnythingElseComeBack() throws IOException {
        Optional<Scores> bare =
                Optional.of(new Scores(0.5, Map.of(), List.of(), Optional.empty(), 1));
        assertEquals(bare, writtenAndRead(bare));
        assertEquals(Optional.empty(), writtenAndRead(Optional.empty()));
    }
}
