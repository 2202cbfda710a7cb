package org.evengrad.engine.dl4j.signal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.params.LSTMParamInitializer;
import org.evengrad.engine.dl4j.graph.ModelGraph.Node;
import org.evengrad.engine.dl4j.layers.GruLayer;
import org.evengrad.engine.network.TimeSignal;
import org.evengrad.engine.random.KeyedRandom;
import org.nd4j.linalg.activations.IActivation;

/**
 * Follows a random direction from the last time step that counts back along time, on the state of a
 * recurrent layer alone: what its input does is left out. Steps that are padding are left out too.
 * Of a layer that walks both ways it looks at the one from the first step on.
 */
final class TimeProbe {
    /** Multiplications that a measurement may take, as far as it has enough examples. */
    private static final long WORK = 30_000_000;

    private static final int FEWEST_EXAMPLES = 4;
    private static final int MOST_EXAMPLES = 32;

    private final Node node;
    private final RecurrentCell cell;
    private final int units;

    private TimeProbe(Node node, RecurrentCell cell, int units) {
        this.node = node;
        this.cell = cell;
        this.units = units;
    }

    /** Of a node; empty if it is none of the recurrent layers that are known. */
    static Optional<TimeProbe> of(Node node, Function<IActivation, Curve> curves) {
        if (!(node.innermost() instanceof BaseRecurrentLayer layer)) {
            return Optional.empty();
        }
        int units = (int) layer.getNOut();
        Curve activation = curves.apply(layer.getActivationFn());
        if (layer.getClass() == LSTM.class) {
            Curve gate = curves.apply(((LSTM) layer).getGateActivationFn());
            return Optional.of(
                    new TimeProbe(node, new RecurrentCell.Lstm(units, activation, gate), units));
        }
        if (layer instanceof GruLayer) {
            return Optional.of(
                    new TimeProbe(node, new RecurrentCell.Gru(units, activation), units));
        }
        if (layer instanceof SimpleRnn simple && !simple.hasLayerNorm()) {
            return Optional.of(
                    new TimeProbe(node, new RecurrentCell.Simple(units, activation), units));
        }
        return Optional.empty();
    }

    /** Matrices unit by unit. */
    private record Weights(float[] input, float[] recurrent, float[] biases) {}

    private Weights weights() {
        return new Weights(
                parameter(LSTMParamInitializer.INPUT_WEIGHT_KEY),
                parameter(LSTMParamInitializer.RECURRENT_WEIGHT_KEY),
                parameter(LSTMParamInitializer.BIAS_KEY));
    }

    private float[] parameter(String key) {
        String side = node.configuration() instanceof Bidirectional ? "f" : "";
        return node.layer().getParam(side + key).dup('f').data().asFloat();
    }

    /**
     * Measures on the first examples.
     *
     * @param inputs what the layer reads
     * @param seed of the random direction
     */
    TimeSignal measure(float[] inputs, Layout layout, Counted counted, long seed) {
        Weights weights = weights();
        KeyedRandom random = new KeyedRandom(seed);
        long each = (long) layout.steps() * cell.parts() * units * (layout.channels() + 2L * units);
        long examples =
                Math.max(FEWEST_EXAMPLES, Math.min(MOST_EXAMPLES, WORK / Math.max(1, each)));
        Lags lags = new Lags();
        for (int row = 0; row < Math.min(examples, layout.rows()); row++) {
            List<RecurrentCell.Step> steps = new ArrayList<>();
            double[] state = new double[cell.states() * units];
            for (int step = 0; step < layout.steps(); step++) {
                if (counted.at(layout, row, step)) {
                    double[] own = new double[cell.parts() * units];
                    double[] recurrent = new double[own.length];
                    for (int i = 0; i < own.length; i++) {
                        double sum = weights.biases()[i];
                        int at = i * layout.channels();
                        for (int channel = 0; channel < layout.channels(); channel++) {
                            sum +=
                                    (double) weights.input()[at + channel]
                                            * inputs[layout.index(row, step, channel, 0)];
                        }
                        own[i] = sum;
                        recurrent[i] = recurrent(weights, i, state, own.length);
                    }
                    RecurrentCell.Step taken = cell.step(own, recurrent, state);
                    steps.add(taken);
                    state = taken.state();
                }
            }
            double[] direction = new double[cell.states() * units];
            for (int i = 0; i < units; i++) {
                direction[i] = random.nextGaussian();
            }
            goBack(steps, direction, weights, lags);
        }
        return lags.signal(node.name(), !(cell instanceof RecurrentCell.Simple));
    }

