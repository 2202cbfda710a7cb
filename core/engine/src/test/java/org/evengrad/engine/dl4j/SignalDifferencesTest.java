package org.evengrad.engine.dl4j;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.evengrad.activations.tanh.Tanh;
import org.evengrad.config.ModelConfig.Loss;
import org.evengrad.engine.network.LayerPlan;
import org.evengrad.engine.network.LayerPlan.Activate;
import org.evengrad.engine.network.LayerPlan.BatchNormalization;
import org.evengrad.engine.network.LayerPlan.Convolution;
import org.evengrad.engine.network.LayerPlan.Dense;
import org.evengrad.engine.network.LayerPlan.GlobalAveragePooling;
import org.evengrad.engine.network.LayerPlan.LayerNormalization;
import org.evengrad.engine.network.LayerPlan.Pooling;
import org.evengrad.engine.network.LayerPlan.Recurrent;
import org.evengrad.engine.network.LayerPlan.Residual;
import org.evengrad.engine.network.LayerPlan.Window;
import org.evengrad.engine.network.Network;
import org.evengrad.engine.network.Network.Batch;
import org.evengrad.engine.network.NetworkPlan;
import org.evengrad.engine.network.NetworkPlan.Recurrence;
import org.evengrad.engine.network.TimeSignal;
import org.evengrad.engine.random.KeyedRandom;
import org.evengrad.spi.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Signals against finite differences of v·y. The first layer of each network hands its input on, so
 * that the signal at its output is the gradient with respect to the features.
 */
class SignalDifferencesTest {
    private static final long SEED = 4;
    private static final int ROWS = 3;
    private static final int OUTPUTS = 3;
    private static final float STEP = 1e-2f;

    enum Shown {
        DENSE(List.of(5), ModelPlans.dense("dense-1", 4), ModelPlans.dense("dense-2", 4)),
        CONVOLUTION(
                List.of(2, 5, 6),
                ModelPlans.conv("conv-1", 2, 3, new Window(3, 2, true)),
                ModelPlans.conv("conv-2", 3, 2, new Window(2, 1, false))),
        POOLING(
                List.of(2, 5, 6),
                ModelPlans.conv("conv-1", 2, 3, new Window(3, 1, true)),
                new Pooling("max-pool-1", Pooling.Kind.MAX, new Window(2, 1, false)),
                new Pooling("avg-pool-1", Pooling.Kind.AVERAGE, new Window(2, 2, false)),
                new GlobalAveragePooling("global-avg-pool-1")),
        LAYER_NORM(
                List.of(5),
                ModelPlans.dense("dense-1", 4),
                new LayerNormalization("layer-norm-1"),
                new Activate("activation-1", new Tanh())),
        RESIDUAL(
                List.of(5),
                new Residual(
                        "residual-1",
                        List.of(
                                ModelPlans.dense("residual-1/dense-1", 4),
                                ModelPlans.dense("residual-1/dense-2", 5)),
                        Optional.empty()),
                ModelPlans.dense("dense-1", 4)),
        LSTM(List.of(3, 5), recurrent(Recurrent.Kind.LSTM)),
        GRU(List.of(3, 5), recurrent(Recurrent.Kind.GRU)),
        SIMPLE(List.of(3, 5), recurrent(Recurrent.Kind.SIMPLE));

        private final NetworkPlan plan;

        Shown(List<Integer> input, LayerPlan... layers) {
            plan = SignalDifferencesTest.plan(input, layers);
        }
    }

    private static LayerPlan recurrent(Recurrent.Kind kind) {
        return ModelPlans.recurrent("recurrent-1", kind, false, false);
    }

    private static NetworkPlan plan(List<Integer> input, LayerPlan... layers) {
        int width = input.get(0);
        LayerPlan first =
                input.size() == 3
                        ? new Convolution(
                                "first", width, width, new Window(1, 1, false), 1, Optional.empty())
                        : new Dense("first", width, Optional.empty());
        List<LayerPlan> all = new ArrayList<>(List.of(first));
        all.addAll(List.of(layers));
        NetworkPlan.Output output =
                new NetworkPlan.Output(
                        "output",
                        OUTPUTS,
                        Loss.MSE,
                        Optional.empty(),
                        true,
                        input.size() == 2,
                        List.of());
        return new NetworkPlan(input, all, output, Recurrence.WHOLE);
    }

    private static Batch filled(Network network) {
        LayerGradientTest.fill(network);
        int width = network.inputShape().get(0);
        for (Tensor tensor : network.tensors()) {
            int at = network.offset(tensor.index());
            if (tensor.name().equals("first.b")) {
                network.parameters().put(at, new float[width]);
            } else if (tensor.name().equals("first.W")) {
                for (int i = 0; i < tensor.size(); i++) {
                    network.parameters().put(at + i, i / width == i % width ? 1 : 0);
                }
            }
        }
        Batch batch = network.batch(ROWS);
        float[] features = Networks.gaussians(2, batch.features().limit(), 1);
        batch.features().put(0, features);
        return batch;
    }

