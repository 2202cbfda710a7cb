package org.evengrad.benchmarks.race;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.evengrad.benchmarks.race.Contestant.Turn;
import org.junit.jupiter.api.Test;

final class TurnsTest {
    private static final class RaceOver extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final Map<String, Long> phases = new TreeMap<>();

    private Turns turns(String commands) {
        return new Turns(
                new BufferedReader(new StringReader(commands)),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                () -> {
                    throw new RaceOver();
                },
                () -> phases);
    }

    private String[] answers() {
        return out.toString(StandardCharsets.UTF_8).lines().toArray(String[]::new);
    }

    @Test
    void answersAfterAsManyStepsAsItWasTold() {
        Turns turns = turns("run 3\nrun 1\n");
        turns.ready();
        turns.stepped();
        turns.stepped();
        assertEquals(1, answers().length);
        turns.stepped();
        assertEquals(2, answers().length);
        assertThrows(RaceOver.class, turns::stepped);

        assertEquals("ready", answers()[0]);
        assertEquals(3, answers().length);
        assertTrue(Turn.parse(answers()[2]).nanos() > 0);
    }

    @Test
    void tellsWhatEachPhaseTookOfThisTurnAlone() {
        phases.put("forward", 100L);
        Turns turns = turns("run 1\nrun 1\n");
        turns.ready();
        phases.put("forward", 130L);
        phases.put("backward", 50L);
        turns.stepped();
        phases.put("forward", 137L);
        assertThrows(RaceOver.class, turns::stepped);

        assertEquals(Map.of("forward", 30L, "backward", 50L), Turn.parse(answers()[1]).phases());
        assertEquals(Map.of("forward", 7L, "backward", 0L), Turn.parse(answers()[2]).phases());
    }

    @Test
    void tellsItsMemoryBetweenTurns() {
        Turns turns = turns("memory\nrun 1\n");
        turns.ready();

        assertTrue(Memory.parse(answers()[1]).heapBytes() > 0);
    }
}
