package org.evengrad.engine.dl4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.evengrad.activations.identity.Identity;
import org.evengrad.activations.relu.Relu;
import org.evengrad.activations.tanh.Tanh;
import org.evengrad.config.ModelConfig.Loss;
import org.evengrad.engine.network.BranchSignal;
import org.evengrad.engine.network.LayerPlan.Activate;
import org.evengrad.engine.network.LayerPlan.BatchNormalization;
import org.evengrad.engine.network.LayerPlan.Convolution;
import org.evengrad.engine.network.LayerPlan.Dense;
import org.evengrad.engine.network.LayerPlan.GlobalAveragePooling;
import org.evengrad.engine.network.LayerPlan.LayerNormalization;
import org.evengrad.engine.network.LayerPlan.Pooling;
import org.evengrad.engine.network.LayerPlan.Recurrent;
import org.evengrad.engine.network.LayerPlan.Residual;
import org.evengrad.engine.network.LayerPlan.SqueezeExcite;
import org.evengrad.engine.network.LayerPlan.Window;
import org.evengrad.engine.network.LayerSignal;
import org.evengrad.engine.network.LayerSignal.Kind;
import org.evengrad.engine.network.Network;
import org.evengrad.engine.network.Network.Batch;
import org.evengrad.engine.network.NetworkPlan;
import org.evengrad.engine.network.NetworkPlan.Recurrence;
import org.evengrad.engine.network.Signals;
import org.evengrad.engine.network.TimeSignal;
import org.evengrad.engine.random.KeyedRandom;
import org.evengrad.spi.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Signals through fast layers, against DL4J's layers and against doubles. */
class SignalsTest {
    private static final long SEED = 4;
    private static final int ROWS = 5;
    private static final int STEPS = ModelPlans.STEPS;

    /** The same plan for fast layers and for DL4J's. */
    private static void assertAgree(NetworkPlan plan, boolean masked, int symbols) {
        try (Network fast = Networks.build(plan);
                Network slow = withoutFastLayers(plan)) {
            assertEquals(List.of(), fast.fallbacks());
            List<Signals> both = new ArrayList<>();
            for (Network network : List.of(fast, slow)) {
                LayerGradientTest.fill(network);
                both.add(network.signals(batch(network, masked, symbols), SEED));
            }
            Signals wanted = both.get(1);
            Signals got = both.get(0);
            assertEquals(wanted.layers().size(), got.layers().size());
            for (int i = 0; i < wanted.layers().size(); i++) {
                assertNear(wanted.layers().get(i), got.layers().get(i));
            }
            assertEquals(wanted.branches().size(), got.branches().size());
            for (int i = 0; i < wanted.branches().size(); i++) {
                BranchSignal block = wanted.branches().get(i);
                assertEquals(block.layers(), got.branches().get(i).layers());
                near(block.gain(), got.branches().get(i).gain(), block.block());
                near(block.branchRatio(), got.branches().get(i).branchRatio(), block.block());
            }
            assertEquals(wanted.alongTime().size(), got.alongTime().size());
            for (int i = 0; i < wanted.alongTime().size(); i++) {
                TimeSignal time = wanted.alongTime().get(i);
                near(time.carriedGain(), got.alongTime().get(i).carriedGain(), time.layer());
            }
            assertSplitMultipliesBack(got);
        }
    }

