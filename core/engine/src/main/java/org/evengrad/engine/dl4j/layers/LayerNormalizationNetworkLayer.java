package org.evengrad.engine.dl4j.layers;

import java.lang.ref.Reference;
import java.util.Arrays;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.BaseLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The running layer of a {@link LayerNormalizationLayer}. It computes in doubles on the heap, on
 * blocks of {@code [members][lanes]}: what is normalized together are the members of one lane, and
 * loops run along the lanes. A block is an example of order 'c' (its steps are the lanes), a step
 * of order 'f' (its rows are the lanes), or the whole batch.
 */
final class LayerNormalizationNetworkLayer extends BaseLayer<LayerNormalizationLayer> {
    private static final long serialVersionUID = 1L;

    private transient int blocks;
    private transient int members;
    private transient int lanes;

    /** How many members share a gain: the pixels of a channel. */
    private transient int shared;

    private transient char order;
    private transient float[] floats = new float[0];

    /** The normalized input. */
    private transient double[] normalized = new double[0];

    private transient double[] values = new double[0];
    private transient double[] inverseDeviation = new double[0];
    private transient double[] first = new double[0];
    private transient double[] second = new double[0];

    /** Whether the normalized input is that of the present input. */
    private transient boolean kept;

    LayerNormalizationNetworkLayer(NeuralNetConfiguration conf, DataType type) {
        super(conf, type);
    }

    @Override
    public boolean isPretrainLayer() {
        return false;
    }

    @Override
    public void setInput(INDArray input, LayerWorkspaceMgr workspaces) {
        super.setInput(input, workspaces);
        kept = false;
    }

