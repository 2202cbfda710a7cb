package org.evengrad.engine.step;

import static org.evengrad.engine.step.StepFixture.ROWS;
import static org.evengrad.engine.step.StepFixture.guard;
import static org.evengrad.engine.step.StepFixture.record;
import static org.evengrad.engine.step.StepFixture.scheduled;
import static org.evengrad.engine.step.StepFixture.step;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.evengrad.engine.step.StepRecord.Outcome;
import org.evengrad.optimizers.momentum.Momentum;
import org.evengrad.spi.GradientGuard;
import org.evengrad.spi.GradientStatistics;
import org.evengrad.spi.Guard;
import org.evengrad.spi.Ruling;
import org.evengrad.spi.Schedule;
import org.evengrad.spi.Snapshots;
import org.evengrad.spi.StepContext;
import org.evengrad.spi.Tensor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RollBackTest {
    private static final double RATE = 0.01;

    private final HeapNetwork network =
            new HeapNetwork(HeapNetwork.pullTo(1, 2, 3, 4, 5, 6, 7, 8), 3, 2);
    private final Map<Long, Integer> orders = new HashMap<>();
    private final RememberingSchedule schedule = new RememberingSchedule();
    private final RollingBack rolling = new RollingBack();
    private final StepRecord record = record(network, 2);

    /** A schedule whose memory is how often it was asked. */
    private static final class RememberingSchedule implements Schedule {
        private double asked;

        @Override
        public double factor(StepContext at) {
            asked++;
            return 1;
        }

        @Override
        public double[] save() {
            return new double[] {asked};
        }

        @Override
        public void restore(double[] saved) {
            asked = saved[0];
        }
    }

    /** Remembers how often it looked. */
    private static class Looking implements GradientGuard, Guard {
        private double[] looked = {0};

        @Override
        public Guard start(List<Tensor> layout) {
            return this;
        }

        @Override
        public void inspect(GradientStatistics gradient, StepContext at, Ruling ruling) {
            looked[0]++;
        }

        @Override
        public double[] save() {
            return looked.clone();
        }

        /** Keeps the array, as a careless guard may: a snapshot must survive that. */
        @Override
        public void restore(double[] saved) {
            looked = saved;
        }
    }

    /** Goes back in the steps that the test names. */
    private final class RollingBack extends Looking {
        @Override
        public Snapshots snapshots() {
            return new Snapshots(3, 2);
        }

        @Override
        public void inspect(GradientStatistics gradient, StepContext at, Ruling ruling) {
            super.inspect(gradient, at, ruling);
            Integer back = orders.get(at.step());
            if (back != null) {
                ruling.rollBack(back, 0.5, "told to");
            }
        }
    }

    private TrainingStep rollingStep;
    private final List<TrainingState> states = new ArrayList<>();

    @BeforeEach
    void prepare() {
        rollingStep = scheduled(network, new Momentum(RATE, 0.9), schedule, rolling, new Looking());
    }

    /** Runs to a step, keeping the state before each. */
    private void runTo(int end) {
        while (rollingStep.at().step() < end) {
            states.add(rollingStep.save());
            rollingStep.run(network.batch(ROWS), 0, record);
        }
    }

    private void assertIsBackAt(TrainingState snapshot) {
        TrainingState now = rollingStep.save();
        assertArrayEquals(snapshot.parameters(), now.parameters());
        assertTrue(Arrays.deepEquals(snapshot.slots(), now.slots()));
        assertArrayEquals(snapshot.schedule(), now.schedule());
        assertArrayEquals(snapshot.guards()[1], now.guards()[1]);
        assertEquals(snapshot.updates(), now.updates());
    }

    @Test
    void goesBackToTheNewestSnapshot() {
        orders.put(4L, 1); // snapshots were taken before steps 0 and 3
        runTo(5);
        assertEquals(Outcome.ROLLED_BACK, record.outcome());
        assertIsBackAt(states.get(3));
        assertEquals(5, rollingStep.at().step());
    }

    @Test
    void theGuardThatGoesBackRemembersIt() {
        orders.put(4L, 1);
        runTo(5);
        assertArrayEquals(new double[] {5}, rollingStep.save().guards()[0]);
    }

    @Test
    void goesBackToTheOneBefore() {
        orders.put(4L, 2);
        runTo(5);
        assertIsBackAt(states.get(0));
    }

    @Test
    void goesBackToTheOldestThatIsKeptWhenThereAreFewer() {
        orders.put(7L, 9); // 0 was dropped for 3 and 6
        runTo(8);
        assertIsBackAt(states.get(3));
    }

    @Test
    void goesBackToTheSameSnapshotTwice() {
        orders.put(4L, 1);
        orders.put(5L, 1);
        runTo(6);
        assertIsBackAt(states.get(3));
    }

    @Test
    void lowersTheRateForTheRestOfTraining() {
        orders.put(1L, 1);
        orders.put(4L, 1);
        runTo(3);
        assertEquals(RATE / 2, record.learningRate(), 1e-12);
        runTo(6);
        assertEquals(RATE / 4, record.learningRate(), 1e-12);
    }

    @Test
    void keepsItsSnapshotsApartWhenAnotherGuardWantsNone() {
        orders.put(2L, 1); // the newest is that before step 0, not one of each step
        runTo(3);
        assertIsBackAt(states.get(0));
    }

    @Test
    void aRollBackWithoutSnapshotsDropsTheStep() {
        GradientGuard guard = guard((gradient, at, ruling) -> ruling.rollBack(1, 0.5, "back"));
        TrainingStep step = step(network, new Momentum(RATE, 0.9), guard);
        float[] before = network.values();
        assertEquals(Outcome.ROLLED_BACK, step.run(network.batch(ROWS), 0, record));
        assertArrayEquals(before, network.values());
        assertEquals(0, step.at().updates());
    }
}
