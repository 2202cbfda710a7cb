package org.evengrad.engine.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.evengrad.activations.tanh.Tanh;
import org.evengrad.config.DataConfig.Task;
import org.evengrad.config.ModelConfig.Loss;
import org.evengrad.config.plugins.PluginLoader;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.engine.data.Augmentation;
import org.evengrad.engine.data.BatchOrder;
import org.evengrad.engine.data.Dataset;
import org.evengrad.engine.data.FloatTable;
import org.evengrad.engine.dl4j.Dl4jNetworkBuilder;
import org.evengrad.engine.network.LayerPlan;
import org.evengrad.engine.network.Network;
import org.evengrad.engine.network.Network.Batch;
import org.evengrad.engine.network.NetworkPlan;
import org.evengrad.engine.network.NetworkPlan.Recurrence;
import org.evengrad.engine.step.HeapNetwork;
import org.junit.jupiter.api.Test;

class DatasetBatchesTest {
    private static final Dl4jNetworkBuilder BUILDER =
            new Dl4jNetworkBuilder(
                    PluginLoader.load(
                            DatasetBatchesTest.class.getClassLoader(), List.of(), List.of()));

    /** Five rows of four symbols out of three, each step with the class of the next. */
    private static final float[] SYMBOLS = {
        0, 1, 2, 0, /**/ 1, 1, 2, 0, /**/ 2, 0, 1, 2, /**/ 0, 0, 0, 1, /**/ 2, 2, 1, 1
    };

    private static Dataset text(Optional<int[]> lengths) {
        float[] targets = new float[SYMBOLS.length];
        for (int i = 0; i < targets.length; i++) {
            targets[i] = (SYMBOLS[i] + 1) % 3;
        }
        return new Dataset(
                FloatTable.of(SYMBOLS, 4),
                List.of(1, 4),
                3,
                lengths,
                FloatTable.of(targets, 4),
                4,
                Task.CLASSIFICATION,
                List.of("a", "b", "c"),
                List.of(),
                Optional.empty(),
                Optional.empty());
    }

    private static Network network(int features, int truncate) {
        return BUILDER.build(
                new NetworkPlan(
                        List.of(features, 4),
                        List.of(
                                new LayerPlan.Recurrent(
                                        "lstm-1",
                                        LayerPlan.Recurrent.Kind.LSTM,
                                        2,
                                        new Tanh(),
                                        false,
                                        false)),
                        new NetworkPlan.Output(
                                "output",
                                3,
                                Loss.CROSS_ENTROPY,
                                Optional.empty(),
                                true,
                                true,
                                List.of()),
                        new Recurrence(truncate, false)),
                1);
    }

    private static float[] floats(FloatBuffer buffer, int from, int count) {
        float[] values = new float[count];
        buffer.get(from, values, 0, count);
        return values;
    }

    @Test
    void symbolsComeOneHotWithAllStepsOfASymbolSideBySide() {
        try (Network network = network(3, 0)) {
            Batches batches = DatasetBatches.inOrder(network, text(Optional.empty()).all(), 2);
            assertEquals(5, batches.examples());
            assertEquals(3, batches.perEpoch());
            Batch batch = batches.get(0, 0);
            assertArrayEquals(
                    new float[] {1, 0, 0, 1, 0, 1, 0, 0, 0, 0, 1, 0},
                    floats(batch.features(), 0, 12));
            assertArrayEquals(
                    new float[] {0, 0, 1, 0, 1, 0, 0, 1, 0, 1, 0, 0},
                    floats(batch.targets(), 0, 12));
            assertTrue(batch.mask().isEmpty());
        }
    }

    @Test
    void theLastBatchHoldsWhatIsLeft() {
        try (Network network = network(3, 0)) {
            Batches batches = DatasetBatches.inOrder(network, text(Optional.empty()).all(), 2);
            Batch tail = batches.get(0, 2);
            assertEquals(1, tail.rows());
            assertEquals(4, tail.terms());
            assertArrayEquals(new float[] {0, 0, 0, 0}, floats(tail.features(), 0, 4));
            assertArrayEquals(new int[] {4}, batches.rows(0, 2).orElseThrow().rows());
        }
    }

