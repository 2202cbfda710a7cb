package org.evengrad.engine.dl4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Random;
import org.evengrad.engine.dl4j.translation.Translation;
import org.evengrad.engine.executor.Examples;
import org.evengrad.engine.executor.Executor;
import org.evengrad.engine.parallel.Workers;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Fast layers of every kind allocate nothing once they have seen a batch of a size. */
class FastAllocationTest {
    private static final int WARM_UP = 60;
    private static final int PASSES = 100;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @ParameterizedTest
    @EnumSource
    void forwardAndBack(ModelPlans plan) {
        assumeTrue(threads.isThreadAllocatedMemorySupported());
        threads.setThreadAllocatedMemoryEnabled(true);
        try (Dl4jNetwork network = (Dl4jNetwork) Networks.build(plan.plan());
                Workers workers = new Workers(2)) {
            assertEquals(List.of(), network.fallbacks());
            LayerGradientTest.fill(network);
            ArrayBatch batch =
                    (ArrayBatch)
                            LayerGradientTest.batch(
                                    network, plan, plan.isSequence(), new Random(2).nextLong());
            Translation.Result fast =
                    Translation.of(
                            network.model().graph(),
                            network.inputShape(),
                            NativeFloats.memory(network.model().parameters()),
                            NativeFloats.memory(network.model().gradients()),
                            new Activations(Networks.REGISTRY)::functionOf);
            Executor executor = new Executor(fast.program().orElseThrow(), workers, 0);
            loop(executor, batch.examples(), WARM_UP);
            long[] ids = new long[workers.count()];
            workers.run(worker -> ids[worker] = Thread.currentThread().getId());
            long start = allocated(ids);
            long counting = allocated(ids) - start;
            loop(executor, batch.examples(), PASSES);
            double bytes = (allocated(ids) - start - 2.0 * counting) / PASSES;
            assertTrue(bytes < 1, bytes + " bytes a pass");
        }
    }

    private static void loop(Executor executor, Examples examples, int passes) {
        for (int i = 0; i < passes; i++) {
            executor.gradient(examples, i, -1);
        }
    }

    private long allocated(long[] ids) {
        long sum = 0;
        for (long id : ids) {
            sum += threads.getThreadAllocatedBytes(id);
        }
        return sum;
    }
}
