package org.evengrad.engine.dl4j;

import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.evengrad.config.ModelConfig.Loss;

/**
 * A chain of dense layers in doubles, written without DL4J: what the network must agree with.
 *
 * @param widths input, hidden layers, output
 * @param activations of the hidden layers, and of the output for {@link Loss#MSE}
 * @param bias whether the output layer has biases
 */
record DoubleChain(int[] widths, List<DoubleUnaryOperator> activations, Loss loss, boolean bias) {
    /** What one layer gave for one example. */
    record Layer(double[] preActivation, double[] output) {}

    int layers() {
        return widths.length - 1;
    }

    int parameters() {
        int count = 0;
        for (int layer = 0; layer < layers(); layer++) {
            count += widths[layer] * widths[layer + 1] + (hasBias(layer) ? widths[layer + 1] : 0);
        }
        return count;
    }

    boolean hasBias(int layer) {
        return bias || layer < layers() - 1;
    }

    /** Where the weights of a layer begin; unit by unit, then the biases. */
    int offset(int layer) {
        int offset = 0;
        for (int i = 0; i < layer; i++) {
            offset += (widths[i] + 1) * widths[i + 1];
        }
        return offset;
    }

    double weight(double[] parameters, int layer, int unit, int input) {
        return parameters[offset(layer) + unit * widths[layer] + input];
    }

    /** Every layer's values for one example; for the losses with classes, the output as logits. */
    Layer[] forward(double[] parameters, float[] example) {
        Layer[] all = new Layer[layers()];
        double[] in = new double[example.length];
        for (int i = 0; i < in.length; i++) {
            in[i] = example[i];
        }
        for (int layer = 0; layer < layers(); layer++) {
            double[] z = new double[widths[layer + 1]];
            double[] h = new double[z.length];
            for (int unit = 0; unit < z.length; unit++) {
                if (hasBias(layer)) {
                    z[unit] = parameters[offset(layer) + widths[layer] * widths[layer + 1] + unit];
                }
                for (int input = 0; input < in.length; input++) {
                    z[unit] += weight(parameters, layer, unit, input) * in[input];
                }
                boolean activated = layer < activations.size();
                h[unit] = activated ? activations.get(layer).applyAsDouble(z[unit]) : z[unit];
            }
            all[layer] = new Layer(z, h);
            in = h;
        }
        return all;
    }

    /** What the network gives for one example. */
    double[] predict(double[] parameters, float[] example) {
        double[] last = forward(parameters, example)[layers() - 1].output().clone();
        if (loss == Loss.BINARY_CROSS_ENTROPY) {
            for (int i = 0; i < last.length; i++) {
                last[i] = 1 / (1 + Math.exp(-last[i]));
            }
        } else if (loss == Loss.CROSS_ENTROPY) {
            double sum = 0;
            for (double logit : last) {
                sum += Math.exp(logit);
            }
            for (int i = 0; i < last.length; i++) {
                last[i] = Math.exp(last[i]) / sum;
            }
        }
        return last;
    }

    /** The mean loss over examples. */
    double loss(double[] parameters, float[][] examples, float[][] targets) {
        double sum = 0;
        for (int row = 0; row < examples.length; row++) {
            double[] given = predict(parameters, examples[row]);
            double ofExample = 0;
            for (int i = 0; i < given.length; i++) {
                double target = targets[row][i];
                ofExample +=
                        switch (loss) {
                            case CROSS_ENTROPY -> -target * Math.log(given[i]);
                            case BINARY_CROSS_ENTROPY ->
                                    -target * Math.log(given[i])
                                            - (1 - target) * Math.log(1 - given[i]);
                            case MSE -> (given[i] - target) * (given[i] - target) / given.length;
                            case MAE -> Math.abs(given[i] - target) / given.length;
                            case HUBER -> huber(given[i] - target) / given.length;
                        };
            }
            sum += ofExample;
        }
        return sum / examples.length;
    }

    private static double huber(double error) {
        return Math.abs(error) <= 1 ? error * error / 2 : Math.abs(error) - 0.5;
    }

    /** The gradient of the mean loss by central differences. */
    double[] gradient(double[] parameters, float[][] examples, float[][] targets) {
        double step = 1e-6;
        double[] gradient = new double[parameters.length];
        double[] moved = parameters.clone();
        for (int i = 0; i < gradient.length; i++) {
            moved[i] = parameters[i] + step;
            double above = loss(moved, examples, targets);
            moved[i] = parameters[i] - step;
            double below = loss(moved, examples, targets);
            moved[i] = parameters[i];
            gradient[i] = (above - below) / (2 * step);
        }
        return gradient;
    }
}
