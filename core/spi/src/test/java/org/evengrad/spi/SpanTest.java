package org.evengrad.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

final class SpanTest {
    private static final Horizon HORIZON = new Horizon(1000, 40);

    @Test
    void countsSteps() {
        assertEquals(500, new Span(500, Span.Unit.STEPS).steps(HORIZON));
        assertEquals(80, new Span(2, Span.Unit.EPOCHS).steps(HORIZON));
        assertEquals(50, new Span(5, Span.Unit.PERCENT).steps(HORIZON));
        assertEquals(0, Span.ZERO.steps(HORIZON));
    }

    @Test
    void roundsToTheNearestStep() {
        assertEquals(20, new Span(0.5, Span.Unit.EPOCHS).steps(HORIZON));
        assertEquals(3, new Span(0.25, Span.Unit.PERCENT).steps(HORIZON));
        assertEquals(2, new Span(0.24, Span.Unit.PERCENT).steps(HORIZON));
    }

    @Test
    void readsLikeAConfiguration() {
        assertEquals("5%", new Span(5, Span.Unit.PERCENT).toString());
        assertEquals("2.5%", new Span(2.5, Span.Unit.PERCENT).toString());
        assertEquals("500 steps", new Span(500, Span.Unit.STEPS).toString());
        assertEquals("2 epochs", new Span(2, Span.Unit.EPOCHS).toString());
    }

    @Test
    void refusesAnAmountThatIsNegativeOrNotFinite() {
        for (double amount : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThrows(IllegalArgumentException.class, () -> new Span(amount, Span.Unit.STEPS));
        }
    }
}
