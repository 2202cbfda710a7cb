package org.evengrad.engine.data;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.evengrad.config.DataConfig;
import org.evengrad.config.DataConfig.Label;
import org.evengrad.config.DataConfig.LabelPer;
import org.evengrad.config.DataConfig.Missing;
import org.evengrad.config.DataConfig.Normalize;
import org.evengrad.config.DataConfig.Source;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchAllocationTest {
    private static final int ROUNDS = 10;
    private static final int BATCHES = 2_000;
    private static final int ROWS = 8;

    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void normalizedSequencesAreCopiedWithoutAllocating(boolean streaming) throws IOException {
        StringBuilder text = new StringBuilder("id,t,x,y\n");
        for (int line = 0; line < 90; line++) {
            text.append(line * line % 29).append(',').append(line).append(',');
            text.append(line % 7 == 0 ? "" : line / 7.0).append(',').append(line % 3).append('\n');
        }
        Source source =
                new Source.SequenceCsv(
                        Files.writeString(folder.resolve("data.csv"), text),
                        "id",
                        "t",
                        new Label.One("y"),
                        LabelPer.STEP,
                        Optional.empty(),
                        Normalize.STANDARD,
                        Missing.MEDIAN,
                        Optional.empty(),
                        streaming);
        Dataset data = load(source);

        assertNoAllocation(data, data.featureShape(), 3);
    }

    @Test
    void textIsCopiedWithoutAllocating() throws IOException {
        Path file = Files.writeString(folder.resolve("text.txt"), "abracadabra".repeat(40));
        Dataset data = load(new Source.Text(file, 16));

        assertNoAllocation(data, List.of(5, 16), 5);
    }

    private static Dataset load(Source source) {
        DataConfig config = Configs.of(source, 1, null, 0.0, 0, null);
        return DataLoader.load(config, 42).dataset();
    }

    private static void assertNoAllocation(Dataset data, List<Integer> inputShape, int outputs) {
        Optional<Augmentation> augmentation =
                data.symbols() > 0 ? Optional.empty() : Optional.of(mixup());
        BatchFiller filler =
                new BatchFiller(data.all(), inputShape, outputs, data.targetSteps(), augmentation);
        int[] order = IntStream.range(0, data.rows()).toArray();
        FloatBuffer features = direct(ROWS * filler.featureCount());
        FloatBuffer targets = direct(ROWS * filler.targetCount());
        FloatBuffer mask = direct(ROWS * data.steps());
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long bytes = Long.MAX_VALUE;
        // The first rounds warm up: the JIT and lazy linking allocate.
        for (int round = 0; round < ROUNDS && bytes >= BATCHES; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int batch = 0; batch < BATCHES; batch++) {
                filler.epoch(batch);
                filler.copyFeatures(order, 0, ROWS, features.rewind());
                filler.copyTargets(order, 0, ROWS, targets.rewind());
                filler.copyMask(order, 0, ROWS, mask.rewind());
            }
            bytes = threads.getCurrentThreadAllocatedBytes() - before;
        }
        assertTrue(bytes < BATCHES, bytes + " bytes in " + BATCHES + " batches");
    }

    private static Augmentation mixup() {
        return new Augmentation() {
            @Override
            public void apply(long epoch, int row, float[] features) {
                features[0] = Math.abs(features[0]);
            }

            @Override
            public float share(long epoch, int row) {
                return row % 2 == 0 ? 1 : 0.75f;
            }

            @Override
            public int partner(long epoch, int row, int rows) {
                return row;
            }
        };
    }

    private static FloatBuffer direct(int size) {
        return ByteBuffer.allocateDirect(size * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }
}
