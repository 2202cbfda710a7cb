package org.evengrad.guards.autoclip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.evengrad.spi.Guard;
import org.evengrad.testkit.GuardContract;
import org.evengrad.testkit.SeededRandom;
import org.evengrad.testkit.Tensors;
import org.junit.jupiter.api.Test;

final class AutoClipTest implements GuardContract<AutoClip> {
    @Override
    public List<AutoClip> strategies() {
        return List.of(new AutoClip(), new AutoClip(90));
    }

    @Override
    public boolean changesEveryGradient(AutoClip clip) {
        return true;
    }

    @Override
    public Optional<Part> keepsDirectionOf(AutoClip clip) {
        return Optional.of(Part.WHOLE);
    }

    @Test
    void staysWithinATenthOfAPercentOfTheExactPercentile() {
        for (double percentile : new double[] {0, 10, 50, 99.5}) {
            Guard guard = new AutoClip(percentile).start(Tensors.twoLayers());
            List<Double> norms = new ArrayList<>();
            RandomGenerator random = SeededRandom.of(1);
            for (int step = 0; step < 1000; step++) {
                float norm = (float) Math.exp(3 * random.nextGaussian() + step % 300 / 50.0);
                norms.add((double) norm);
                Collections.sort(norms);
                double limit = percentile(norms, percentile);
                double expected = Math.min(norm, limit);

                assertEquals(expected, after(guard, norm, step), 0.00101 * expected);
            }
        }
    }

    @Test
    void takesNormsOfAnySize() {
        Guard guard = new AutoClip(50).start(Tensors.twoLayers());
        for (float norm : new float[] {0, 1e-45f, 1e-42f, 1e-30f, 1e30f, 1e38f}) {
            double after = after(guard, norm, 0);

            assertTrue(after >= 0 && after <= norm, norm + " becomes " + after);
        }
    }

    @Test
    void letsNormsPassThatAreAllTheSame() {
        for (float norm : new float[] {1e-6f, 0.37f, 1, 123}) {
            Guard guard = new AutoClip().start(Tensors.twoLayers());
            for (int step = 0; step < 100; step++) {
                assertEquals(norm, after(guard, norm, step));
            }
        }
    }

    @Test
    void remembersNoMoreAsTheRunGoesOn() {
        Guard guard = new AutoClip().start(Tensors.twoLayers());
        for (int step = 0; step < 20_000; step++) {
            after(guard, 1 + step % 100 * 0.01f, step);
        }
        assertTrue(guard.save().length <= 200, "it remembers " + guard.save().length);
    }

    /** Linear between the two nearest ranks. */
    private static double percentile(List<Double> sorted, double percentile) {
        double place = percentile / 100 * (sorted.size() - 1);
        int below = (int) Math.floor(place);
        int above = (int) Math.ceil(place);
        double weight = place - below;
        return (1 - weight) * sorted.get(below) + weight * sorted.get(above);
    }

    private static double after(Guard guard, float norm, int step) {
        float[][] gradient = {{norm}, {0}, {0}, {0}};
        return norm * GuardContract.inspect(guard, gradient, step).factor(0);
    }
}