    @Override
    public void clear() {
        super.clear();
        kept = false;
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
        assertInputSet(false);
        applyDropOutIfNecessary(training, workspaces);
        normalize();
        kept = true;
        double[] gain = getParam(LayerNormalizationLayer.GAIN).toDoubleVector();
        double[] bias = getParam(LayerNormalizationLayer.BIAS).toDoubleVector();
        for (int block = 0; block < blocks; block++) {
            for (int member = 0; member < members; member++) {
                int from = (block * members + member) * lanes;
                double scale = gain[member / shared];
                double shift = bias[member / shared];
                for (int i = from; i < from + lanes; i++) {
                    values[i] = scale * normalized[i] + shift;
                }
            }
        }
        INDArray output =
                workspaces.createUninitialized(
                        ArrayType.ACTIVATIONS, dataType, input.shape(), order);
        maskSteps();
        write(values, output);
        return output;
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(
            INDArray epsilon, LayerWorkspaceMgr workspaces) {
        assertInputSet(true);
        if (!kept) {
            applyDropOutIfNecessary(true, workspaces);
            normalize();
        }
        read(epsilon.dup(order), values);
        maskSteps();
        double[] gain = getParam(LayerNormalizationLayer.GAIN).toDoubleVector();
        double[] gainGradient = new double[gain.length];
        double[] biasGradient = new double[gain.length];
        for (int block = 0; block < blocks; block++) {
            backward(block, gain, gainGradient, biasGradient);
        }
        INDArray inputGradient =
                workspaces.createUninitialized(
                        ArrayType.ACTIVATION_GRAD, dataType, input.shape(), order);
        write(values, inputGradient);
        fill(gradientViews.get(LayerNormalizationLayer.GAIN), gainGradient);
        fill(gradientViews.get(LayerNormalizationLayer.BIAS), biasGradient);
        Gradient gradient = new DefaultGradient(gradientsFlattened);
        gradientViews.forEach(gradient::setGradientFor);
        return new Pair<>(gradient, backpropDropOutIfPresent(inputGradient));
    }

    private static void fill(INDArray view, double[] numbers) {
        for (int i = 0; i < numbers.length; i++) {
            view.putScalar(0, i, numbers[i]);
        }
    }

    private void normalize() {
        shape();
        INDArray source =
                order == 'c' ? NativeMemory.hasRowStrides(input) ? input : input.dup('c') : input;
        read(source, normalized);
        for (int block = 0; block < blocks; block++) {
            int from = block * members * lanes;
            mean(normalized, from, first);
            for (int member = 0; member < members; member++) {
                int at = from + member * lanes;
                for (int lane = 0; lane < lanes; lane++) {
                    normalized[at + lane] -= first[lane];
                }
            }
            Arrays.fill(second, 0, lanes, 0);
            for (int member = 0; member < members; member++) {
                int at = from + member * lanes;
                for (int lane = 0; lane < lanes; lane++) {
                    second[lane] += normalized[at + lane] * normalized[at + lane];
                }
            }
            for (int lane = 0; lane < lanes; lane++) {
                inverseDeviation[block * lanes + lane] =
                        1 / Math.sqrt(second[lane] / members + LayerNormalizationLayer.EPSILON);
            }
            for (int member = 0; member < members; member++) {
                int at = from + member * lanes;
                for (int lane = 0; lane < lanes; lane++) {
                    normalized[at + lane] *= inverseDeviation[block * lanes + lane];
                }
            }
        }
    }

    private void mean(double[] numbers, int from, double[] mean) {
        Arrays.fill(mean, 0, lanes, 0);
        for (int member = 0; member < members; member++) {
            int at = from + member * lanes;
            for (int lane = 0; lane < lanes; lane++) {
                mean[lane] += numbers[at + lane];
            }
        }
        for (int lane = 0; lane < lanes; lane++) {
            mean[lane] /= members;
        }
    }

    /**
     * From the errors in the values to those at the input: with n the normalized input and e the
     * error times the gain, (e - mean(e) - n mean(e n)) / deviation.
     */
    private void backward(int block, double[] gain, double[] gainGradient, double[] biasGradient) {
        int from = block * members * lanes;
        Arrays.fill(second, 0, lanes, 0);
        for (int member = 0; member < members; member++) {
            int at = from + member * lanes;
            int feature = member / shared;
            double scale = gain[feature];
            double products = 0;
            double errors = 0;
            for (int lane = 0; lane < lanes; lane++) {
                double error = values[at + lane];
                double product = error * normalized[at + lane];
                errors += error;
                products += product;
                values[at + lane] = error * scale;
                second[lane] += product * scale;
            }
            gainGradient[feature] += products;
            biasGradient[feature] += errors;
        }
        mean(values, from, first);
        for (int member = 0; member < members; member++) {
            int at = from + member * lanes;
            for (int lane = 0; lane < lanes; lane++) {
                int i = at + lane;
                values[i] =
                        inverseDeviation[block * lanes + lane]
                                * (values[i]
                                        - first[lane]
                                        - normalized[i] * second[lane] / members);
            }
        }
    }

    private void shape() {
        int features = (int) layerConf().getNOut();
        if (input.rank() < 2 || input.rank() > 4 || input.size(1) != features) {
            throw new DL4JInvalidInputException(
                    "expected [rows, "
                            + features
                            + "] with steps, or height and width, behind; got "
                            + Arrays.toString(input.shape())
                            + " "
                            + layerId());
        }
        int rows = (int) input.size(0);
        int inner = (int) (input.length() / rows / features);
        order =
                input.rank() == 3
                                && NativeMemory.hasColumnStrides(input)
                                && !NativeMemory.hasRowStrides(input)
                        ? 'f'
                        : 'c';
        boolean image = input.rank() == 4;
        shared = image ? inner : 1;
        members = features * shared;
        blocks = order == 'f' ? inner : rows;
        lanes = order == 'f' ? rows : image ? 1 : inner;
        int length = (int) input.length();
        if (normalized.length < length) {
            normalized = new double[length];
            values = new double[length];
            floats = new float[dataType == DataType.FLOAT ? length : 0];
        }
        if (inverseDeviation.length < blocks * lanes) {
            inverseDeviation = new double[blocks * lanes];
        }
        if (first.length < lanes) {
            first = new double[lanes];
            second = new double[lanes];
        }
    }

    /** From a contiguous array in the present order. */
    private void read(INDArray from, double[] to) {
        int length = (int) from.length();
        if (from.dataType() == DataType.FLOAT && dataType == DataType.FLOAT) {
            NativeMemory.floats(from).get(0, floats, 0, length);
            for (int i = 0; i < length; i++) {
                to[i] = floats[i];
            }
        } else {
            System.arraycopy(from.dup(order).data().asDouble(), 0, to, 0, length);
        }
        Reference.reachabilityFence(from);
    }

    private void write(double[] from, INDArray to) {
        int length = (int) to.length();
        if (dataType == DataType.FLOAT) {
            for (int i = 0; i < length; i++) {
                floats[i] = (float) from[i];
            }
            NativeMemory.floats(to).put(0, floats, 0, length);
        } else {
            INDArray numbers = Nd4j.createFromArray(Arrays.copyOf(from, length));
            to.assign(numbers.reshape(order, to.shape()));
        }
        Reference.reachabilityFence(to);
    }

    /** Makes the values zeros where a sequence has ended. */
    private void maskSteps() {
        if (maskArray == null || input.rank() != 3) {
            return;
        }
        double[][] mask = maskArray.toDoubleMatrix();
        for (int block = 0; block < blocks; block++) {
            for (int lane = 0; lane < lanes; lane++) {
                double counts = order == 'c' ? mask[block][lane] : mask[lane][block];
                for (int member = 0; counts == 0 && member < members; member++) {
                    values[(block * members + member) * lanes + lane] = 0;
                }
            }
        }
    }
}
