package org.evengrad.diagnosis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.evengrad.optimizers.adam.Adam;
import org.evengrad.optimizers.adamw.AdamW;
import org.evengrad.optimizers.momentum.Momentum;
import org.evengrad.optimizers.sgd.Sgd;
import org.evengrad.spi.Chunk;
import org.evengrad.spi.Optimizer;
import org.evengrad.spi.StepContext;
import org.junit.jupiter.api.Test;

class OptimizerFamilyTest {
    @Test
    void gradientDescentFollowsTheSizeOfTheGradient() {
        assertEquals(OptimizerFamily.PROPORTIONAL, OptimizerFamily.of(new Sgd()));
        assertEquals(OptimizerFamily.PROPORTIONAL, OptimizerFamily.of(new Momentum()));
    }

    @Test
    void adamRescalesTheGradient() {
        assertEquals(OptimizerFamily.ADAPTIVE, OptimizerFamily.of(new Adam()));
        assertEquals(OptimizerFamily.ADAPTIVE, OptimizerFamily.of(new AdamW()));
    }

    @Test
    void weightDecayDoesNotHideThatGradientDescentIsProportional() {
        record Decaying(double learningRate) implements Optimizer {
            @Override
            public void update(Chunk chunk, StepContext at) {
                for (int i = 0; i < chunk.size(); i++) {
                    float weight = chunk.parameters()[i];
                    chunk.parameters()[i] =
                            (float) (weight - at.rate() * (chunk.gradient()[i] + 0.1 * weight));
                }
            }
        }
        assertEquals(OptimizerFamily.PROPORTIONAL, OptimizerFamily.of(new Decaying(0.1)));
    }

    @Test
    void findsBelowWhichGradientAdamDoesNotRescale() {
        // Ten times epsilon, found in steps of a third.
        assertEquals(1e-7, OptimizerFamily.floor(new Adam()), 0.4e-7);
        assertEquals(0, OptimizerFamily.floor(new Sgd()));
    }
}
