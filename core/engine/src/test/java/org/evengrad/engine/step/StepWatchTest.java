package org.evengrad.engine.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Random;
import org.evengrad.engine.step.StepRecord.Outcome;
import org.evengrad.spi.Tensor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StepWatchTest {
    private static final int ROWS = 4;

    /** The first tensor has more than one chunk. */
    private final HeapNetwork network = new HeapNetwork(HeapNetwork.constant(), 90, 50, 3);

    private final StepRecord record = new StepRecord(network.tensors().size(), 0);
    private final StepWatch watch = new StepWatch(network);
    private final Random random = new Random(5);

    @BeforeEach
    void fill() {
        for (int i = 0; i < network.parameters().limit(); i++) {
            network.parameters().put(i, (float) random.nextGaussian());
            network.gradient().put(i, (float) random.nextGaussian() * ROWS);
        }
    }

    private void begin(long step) {
        watch.gradient(step, 2, ROWS, ROWS, 0.5, record);
    }

    @Test
    void measuresTheMeanGradientOfEachTensor() {
        begin(3);
        for (Tensor tensor : network.tensors()) {
            double sum = 0;
            for (int i = 0; i < tensor.size(); i++) {
                double mean = network.gradient().get(network.offset(tensor.index()) + i) / ROWS;
                sum += mean * mean;
            }
            double norm = Math.sqrt(sum);
            assertEquals(norm, record.gradientNorm(tensor.index()), 1e-5 * norm, tensor.name());
        }
        assertEquals(3, record.step());
        assertEquals(2, record.epoch());
        assertEquals(ROWS, record.rows());
        assertEquals(0.5, record.loss());
        assertEquals(-1, record.firstNonFiniteTensor());
        assertEquals(Outcome.SKIPPED, record.outcome(), "until the update is seen");
    }

    @Test
    void measuresHowFarEachTensorMoved() {
        float[] before = new float[network.parameters().limit()];
        network.parameters().get(0, before);
        begin(1);
        for (int i = 0; i < before.length; i++) {
            network.parameters().put(i, before[i] + 0.01f * (float) random.nextGaussian());
        }
        watch.updated(record);
        for (Tensor tensor : network.tensors()) {
            double moved = 0;
            double size = 0;
            for (int i = 0; i < tensor.size(); i++) {
                int at = network.offset(tensor.index()) + i;
                double difference = (double) network.parameters().get(at) - before[at];
                moved += difference * difference;
                size += (double) before[at] * before[at];
            }
            double ratio = Math.sqrt(moved / size);
            assertEquals(ratio, record.updateRatio(tensor.index()), 1e-5 * ratio, tensor.name());
        }
        assertEquals(Outcome.APPLIED, record.outcome());
    }

    @Test
    void takesATensorAtZeroForASmallOne() {
        Tensor bias = network.tensors().get(1);
        int offset = network.offset(1);
        for (int i = 0; i < bias.size(); i++) {
            network.parameters().put(offset + i, 0);
        }
        begin(1);
        for (int i = 0; i < bias.size(); i++) {
            network.parameters().put(offset + i, 1e-4f);
        }
        watch.updated(record);
        assertEquals(0.1, record.updateRatio(1), 1e-6);
        assertEquals(0, record.updateRatio(0));
    }

    @Test
    void findsTheFirstTensorThatIsNotFinite() {
        network.gradient().put(network.offset(2) + 7, Float.NEGATIVE_INFINITY);
        network.gradient().put(network.offset(3), Float.NaN);
        begin(1);
        assertEquals(2, record.firstNonFiniteTensor());
    }

    @Test
    void allocatesNothing() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        assumeTrue(threads.isThreadAllocatedMemorySupported());
        threads.setThreadAllocatedMemoryEnabled(true);
        steps(200);
        long thread = Thread.currentThread().getId();
        long before = threads.getThreadAllocatedBytes(thread);
        steps(1000);
        double bytes = (threads.getThreadAllocatedBytes(thread) - before) / 1000.0;
        assertTrue(bytes < 1, bytes + " bytes a step");
    }

    private void steps(int count) {
        for (int i = 1; i <= count; i++) {
            begin(i);
            watch.updated(record);
        }
    }
}
