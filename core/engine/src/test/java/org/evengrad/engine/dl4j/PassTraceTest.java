package org.evengrad.engine.dl4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.evengrad.activations.tanh.Tanh;
import org.evengrad.config.ModelConfig.Loss;
import org.evengrad.engine.network.BadValue;
import org.evengrad.engine.network.BadValue.Cause;
import org.evengrad.engine.network.Network;
import org.evengrad.engine.network.Network.Batch;
import org.evengrad.engine.network.NetworkPlan;
import org.evengrad.engine.network.NetworkPlan.Recurrence;
import org.evengrad.engine.network.PassTrace;
import org.evengrad.engine.network.ValueRange;
import org.evengrad.engine.network.ValueRange.Direction;
import org.evengrad.engine.network.ValueRange.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;

/** Where the first NaN or infinity of a pass is found, in fast layers and in DL4J's own. */
class PassTraceTest {
    private static final int ROWS = 6;

    private static DenseLayer dense(Activation activation, double keep) {
        DenseLayer.Builder layer = new DenseLayer.Builder().nIn(2).nOut(2).activation(activation);
        return (keep < 1 ? layer.dropOut(keep) : layer).build();
    }

    private static OutputLayer output(ILossFunction loss, Activation activation) {
        return new OutputLayer.Builder(loss).nIn(2).nOut(2).activation(activation).build();
    }

    private static Network network(boolean fast, List<Integer> shape, Layer... layers) {
        NeuralNetConfiguration.ListBuilder list =
                new NeuralNetConfiguration.Builder().seed(3).list();
        for (int i = 0; i < layers.length; i++) {
            layers[i].setLayerName("layer-" + (char) ('a' + i));
            list.layer(layers[i]);
        }
        // DL4J advises against a logarithm of what can be zero.
        list.validateOutputLayerConfig(false);
        MultiLayerNetwork model = new MultiLayerNetwork(list.build());
        model.init();
        Network network =
                new Dl4jNetwork(
                        new Dl4jModel.Chain(model),
                        shape,
                        Recurrence.WHOLE,
                        ArrayLayout.OURS,
                        fast
                                ? Optional.of(new Activations(Networks.REGISTRY))
                                : Optional.<Activations>empty(),
                        1);
        assertTrue(network.fallbacks().isEmpty(), () -> network.fallbacks().toString());
        return network;
    }

    private static Network chain(boolean fast) {
        return network(
                fast,
                List.of(2),
                dense(Activation.IDENTITY, 1),
                dense(Activation.IDENTITY, 1),
                dense(Activation.IDENTITY, 1),
                output(new LossMSE(), Activation.IDENTITY));
    }

    /** Ones to read, the first output wanted. */
    private static Batch ones(Network network, boolean masked) {
        Batch batch = network.batch(ROWS, masked);
        for (int i = 0; i < batch.features().limit(); i++) {
            batch.features().put(i, 1);
        }
        for (int i = 0; i < batch.targets().limit(); i++) {
            batch.targets().put(i, i / batch.steps() % 2 == 0 ? 1 : 0);
        }
        for (int i = 0; masked && i < batch.mask().orElseThrow().limit(); i++) {
            batch.mask().orElseThrow().put(i, 1);
        }
        return batch;
    }

    /** All weights of a tensor. */
    private static void set(Network network, String tensor, double value) {
        network.tensors().stream()
                .filter(each -> each.name().equals(tensor))
                .forEach(
                        each -> {
                            int at = network.offset(each.index());
                            for (int i = 0; i < each.size(); i++) {
                                network.parameters().put(at + i, (float) value);
                            }
                        });
    }

    private static BadValue bad(Network network, Batch batch) {
        network.drawFrom(5);
        network.gradient(batch);
        return network.trace(batch).bad().orElseThrow();
    }