    @Test
    void paddingIsMaskedAndEmpty() {
        Dataset padded = text(Optional.of(new int[] {4, 2, 1, 4, 3}));
        try (Network network = network(3, 0)) {
            Batch batch = DatasetBatches.inOrder(network, padded.all(), 3).get(0, 0);
            assertArrayEquals(
                    new float[] {1, 1, 1, 1, 1, 1, 0, 0, 1, 0, 0, 0},
                    floats(batch.mask().orElseThrow(), 0, 12));
            assertEquals(4 + 2 + 1, batch.terms());
            // The second row is b b and padding.
            assertArrayEquals(
                    new float[] {0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0},
                    floats(batch.features(), 12, 12));
            assertArrayEquals(
                    new float[] {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0},
                    floats(batch.targets(), 12, 12));
        }
    }

    @Test
    void trainingBatchesComeInSegmentsAndOthersWhole() {
        Dataset text = text(Optional.empty());
        try (Network network = network(3, 3)) {
            BatchOrder order = new BatchOrder(1, 5, 2, false);
            Batches training = DatasetBatches.toTrain(network, text.all(), order, Optional.empty());
            assertEquals(6, training.perEpoch());
            assertTrue(training.standsAlone(0));
            assertFalse(training.standsAlone(1));
            assertTrue(training.standsAlone(2));
            Batch first = training.get(0, 2);
            assertEquals(3, first.steps());
            assertEquals(6, first.terms());
            // The third row is c a b c: a, b and c at the first three steps.
            assertArrayEquals(
                    new float[] {0, 1, 0, 0, 0, 1, 1, 0, 0}, floats(first.features(), 0, 9));
            Batch second = training.get(0, 3);
            assertEquals(1, second.steps());
            assertArrayEquals(new float[] {0, 0, 1}, floats(second.features(), 0, 3));
            assertArrayEquals(new int[] {2, 3}, training.rows(0, 3).orElseThrow().rows());
            assertEquals(3, DatasetBatches.asTrained(network, text.all(), order).perEpoch());
            assertEquals(4, DatasetBatches.inOrder(network, text.all(), 2).get(0, 0).steps());
        }
    }

    @Test
    void refusesDataThatTheNetworkDoesNotTake() {
        try (Network network = network(2, 0)) {
            InvalidInputException refusal =
                    assertThrows(
                            InvalidInputException.class,
                            () -> DatasetBatches.inOrder(network, text(Optional.empty()).all(), 2));
            assertEquals(
                    "data.source: a row has the shape [1, 4] of 3 symbols, the network takes [2,"
                            + " 4]",
                    refusal.getMessage());
        }
    }

    @Test
    void variesTrainingRowsByEpochAndNoOthers() {
        Dataset rows =
                new Dataset(
                        new float[5],
                        5,
                        List.of(1),
                        new float[5],
                        1,
                        Task.REGRESSION,
                        List.of(),
                        List.of("x"));
        Augmentation byEpoch = (epoch, row, features) -> features[0] += 100 * (epoch + 1) + row;
        HeapNetwork network = new HeapNetwork(HeapNetwork.constant(), 1, 1);
        BatchOrder order = new BatchOrder(1, 5, 2, true);
        Batches training = DatasetBatches.toTrain(network, rows.all(), order, Optional.of(byEpoch));
        for (int epoch = 0; epoch < 2; epoch++) {
            int[] expected = new int[5];
            order.fill(epoch, expected);
            float[] seen = new float[5];
            for (int index = 0; index < 3; index++) {
                Batch batch = training.get(epoch, index);
                batch.features().get(0, seen, 2 * index, batch.rows());
            }
            for (int i = 0; i < 5; i++) {
                assertEquals(100 * (epoch + 1) + expected[i], seen[i]);
            }
        }
        assertEquals(0, DatasetBatches.inOrder(network, rows.all(), 5).get(1, 0).features().get(0));
        assertEquals(
                0,
                DatasetBatches.asTrained(network, rows.all(), order).get(1, 0).features().get(0));
        assertEquals(
                List.of(0, 1, 2, 3, 4),
                IntStream.range(0, 3)
                        .mapToObj(index -> training.rows(1, index).orElseThrow().rows())
                        .flatMapToInt(IntStream::of)
                        .sorted()
                        .boxed()
                        .toList());
    }
}
