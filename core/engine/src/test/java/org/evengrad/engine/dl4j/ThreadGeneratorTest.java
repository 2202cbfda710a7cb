package org.evengrad.engine.dl4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ThreadGeneratorTest {
    private static float[] draw() {
        try (INDArray drawn = Nd4j.rand(5)) {
            return drawn.toFloatVector();
        }
    }

    @Test
    void goesOnWhereItStood() {
        Nd4j.getRandom().setSeed(7);
        draw();
        float[] next = draw();

        Nd4j.getRandom().setSeed(7);
        draw();
        ThreadGenerator generator = ThreadGenerator.now();
        Nd4j.getRandom().setSeed(1);
        draw();
        generator.restore();

        assertArrayEquals(next, draw());
        assertEquals(7, Nd4j.getRandom().getSeed());
    }
}
