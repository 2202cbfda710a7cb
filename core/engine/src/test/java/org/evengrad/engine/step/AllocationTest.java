package org.evengrad.engine.step;

import static org.evengrad.engine.step.StepFixture.ROWS;
import static org.evengrad.engine.step.StepFixture.record;
import static org.evengrad.engine.step.StepFixture.step;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Random;
import org.evengrad.engine.network.Network;
import org.evengrad.engine.parallel.Workers;
import org.evengrad.guards.clipglobalnorm.ClipGlobalNorm;
import org.evengrad.guards.clipvalue.ClipValue;
import org.evengrad.guards.nonfinite.Nonfinite;
import org.evengrad.optimizers.adam.Adam;
import org.evengrad.spi.GradientGuard;
import org.evengrad.spi.Optimizer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A step in a running training allocates nothing. */
class AllocationTest {
    private static final int WARM_UP = 200;
    private static final int STEPS = 1000;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private HeapNetwork network = new HeapNetwork(HeapNetwork.constant(), 60, 100, 10);

    @BeforeEach
    void prepare() {
        assumeTrue(threads.isThreadAllocatedMemorySupported());
        threads.setThreadAllocatedMemoryEnabled(true);
        fill();
    }

    private void fill() {
        Random random = new Random(3);
        float[] mean = new float[network.parameters().limit()];
        for (int i = 0; i < mean.length; i++) {
            mean[i] = (float) random.nextGaussian();
        }
        network.rule(HeapNetwork.constant(mean));
    }

    private double bytesPerStep(Optimizer optimizer, GradientGuard... guards) {
        TrainingStep step = step(network, optimizer, guards);
        StepRecord record = record(network, guards.length);
        Network.Batch batch = network.batch(ROWS);
        loop(step, batch, record, WARM_UP);
        long[] ids = new long[network.workers().count()];
        network.workers().run(worker -> ids[worker] = Thread.currentThread().getId());
        allocated(ids);
        long start = allocated(ids);
        long afterMeasuring = allocated(ids);
        loop(step, batch, record, STEPS);
        long end = allocated(ids);
        return (double) (end - afterMeasuring - (afterMeasuring - start)) / STEPS;
    }

    private long allocated(long[] ids) {
        long sum = 0;
        for (long id : ids) {
            sum += threads.getThreadAllocatedBytes(id);
        }
        return sum;
    }

    private static void loop(TrainingStep step, Network.Batch batch, StepRecord record, int steps) {
        for (int i = 0; i < steps; i++) {
            step.run(batch, 0, record);
        }
    }

    @Test
    void withAdamAndGuards() {
        double bytes = bytesPerStep(new Adam(), new Nonfinite(), new ClipGlobalNorm(0.1));
        assertTrue(bytes < 1, bytes + " bytes a step");
        assertEquals(WARM_UP + STEPS, network.gradients());
    }

    @Test
    void withWorkersThatShareTheSteps() {
        try (Workers workers = new Workers(2)) {
            network = new HeapNetwork(HeapNetwork.constant(), 400, 260);
            network.workers(workers);
            fill();
            double bytes =
                    bytesPerStep(
                            new Adam(),
                            new Nonfinite(),
                            new ClipGlobalNorm(1),
                            new ClipValue(0.01));
            assertTrue(bytes < 1, bytes + " bytes a step");
        }
    }

    @Test
    void withAGuardThatRewritesTheGradient() {
        double bytes = bytesPerStep(new Adam(), new Nonfinite(), new ClipValue(0.01));
        assertTrue(bytes < 1, bytes + " bytes a step");
    }

    @Test
    void inStepsThatAreSkipped() {
        network.rule(
                (parameters, batch, gradient) -> {
                    gradient.put(0, Float.NaN);
                    return Double.NaN;
                });
        double bytes = bytesPerStep(new Adam(), new Nonfinite());
        assertTrue(bytes < 1, bytes + " bytes a step");
    }
}
