package org.evengrad.benchmarks.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.evengrad.diagnosis.repair.Edit;
import org.evengrad.diagnosis.repair.Patch;
import org.evengrad.engine.random.KeyedRandom;
import org.junit.jupiter.api.Test;

final class SearchSpaceTest {
    private static final int DRAWS = 3000;
    private static final Pattern RATE = Pattern.compile("learning-rate = (\\S+) ");
    private static final Edit GRU = Studies.edit("model.layers", "[ { gru = 12 } ]");

    private static List<Patch> draws(SearchSpace space) {
        KeyedRandom random = new KeyedRandom(11);
        return java.util.stream.Stream.generate(() -> space.draw(random)).limit(DRAWS).toList();
    }

    @Test
    void drawsOneToThreeEditsEachAsOften() {
        Map<Integer, Integer> lengths = new HashMap<>();
        draws(new SearchSpace(false, List.of()))
                .forEach(patch -> lengths.merge(patch.edits().size(), 1, Integer::sum));

        assertEquals(Set.of(1, 2, 3), lengths.keySet());
        lengths.values().forEach(count -> assertEquals(DRAWS / 3.0, count, 0.1 * DRAWS));
    }

    @Test
    void drawsRatesOfAllOrdersOfMagnitude() {
        int[] decades = new int[4];
        for (Patch patch : draws(new SearchSpace(false, List.of()))) {
            for (Edit edit : patch.edits()) {
                Matcher rate = RATE.matcher(edit.value());
                String text =
                        edit.key().equals("optimizer.learning-rate")
                                ? edit.value()
                                : rate.find() ? rate.group(1) : "";
                if (!text.isEmpty()) {
                    double value = Double.parseDouble(text);
                    assertTrue(value >= 1e-4 && value <= 1, text);
                    decades[Math.min(3, (int) Math.floor(Math.log10(value) + 4))]++;
                }
            }
        }
        double mean = (decades[0] + decades[1] + decades[2] + decades[3]) / 4.0;
        for (int decade : decades) {
            assertEquals(mean, decade, 0.2 * mean);
        }
    }

    @Test
    void neverChangesTheSameTwice() {
        for (Patch patch : draws(new SearchSpace(false, List.of(GRU)))) {
            Set<String> keys = patch.overrides().keySet();
            assertTrue(
                    !keys.contains("optimizer") || !keys.contains("optimizer.learning-rate"),
                    patch.name());
        }
    }

    @Test
    void reachesAllKindsOfEdits() {
        Set<String> keys = new HashSet<>();
        draws(new SearchSpace(false, List.of(GRU)))
                .forEach(patch -> keys.addAll(patch.overrides().keySet()));

        assertEquals(
                Set.of(
                        "initializer",
                        "activation",
                        "optimizer",
                        "optimizer.learning-rate",
                        "model.normalization",
                        "model.residual",
                        "bias-initializer",
                        "data.normalize",
                        "scheduler",
                        "guards",
                        "model.layers"),
                keys);
    }

    @Test
    void overridesWhatIsBuiltIntoAModelThatWasBrought() {
        Set<String> keys = new HashSet<>();
        draws(new SearchSpace(true, List.of()))
                .forEach(patch -> keys.addAll(patch.overrides().keySet()));

        assertTrue(keys.contains("model.override.activation"));
        assertTrue(!keys.contains("activation") && !keys.contains("model.residual"));
    }
}
