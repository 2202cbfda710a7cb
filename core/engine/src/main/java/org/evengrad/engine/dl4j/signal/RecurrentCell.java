package org.evengrad.engine.dl4j.signal;

import java.util.Arrays;

/**
 * What a recurrent layer does at one time step of one example. Its state is what it gives, and with
 * an LSTM behind it the cell.
 */
interface RecurrentCell {
    /** How many products with the input, and with the last output, there are for each unit. */
    int parts();

    /** How many numbers of state there are for each unit. */
    int states();

    /**
     * Takes a step.
     *
     * @param input the products with the input, part by part, with their biases
     * @param recurrent the products with the last output, likewise
     * @param state before
     */
    Step step(double[] input, double[] recurrent, double[] state);

    /** A step that was taken. */
    interface Step {
        /** The state after it. */
        double[] state();

        /** Sends the gradient with respect to the state after it back. */
        Back back(double[] delta);
    }

    /**
     * What comes back from a step.
     *
     * @param recurrent the gradient with respect to the products with the last output
     * @param direct the gradient with respect to the state before, but for that of the products
     * @param beforeGate the sum of squares of what came to the carrying gate, or to the activation
     *     of a simple layer
     * @param behindGate the same of what it let through
     */
    record Back(double[] recurrent, double[] direct, double beforeGate, double behindGate) {}

    /** A function of each unit, with its slopes. */
    record Bent(double[] values, double[] slopes) {
        static Bent of(Curve curve, double[] z, int from, int size) {
            float[] floats = new float[size];
            for (int i = 0; i < size; i++) {
                floats[i] = (float) z[from + i];
            }
            long[] shape = {1, size};
            float[] outputs = curve.forward(floats, shape);
            float[] slopes = new float[size];
            Arrays.fill(slopes, 1);
            if (curve.isElementwise()) {
                slopes = curve.slopes(floats, outputs, shape);
            }
            return new Bent(doubles(outputs), doubles(slopes));
        }

        /** The logistic function. */
        static Bent sigmoid(double[] z, int from, int size) {
            double[] values = new double[size];
            double[] slopes = new double[size];
            for (int i = 0; i < size; i++) {
                values[i] = 1 / (1 + Math.exp(-z[from + i]));
                slopes[i] = values[i] * (1 - values[i]);
            }
            return new Bent(values, slopes);
        }

        private static double[] doubles(float[] floats) {
            double[] doubles = new double[floats.length];
            for (int i = 0; i < doubles.length; i++) {
                doubles[i] = floats[i];
            }
            return doubles;
        }
    }

    /** Elman 1990: an activation of the two products' sum. */
    record Simple(int units, Curve activation) implements RecurrentCell {
        @Override
        public int parts() {
            return 1;
        }

        @Override
        public int states() {
            return 1;
        }

        @Override
        public Step step(double[] input, double[] recurrent, double[] state) {
            double[] z = new double[units];
            for (int i = 0; i < units; i++) {
                z[i] = input[i] + recurrent[i];
            }
            Bent output = Bent.of(activation, z, 0, units);
            return new Step() {
                @Override
                public double[] state() {
                    return output.values();
                }

                @Override
                public Back back(double[] delta) {
                    double[] atZ = new double[units];
                    double before = 0;
                    double behind = 0;
                    for (int i = 0; i < units; i++) {
                        atZ[i] = delta[i] * output.slopes()[i];
                        before += delta[i] * delta[i];
                        behind += atZ[i] * atZ[i];
                    }
                    return new Back(atZ, new double[units], before, behind);
                }
            };
        }
    }

    /**
     * Long short-term memory, with the parts candidate, forget, output and input gate, and the
     * state output and cell.
     */
    record Lstm(int units, Curve activation, Curve gate) implements RecurrentCell {
        @Override
        public int parts() {
            return 4;
        }

        @Override
        public int states() {
            return 2;
        }

