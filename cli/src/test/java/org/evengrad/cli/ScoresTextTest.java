package org.evengrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.evengrad.engine.metrics.Confusion;
import org.evengrad.engine.train.Scores;
import org.junit.jupiter.api.Test;

class ScoresTextTest {
    private static Scores scores(Map<String, Double> metrics, Double... lossPerStep) {
        return new Scores(0.25, metrics, List.of(lossPerStep), Optional.empty(), 3);
    }

    @Test
    void namesMetricsAsPeopleDo() {
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("accuracy", 0.5);
        metrics.put("exactMatch", 0.25);
        metrics.put("macroF1", 0.125);
        metrics.put("auc", Double.NaN);
        metrics.put("logLoss", 1.5);
        assertEquals(
                "{loss=0.250, accuracy=50.0%, exact match=25.0%, macro F1=0.125, AUC=undefined,"
                        + " log loss=1.50, loss, first step=3.00, loss, last step=1.00}",
                ScoresText.byLabel(scores(metrics, 3.0, 2.0, 1.0)).toString());
    }

    @Test
    void theHeadlineIsWhatSaysMost() {
        assertEquals("loss 0.250", ScoresText.headline(scores(Map.of())));
        assertEquals("R2 0.900", ScoresText.headline(scores(Map.of("r2", 0.9, "mae", 2.0))));
        assertEquals("accuracy 90.0%", ScoresText.headline(scores(Map.of("accuracy", 0.9))));
        assertEquals(
                "perplexity 5.00",
                ScoresText.headline(scores(Map.of("accuracy", 0.9, "perplexity", 5.0))));
    }

    @Test
    void theConfusionIsATableUnlessThereAreManyClasses() {
        Confusion two = new Confusion(List.of(List.of(10L, 2L), List.of(0L, 3L)));
        assertEquals(
                List.of(
                        "True classes down, predicted across:",
                        "       no  yes",
                        "  no   10  2",
                        "  yes  0   3"),
                ScoresText.confusion(
                        new Scores(0, Map.of(), List.of(), Optional.of(two), 15),
                        List.of("no", "yes")));
        Confusion many = new Confusion(Collections.nCopies(13, Collections.nCopies(13, 1L)));
        assertEquals(
                List.of(),
                ScoresText.confusion(
                        new Scores(0, Map.of(), List.of(), Optional.of(many), 1), List.of()));
        assertEquals(List.of(), ScoresText.confusion(scores(Map.of()), List.of()));
    }
}
