package org.evengrad.engine.dl4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.evengrad.config.ModelConfig.Loss;
import org.evengrad.engine.network.LayerPlan;
import org.evengrad.engine.network.LayerPlan.Recurrent.Kind;
import org.evengrad.engine.network.Network;
import org.evengrad.engine.network.Network.Batch;
import org.evengrad.engine.network.NetworkPlan;
import org.evengrad.engine.network.NetworkPlan.Recurrence;
import org.evengrad.engine.step.Penalties;
import org.evengrad.engine.step.StepRecord;
import org.evengrad.engine.step.TrainingStep;
import org.evengrad.optimizers.sgd.Sgd;
import org.evengrad.spi.Horizon;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Back-propagation that ends within a sequence, against DL4J's. */
class TruncationTest {
    private static final int STEPS = 13;
    private static final int TRUNCATE = 5;
    private static final int ROWS = 4;
    private static final int BATCHES = 4;
    private static final double RATE = 0.2;

    static NetworkPlan plan(Recurrence recurrence, LayerPlan... layers) {
        return new NetworkPlan(
                List.of(3, STEPS),
                List.of(layers),
                new NetworkPlan.Output(
                        "output", 3, Loss.CROSS_ENTROPY, Optional.empty(), true, true, List.of()),
                recurrence);
    }

    private static LayerPlan lstm(String name) {
        return ModelPlans.recurrent(name, Kind.LSTM, false, false);
    }

    private static NetworkPlan chain(Recurrence recurrence) {
        return plan(
                recurrence,
                lstm("lstm-1"),
                ModelPlans.recurrent("simple-rnn-1", Kind.SIMPLE, false, false));
    }

    private static NetworkPlan graph(Recurrence recurrence) {
        return plan(
                recurrence,
                lstm("lstm-1"),
                new LayerPlan.Residual(
                        "residual-1", List.of(lstm("residual-1/lstm-1")), Optional.empty()));
    }

    static Stream<Arguments> plans() {
        Recurrence sum = new Recurrence(TRUNCATE, true);
        return Stream.of(
                Arguments.of("chain", chain(sum), false),
                Arguments.of("chain", chain(sum), true),
                Arguments.of("graph", graph(sum), false),
                Arguments.of("graph", graph(sum), true));
    }

    static Batch batch(Network network, long seed, boolean masked) {
        Random random = new Random(seed);
        Batch batch = network.batch(ROWS, masked);
        FloatBuffer features = batch.features();
        for (int row = 0; row < ROWS; row++) {
            int length = masked ? STEPS - 2 * row : STEPS;
            for (int step = 0; step < STEPS; step++) {
                boolean counts = step < length;
                int right = random.nextInt(3);
                for (int unit = 0; unit < 3; unit++) {
                    int at = (row * 3 + unit) * STEPS + step;
                    features.put(at, counts ? (float) random.nextGaussian() : 0);
                    batch.targets().put(at, counts && unit == right ? 1 : 0);
                }
                if (masked) {
                    batch.mask().orElseThrow().put(row * STEPS + step, counts ? 1 : 0);
                }
            }
        }
        return batch;
    }

    private static INDArray copy(INDArray[] arrays) {
        return arrays == null ? null : arrays[0].dup();
    }

    @ParameterizedTest(name = "{0}, masked: {2}")
    @MethodSource("plans")
    void movesTheParametersAsDl4jDoes(String kind, NetworkPlan plan, boolean masked) {
        ModelAssembly assembly = new ModelAssembly(plan, new Activations(Networks.REGISTRY));
        Dl4jModel theirs =
                plan.branches()
                        ? new Dl4jModel.Graph(assembly.graph())
                        : new Dl4jModel.Chain(assembly.chain());
        try (Network network = leftToDl4j(plan)) {
            Networks.fill(network, 1, 0.5);
            float[] first = Networks.copy(network.parameters());
            theirs.parameters().assign(Nd4j.createFromArray(first));
            assertEquals(3, network.segments());
            TrainingStep step = step(network);
            StepRecord record = new StepRecord(network.tensors().size(), 0);
            for (int i = 0; i < BATCHES; i++) {
                Batch batch = batch(network, 10 + i, masked);
                Dl4jModel.Arrays arrays = ((ArrayBatch) batch).arrays();
                DataSet data =
                        new DataSet(
                                copy(arrays.features()),
                                copy(arrays.targets()),
                                copy(arrays.featureMasks()),
                                copy(arrays.targetMasks()));
                if (theirs instanceof Dl4jModel.Graph graph) {
                    graph.network().setLearningRate(RATE);
                    graph.network().fit(data);
                } else if (theirs instanceof Dl4jModel.Chain chain) {
                    chain.network().setLearningRate(RATE);
                    chain.network().fit(data);
                }
                for (int segment = 0; segment < network.segments(); segment++) {
                    step.run(network.segment(batch, segment), 0, record);
                }
            }
            float[] ours = Networks.copy(network.parameters());
            assertArrayEquals(theirs.parameters().toFloatVector(), ours, 2e-5f);
            assertTrue(Math.abs(ours[0] - first[0]) > 1e-4, "nothing moved");
        }
    }