    private static Network withoutFastLayers(NetworkPlan plan) {
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

    private static Batch batch(Network network, boolean masked, int symbols) {
        Random random = new Random(2);
        Batch batch = network.batch(ROWS, masked);
        for (int i = 0; i < batch.features().limit(); i++) {
            float number = symbols > 0 ? random.nextInt(symbols) : (float) random.nextGaussian();
            batch.features().put(i, number);
        }
        for (int i = 0; masked && i < ROWS * STEPS; i++) {
            boolean counts = i % STEPS <= i / STEPS;
            batch.mask().orElseThrow().put(i, counts ? 1 : 0);
        }
        return batch;
    }

    private static void near(double wanted, double got, String what) {
        double tolerance = Double.isFinite(wanted) ? 2e-4 * Math.max(1, Math.abs(wanted)) : 1;
        assertEquals(wanted, got, tolerance, what);
    }

    private static void assertNear(LayerSignal wanted, LayerSignal got) {
        String what = wanted + " but " + got;
        assertEquals(wanted.layer(), got.layer());
        assertEquals(wanted.kind(), got.kind(), what);
        assertEquals(wanted.width(), got.width(), what);
        near(wanted.logDelta(), got.logDelta(), what);
        near(wanted.activationGain(), got.activationGain(), what);
        near(wanted.weightGain(), got.weightGain(), what);
        near(wanted.structureGain(), got.structureGain(), what);
        near(wanted.preActivationVariance(), got.preActivationVariance(), what);
        near(wanted.forwardVariance(), got.forwardVariance(), what);
        near(wanted.largestOutput(), got.largestOutput(), what);
        near(wanted.deadShare(), got.deadShare(), what);
        near(wanted.saturatedShare(), got.saturatedShare(), what);
        near(wanted.slopePeak(), got.slopePeak(), what);
    }

    private static void assertSplitMultipliesBack(Signals signals) {
        for (int i = 1; i < signals.layers().size(); i++) {
            LayerSignal layer = signals.layers().get(i);
            double log =
                    layer.logDelta()
                            + Math.log(layer.activationGain())
                            + Math.log(layer.weightGain())
                            + Math.log(layer.structureGain());
            assertEquals(signals.layers().get(i - 1).logDelta(), log, 1e-9, layer.layer());
        }
    }

    @ParameterizedTest
    @EnumSource
    void agreeWithDl4jsLayersForEveryKindOfNetwork(ModelPlans plan) {
        int symbols = plan == ModelPlans.EMBEDDING ? ModelPlans.SYMBOLS : 0;
        assertAgree(plan.plan(), false, symbols);
    }

    @ParameterizedTest
    @EnumSource(names = {"LSTM", "SIMPLE_RNN", "LAST_STEP", "GLOBAL_POOLING_OF_SEQUENCES"})
    void agreeWithDl4jsLayersOnPaddedSequences(ModelPlans plan) {
        assertAgree(plan.plan(), true, 0);
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "LSTM",
                "SIMPLE_RNN",
                "DENSE_ALONG_TIME",
                "LAST_STEP",
                "GLOBAL_POOLING_OF_SEQUENCES"
            })
    void whatStandsInPaddingDoesNotCount(ModelPlans plan) {
        try (Network network = Networks.build(plan.plan())) {
            LayerGradientTest.fill(network);
            Batch batch = batch(network, true, 0);
            Signals before = network.signals(batch, SEED);
            for (int i = 0; i < batch.features().limit(); i++) {
                int row = i / (3 * STEPS);
                if (i % STEPS > row) {
                    batch.features().put(i, 100);
                }
            }
            assertEquals(before, network.signals(batch, SEED));
        }
    }

    @Test
    void agreeWithDl4jsLayersForLayersOfOurs() {
        assertAgree(
                ModelPlans.perStep(
                        Recurrence.WHOLE,
                        ModelPlans.recurrent("gru-1", Recurrent.Kind.GRU, false, false)),
                true,
                0);
        assertAgree(
                ModelPlans.flat(
                        ModelPlans.dense("dense-1", 4),
                        new LayerNormalization("layer-norm-1"),
                        new Activate("activation-1", new Relu()),
                        ModelPlans.dense("dense-2", 4)),
                false,
                0);
        assertAgree(
                ModelPlans.image(
                        new Residual(
                                "residual-1",
                                List.of(
                                        ModelPlans.linearConv("residual-1/conv-1", 2, 2),
                                        new SqueezeExcite("residual-1/squeeze-excite-1", 2, 3)),
                                Optional.empty()),
                        new Pooling("max-pool-1", Pooling.Kind.MAX, new Window(2, 2, false)),
                        new GlobalAveragePooling("global-avg-pool-1")),
                false,
                0);
    }

    @Test
    void tellWhatAveragesAreExpectedToDo() {
        NetworkPlan plan =
                ModelPlans.image(
                        ModelPlans.linearConv("conv-1", 2, 3),
                        new Pooling("avg-pool-1", Pooling.Kind.AVERAGE, new Window(2, 2, false)),
                        ModelPlans.linearConv("conv-2", 3, 4),
                        new GlobalAveragePooling("global-avg-pool-1"));
        try (Network network = Networks.build(plan)) {
            LayerGradientTest.fill(network);
            List<LayerSignal> layers = network.signals(batch(network, false, 0), SEED).layers();
            double pixels = 2 * 3;
            assertEquals(1 / Math.sqrt(4), layers.get(1).expectedStructureGain(), 1e-12);
            assertEquals(1 / Math.sqrt(pixels), layers.get(2).expectedStructureGain(), 1e-12);
            for (LayerSignal layer : layers.subList(1, 3)) {
                assertEquals(layer.expectedStructureGain(), layer.structureGain(), 1e-5);
            }
        }
    }

