package org.evengrad.guards.spam;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.evengrad.spi.Tensor;
import org.evengrad.testkit.ContextAt;
import org.evengrad.testkit.GuardContract;
import org.evengrad.testkit.GuardRun;
import org.evengrad.testkit.RecordedRuling;
import org.evengrad.testkit.Tensors;
import org.junit.jupiter.api.Test;

final class SpamTest implements GuardContract<Spam> {
    private static final List<Tensor> ONE = List.of(Tensors.dense(0, 4, 5));

    @Override
    public List<Spam> strategies() {
        return List.of(new Spam(), new Spam(50, 0.9, 3, 20, 5), new Spam(50, 0.99, 5, 0, 150));
    }

    @Override
    public boolean looksAtEachElement(Spam spam) {
        return true;
    }

    /** One of them resets within a few steps. */
    @Override
    public boolean changesEveryGradient(Spam spam) {
        return spam.resetEvery() == 20;
    }

    @Override
    public Optional<Part> keepsDirectionOf(Spam spam) {
        return Optional.of(Part.ELEMENT);
    }

    @Test
    void followsThePublishedRule() {
        for (Spam spam : strategies()) {
            GuardRun run = new GuardRun(spam, ONE);
            double[] v = new double[20];
            int cuts = 0;
            long updates = 0;
            for (int t = 0; t < 700; t++) {
                float[][] gradient = GuardContract.gradient(ONE, t, 0.1);
                gradient[0][t % 20] *= t % 7 == 6 ? 1000 : 1;
                boolean reset = spam.resetEvery() > 0 && t > 0 && t % spam.resetEvery() == 0;
                int since = spam.resetEvery() > 0 ? t % spam.resetEvery() : t;
                double rate = 1;
                if (t != since && since < spam.warmupSteps()) {
                    double gone = (double) since / (spam.warmupSteps() + 1);
                    rate = 1 - 0.99 * 0.5 * (1 + Math.cos(Math.PI * gone));
                }
                RecordedRuling ruling = run.step(gradient, ContextAt.step(t).withUpdates(updates));
                boolean wasReset = ruling.actions().contains(RecordedRuling.Action.RESET_OPTIMIZER);
                updates = wasReset ? 1 : updates + 1;

                assertEquals(reset, wasReset, "in step " + t);
                assertEquals(rate, rateFactor(ruling), 1e-12, "in step " + t);
                for (int i = 0; i < 20; i++) {
                    double g = gradient[0][i];
                    v[i] = reset ? 0 : v[i];
                    if (since >= spam.delaySteps() && g * g > spam.threshold() * v[i]) {
                        g = Math.signum(g) * Math.sqrt(spam.threshold() * v[i]);
                        cuts++;
                    }
                    v[i] = spam.decay() * v[i] + (1 - spam.decay()) * g * g;
                    assertEquals(g, run.gradient()[0][i], 1e-4 * Math.abs(g));
                }
            }
            assertTrue(cuts > 50, "only " + cuts + " elements were cut");
        }
    }

    private static double rateFactor(RecordedRuling ruling) {
        return ruling.entries().stream()
                .filter(entry -> entry.action() == RecordedRuling.Action.SCALE_RATE)
                .mapToDouble(RecordedRuling.Entry::factor)
                .reduce(1, (left, right) -> left * right);
    }

    @Test
    void letsAnElementMoveThatHadNoGradientSoFar() {
        GuardRun run = new GuardRun(new Spam(), ONE);
        float[][] gradient = GuardContract.gradient(ONE, 1, 0.1);
        gradient[0][3] = 0;
        for (int step = 0; step < 50; step++) {
            run.step(gradient, step);
        }
        gradient[0][3] = 0.2f;
        run.step(gradient, 50);
        assertArrayEquals(gradient, run.gradient());

        gradient[0][3] = 2000;
        run.step(gradient, 51);
        assertEquals(Math.sqrt(5000 * 0.001) * 0.2, run.gradient()[0][3], 1e-4);
    }

    @Test
    void forgetsAHugeGradientInTime() {
        GuardRun run = new GuardRun(new Spam(), ONE);
        run.step(GuardContract.gradient(ONE, 1, 1e30), 0);
        run.step(GuardContract.gradient(ONE, 1, 1), 500);
        for (float v : run.slots()[0][0]) {
            assertTrue(v < 1, "it remembers " + v);
        }
    }

    @Test
    void resetsAgainWhenTheStepOfTheResetWasSkipped() {
        GuardRun run = new GuardRun(new Spam(), ONE);
        float[][] gradient = GuardContract.gradient(ONE, 1, 1);
        for (long step : new long[] {500, 501}) {
            RecordedRuling ruling = run.step(gradient, ContextAt.step(step).withUpdates(500));

            assertTrue(ruling.actions().contains(RecordedRuling.Action.RESET_OPTIMIZER));
        }
        assertTrue(
                !run.step(gradient, ContextAt.step(502).withUpdates(1))
                        .actions()
                        .contains(RecordedRuling.Action.RESET_OPTIMIZER));
    }
}