        @Override
        public Step step(double[] input, double[] recurrent, double[] state) {
            double[] z = new double[4 * units];
            for (int i = 0; i < z.length; i++) {
                z[i] = input[i] + recurrent[i];
            }
            Bent candidate = Bent.of(activation, z, 0, units);
            Bent forget = Bent.of(gate, z, units, units);
            Bent out = Bent.of(gate, z, 2 * units, units);
            Bent in = Bent.of(gate, z, 3 * units, units);
            double[] cell = new double[units];
            for (int i = 0; i < units; i++) {
                cell[i] =
                        forget.values()[i] * state[units + i]
                                + in.values()[i] * candidate.values()[i];
            }
            Bent shown = Bent.of(activation, cell, 0, units);
            double[] after = new double[2 * units];
            for (int i = 0; i < units; i++) {
                after[i] = out.values()[i] * shown.values()[i];
                after[units + i] = cell[i];
            }
            return new Step() {
                @Override
                public double[] state() {
                    return after;
                }

                @Override
                public Back back(double[] delta) {
                    double[] atZ = new double[4 * units];
                    double[] direct = new double[2 * units];
                    double before = 0;
                    double behind = 0;
                    for (int i = 0; i < units; i++) {
                        double atCell =
                                delta[units + i] + delta[i] * out.values()[i] * shown.slopes()[i];
                        atZ[i] = atCell * in.values()[i] * candidate.slopes()[i];
                        atZ[units + i] = atCell * state[units + i] * forget.slopes()[i];
                        atZ[2 * units + i] = delta[i] * shown.values()[i] * out.slopes()[i];
                        atZ[3 * units + i] = atCell * candidate.values()[i] * in.slopes()[i];
                        direct[units + i] = atCell * forget.values()[i];
                        before += atCell * atCell;
                        behind += direct[units + i] * direct[units + i];
                    }
                    return new Back(atZ, direct, before, behind);
                }
            };
        }
    }

    /**
     * A gated recurrent unit with the parts reset gate, update gate and candidate, whose reset gate
     * multiplies the recurrent product.
     */
    record Gru(int units, Curve activation) implements RecurrentCell {
        @Override
        public int parts() {
            return 3;
        }

        @Override
        public int states() {
            return 1;
        }

        @Override
        public Step step(double[] input, double[] recurrent, double[] state) {
            double[] gates = new double[2 * units];
            for (int i = 0; i < gates.length; i++) {
                gates[i] = input[i] + recurrent[i];
            }
            Bent reset = Bent.sigmoid(gates, 0, units);
            Bent update = Bent.sigmoid(gates, units, units);
            double[] z = new double[units];
            for (int i = 0; i < units; i++) {
                z[i] = input[2 * units + i] + reset.values()[i] * recurrent[2 * units + i];
            }
            Bent candidate = Bent.of(activation, z, 0, units);
            double[] after = new double[units];
            for (int i = 0; i < units; i++) {
                double kept = update.values()[i];
                after[i] = (1 - kept) * candidate.values()[i] + kept * state[i];
            }
            return new Step() {
                @Override
                public double[] state() {
                    return after;
                }

                @Override
                public Back back(double[] delta) {
                    double[] atProducts = new double[3 * units];
                    double[] direct = new double[units];
                    double before = 0;
                    double behind = 0;
                    for (int i = 0; i < units; i++) {
                        double kept = update.values()[i];
                        double atZ = delta[i] * (1 - kept) * candidate.slopes()[i];
                        atProducts[i] = atZ * recurrent[2 * units + i] * reset.slopes()[i];
                        atProducts[units + i] =
                                delta[i] * (state[i] - candidate.values()[i]) * update.slopes()[i];
                        atProducts[2 * units + i] = atZ * reset.values()[i];
                        direct[i] = delta[i] * kept;
                        before += delta[i] * delta[i];
                        behind += direct[i] * direct[i];
                    }
                    return new Back(atProducts, direct, before, behind);
                }
            };
        }
    }
}
