package org.evengrad.config.plugins;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.evengrad.spi.GradientGuard;
import org.junit.jupiter.api.Test;

class KindTest {
    @Test
    void isFoundByEitherWordAndByItsInterface() {
        assertEquals(Optional.of(Kind.OPTIMIZER), Kind.of("optimizer"));
        assertEquals(Optional.of(Kind.GUARD), Kind.of("guards"));
        assertEquals(Optional.of(Kind.GUARD), Kind.of(GradientGuard.class));
        assertEquals(Optional.empty(), Kind.of("Optimizer"));
        assertEquals(Optional.empty(), Kind.of(String.class));
    }

    @Test
    void speaksProperEnglish() {
        assertEquals("an optimizer", Kind.OPTIMIZER.withArticle());
        assertEquals("a guard", Kind.GUARD.withArticle());
        assertEquals("initializers", Kind.INITIALIZER.folder());
    }
}
