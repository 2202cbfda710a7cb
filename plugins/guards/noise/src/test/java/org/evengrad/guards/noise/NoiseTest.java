package org.evengrad.guards.noise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Arrays;
import java.util.List;
import org.evengrad.spi.Tensor;
import org.evengrad.testkit.GuardContract;
import org.evengrad.testkit.GuardRun;
import org.evengrad.testkit.Tensors;
import org.junit.jupiter.api.Test;

final class NoiseTest implements GuardContract<Noise> {
    private static final List<Tensor> LARGE = List.of(Tensors.dense(0, 200, 200));

    @Override
    public List<Noise> strategies() {
        return List.of(new Noise(), new Noise(0.3, 0));
    }

    @Override
    public boolean changesEveryGradient(Noise noise) {
        return true;
    }

    @Test
    void addsNoiseOfMeanZeroAndThePublishedVariance() {
        for (Noise noise : strategies()) {
            for (long step : new long[] {0, 1, 10, 999}) {
                float[] drawn = drawn(noise, step);
                double sum = 0;
                double squares = 0;
                double fourth = 0;
                for (float value : drawn) {
                    sum += value;
                    squares += (double) value * value;
                    fourth += Math.pow(value, 4);
                }
                double variance = noise.eta() / Math.pow(1 + step, noise.gamma());
                int count = drawn.length;
                // Four and a half standard errors each.
                assertEquals(0, sum / count, 4.5 * Math.sqrt(variance / count));
                assertEquals(variance, squares / count, 4.5 * variance * Math.sqrt(2.0 / count));
                double kurtosis = fourth / count / (variance * variance);
                assertEquals(3, kurtosis, 4.5 * Math.sqrt(96.0 / count));
            }
        }
    }

    @Test
    void drawsAnewInEachStepAndTheSameInTheSame() {
        assertArrayEquals(drawn(new Noise(), 3), drawn(new Noise(), 3));
        assertFalse(Arrays.equals(drawn(new Noise(0.01, 0), 3), drawn(new Noise(0.01, 0), 4)));
    }

    private static float[] drawn(Noise noise, long step) {
        GuardRun run = new GuardRun(noise, LARGE);
        run.step(GuardContract.gradient(LARGE, 1, 0), step);
        return run.gradient()[0];
    }
}