    @Test
    void areTheSameOnSeveralThreads() {
        NetworkPlan plan =
                new NetworkPlan(
                        List.of(2, 12, 12),
                        List.of(
                                ModelPlans.linearConv("conv-1", 2, 16),
                                new BatchNormalization("batch-norm-1"),
                                new Activate("activation-1", new Relu()),
                                new Convolution(
                                        "conv-2",
                                        16,
                                        16,
                                        new Window(3, 1, true),
                                        1,
                                        Optional.of(new Relu())),
                                new GlobalAveragePooling("global-avg-pool-1")),
                        ModelPlans.CONVOLUTION.plan().output());
        List<Signals> both = new ArrayList<>();
        for (int threads = 1; threads <= 2; threads++) {
            try (Network network = Networks.BUILDER.build(plan, threads)) {
                LayerGradientTest.fill(network);
                both.add(network.signals(batch(network, false, 0), SEED));
            }
        }
        for (int i = 0; i < both.get(0).layers().size(); i++) {
            LayerSignal one = both.get(0).layers().get(i);
            if (i > 0) {
                assertNear(one, both.get(1).layers().get(i));
            }
            assertEquals(one.logDelta(), both.get(1).layers().get(i).logDelta(), 1e-4);
        }
    }

    @Test
    void aLayersActivationMayStandBehindIt() {
        NetworkPlan apart =
                ModelPlans.flat(
                        new Dense("dense-1", 4, Optional.empty()),
                        new Activate("activation-1", new Tanh()));
        try (Network one = Networks.build(ModelPlans.flat(ModelPlans.dense("dense-1", 4)));
                Network other = Networks.build(apart)) {
            LayerGradientTest.fill(one);
            LayerGradientTest.fill(other);
            Signals wanted = one.signals(batch(one, false, 0), SEED);
            Signals got = other.signals(batch(other, false, 0), SEED);
            assertNear(wanted.layers().get(0), got.layers().get(0));
            assertNear(wanted.layers().get(1), got.layers().get(1));
        }
    }

