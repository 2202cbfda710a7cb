package org.evengrad.engine.dl4j;

import java.util.Arrays;
import java.util.Optional;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.layers.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.TimeSeriesUtils;
import org.evengrad.config.ModelConfig.Loss;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;
import org.evengrad.engine.dl4j.imports.ModelSettings;
import org.evengrad.engine.network.BroughtModel;
import org.evengrad.engine.plan.Batches;
import org.evengrad.engine.plan.TrainingData;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * A model that DL4J's own {@code fit} trains, as a listener within it may look at it.
 *
 * <p>What is measured runs on a twin: the same layers on the same parameters and the same gradient,
 * with inputs, masks and states of its own. So {@code fit} finds its model as it left it. Nothing
 * of the process is borrowed: no threads, no workspaces, no random numbers.
 */
public final class WatchedModel {
    private static final int PROBE_ROWS = 512;
    private static final int FEWEST_PROBE_ROWS = 32;
    private static final int PROBE_NUMBERS = 1 << 18;

    private final Model model;
    private final INDArray parameters;
    private final INDArray gradients;
    private final BroughtModel twin;

    private WatchedModel(Model model) {
        this.model = model;
        parameters = model.params();
        gradients = gradients(model);
        Dl4jModel like = twin(model);
        ModelSettings settings = ModelSettings.of(like.model());
        twin =
                BroughtModels.lent(
                        like,
                        gradients,
                        settings,
                        settings.inputs().get(0).shape(),
                        Optional.empty(),
                        NativeThreads.AS_THEY_ARE);
    }

    /**
     * A model whose first gradient has been computed.
     *
     * @throws InvalidInputException if its parameters are no 32-bit floats
     */
    public static WatchedModel of(Model model) {
        NativeBackend.check(WatchedModel.class.getClassLoader());
        if (model.params().dataType() != DataType.FLOAT) {
            throw new InvalidInputException(
                    Problem.of(
                            "the network's parameters are "
                                    + model.params().dataType()
                                    + "; only networks of type FLOAT can be watched"));
        }
        ThreadGenerator generator = ThreadGenerator.now();
        try {
            return new WatchedModel(model);
        } finally {
            generator.restore();
        }
    }

    /** Whether there is a gradient with inputs and targets to look at. */
    public static boolean isTraining(Model model) {
        if (model instanceof MultiLayerNetwork chain) {
            return gradients(model) != null
                    && chain.getInput() != null
                    && chain.getLabels() != null;
        }
        return model instanceof ComputationGraph graph
                && gradients(model) != null
                && graph.getInputs() != null
                && Arrays.stream(targets(graph)).noneMatch(each -> each == null);
    }

    /** Whether this is the model, on the same memory. */
    public boolean isOf(Model other) {
        return other == model
                && isSameMemory(other.params(), parameters)
                && isSameMemory(gradients(other), gradients);
    }

    /** A graph gives another view each time. */
    private static boolean isSameMemory(INDArray one, INDArray other) {
        return one == other
                || one != null
                        && one.length() == other.length()
                        && one.data().address() == other.data().address();
    }

    /** The twin: its network computes at the model's parameters and shows the model's gradient. */
    public BroughtModel twin() {
        return twin;
    }

    /**
     * The batch that the model is trained on now: the first rows of it, copied, as a batch to
     * measure on.
     *
     * @param loss what is minimized
     */
    public TrainingData firstBatch(Loss loss) {
        Batches batch = new OneBatch(ArrayBatch.of(firstRows(arrays()), true, -1));
        return UserModels.toMeasure(batch, loss, twin.network().outputs());
    }

    /** Epochs completed, as the model counts them. */
    public int epochs() {
        return model instanceof MultiLayerNetwork chain
                ? chain.getEpochCount()
                : ((ComputationGraph) model).getConfiguration().getEpochCount();
    }

    /** Does something as if no workspace were open. */
    public static void outsideOfWorkspaces(Runnable action) {
        MemoryWorkspace heap = Nd4j.getMemoryManager().scopeOutOfWorkspaces();
        try {
            action.run();
        } finally {
            heap.close();
        }
    }

    /** Clears what {@code fit} clears at its end, before an exception leaves it. */
    public void leaveFit() {
        if (model instanceof MultiLayerNetwork chain) {
            chain.clearLayerMaskArrays();
            chain.clearLayersStates();
            if (chain.getLayerWiseConfigurations().getBackpropType()
                    == BackpropType.TruncatedBPTT) {
                chain.rnnClearPreviousState();
            }
        } else {
            ComputationGraph graph = (ComputationGraph) model;
            graph.clearLayerMaskArrays();
            graph.clearLayersStates();
            if (graph.getConfiguration().getBackpropType() == BackpropType.TruncatedBPTT) {
                graph.rnnClearPreviousState();
            }
        }
    }

