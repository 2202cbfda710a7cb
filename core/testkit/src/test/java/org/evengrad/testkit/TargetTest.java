package org.evengrad.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.evengrad.spi.Chunk;
import org.evengrad.spi.Optimizer;
import org.evengrad.spi.StepContext;
import org.junit.jupiter.api.Test;

final class TargetTest {
    private static final List<Target> TARGETS =
            List.of(
                    Target.parabola(),
                    Target.rosenbrock(),
                    Target.illConditionedQuadratic(),
                    Target.logisticRegression());

    /** A goal allows a tenth of the way at most, so doing nothing reaches none. */
    @Test
    void leavesAllOfTheWayToAnOptimizerThatDoesNothing() {
        for (Target target : TARGETS) {
            assertEquals(1, target.distanceLeft(new Descent(), 0, 10), 1e-6);
        }
    }

    @Test
    void leavesMostOfTheWayToAnOptimizerThatSolvesTheSteepDirectionsOnly() {
        // 100 steps at a rate of 1 are 0.1 of the time constant of the flattest direction.
        double left = Target.illConditionedQuadratic().distanceLeft(new Descent(), 1, 100);

        assertTrue(left > 0.2 && left < 0.8, "left: " + left);
    }

    @Test
    void hasNoSlopeAtItsMinimum() {
        for (Target target : TARGETS) {
            for (double[] ofTensor : target.gradient(target.minimum())) {
                for (double slope : ofTensor) {
                    assertEquals(0, slope, 1e-12);
                }
            }
        }
    }

    @Test
    void hasTheGradientOfFiniteDifferences() {
        double width = 1e-5;
        for (Target target : TARGETS) {
            double[][] at = target.start();
            double[][] gradient = target.gradient(at);
            for (int t = 0; t < at.length; t++) {
                for (int i = 0; i < at[t].length; i++) {
                    double value = at[t][i];
                    at[t][i] = value + width;
                    double above = target.loss(at);
                    at[t][i] = value - width;
                    double below = target.loss(at);
                    at[t][i] = value;

                    assertEquals((above - below) / (2 * width), gradient[t][i], 1e-4);
                }
            }
        }
    }

    /** Gradient descent; nothing at a rate of 0. */
    private record Descent(double learningRate) implements Optimizer {
        Descent() {
            this(1);
        }

        @Override
        public void update(Chunk chunk, StepContext at) {
            for (int i = 0; i < chunk.size(); i++) {
                chunk.parameters()[i] -= (float) at.rate() * chunk.gradient()[i];
            }
        }
    }
}