    @Test
    void seeParametersThatChanged() {
        try (Network network = Networks.build(ModelPlans.CONVOLUTION.plan())) {
            LayerGradientTest.fill(network);
            Batch batch = batch(network, false, 0);
            Signals before = network.signals(batch, SEED);
            Networks.fill(network, 9, 0.3);
            Signals between = network.signals(batch, SEED);
            assertTrue(before.layers().get(0).logDelta() != between.layers().get(0).logDelta());
            LayerGradientTest.fill(network);
            assertEquals(before, network.signals(batch, SEED));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void tellSharesOfUnitsThatAreDeadOrSaturated(int dead) {
        int[] widths = {3, 4, 2};
        try (Network network =
                Networks.build(Networks.plan(new Relu(), Loss.CROSS_ENTROPY, widths))) {
            Networks.fill(network, 1, 0.5);
            for (int i = 0; i < 4; i++) {
                network.parameters().put(3 * 4 + i, i < dead ? -100 : 100);
            }
            LayerSignal layer = network.signals(batch(network, false, 0), SEED).layers().get(0);
            assertEquals(dead / 4.0, layer.deadShare());
            assertEquals(0, layer.saturatedShare());
            assertEquals(1, layer.slopePeak());
            assertEquals(Kind.WEIGHTS, layer.kind());
        }
        try (Network network =
                Networks.build(Networks.plan(new Tanh(), Loss.CROSS_ENTROPY, widths))) {
            Networks.fill(network, 1, 0.01);
            for (int i = 0; i < dead; i++) {
                network.parameters().put(3 * 4 + i, 5);
            }
            LayerSignal layer = network.signals(batch(network, false, 0), SEED).layers().get(0);
            assertEquals(0, layer.deadShare());
            assertEquals(dead / 4.0, layer.saturatedShare());
            assertEquals(1, layer.slopePeak(), 1e-6);
        }
    }

    /** v behind a block h + W2 tanh(W1 h), and the way back written out in doubles. */
    @Test
    void aResidualBlockIsTheSumOfItsPaths() {
        NetworkPlan plan =
                ModelPlans.flat(
                        new Residual(
                                "residual-1",
                                List.of(
                                        ModelPlans.dense("residual-1/dense-1", 3),
                                        new Dense("residual-1/dense-2", 5, Optional.empty())),
                                Optional.empty()));
        try (Network network = Networks.build(plan)) {
            LayerGradientTest.fill(network);
            Batch batch = batch(network, false, 0);
            BranchSignal block = network.signals(batch, SEED).branches().get(0);
            double[][] first = weights(network, "residual-1/dense-1.W");
            double[][] second = weights(network, "residual-1/dense-2.W");
            double[][] last = weights(network, "output.W");
            double[][] bias = {values(network, "residual-1/dense-1.b")};
            KeyedRandom random = new KeyedRandom(SEED);
            double arrived = 0;
            double whole = 0;
            double branch = 0;
            for (int row = 0; row < ROWS; row++) {
                double[] v = new double[3];
                for (int i = 0; i < 3; i++) {
                    v[i] = (float) random.nextGaussian();
                }
                double[] delta = back(last, v);
                double[] inner = back(second, delta);
                for (int unit = 0; unit < 3; unit++) {
                    double z = bias[0][unit];
                    for (int i = 0; i < 5; i++) {
                        z += first[unit][i] * batch.features().get(row * 5 + i);
                    }
                    inner[unit] *= 1 - Math.tanh(z) * Math.tanh(z);
                }
                double[] sent = back(first, inner);
                for (int i = 0; i < 5; i++) {
                    arrived += delta[i] * delta[i];
                    branch += sent[i] * sent[i];
                    whole += Math.pow(delta[i] + sent[i], 2);
                }
            }
            assertEquals(List.of("residual-1/dense-1", "residual-1/dense-2"), block.layers());
            assertEquals(Math.sqrt(whole / arrived), block.gain(), 1e-5);
            assertEquals(Math.sqrt(branch / arrived), block.branchRatio(), 1e-5);
        }
    }

    private static Tensor tensor(Network network, String name) {
        return network.tensors().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static double[] values(Network network, String name) {
        Tensor tensor = tensor(network, name);
        double[] values = new double[tensor.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = network.parameters().get(network.offset(tensor.index()) + i);
        }
        return values;
    }

    /** Unit by unit. */
    private static double[][] weights(Network network, String name) {
        double[] values = values(network, name);
        int units = tensor(network, name).shape().get(0);
        double[][] rows = new double[units][];
        for (int i = 0; i < units; i++) {
            int inputs = values.length / units;
            rows[i] = Arrays.copyOfRange(values, i * inputs, (i + 1) * inputs);
        }
        return rows;
    }

    private static double[] back(double[][] weights, double[] errors) {
        double[] sums = new double[weights[0].length];
        for (int unit = 0; unit < weights.length; unit++) {
            for (int i = 0; i < sums.length; i++) {
                sums[i] += weights[unit][i] * errors[unit];
            }
        }
        return sums;
    }

    /** A simple layer without a slope multiplies by its recurrent weights at each step. */
    @Test
    void aLinearRecurrentLayerMultipliesByItsWeightsAtEachStep() {
        try (Network network =
                Networks.build(
                        ModelPlans.perStep(
                                Recurrence.WHOLE,
                                new Recurrent(
                                        "simple-rnn-1",
                                        Recurrent.Kind.SIMPLE,
                                        4,
                                        new Identity(),
                                        false,
                                        false)))) {
            LayerGradientTest.fill(network);
            TimeSignal time = network.signals(batch(network, false, 0), SEED).alongTime().get(0);
            double[][] recurrent = weights(network, "simple-rnn-1.RW");
            KeyedRandom random = new KeyedRandom(SEED);
            double[] squares = new double[STEPS];
            for (int row = 0; row < ROWS; row++) {
                double[] delta = new double[4];
                for (int i = 0; i < 4; i++) {
                    delta[i] = random.nextGaussian();
                }
                for (int lag = 0; lag < STEPS; lag++) {
                    squares[lag] += Arrays.stream(delta).map(d -> d * d).sum();
                    delta = back(recurrent, delta);
                }
            }
            assertEquals(STEPS, time.logGain().size());
            for (int lag = 0; lag < STEPS; lag++) {
                double wanted = Math.log(squares[lag] / squares[0]) / 2;
                assertEquals(wanted, time.logGain().get(lag), 1e-6);
            }
            assertEquals(1, time.carriedGain(), 1e-6);
            double each = Math.exp(time.logGain().get(STEPS - 1) / (STEPS - 1));
            assertEquals(each, time.remainingGain(), 1e-6);
        }
    }
}
