package org.evengrad.diagnosis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.evengrad.engine.train.Verdict;
import org.evengrad.engine.train.Verdict.Evidence;
import org.evengrad.engine.train.Verdict.Seeds;
import org.evengrad.engine.train.Verdict.Severity;
import org.junit.jupiter.api.Test;

class SpokenTest {
    private final Spoken spoken = new Spoken();

    private static Verdict verdict(String problem, Severity severity) {
        return new Verdict(
                problem,
                severity,
                List.of("dense-1"),
                "weights",
                Map.of("size", new Evidence(2, 1)),
                new Seeds(1, 1),
                "Too large",
                "It is so",
                List.of("less"));
    }

    private static final Verdict WARNING = verdict(Verdict.INPUT_SCALE, Severity.WARN);

    @Test
    void tellsAVerdictOnceAndOnceMoreWhenItIsWorse() {
        spoken.look(3, List.of(WARNING));
        assertEquals(List.of(WARNING.since(3)), spoken.news());
        assertEquals(List.of(), spoken.news());
        spoken.look(5, List.of(WARNING));
        assertEquals(List.of(), spoken.news());
        spoken.look(7, List.of(WARNING.as(Severity.ERROR)));
        assertEquals(List.of(WARNING.as(Severity.ERROR).since(3)), spoken.news());
    }

    @Test
    void waitsForASecondLookWhereANetworkMayStillGrowOutOfIt() {
        Verdict flat = verdict(Verdict.FLAT_LOSS, Severity.ERROR);
        spoken.look(10, List.of(flat));
        spoken.look(20, List.of());
        spoken.look(30, List.of(flat));
        assertEquals(List.of(), spoken.news());
        spoken.look(40, List.of(flat));
        assertEquals(List.of(flat.since(30)), spoken.news());
    }

    @Test
    void whatIsGoneByTheEndIsANote() {
        spoken.look(3, List.of(WARNING.as(Severity.ERROR)));
        List<Verdict> end = spoken.atEnd(50, List.of(verdict(Verdict.SATURATION, Severity.WARN)));
        assertEquals(2, end.size());
        assertEquals(50, end.get(0).firstStep());
        assertEquals(Severity.NOTE, end.get(1).severity());
        assertEquals("Seen at step 3, and gone by the end: Too large", end.get(1).what());
    }

    @Test
    void goesOnWhereItWasSaved() {
        spoken.look(3, List.of(WARNING, verdict(Verdict.FLAT_LOSS, Severity.WARN)));
        SavedNumbers saved = new SavedNumbers();
        spoken.save(saved);
        Spoken restored = new Spoken();
        restored.restore(new SavedNumbers(saved.all()));
        assertEquals(List.of(WARNING.since(3)), restored.told());
        restored.look(5, List.of(WARNING, verdict(Verdict.FLAT_LOSS, Severity.WARN)));
        assertEquals(
                List.of(Verdict.FLAT_LOSS),
                restored.news().stream().map(Verdict::problem).toList());
        assertTrue(restored.told().stream().allMatch(verdict -> verdict.firstStep() == 3));
    }
}
