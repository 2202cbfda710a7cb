package org.evengrad.config.bind;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SilentMistakesTest {
    private static List<Integer> lines(String text) {
        return SilentMistakes.in(text).stream().map(SilentMistakes.Mistake::line).toList();
    }

    @Test
    void findsEachMistakeOnItsLine() {
        assertEquals(
                List.of(1, 3, 5),
                lines("a = b#c\n\nb = x//y # fine\nc = \"\"\"\n\"\"\", l = [ {} {} ]"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a = 1 # comment#more",
                "a = 1 // comment//more",
                "#comment",
                "a {}#comment",
                "a = \"b#c\", d = \"\\\"x#y\"",
                "a = \"\"\"b#c\"\"\"",
                "a = ${b#c}",
                "a = ${b} { c = 1 }",
                "a { b = 1 }\n{ }",
                "[ {}, {} ]"
            })
    void leavesTheRestAlone(String text) {
        assertEquals(List.of(), lines(text));
    }
}
