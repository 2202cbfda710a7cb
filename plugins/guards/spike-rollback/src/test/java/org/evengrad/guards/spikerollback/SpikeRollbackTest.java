package org.evengrad.guards.spikerollback;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongToDoubleFunction;
import org.evengrad.spi.Guard;
import org.evengrad.spi.Ruling;
import org.evengrad.spi.Snapshots;
import org.evengrad.testkit.ArrayStatistics;
import org.evengrad.testkit.ContextAt;
import org.evengrad.testkit.GuardContract;
import org.evengrad.testkit.RecordedRuling;
import org.evengrad.testkit.RecordedRuling.Action;
import org.evengrad.testkit.Tensors;
import org.junit.jupiter.api.Test;

final class SpikeRollbackTest implements GuardContract<SpikeRollback> {
    private static final float[][] GRADIENT = {{1}, {0}, {0}, {0}};

    @Override
    public List<SpikeRollback> strategies() {
        return List.of(new SpikeRollback(), new SpikeRollback(3, 2, 10, 0.1, 20, 2, 7, 1, false));
    }

    @Override
    public boolean remembersWhatIsNotFinite(SpikeRollback rollback) {
        return rollback.nonFinite();
    }

    @Test
    void asksForTheSnapshotsThatItNeeds() {
        assertEquals(new Snapshots(100, 3), new SpikeRollback().snapshots());
        assertEquals(new Snapshots(20, 2), strategies().get(1).snapshots());
    }

    @Test
    void goesBackAfterSeveralSpikesInARow() {
        List<String> rulings = run(new SpikeRollback(), 300, step -> step >= 200 ? 2.1 : 1);

        assertEquals(List.of("204 ROLL_BACK 0.5"), rulings);
    }

    @Test
    void goesToTheSnapshotBeforeTheNewest() {
        Guard guard = new SpikeRollback(2, 1, 1, 0.5, 10, 3, 0, 5, true).start(List.of());
        List<Object> back = new ArrayList<>();
        Ruling ruling =
                (Ruling)
                        Proxy.newProxyInstance(
                                Ruling.class.getClassLoader(),
                                new Class<?>[] {Ruling.class},
                                (proxy, method, arguments) -> {
                                    back.add(arguments[0]);
                                    return null;
                                });
        guard.inspect(ArrayStatistics.of(GRADIENT), ContextAt.step(0), ruling);
        guard.inspect(ArrayStatistics.of(GRADIENT), ContextAt.step(1).withLoss(5), ruling);

        assertEquals(List.<Object>of(2), back);
    }

    @Test
    void staysWhileTheLossIsNotFarAboveTheMean() {
        assertEquals(List.of(), run(new SpikeRollback(), 400, step -> step >= 200 ? 1.99 : 1));
    }

    @Test
    void forgivesSpikesThatAreNotInARow() {
        LongToDoubleFunction losses = step -> step % 5 != 0 && step > 200 ? 9 : 1;

        assertEquals(List.of(), run(new SpikeRollback(), 400, losses));
    }

    @Test
    void knowsNoSpikeBeforeTheWindowIsFull() {
        assertEquals(List.of(), run(new SpikeRollback(), 99, step -> step >= 50 ? 9 : 1));
    }

    @Test
    void keepsSpikesOutOfTheWindow() {
        LongToDoubleFunction losses = step -> step >= 200 && step < 204 || step >= 210 ? 2.1 : 1;

        assertEquals(List.of("214 ROLL_BACK 0.5"), run(new SpikeRollback(), 220, losses));
    }

    @Test
    void waitsBetweenRollbacksAndThenEndsTraining() {
        SpikeRollback rollback = new SpikeRollback(2, 5, 100, 0.25, 50, 3, 30, 2, true);

        assertEquals(
                List.of("204 ROLL_BACK 0.25", "235 ROLL_BACK 0.25", "266 STOP 1.0"),
                run(rollback, 400, step -> step >= 200 ? 50 : 1));
    }

    @Test
    void goesOnCountingAfterARestore() {
        Guard guard = new SpikeRollback().start(List.of());
        for (int step = 0; step < 204; step++) {
            inspect(guard, step, step >= 200 ? 9 : 1);
        }
        Guard restored = new SpikeRollback().start(List.of());
        restored.restore(guard.save());

        assertEquals(List.of(Action.ROLL_BACK), inspect(restored, 204, 9).actions());
    }

    @Test
    void understandsNegativeLosses() {
        assertEquals(
                List.of("203 ROLL_BACK 0.5"),
                run(
                        new SpikeRollback(1.5, 3, 100, 0.5, 100, 3, 100, 5, true),
                        204,
                        step -> step <= 200 ? -3 - 0.1 * (step % 2) : -1.4));
    }

    @Test
    void countsWhatIsNotFiniteAsASpikeIfToldTo() {
        LongToDoubleFunction losses = step -> step >= 10 ? Double.NaN : 1;

        List<String> rulings = run(new SpikeRollback(), 20, losses);
        assertTrue(rulings.contains("14 ROLL_BACK 0.5"), rulings::toString);
        assertEquals(10, rulings.stream().filter(ruling -> ruling.endsWith("SKIP 1.0")).count());

        List<String> untold =
                run(new SpikeRollback(2, 5, 100, 0.5, 100, 3, 100, 5, false), 200, losses);
        assertEquals(190, untold.size());
        assertTrue(untold.stream().allMatch(ruling -> ruling.endsWith("SKIP 1.0")));
    }

    @Test
    void countsAGradientThatIsNotFiniteAsASpike() {
        Guard guard = new SpikeRollback().start(Tensors.twoLayers());
        float[][] gradient = {{Float.NaN}, {0}, {0}, {0}};
        List<Action> actions = new ArrayList<>();
        for (int step = 0; step < 5; step++) {
            actions.addAll(GuardContract.inspect(guard, gradient, step).actions());
        }
        assertEquals(Action.ROLL_BACK, actions.get(5));
        assertEquals(List.of(Action.SKIP), actions.stream().limit(5).distinct().toList());
    }

    @Test
    void judgesOnlyTheFirstGradientOfAStep() {
        Guard guard = new SpikeRollback(2, 5, 10, 0.5, 100, 3, 100, 5, true).start(List.of());
        List<Action> actions = new ArrayList<>();
        for (int step = 0; step < 200; step++) {
            actions.addAll(inspect(guard, step, 1).actions());
            actions.addAll(inspect(guard, step, 50).actions());
        }
        assertEquals(List.of(), actions);
    }

    /** The rulings of a run, each with its step and factor. */
    private static List<String> run(
            SpikeRollback rollback, int steps, LongToDoubleFunction losses) {
        Guard guard = rollback.start(List.of());
        List<String> rulings = new ArrayList<>();
        for (int step = 0; step < steps; step++) {
            for (RecordedRuling.Entry entry :
                    inspect(guard, step, losses.applyAsDouble(step)).entries()) {
                rulings.add(step + " " + entry.action() + " " + entry.factor());
                if (entry.action() == Action.STOP) {
                    return rulings;
                }
            }
        }
        return rulings;
    }

    private static RecordedRuling inspect(Guard guard, long step, double loss) {
        RecordedRuling ruling = new RecordedRuling();
        ContextAt at = ContextAt.step(step).withLoss(loss);
        guard.inspect(ArrayStatistics.of(GRADIENT), at, ruling);
        return ruling;
    }
}