    private static void assertAt(
            BadValue bad, Kind kind, String layer, Cause cause, Direction direction) {
        assertEquals(kind, bad.where().kind(), bad::toString);
        assertEquals(layer, bad.where().layer(), bad::toString);
        assertEquals(cause, bad.cause(), bad::toString);
        assertEquals(direction, bad.where().direction());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void namesTheRowsWithABadFeatureOrTarget(boolean fast) {
        try (Network network = chain(fast)) {
            Batch batch = ones(network, false);
            batch.targets().put(5, Float.POSITIVE_INFINITY);
            BadValue target = bad(network, batch);
            assertAt(target, Kind.TARGETS, "", Cause.BAD_TARGETS, Direction.BEFORE);
            assertEquals(List.of(2), target.rows());

            batch.features().put(3, Float.NaN).put(8, Float.NaN);
            BadValue feature = bad(network, batch);
            assertAt(feature, Kind.FEATURES, "", Cause.BAD_FEATURES, Direction.BEFORE);
            assertEquals(List.of(1, 4), feature.rows());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void namesAParameterThatWasBadBefore(boolean fast) {
        try (Network network = chain(fast)) {
            set(network, "layer-c.b", Double.NaN);
            BadValue bad = bad(network, ones(network, false));
            assertAt(bad, Kind.PARAMETER, "layer-c", Cause.BAD_PARAMETERS, Direction.BEFORE);
            assertEquals("layer-c.b", bad.where().tensor());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void namesTheLayerThatOverflowsForward(boolean fast) {
        try (Network network = chain(fast)) {
            set(network, "layer-a.W", 1e20);
            set(network, "layer-b.W", 1e20);
            Batch batch = ones(network, false);
            BadValue bad = bad(network, batch);
            assertAt(bad, Kind.OUTPUT, "layer-b", Cause.OVERFLOW, Direction.FORWARD);
            PassTrace trace = network.trace(batch);
            ValueRange last = trace.ranges().get(trace.ranges().size() - 1);
            assertEquals(bad.where(), last);
            ValueRange before = trace.ranges().get(trace.ranges().size() - 2);
            assertEquals("layer-a", before.layer());
            assertEquals(2e20, before.greatest(), 1e14);
            assertEquals(0, before.badShare());
            assertEquals(1, last.badShare());
        }
    }

    @Test
    void namesTheGradientThatOverflowsOnTheWayBack() {
        try (Network network = chain(true)) {
            // Forward 2e-10, 2e-10 * 2e-10, … times 1e28; the loss is finite in doubles.
            set(network, "layer-a.W", 1e-15);
            set(network, "layer-b.W", 1e-15);
            set(network, "layer-c.W", 1);
            set(network, "layer-d.W", 1e28);
            Batch batch = ones(network, false);
            for (int i = 0; i < batch.targets().limit(); i++) {
                batch.targets().put(i, 1e12f);
            }
            BadValue bad = bad(network, batch);
            assertAt(bad, Kind.INPUT_GRADIENT, "layer-d", Cause.OVERFLOW, Direction.BACKWARD);
            assertTrue(Double.isFinite(network.trace(batch).loss()));
        }
    }

    @Test
    void namesTheTensorWhereDl4jKeepsTheWayBackToItself() {
        try (Network network = chain(false)) {
            set(network, "layer-a.W", 1e-15);
            set(network, "layer-b.W", 1e-15);
            set(network, "layer-c.W", 1);
            set(network, "layer-d.W", 1e28);
            Batch batch = ones(network, false);
            for (int i = 0; i < batch.targets().limit(); i++) {
                batch.targets().put(i, 1e12f);
            }
            BadValue bad = bad(network, batch);
            assertAt(bad, Kind.PARAMETER_GRADIENT, "layer-c", Cause.OVERFLOW, Direction.BACKWARD);
            assertTrue(bad.where().tensor().startsWith("layer-c."), bad::toString);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void namesTheLogarithmOfZero(boolean fast) {
        try (Network network =
                network(
                        fast,
                        List.of(2),
                        dense(Activation.IDENTITY, 1),
                        output(new LossMCXENT(), Activation.RELU))) {
            set(network, "layer-a.W", 1);
            set(network, "layer-b.W", 1);
            Batch batch = ones(network, false);
            batch.features().put(6, -1).put(7, -1);
            BadValue bad = bad(network, batch);
            assertAt(bad, Kind.LOSS, "layer-b", Cause.LOG_OF_ZERO, Direction.FORWARD);
            assertEquals(List.of(3), bad.rows());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void namesAnExampleOfWhichAllIsMasked(boolean fast) {
        try (Network network =
                network(
                        fast,
                        List.of(2, 3),
                        new SimpleRnn.Builder().nIn(2).nOut(2).activation(Activation.TANH).build(),
                        new GlobalPoolingLayer.Builder(PoolingType.AVG).build(),
                        output(new LossMSE(), Activation.IDENTITY))) {
            Batch batch = ones(network, true);
            for (int step = 0; step < 3; step++) {
                batch.mask().orElseThrow().put(4 * 3 + step, 0);
            }
            BadValue bad = bad(network, batch);
            assertAt(bad, Kind.OUTPUT, "layer-b", Cause.ALL_MASKED, Direction.FORWARD);
            assertEquals(List.of(4), bad.rows());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void namesABatchOfWhichNothingCounts(boolean fast) {
        try (Network network =
                network(
                        fast,
                        List.of(2, 3),
                        new SimpleRnn.Builder().nIn(2).nOut(2).activation(Activation.TANH).build(),
                        new GlobalPoolingLayer.Builder(PoolingType.AVG).build(),
                        output(new LossMSE(), Activation.IDENTITY))) {
            Batch batch = ones(network, true);
            for (int i = 0; i < ROWS * 3; i++) {
                batch.mask().orElseThrow().put(i, 0);
            }
            BadValue bad = bad(network, batch);
            assertAt(bad, Kind.OUTPUT, "layer-b", Cause.EMPTY_BATCH, Direction.FORWARD);
            assertEquals(List.of(0, 1, 2, 3, 4, 5), bad.rows());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void namesARecurrentLayerWhoseStateRunsAway(boolean fast) {
        try (Network network =
                network(
                        fast,
                        List.of(2, 6),
                        new SimpleRnn.Builder().nIn(2).nOut(2).activation(Activation.TANH).build(),
                        new SimpleRnn.Builder().nIn(2).nOut(2).activation(Activation.RELU).build(),
                        new RnnOutputLayer.Builder(new LossMSE())
                                .nIn(2)
                                .nOut(2)
                                .activation(Activation.IDENTITY)
                                .build())) {
            set(network, "layer-a.W", 1);
            set(network, "layer-b.W", 1);
            set(network, "layer-b.RW", 1e10);
            BadValue bad = bad(network, ones(network, false));
            assertAt(bad, Kind.OUTPUT, "layer-b", Cause.OVERFLOW, Direction.FORWARD);
            assertTrue(bad.where().badShare() < 0.5, "the first steps are finite");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void repeatsThePassBitForBitWithItsDropoutAndLeavesTheGradient(boolean fast) {
        try (Network network =
                network(
                        fast,
                        List.of(2),
                        dense(Activation.TANH, 1),
                        dense(Activation.TANH, 0.5),
                        output(new LossMSE(), Activation.IDENTITY))) {
            Networks.fill(network, 2, 0.5);
            Batch batch = ones(network, false);
            network.drawFrom(11);
            double loss = network.gradient(batch);
            float[] gradient = Networks.copy(network.gradient());
            PassTrace trace = network.trace(batch);
            assertEquals(loss, trace.loss());
            assertArrayEquals(gradient, Networks.copy(network.gradient()));
            assertEquals(trace, network.trace(batch));
            assertFalse(trace.bad().isPresent());
            for (Kind kind : Kind.values()) {
                boolean backInside = kind == Kind.LOSS_GRADIENT || kind == Kind.INPUT_GRADIENT;
                assertEquals(
                        fast || !backInside,
                        trace.ranges().stream().anyMatch(range -> range.kind() == kind),
                        kind::toString);
            }

            network.drawFrom(12);
            assertNotEquals(loss, network.trace(batch).loss());
        }
    }

    @Test
    void repeatsThePassOfSeveralWorkersBitForBit() {
        NetworkPlan plan = Networks.plan(new Tanh(), Loss.MSE, 128, 128, 128, 2);
        try (Network network = Networks.BUILDER.build(plan, 2)) {
            Networks.fill(network, 2, 0.05);
            Batch batch = network.batch(64);
            for (int i = 0; i < batch.features().limit(); i++) {
                batch.features().put(i, (i % 7 - 3) * 0.1f);
            }
            network.drawFrom(1);
            double loss = network.gradient(batch);
            float[] gradient = Networks.copy(network.gradient());
            assertEquals(loss, network.trace(batch).loss());
            assertArrayEquals(gradient, Networks.copy(network.gradient()));
        }
    }
}
