package org.evengrad.guards.skiplarge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.evengrad.spi.Guard;
import org.evengrad.testkit.GuardContract;
import org.evengrad.testkit.RecordedRuling;
import org.evengrad.testkit.SeededRandom;
import org.evengrad.testkit.Tensors;
import org.junit.jupiter.api.Test;

final class SkipLargeTest implements GuardContract<SkipLarge> {
    @Override
    public List<SkipLarge> strategies() {
        return List.of(new SkipLarge(), new SkipLarge(3, 24), new SkipLarge(4, 5));
    }

    @Test
    void skipsWhatLiesFarAboveTheRecentNorms() {
        for (SkipLarge skip : strategies()) {
            Guard guard = skip.start(Tensors.twoLayers());
            List<Double> norms = new ArrayList<>();
            int needed = Math.min(skip.window(), Math.max(20, skip.window() / 2));
            int skipped = 0;
            for (int step = 0; step < 400; step++) {
                float norm = (float) (1 + 0.1 * SeededRandom.of(step).nextGaussian());
                norm *= step % 50 == 49 ? 1 + step / 50 * 0.4f : 1;
                List<Double> last =
                        norms.subList(Math.max(0, norms.size() - skip.window()), norms.size());
                boolean expected = false;
                if (last.size() >= needed) {
                    double mean = last.stream().mapToDouble(x -> x).average().orElse(0);
                    double squares = last.stream().mapToDouble(x -> Math.pow(x - mean, 2)).sum();
                    double deviation = Math.sqrt(squares / (last.size() - 1));
                    expected = (norm - mean) / deviation > skip.sigmas();
                }
                norms.add((double) norm);
                skipped += expected ? 1 : 0;

                assertEquals(expected, skips(guard, norm, step), skip + " in step " + step);
            }
            assertTrue(skipped > 2, "only " + skipped + " steps were skipped");
        }
    }

    @Test
    void goesOnWhenTheNormsHaveGrownForGood() {
        Guard guard = new SkipLarge().start(Tensors.twoLayers());
        int skipped = 0;
        for (int step = 0; step < 400; step++) {
            float norm = (step < 200 ? 1 : 50) + 0.01f * (step % 3);
            skipped += skips(guard, norm, step) ? 1 : 0;
        }
        assertTrue(skipped >= 1 && skipped < 20, skipped + " steps were skipped");
    }

    @Test
    void letsSmallNormsPassAndThoseThatAreAllTheSame() {
        Guard guard = new SkipLarge().start(Tensors.twoLayers());
        for (int step = 0; step < 300; step++) {
            assertFalse(skips(guard, step == 250 ? 1e-20f : 0.7f, step));
        }
        assertTrue(skips(guard, 7, 300));
    }

    private static boolean skips(Guard guard, float norm, int step) {
        float[][] gradient = {{norm}, {0}, {0}, {0}};
        return GuardContract.inspect(guard, gradient, step)
                .actions()
                .contains(RecordedRuling.Action.SKIP);
    }
}
