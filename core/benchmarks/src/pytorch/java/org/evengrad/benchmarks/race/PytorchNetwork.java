package org.evengrad.benchmarks.race;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayList;
import java.util.List;

/** The networks of the race in PyTorch's own operations, each one call into the native library. */
final class PytorchNetwork {
    private static final int BLOCKS = 20;
    private static final int LSTM_UNITS = 128;
    private static final Shape ONE = new Shape(1, 1);
    private static final Shape TWO = new Shape(2, 2);
    private static final Shape NONE = new Shape(0, 0);

    private final RaceModel model;
    private final List<Shape> shapes = new ArrayList<>();
    private final NDList lstmState;

    PytorchNetwork(RaceModel model, NDManager manager) {
        this.model = model;
        lstmState = new NDList();
        switch (model) {
            case MLP -> dense(784, 10, 256, 10);
            case TINY -> dense(2, 15, 5, 3);
            case WIDE -> dense(784, 3, 2048, 10);
            case CNN -> {
                shapes.add(new Shape(20, 1, 5, 5));
                shapes.add(new Shape(20));
                shapes.add(new Shape(50, 20, 5, 5));
                shapes.add(new Shape(50));
                layer(800, 500);
                layer(500, 10);
            }
            case RESIDUAL -> {
                layer(784, 128);
                for (int i = 0; i < 2 * BLOCKS; i++) {
                    layer(128, 128);
                }
                layer(128, 10);
            }
            case LSTM -> {
                shapes.add(new Shape(4 * LSTM_UNITS, Examples.SYMBOLS));
                shapes.add(new Shape(4 * LSTM_UNITS, LSTM_UNITS));
                shapes.add(new Shape(4 * LSTM_UNITS));
                shapes.add(new Shape(4 * LSTM_UNITS));
                layer(LSTM_UNITS, Examples.SYMBOLS);
                Shape state = new Shape(1, model.batch(), LSTM_UNITS);
                lstmState.add(manager.zeros(state, DataType.FLOAT32));
                lstmState.add(manager.zeros(state, DataType.FLOAT32));
            }
        }
    }

    private void dense(int inputs, int depth, int width, int classes) {
        for (int i = 0; i < depth; i++) {
            layer(i == 0 ? inputs : width, width);
        }
        layer(width, classes);
    }

    private void layer(int inputs, int units) {
        shapes.add(new Shape(units, inputs));
        shapes.add(new Shape(units));
    }

    /** The shapes of the parameters. */
    List<Shape> shapes() {
        return shapes;
    }

    /**
     * The last layer's numbers before the softmax, a row for each class that is to be told.
     *
     * @param features a batch, an example each row
     * @param parameters of {@link #shapes()}
     */
    PtNDArray forward(PtNDArray features, PtNDArray[] parameters) {
        return switch (model) {
            case MLP, TINY, WIDE -> {
                PtNDArray x = features;
                int last = parameters.length - 2;
                for (int i = 0; i < last; i += 2) {
                    x = JniUtils.linear(x, parameters[i], parameters[i + 1]);
                    x = model == RaceModel.WIDE ? JniUtils.relu(x) : JniUtils.tanh(x);
                }
                yield JniUtils.linear(x, parameters[last], parameters[last + 1]);
            }
            case CNN -> {
                PtNDArray x = JniUtils.reshape(features, new long[] {-1, 1, 28, 28});
                for (int i = 0; i < 4; i += 2) {
                    x =
                            JniUtils.convolution(
                                    x, parameters[i], parameters[i + 1], ONE, NONE, ONE, 1);
                    x = JniUtils.maxPool(JniUtils.relu(x), TWO, TWO, NONE, false);
                }
                x = JniUtils.reshape(x, new long[] {-1, 800});
                x = JniUtils.relu(JniUtils.linear(x, parameters[4], parameters[5]));
                yield JniUtils.linear(x, parameters[6], parameters[7]);
            }
            case RESIDUAL -> {
                PtNDArray x =
                        JniUtils.relu(JniUtils.linear(features, parameters[0], parameters[1]));
                int last = parameters.length - 2;
                for (int i = 2; i < last; i += 4) {
                    PtNDArray inner = JniUtils.linear(x, parameters[i], parameters[i + 1]);
                    inner = JniUtils.relu(inner);
                    inner = JniUtils.linear(inner, parameters[i + 2], parameters[i + 3]);
                    x = JniUtils.add(x, inner);
                }
                yield JniUtils.linear(x, parameters[last], parameters[last + 1]);
            }
            case LSTM -> {
                PtNDArray x =
                        JniUtils.reshape(
                                features, new long[] {-1, Examples.STEPS, Examples.SYMBOLS});
                NDList weights =
                        new NDList(parameters[0], parameters[1], parameters[2], parameters[3]);
                NDArray states =
                        JniUtils.lstm(x, lstmState, weights, true, 1, 0, true, false, true).get(0);
                PtNDArray rows = JniUtils.reshape((PtNDArray) states, new long[] {-1, LSTM_UNITS});
                yield JniUtils.linear(rows, parameters[4], parameters[5]);
            }
        };
    }
}
