package org.evengrad.engine.step;

import static org.evengrad.engine.step.StepFixture.guard;
import static org.evengrad.engine.step.StepFixture.run;
import static org.evengrad.engine.step.StepFixture.scheduled;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.evengrad.optimizers.adam.Adam;
import org.evengrad.optimizers.momentum.Momentum;
import org.evengrad.spi.Chunk;
import org.evengrad.spi.GradientGuard;
import org.evengrad.spi.GradientStatistics;
import org.evengrad.spi.Guard;
import org.evengrad.spi.Optimizer;
import org.evengrad.spi.Ruling;
import org.evengrad.spi.Schedule;
import org.evengrad.spi.StepContext;
import org.evengrad.spi.Tensor;
import org.junit.jupiter.api.Test;

/** Steps that a schedule tries leave no trace. */
class TrialsTest {
    private static final float[] TARGET = {1, -2, 3, -4, 5, -6, 0.5f, 0.25f};
    private static final double[] TRIED = {1, 8, 0.25};

    private final HeapNetwork network = new HeapNetwork(HeapNetwork.pullTo(TARGET), 3, 2);

    /** Tries some factors and takes half of what was asked for. */
    private static final class Searching implements Schedule {
        final List<Double> before = new ArrayList<>();
        final List<Double> after = new ArrayList<>();
        final List<Double> linear = new ArrayList<>();
        double taken = 0.5;

        @Override
        public double factor(StepContext at) {
            return 1;
        }

        @Override
        public double search(double factor, Trials trials) {
            for (double tried : TRIED) {
                before.add(trials.lossBefore());
                after.add(trials.lossAt(tried));
                linear.add(trials.linearChange());
            }
            return taken * factor;
        }
    }

    /** Remembers in both ways that a guard can. */
    private static final class Remembering implements GradientGuard, Guard {
        private double looked;

        @Override
        public Guard start(List<Tensor> layout) {
            return this;
        }

        @Override
        public int slots() {
            return 1;
        }

        @Override
        public void inspect(GradientStatistics gradient, StepContext at, Ruling ruling) {
            looked++;
            ruling.scale(1 / (1 + 0.01 * looked), "less and less");
            ruling.transform("with memory");
        }

        @Override
        public void transform(Chunk chunk, StepContext at) {
            for (int i = 0; i < chunk.size(); i++) {
                chunk.state(0)[i] = 0.5f * chunk.state(0)[i] + chunk.gradient()[i];
                chunk.gradient()[i] = chunk.state(0)[i];
            }
        }

        @Override
        public double[] save() {
            return new double[] {looked};
        }

        @Override
        public void restore(double[] saved) {
            looked = saved[0];
        }
    }

    private void assertNoTrace(Optimizer optimizer) {
        TrainingStep searching = scheduled(network, optimizer, new Searching(), new Remembering());
        StepRecord record = run(searching, network, 1, 4);
        HeapNetwork other = new HeapNetwork(HeapNetwork.pullTo(TARGET), 3, 2);
        TrainingStep plain = scheduled(other, optimizer, at -> 0.5, new Remembering());
        StepRecord expectedRecord = run(plain, other, 1, 4);
        TrainingState expected = plain.save();
        TrainingState actual = searching.save();
        assertArrayEquals(expected.parameters(), actual.parameters());
        assertTrue(Arrays.deepEquals(expected.slots(), actual.slots()));
        assertArrayEquals(expected.scalars(), actual.scalars());
        assertTrue(Arrays.deepEquals(expected.guards(), actual.guards()));
        assertTrue(Arrays.deepEquals(expected.guardSlots(), actual.guardSlots()));
        assertEquals(expected.updates(), actual.updates());
        for (int t = 0; t < record.tensors(); t++) {
            assertEquals(expectedRecord.updateRatio(t), record.updateRatio(t));
        }
        assertEquals(expectedRecord.learningRate(), record.learningRate());
    }

    @Test
    void leaveNoTraceWithAdam() {
        assertNoTrace(new Adam().withLearningRate(0.1));
    }

    @Test
    void leaveNoTraceWithAnOptimizerThatTakesASecondGradient() {
        assertNoTrace(new OptimizerStepTest.SharpnessAware(new Momentum(0.1, 0.9)));
    }

    @Test
    void leaveNoTraceWithAnOptimizerThatWrapsAnother() {
        assertNoTrace(new OptimizerStepTest.Lookahead(new Momentum(0.1, 0.9)));
    }

    @Test
    void tellTheLossBeforeAndAfterEachStep() {
        Searching searching = new Searching();
        StepRecord record =
                run(scheduled(network, new StepFixture.Descent(), searching), network, 0, 1);
        for (int i = 0; i < TRIED.length; i++) {
            assertEquals(record.loss(), searching.before.get(i));
            double left = 1 - 0.5 * TRIED[i];
            assertEquals(record.loss() * left * left, searching.after.get(i), 1e-3);
        }
    }

    @Test
    void tellWhatTheGradientPromisesForEachStep() {
        Searching searching = new Searching();
        GradientGuard third = guard((gradient, at, ruling) -> ruling.scale(1 / 3.0, "a third"));
        run(scheduled(network, new Momentum(0.3, 0.9), searching, third), network, 1, 1);
        double squares = 0;
        for (float target : TARGET) {
            squares += (double) target * target;
        }
        for (int i = 0; i < TRIED.length; i++) {
            // The gradient is minus the target, and the first step of momentum goes along it.
            assertEquals(-0.3 * TRIED[i] * squares / 9, searching.linear.get(i), 1e-4);
        }
    }

    @Test
    void tellWhatTheFirstGradientPromisesWhenAStepTakesASecond() {
        Searching searching = new Searching();
        StepFixture.Descent descent = new StepFixture.Descent();
        run(
                scheduled(network, new OptimizerStepTest.SharpnessAware(descent), searching),
                network,
                0,
                1);
        double distance = 0;
        for (float target : TARGET) {
            distance += (double) target * target;
        }
        distance = Math.sqrt(distance);
        for (int i = 0; i < TRIED.length; i++) {
            double step = 0.5 * TRIED[i] * (distance + OptimizerStepTest.SharpnessAware.RADIUS);
            assertEquals(-step * distance, searching.linear.get(i), 1e-3);
        }
    }

    @Test
    void aFactorOfZeroLeavesTheParametersWhereTheyAre() {
        Searching searching = new Searching();
        searching.taken = 0;
        float[] before = network.values();
        StepRecord record =
                run(scheduled(network, new StepFixture.Descent(), searching), network, 0, 1);
        assertArrayEquals(before, network.values());
        assertEquals(0, record.learningRate());
    }
}