    /** v . y, where y is what the network gives: its output has no activation. */
    private static double along(Network network, Batch batch) {
        float[] outputs = new float[ROWS * OUTPUTS * batch.steps()];
        network.predict(batch, outputs);
        KeyedRandom random = new KeyedRandom(SEED);
        double sum = 0;
        for (int row = 0; row < ROWS; row++) {
            for (int step = 0; step < batch.steps(); step++) {
                for (int unit = 0; unit < OUTPUTS; unit++) {
                    sum +=
                            (float) random.nextGaussian()
                                    * (double)
                                            outputs[(row * OUTPUTS + unit) * batch.steps() + step];
                }
            }
        }
        return sum;
    }

    @ParameterizedTest
    @EnumSource
    void deltaIsTheGradientWithRespectToALayersOutput(Shown shown) {
        try (Network network = Networks.build(shown.plan)) {
            Batch batch = filled(network);
            double squares = 0;
            for (int i = 0; i < batch.features().limit(); i++) {
                float before = batch.features().get(i);
                batch.features().put(i, before + STEP);
                double above = along(network, batch);
                batch.features().put(i, before - STEP);
                double below = along(network, batch);
                batch.features().put(i, before);
                squares += Math.pow((above - below) / (2 * STEP), 2);
            }
            double delta = network.signals(batch, SEED).layers().get(0).logDelta();
            assertEquals(Math.sqrt(squares), Math.exp(delta), 5e-3 * Math.sqrt(squares));
        }
    }

    /**
     * In doubles: y = W n, where n are features of the batch less their mean over its deviation.
     */
    @Test
    void deltaThroughBatchNormalizationHasItsMeanAndVariance() {
        NetworkPlan plan = plan(List.of(4), new BatchNormalization("batch-norm-1"));
        try (Network network = Networks.build(plan)) {
            Batch batch = filled(network);
            double[][] x = new double[ROWS][4];
            for (int i = 0; i < ROWS * 4; i++) {
                x[i / 4][i % 4] = batch.features().get(i);
            }
            double[] gamma = values(network, "batch-norm-1.gamma");
            double[] weights = values(network, "output.W");
            double squares = 0;
            for (int i = 0; i < ROWS * 4; i++) {
                double before = x[i / 4][i % 4];
                x[i / 4][i % 4] = before + 1e-5;
                double above = normalized(x, gamma, weights);
                x[i / 4][i % 4] = before - 1e-5;
                double below = normalized(x, gamma, weights);
                x[i / 4][i % 4] = before;
                squares += Math.pow((above - below) / 2e-5, 2);
            }
            double delta = network.signals(batch, SEED).layers().get(0).logDelta();
            assertEquals(Math.sqrt(squares), Math.exp(delta), 1e-4 * Math.sqrt(squares));
        }
    }

    private static double normalized(double[][] x, double[] gamma, double[] weights) {
        KeyedRandom random = new KeyedRandom(SEED);
        double[][] v = new double[ROWS][OUTPUTS];
        for (double[] row : v) {
            for (int i = 0; i < OUTPUTS; i++) {
                row[i] = (float) random.nextGaussian();
            }
        }
        double sum = 0;
        for (int i = 0; i < 4; i++) {
            double mean = 0;
            double variance = 0;
            for (double[] row : x) {
                mean += row[i] / ROWS;
            }
            for (double[] row : x) {
                variance += Math.pow(row[i] - mean, 2) / ROWS;
            }
            for (int row = 0; row < ROWS; row++) {
                double n = gamma[i] * (x[row][i] - mean) / Math.sqrt(variance + 1e-5);
                for (int unit = 0; unit < OUTPUTS; unit++) {
                    sum += v[row][unit] * weights[unit * 4 + i] * n;
                }
            }
        }
        return sum;
    }

    private static double[] values(Network network, String name) {
        Tensor tensor =
                network.tensors().stream()
                        .filter(each -> each.name().equals(name))
                        .findFirst()
                        .orElseThrow();
        double[] values = new double[tensor.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = network.parameters().get(network.offset(tensor.index()) + i);
        }
        return values;
    }

    private static double sigmoid(double z) {
        return 1 / (1 + Math.exp(-z));
    }

    /** The recurrent layer of one of the networks, in doubles. */
    private static final class InDoubles {
        private final Shown kind;
        private final double[] input;
        private final double[] recurrent;
        private final double[] biases;

        InDoubles(Network network, Shown kind) {
            this.kind = kind;
            input = values(network, "recurrent-1.W");
            recurrent = values(network, "recurrent-1.RW");
            biases = values(network, "recurrent-1.b");
        }