    /**
     * Computed by DL4J's layers. Their way back begins each segment at a state of zero, wherever
     * the way to the loss began, so that only those of the first segment are gradients of the loss;
     * fast layers are held to differences instead.
     */
    private static Network leftToDl4j(NetworkPlan plan) {
        ModelAssembly assembly = new ModelAssembly(plan, new Activations(Networks.REGISTRY));
        return new Dl4jNetwork(
                plan.branches()
                        ? new Dl4jModel.Graph(assembly.graph())
                        : new Dl4jModel.Chain(assembly.chain()),
                plan.inputShape(),
                plan.recurrence(),
                ArrayLayout.OURS,
                Optional.empty(),
                1);
    }

    private static TrainingStep step(Network network) {
        return new TrainingStep(
                network,
                new Sgd(RATE),
                at -> 1,
                List.of(),
                Penalties.none(network.tensors().size()),
                new Horizon(100, 10),
                1);
    }

    @Test
    void aSegmentBeginsInTheStateThatTheOneBeforeLeft() {
        try (Network network = Networks.build(chain(new Recurrence(TRUNCATE, false)));
                Network whole = Networks.build(chain(Recurrence.WHOLE))) {
            Networks.fill(network, 1, 0.5);
            Networks.fill(whole, 1, 0.5);
            Batch batch = batch(network, 3, false);
            double expected = whole.gradient(batch(whole, 3, false));
            double[] terms = new double[3];
            double sum = 0;
            for (int segment = 0; segment < 3; segment++) {
                Batch part = network.segment(batch, segment);
                terms[segment] = part.terms();
                sum += part.terms() * network.gradient(part);
            }
            assertArrayEquals(new double[] {20, 20, 12}, terms);
            // The loss does not depend on where gradients end.
            assertEquals(expected, sum / (ROWS * STEPS), 1e-5);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void twoGradientsOfASegmentMoveTheStateOnce(boolean masked) {
        try (Network network = Networks.build(chain(new Recurrence(TRUNCATE, false)))) {
            Networks.fill(network, 1, 0.5);
            Batch batch = batch(network, 3, masked);
            double[] once = new double[3];
            for (int segment = 0; segment < 3; segment++) {
                once[segment] = network.gradient(network.segment(batch, segment));
            }
            assertNotEquals(once[0], once[1]);
            for (int segment = 0; segment < 3; segment++) {
                Batch part = network.segment(batch, segment);
                assertEquals(once[segment], network.gradient(part));
                assertEquals(once[segment], network.gradient(part));
            }
        }
    }

    @Test
    void theLossOfASegmentIsThatOfItsGradient() {
        try (Network network = Networks.build(chain(new Recurrence(TRUNCATE, false)));
                Network graph = Networks.build(graph(new Recurrence(TRUNCATE, false)))) {
            for (Network each : List.of(network, graph)) {
                Networks.fill(each, 1, 0.5);
                Batch batch = batch(each, 3, false);
                for (int segment = 0; segment < 3; segment++) {
                    Batch part = each.segment(batch, segment);
                    double loss = each.gradient(part);
                    assertEquals(loss, each.loss(part), 1e-6, "segment " + segment);
                    assertEquals(loss, each.gradient(part), "segment " + segment);
                }
            }
        }
    }

    @Test
    void scoringBetweenSegmentsLeavesTheState() {
        try (Network network = Networks.build(chain(new Recurrence(TRUNCATE, false)))) {
            Networks.fill(network, 1, 0.5);
            Batch batch = batch(network, 3, false);
            network.gradient(network.segment(batch, 0));
            double expected = network.gradient(network.segment(batch, 1));
            network.gradient(network.segment(batch, 0));
            network.predict(batch, new float[ROWS * 3 * STEPS]);
            network.evaluationLoss(batch);
            assertEquals(expected, network.gradient(network.segment(batch, 1)));
        }
    }

    @Test
    void theLastSegmentMayBeOfOneStep() {
        NetworkPlan plan = chain(new Recurrence(STEPS - 1, false));
        try (Network network = Networks.build(plan)) {
            Networks.fill(network, 1, 0.5);
            Batch batch = batch(network, 3, false);
            network.gradient(network.segment(batch, 0));
            Batch last = network.segment(batch, 1);
            assertEquals(ROWS, last.terms());
            assertTrue(Double.isFinite(network.gradient(last)));
        }
    }
}
