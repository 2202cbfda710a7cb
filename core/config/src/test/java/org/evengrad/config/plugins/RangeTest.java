package org.evengrad.config.plugins;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RangeTest {
    @Test
    void includesABoundBesideASquareBracketOnly() {
        Range range = Range.parse("[0, 1)");
        assertTrue(range.contains(0));
        assertTrue(range.contains(Math.nextDown(1.0)));
        assertFalse(range.contains(1));
        assertFalse(range.contains(-Double.MIN_VALUE));
    }

    @Test
    void includesInfinityOnlyWhereWritten() {
        assertFalse(Range.parse("(0, inf)").contains(Double.POSITIVE_INFINITY));
        assertTrue(Range.parse("(0, inf]").contains(Double.POSITIVE_INFINITY));
        assertFalse(Range.parse("(0, inf]").contains(Double.NaN));
        assertFalse(Range.parse("").contains(Double.NEGATIVE_INFINITY));
        assertTrue(Range.parse("").contains(-1e300));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[0, 1)", "(0, inf)", "(-inf, 0.5]", "[-1e-08, 2]", "[3, 3]"})
    void readsItsOwnText(String text) {
        Range range = Range.parse(text);
        assertEquals(range, Range.parse(range.toString().substring("in ".length())));
    }

    @Test
    void readsAsPartOfASentence() {
        assertEquals("in (0, inf)", Range.parse(" ( 0 ,inf ) ").toString());
        assertEquals("in [0.5, 1]", Range.parse("[0.5, 1.0]").toString());
        assertEquals("a finite number", Range.parse("").toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0, 1", "[0; 1]", "[0, 1", "[a, b]", "[1, 0]", "(1, 1)", "[", "[,]"})
    void refusesWhatIsNoInterval(String text) {
        assertThrows(IllegalArgumentException.class, () -> Range.parse(text));
    }
}