    /** The product with the last output, and a bias of its own if there is one. */
    private double recurrent(Weights weights, int of, double[] state, int all) {
        double sum = weights.biases().length > all ? weights.biases()[all + of] : 0;
        // Four sums, as each addition would wait for the one before it.
        float[] recurrent = weights.recurrent();
        int at = of * units;
        double second = 0;
        double third = 0;
        double fourth = 0;
        int i = 0;
        for (; i + 3 < units; i += 4) {
            sum += recurrent[at + i] * state[i];
            second += recurrent[at + i + 1] * state[i + 1];
            third += recurrent[at + i + 2] * state[i + 2];
            fourth += recurrent[at + i + 3] * state[i + 3];
        }
        for (; i < units; i++) {
            sum += recurrent[at + i] * state[i];
        }
        return sum + second + third + fourth;
    }

    private void goBack(
            List<RecurrentCell.Step> steps, double[] direction, Weights weights, Lags lags) {
        double[] delta = direction;
        double log = lags.begin(delta);
        // Before the first step there is no state that anything has a part in.
        for (int lag = 1; lag < steps.size(); lag++) {
            RecurrentCell.Back back = steps.get(steps.size() - lag).back(delta);
            double[] before = back.direct().clone();
            for (int part = 0; part < back.recurrent().length; part++) {
                double error = back.recurrent()[part];
                for (int i = 0; i < units; i++) {
                    before[i] += error * weights.recurrent()[part * units + i];
                }
            }
            log = lags.add(lag, log, back, before);
            delta = before;
        }
    }

    /** Sums over examples, by lag. Their deltas are kept at a norm of 1. */
    private static final class Lags {
        private final List<LogSum> started = new ArrayList<>();
        private final List<LogSum> stepped = new ArrayList<>();
        private final List<LogSum> arrived = new ArrayList<>();
        private final List<LogSum> beforeGate = new ArrayList<>();
        private final List<LogSum> behindGate = new ArrayList<>();
        private double logStarted;

        private static void add(List<LogSum> sums, int lag, double log) {
            while (sums.size() <= lag) {
                sums.add(new LogSum());
            }
            sums.get(lag).add(log);
        }

        /** Takes the norm out of a delta, and gives its logarithm. */
        private static double unit(double[] delta) {
            double norm = Math.sqrt(Arrays.stream(delta).map(value -> value * value).sum());
            if (norm > 0) {
                for (int i = 0; i < delta.length; i++) {
                    delta[i] /= norm;
                }
            }
            return Math.log(norm);
        }

        private double begin(double[] delta) {
            logStarted = unit(delta);
            add(started, 0, 2 * logStarted);
            add(arrived, 0, 2 * logStarted);
            return logStarted;
        }

        private double add(int lag, double log, RecurrentCell.Back back, double[] delta) {
            double reached = log + unit(delta);
            add(started, lag, 2 * logStarted);
            add(stepped, lag, 2 * log);
            add(arrived, lag, 2 * reached);
            add(beforeGate, lag, 2 * log + Math.log(back.beforeGate()));
            add(behindGate, lag, 2 * log + Math.log(back.behindGate()));
            return reached;
        }

        private TimeSignal signal(String layer, boolean gated) {
            List<Double> gains = new ArrayList<>();
            double carried = 0;
            double total = 0;
            int steps = 0;
            for (int lag = 0; lag < arrived.size(); lag++) {
                gains.add(difference(arrived.get(lag), started.get(lag)));
                if (lag > 0 && stepped.get(lag).isThere()) {
                    carried += difference(behindGate.get(lag), beforeGate.get(lag));
                    total += difference(arrived.get(lag), stepped.get(lag));
                    steps++;
                }
            }
            double carriedGain = steps == 0 ? 1 : Math.exp(carried / steps);
            double stepGain = steps == 0 ? 1 : Math.exp(total / steps);
            return new TimeSignal(layer, gains, carriedGain, stepGain / carriedGain, gated);
        }

        /** Of the logarithms of two norms. */
        private static double difference(LogSum squares, LogSum others) {
            return (squares.log() - others.log()) / 2;
        }
    }

    /** A sum of numbers that are given by their logarithms. */
    private static final class LogSum {
        private double largest = Double.NEGATIVE_INFINITY;
        private double scaled;

        private void add(double log) {
            if (log == Double.NEGATIVE_INFINITY) {
                return;
            }
            if (log > largest) {
                scaled = scaled * Math.exp(largest - log) + 1;
                largest = log;
            } else {
                scaled += Math.exp(log - largest);
            }
        }

        private boolean isThere() {
            return scaled > 0;
        }

        private double log() {
            return scaled > 0 ? largest + Math.log(scaled) : Double.NEGATIVE_INFINITY;
        }
    }
}