    private static INDArray gradients(Model model) {
        return model instanceof MultiLayerNetwork chain
                ? chain.getFlattenedGradients()
                : ((ComputationGraph) model).getFlattenedGradients();
    }

    private static Dl4jModel twin(Model model) {
        if (model instanceof MultiLayerNetwork chain) {
            MultiLayerConfiguration configuration = chain.getLayerWiseConfigurations().clone();
            configuration.setTrainingWorkspaceMode(WorkspaceMode.NONE);
            configuration.setInferenceWorkspaceMode(WorkspaceMode.NONE);
            MultiLayerNetwork twin = new MultiLayerNetwork(configuration);
            twin.init(model.params(), false);
            return new Dl4jModel.Chain(twin);
        }
        ComputationGraphConfiguration configuration =
                ((ComputationGraph) model).getConfiguration().clone();
        configuration.setTrainingWorkspaceMode(WorkspaceMode.NONE);
        configuration.setInferenceWorkspaceMode(WorkspaceMode.NONE);
        ComputationGraph twin = new ComputationGraph(configuration);
        twin.init(model.params(), false);
        return new Dl4jModel.Graph(twin);
    }

    private Dl4jModel.Arrays arrays() {
        if (model instanceof ComputationGraph graph) {
            return new Dl4jModel.Arrays(
                    graph.getInputs(),
                    targets(graph),
                    graph.getInputMaskArrays(),
                    graph.getLabelMaskArrays());
        }
        MultiLayerNetwork chain = (MultiLayerNetwork) model;
        INDArray featureMask = featureMask(chain);
        INDArray targetMask = targetMask(chain);
        return new Dl4jModel.Arrays(
                new INDArray[] {chain.getInput()},
                new INDArray[] {chain.getLabels()},
                featureMask == null ? null : new INDArray[] {featureMask},
                targetMask == null ? null : new INDArray[] {targetMask});
    }

    /** A graph does not give its targets away; its output layers do. */
    private static INDArray[] targets(ComputationGraph graph) {
        return graph.getConfiguration().getNetworkOutputs().stream()
                .map(name -> graph.getVertex(name).getLayer())
                .map(
                        layer ->
                                layer instanceof FrozenLayerWithBackprop frozen
                                        ? frozen.getInsideLayer()
                                        : layer)
                .map(layer -> layer instanceof IOutputLayer output ? output.getLabels() : null)
                .toArray(INDArray[]::new);
    }

    /** A chain keeps no mask of its input; the first layer that it reaches does. */
    private static INDArray featureMask(MultiLayerNetwork chain) {
        INDArray input = chain.getInput();
        for (Layer layer : chain.getLayers()) {
            INDArray mask = layer.getMaskArray();
            if (input.rank() == 3 && mask != null && hasShape(mask, input.size(0), input.size(2))) {
                return mask;
            }
        }
        return null;
    }

    private static INDArray targetMask(MultiLayerNetwork chain) {
        INDArray mask = chain.getOutputLayer().getMaskArray();
        INDArray targets = chain.getLabels();
        if (mask == null || targets.rank() != 3) {
            return mask != null && mask.size(0) == targets.size(0) ? mask : null;
        }
        if (hasShape(mask, targets.size(0), targets.size(2))) {
            return mask;
        }
        // Output layers for each time step keep it as a column.
        return mask.length() == targets.size(0) * targets.size(2)
                ? TimeSeriesUtils.reshapeVectorToTimeSeriesMask(mask, (int) targets.size(0))
                : null;
    }

    private static boolean hasShape(INDArray array, long rows, long columns) {
        return array.rank() == 2 && array.size(0) == rows && array.size(1) == columns;
    }

    private static Dl4jModel.Arrays firstRows(Dl4jModel.Arrays arrays) {
        INDArray features = arrays.features()[0];
        long most =
                Math.max(FEWEST_PROBE_ROWS, PROBE_NUMBERS / (features.length() / features.size(0)));
        long rows = Math.min(features.size(0), Math.min(PROBE_ROWS, most));
        return new Dl4jModel.Arrays(
                firstRows(arrays.features(), rows),
                firstRows(arrays.targets(), rows),
                firstRows(arrays.featureMasks(), rows),
                firstRows(arrays.targetMasks(), rows));
    }

    private static INDArray[] firstRows(INDArray[] arrays, long rows) {
        if (arrays == null || Arrays.stream(arrays).allMatch(each -> each == null)) {
            return null;
        }
        INDArray[] copies = new INDArray[arrays.length];
        for (int i = 0; i < copies.length; i++) {
            if (arrays[i] != null) {
                INDArrayIndex[] where = new INDArrayIndex[arrays[i].rank()];
                Arrays.fill(where, NDArrayIndex.all());
                where[0] = NDArrayIndex.interval(0, rows);
                copies[i] = arrays[i].get(where).castTo(DataType.FLOAT).dup('c');
            }
        }
        return copies;
    }
}
