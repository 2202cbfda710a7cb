package org.evengrad.engine.dl4j.layers;

import java.util.Optional;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.recurrent.BaseRecurrentLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The running layer of a {@link GruLayer}: DL4J's side of it, with states, masks, dropout and
 * workspaces.
 */
final class GruNetworkLayer extends BaseRecurrentLayer<GruLayer> {
    private static final long serialVersionUID = 1L;
    private static final String STATE = "prevAct";

    private final transient GruPasses passes;

    /** Whether the passes hold a training pass over the present input, from this state. */
    private transient boolean kept;

    private transient Optional<INDArray> keptInitial = Optional.empty();

    GruNetworkLayer(NeuralNetConfiguration conf, DataType type) {
        super(conf, type);
        GruLayer gru = (GruLayer) conf.getLayer();
        passes =
                type == DataType.FLOAT
                        ? new FloatGru(gru.getActivationFn())
                        : new DoubleGru(gru.getActivationFn());
    }

    @Override
    public Type type() {
        return Type.RECURRENT;
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

    /** The mask holds here, and above only where the labels have one, as for DL4J's LSTM. */
    @Override
    public Pair<INDArray, MaskState> feedForwardMaskArray(
            INDArray mask, MaskState state, int rows) {
        maskArray = mask;
        maskState = state;
        return new Pair<>(mask, MaskState.Passthrough);
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
        return forward(Optional.empty(), training, workspaces);
    }

    @Override
    public INDArray rnnTimeStep(INDArray input, LayerWorkspaceMgr workspaces) {
        setInput(input, workspaces);
        INDArray output = forward(Optional.ofNullable(stateMap.get(STATE)), false, workspaces);
        stateMap.put(STATE, lastState());
        return output;
    }

    @Override
    public INDArray rnnActivateUsingStoredState(
            INDArray input, boolean training, boolean store, LayerWorkspaceMgr workspaces) {
        setInput(input, workspaces);
        INDArray output =
                forward(Optional.ofNullable(tBpttStateMap.get(STATE)), training, workspaces);
        if (store) {
            tBpttStateMap.put(STATE, lastState());
        }
        return output;
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(
            INDArray epsilon, LayerWorkspaceMgr workspaces) {
        return backward(epsilon, Optional.empty(), 0, workspaces);
    }

    /** Starts from the state that DL4J set before this part of the sequence. */
    @Override
    public Pair<Gradient, INDArray> tbpttBackpropGradient(
            INDArray epsilon, int backwardSteps, LayerWorkspaceMgr workspaces) {
        return backward(
                epsilon, Optional.ofNullable(stateMap.get(STATE)), backwardSteps, workspaces);
    }

    private INDArray forward(
            Optional<INDArray> initial, boolean training, LayerWorkspaceMgr workspaces) {
        assertInputSet(false);
        applyDropOutIfNecessary(training, workspaces);
        INDArray sequences = sequences();
        checkShapes(sequences, initial);
        INDArray output =
                workspaces.createUninitialized(
                        ArrayType.ACTIVATIONS,
                        dataType,
                        new long[] {sequences.size(0), layerConf().getNOut(), sequences.size(2)},
                        'f');
        passes.forward(parameters(), sequences, initial, mask(), training, output);
        kept = training;
        keptInitial = initial;
        return permuteIfNWC(output);
    }

    private Pair<Gradient, INDArray> backward(
            INDArray epsilon,
            Optional<INDArray> initial,
            int backwardSteps,
            LayerWorkspaceMgr workspaces) {
        assertInputSet(true);
        if (!kept || keptInitial.orElse(null) != initial.orElse(null)) {
            forward(initial, true, workspaces);
        }
        kept = false;
        INDArray sequences = sequences();
        int steps = (int) sequences.size(2);
        int firstStep = backwardSteps > 0 ? Math.max(0, steps - backwardSteps) : 0;
        GruPasses.Arrays gradient =
                new GruPasses.Arrays(
                        gradientViews.get(GruLayer.INPUT_WEIGHTS),
                        gradientViews.get(GruLayer.RECURRENT_WEIGHTS),
                        gradientViews.get(GruLayer.BIASES));
        INDArray inputGradient =
                workspaces.createUninitialized(
                        ArrayType.ACTIVATION_GRAD, dataType, sequences.shape(), 'f');
        passes.backward(parameters(), permuteIfNWC(epsilon), firstStep, gradient, inputGradient);

        Gradient result = new DefaultGradient(gradientsFlattened);
        gradientViews.forEach(result::setGradientFor);
        INDArray below =
                input.rank() == 2
                        ? inputGradient.reshape('f', input.shape())
                        : permuteIfNWC(inputGradient);
        return new Pair<>(result, backpropDropOutIfPresent(below));
    }

    /** The input as {@code [rows, nIn, steps]}; one step may come without the last axis. */
    private INDArray sequences() {
        if (input.rank() == 2) {
            return input.reshape('f', input.size(0), input.size(1), 1);
        }
        return permuteIfNWC(input);
    }

    private Optional<INDArray> mask() {
        return Optional.ofNullable(maskArray);
    }

    private GruPasses.Arrays parameters() {
        return new GruPasses.Arrays(
                getParam(GruLayer.INPUT_WEIGHTS),
                getParam(GruLayer.RECURRENT_WEIGHTS),
                getParam(GruLayer.BIASES));
    }

    @SuppressWarnings("try")
    private INDArray lastState() {
        try (MemoryWorkspace outside = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
            long rows = input.size(0);
            INDArray state = Nd4j.createUninitialized(dataType, rows, layerConf().getNOut());
            passes.lastState(state);
            return state;
        }
    }

    private void checkShapes(INDArray sequences, Optional<INDArray> initial) {
        if (sequences.rank() != 3 || sequences.size(1) != layerConf().getNIn()) {
            throw new DL4JInvalidInputException(
                    "expected [rows, "
                            + layerConf().getNIn()
                            + ", steps], got "
                            + java.util.Arrays.toString(sequences.shape())
                            + " "
                            + layerId());
        }
        if (initial.isPresent() && initial.get().size(0) != sequences.size(0)) {
            throw new DL4JInvalidInputException(
                    "the stored state has "
                            + initial.get().size(0)
                            + " rows, the input "
                            + sequences.size(0)
                            + ": call rnnClearPreviousState() between different sequences "
                            + layerId());
        }
        if (maskArray != null
                && (maskArray.size(0) != sequences.size(0)
                        || maskArray.length() != sequences.size(0) * sequences.size(2))) {
            throw new DL4JInvalidInputException(
                    "expected a mask of "
                            + sequences.size(0)
                            + " rows and "
                            + sequences.size(2)
                            + " steps, got "
                            + java.util.Arrays.toString(maskArray.shape())
                            + " "
                            + layerId());
        }
    }
}