        private double product(int of, double[] x) {
            double sum = biases[of];
            for (int i = 0; i < 3; i++) {
                sum += input[of * 3 + i] * x[i];
            }
            return sum;
        }

        private double state(int of, double[] state) {
            double sum = kind == Shown.GRU ? biases[12 + of] : 0;
            for (int i = 0; i < 4; i++) {
                sum += recurrent[of * 4 + i] * state[i];
            }
            return sum;
        }

        double[] step(double[] x, double[] state) {
            double[] after = new double[state.length];
            for (int i = 0; i < 4; i++) {
                switch (kind) {
                    case LSTM -> {
                        double candidate = Math.tanh(product(i, x) + state(i, state));
                        double forget = sigmoid(product(4 + i, x) + state(4 + i, state));
                        double out = sigmoid(product(8 + i, x) + state(8 + i, state));
                        double in = sigmoid(product(12 + i, x) + state(12 + i, state));
                        after[4 + i] = forget * state[4 + i] + in * candidate;
                        after[i] = out * Math.tanh(after[4 + i]);
                    }
                    case GRU -> {
                        double reset = sigmoid(product(i, x) + state(i, state));
                        double kept = sigmoid(product(4 + i, x) + state(4 + i, state));
                        double candidate =
                                Math.tanh(product(8 + i, x) + reset * state(8 + i, state));
                        after[i] = (1 - kept) * candidate + kept * state[i];
                    }
                    default -> after[i] = Math.tanh(product(i, x) + state(i, state));
                }
            }
            return after;
        }

        /** v . h at the last step, with a change of the state behind some step. */
        double along(double[][] x, double[] v, int changed, UnaryOperator<double[]> change) {
            double[] state = new double[kind == Shown.LSTM ? 8 : 4];
            for (int step = 0; step < x.length; step++) {
                state = step(x[step], state);
                if (step == changed) {
                    state = change.apply(state);
                }
            }
            double sum = 0;
            for (int i = 0; i < 4; i++) {
                sum += v[i] * state[i];
            }
            return sum;
        }
    }

    /** The first example is a step short, so that the last one that counts is another. */
    @ParameterizedTest
    @ValueSource(strings = {"LSTM", "GRU", "SIMPLE"})
    void alongTimeItIsTheGradientWithRespectToTheStateBefore(String name) {
        Shown kind = Shown.valueOf(name);
        try (Network network = Networks.build(kind.plan)) {
            filled(network);
            Batch batch = network.batch(ROWS, true);
            batch.features().put(0, Networks.gaussians(2, ROWS * 15, 1));
            for (int i = 0; i < ROWS * 5; i++) {
                batch.mask().orElseThrow().put(i, i == 4 ? 0 : 1);
            }
            TimeSignal time = network.signals(batch, SEED).alongTime().get(0);
            InDoubles layer = new InDoubles(network, kind);
            KeyedRandom random = new KeyedRandom(SEED);
            double[] squares = new double[5];
            double[] started = new double[5];
            for (int row = 0; row < ROWS; row++) {
                double[][] x = new double[row == 0 ? 4 : 5][3];
                for (int step = 0; step < x.length; step++) {
                    for (int i = 0; i < 3; i++) {
                        x[step][i] = batch.features().get((row * 3 + i) * 5 + step);
                    }
                }
                double[] v = new double[4];
                double norm = 0;
                for (int i = 0; i < 4; i++) {
                    v[i] = random.nextGaussian();
                    norm += v[i] * v[i];
                }
                for (int lag = 0; lag < x.length; lag++) {
                    started[lag] += norm;
                    squares[lag] += squares(layer, x, v, lag);
                }
            }
            for (int lag = 0; lag < 5; lag++) {
                double wanted = Math.log(squares[lag] / started[lag]) / 2;
                assertEquals(wanted, time.logGain().get(lag), 1e-5, "lag " + lag);
            }
            assertEquals(kind != Shown.SIMPLE, time.gated());
        }
    }

    private static double squares(InDoubles layer, double[][] x, double[] v, int lag) {
        double squares = 0;
        for (int i = 0; i < (layer.kind == Shown.LSTM ? 8 : 4); i++) {
            int unit = i;
            double[] ends = new double[2];
            for (int side = 0; side < 2; side++) {
                double moved = side == 0 ? 1e-5 : -1e-5;
                ends[side] =
                        layer.along(
                                x,
                                v,
                                x.length - 1 - lag,
                                state -> {
                                    double[] other = state.clone();
                                    other[unit] += moved;
                                    return other;
                                });
            }
            squares += Math.pow((ends[0] - ends[1]) / 2e-5, 2);
        }
        return squares;
    }
}
