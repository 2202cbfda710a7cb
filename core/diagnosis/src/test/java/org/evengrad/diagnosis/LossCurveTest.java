package org.evengrad.diagnosis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import org.evengrad.diagnosis.LossCurve.Swings;
import org.evengrad.diagnosis.LossHistory.Probe;
import org.junit.jupiter.api.Test;

class LossCurveTest {
    private static final LossHistory FROM_ONE =
            new LossHistory(1, 1, 1000, List.of(new Probe(0, 1)));

    private static Swings swings(IntToDoubleFunction loss) {
        double[] losses = new double[2 * LossCurve.WINDOW];
        for (int i = 0; i < losses.length; i++) {
            losses[i] = loss.applyAsDouble(i);
        }
        return Swings.of(losses.length, losses);
    }

    private static boolean oscillates(IntToDoubleFunction loss) {
        return OscillatingLoss.oscillates(swings(loss), FROM_ONE, -0.3);
    }

    @Test
    void aLossThatGoesUpAndDownInTurnOscillates() {
        assertTrue(oscillates(i -> 0.7 + (i % 2 == 0 ? 0.1 : -0.1)));
        assertEquals(0.2, swings(i -> 0.7 + (i % 2 == 0 ? 0.1 : -0.1)).spread(), 0.03);
    }

    @Test
    void oneThatFallsWhileItSwingsIsAtTheEdgeOfStability() {
        assertFalse(oscillates(i -> 0.7 - 0.005 * i + (i % 2 == 0 ? 0.1 : -0.1)));
    }

    @Test
    void smallSwingsAreHealthy() {
        assertFalse(oscillates(i -> 0.4 + (i % 2 == 0 ? 0.05 : -0.05)));
    }

    @Test
    void noiseWithoutMemoryIsNoOscillation() {
        SplittableRandom random = new SplittableRandom(3);
        int said = 0;
        for (int run = 0; run < 200; run++) {
            said += oscillates(i -> 0.7 + 0.3 * random.nextDouble()) ? 1 : 0;
        }
        assertTrue(said <= 4, said + " of 200");
    }
}
