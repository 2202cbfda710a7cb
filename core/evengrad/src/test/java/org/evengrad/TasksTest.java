package org.evengrad;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.evengrad.operations.EvaluateRequest;
import org.evengrad.operations.EvaluateRequest.Part;
import org.evengrad.operations.TrainRequest;
import org.evengrad.operations.TrainedRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each kind of task trains from a configuration, and is measured by what suits it. */
class TasksTest {
    @TempDir private Path folder;

    private JsonNode summary(String config) throws IOException {
        Path file = Files.writeString(folder.resolve("net.conf"), config);
        Evengrad evengrad = Evengrad.create();
        TrainedRun run =
                evengrad.train(TrainRequest.of(file).into(folder.resolve("run").resolve("one")));
        JsonNode summary =
                new ObjectMapper().readTree(run.folder().path().resolve("summary.json").toFile());
        double again =
                evengrad.evaluate(
                                new EvaluateRequest(
                                        run.folder().path(), Optional.empty(), Part.TEST))
                        .scores()
                        .loss();
        assertEquals(
                summary.get("testLoss").asDouble(),
                again,
                1e-6 * Math.abs(again),
                "evaluate gives what the run gave");
        return summary;
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    @Test
    void aRegression() throws IOException {
        JsonNode summary =
                summary(
                        """
                        data { source = linear, samples = 200, batch-size = 16 }
                        model { layers = [ { dense = 8 } ] }
                        optimizer { use = adam, learning-rate = 0.02 }
                        training { epochs = 20 }
                        """);
        assertTrue(names(summary.get("testMetrics")).containsAll(List.of("r2", "rmse", "mae")));
        assertTrue(summary.get("testMetrics").get("r2").asDouble() > 0.8, summary::toString);
        assertTrue(summary.get("testAccuracy").isNull());
    }

    @Test
    void twoClasses() throws IOException {
        JsonNode summary =
                summary(
                        """
                        data { source = circles, samples = 200, batch-size = 16 }
                        model { layers = [ { dense = 16 } ], loss = binary-cross-entropy }
                        optimizer { use = adam, learning-rate = 0.02 }
                        training { epochs = 20 }
                        """);
        assertTrue(summary.get("testMetrics").get("auc").asDouble() > 0.9, summary::toString);
        assertTrue(summary.get("testAccuracy").asDouble() > 0.8, summary::toString);
    }

    @Test
    void severalClasses() throws IOException {
        JsonNode summary =
                summary(
                        """
                        data { source = blobs, samples = 200, batch-size = 16 }
                        model { layers = [ { dense = 8 } ] }
                        training { epochs = 20, class-weights = balanced }
                        optimizer { use = adam, learning-rate = 0.02 }
                        """);
        assertTrue(names(summary.get("testMetrics")).containsAll(List.of("accuracy", "macroF1")));
        assertEquals(3, summary.get("testConfusion").get("counts").size());
    }

    @Test
    void severalLabelsAtOnce() throws IOException {
        Random random = new Random(7);
        StringBuilder rows = new StringBuilder("x,y,left,low\n");
        for (int i = 0; i < 200; i++) {
            double x = random.nextGaussian();
            double y = random.nextGaussian();
            rows.append(x).append(',').append(y).append(',');
            rows.append(x < 0 ? 1 : 0).append(',').append(y < 0 ? 1 : 0).append('\n');
        }
        Files.writeString(folder.resolve("labels.csv"), rows);
        JsonNode summary =
                summary(
                        """
                        data { source = csv, file = labels.csv, label = [left, low], \
                        task = multi-label, batch-size = 16 }
                        model { layers = [ { dense = 8 } ] }
                        training { epochs = 20 }
                        optimizer { use = adam, learning-rate = 0.02 }
                        """);
        assertTrue(names(summary.get("testMetrics")).containsAll(List.of("exactMatch", "macroF1")));
        assertTrue(summary.get("testMetrics").get("exactMatch").asDouble() > 0.7);
    }

    @Test
    void aSequenceWithOneAnswer() throws IOException {
        JsonNode summary =
                summary(
                        """
                        data { source = adding-problem, samples = 400, length = 8, batch-size = 16 }
                        model { layers = [ { gru = 16 } ] }
                        training { epochs = 10 }
                        optimizer { use = adam, learning-rate = 0.01 }
                        """);
        assertTrue(summary.get("testMetrics").get("r2").asDouble() > 0.8, summary::toString);
    }

    @Test
    void anAnswerForEachTimeStep() throws IOException {
        Files.writeString(folder.resolve("text.txt"), "the quick brown fox. ".repeat(200));
        JsonNode summary =
                summary(
                        """
                        data { source = text, file = text.txt, sequence-length = 16, batch-size = 8 }
                        model { layers = [ { embedding = 8 }, { gru = 16 } ] }
                        training { epochs = 4, truncate = 8 }
                        optimizer { use = adam, learning-rate = 0.02 }
                        """);
        assertTrue(summary.get("testMetrics").get("perplexity").asDouble() < 3);
        assertEquals(16, summary.get("testLossPerStep").size());
    }

    @Test
    void sequencesOfDifferentLength() throws IOException {
        Random random = new Random(3);
        StringBuilder rows = new StringBuilder("id,time,x,rising\n");
        for (int id = 0; id < 60; id++) {
            boolean rising = random.nextBoolean();
            int length = 3 + random.nextInt(5);
            for (int time = 0; time < length; time++) {
                double x = (rising ? time : -time) + 0.3 * random.nextGaussian();
                rows.append("s").append(id).append(',').append(time).append(',');
                rows.append(x).append(',').append(rising ? "yes" : "no").append('\n');
            }
        }
        Files.writeString(folder.resolve("series.csv"), rows);
        JsonNode summary =
                summary(
                        """
                        data { source = sequence-csv, file = series.csv, id = id, time = time, \
                        label = rising, batch-size = 8 }
                        model { layers = [ { lstm = 8, bidirectional = true } ] }
                        training { epochs = 15 }
                        optimizer { use = adam, learning-rate = 0.02 }
                        """);
        assertTrue(summary.get("testAccuracy").asDouble() > 0.8, summary::toString);
    }
}
