package org.evengrad.engine.dl4j;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.layers.RecurrentLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.evengrad.engine.dl4j.graph.ModelGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;

/** What we ask of DL4J's two kinds of network, which have no such interface in common. */
sealed interface Dl4jModel {
    /** The model itself. */
    Model model();

    /** Its layers. */
    Layer[] layers();

    /** Who follows it. */
    Collection<TrainingListener> listeners();

    /** Which layer feeds which. */
    ModelGraph graph();

    /** Where the gradient is written to, flat, in the order of the parameters. */
    INDArray gradients();

    /**
     * Runs forward and backward in training mode, and leaves the sum of the gradients over the
     * examples and their time steps.
     *
     * @return the sum of the losses, divided by the number of examples
     */
    double gradient(Arrays arrays);

    /**
     * Runs forward.
     *
     * @param training whether in training mode
     * @return the same as {@link #gradient}
     */
    double loss(Arrays arrays, boolean training);

    /** What each output gives in evaluation mode. */
    INDArray[] output(Arrays arrays);

    /** DL4J's configuration. */
    String toJson();

    /** All parameters, flat. */
    default INDArray parameters() {
        return model().params();
    }

    /** How many updates it has seen. */
    int iterations();

    /** How many passes over its data it has seen. */
    int epochs();

    /** Sets how many updates and passes over its data it has seen. */
    void count(int iterations, int epochs);

    /** Tells vertices that are run one by one which time steps are padding. */
    default void setMasks(Arrays arrays) {}

    /** Forgets {@link #setMasks}. */
    default void clearMasks() {}

    /** Forgets where sequences were. */
    void clearState();

    /** Where the last pass over a segment in training mode ended, for each recurrent layer. */
    default List<Map<String, INDArray>> state() {
        List<Map<String, INDArray>> states = new ArrayList<>();
        for (Layer layer : layers()) {
            if (layer instanceof RecurrentLayer recurrent) {
                states.add(new HashMap<>(recurrent.rnnGetTBPTTState()));
            }
        }
        return states;
    }

    /** Makes the next pass over a segment begin in a state that {@link #state()} gave. */
    default void goBackTo(List<Map<String, INDArray>> states) {
        int next = 0;
        for (Layer layer : layers()) {
            if (layer instanceof RecurrentLayer recurrent) {
                recurrent.rnnSetTBPTTState(states.get(next++));
            }
        }
    }

    /**
     * A batch as DL4J takes it. Masks may be null, as a whole or one by one.
     *
     * @param features for each input
     * @param targets for each output
     * @param featureMasks for each input
     * @param targetMasks for each output
     */
    record Arrays(
            INDArray[] features,
            INDArray[] targets,
            INDArray[] featureMasks,
            INDArray[] targetMasks) {
        static INDArray first(INDArray[] arrays) {
            return arrays == null ? null : arrays[0];
        }

        private DataSet dataSet() {
            return new DataSet(features[0], targets[0], first(featureMasks), first(targetMasks));
        }

        private MultiDataSet multiDataSet() {
            return new MultiDataSet(features, targets, featureMasks, targetMasks);
        }
    }

    /** A chain of layers. */
    record Chain(MultiLayerNetwork network) implements Dl4jModel {
        @Override
        public Model model() {
            return network;
        }

        @Override
        public Layer[] layers() {
            return network.getLayers();
        }

        @Override
        public Collection<TrainingListener> listeners() {
            return network.getListeners();
        }

        @Override
        public ModelGraph graph() {
            return ModelGraph.of(network);
        }

        @Override
        public INDArray gradients() {
            if (network.getFlattenedGradients() == null) {
                // DL4J divides by the batch only in its updater, which is not used.
                network.initGradientsView();
            }
            return network.getFlattenedGradients();
        }

        @Override
        public double gradient(Arrays arrays) {
            network.setInput(arrays.features()[0]);
            network.setLabels(arrays.targets()[0]);
            network.setLayerMaskArrays(
                    Arrays.first(arrays.featureMasks()), Arrays.first(arrays.targetMasks()));
            network.computeGradientAndScore();
            network.clear();
            network.clearLayerMaskArrays();
            return network.score();
        }

        @Override
        public double loss(Arrays arrays, boolean training) {
            double loss = network.score(arrays.dataSet(), training);
            network.clear();
            return loss;
        }

        @Override
        public INDArray[] output(Arrays arrays) {
            INDArray output =
                    network.output(
                            arrays.features()[0],
                            false,
                            Arrays.first(arrays.featureMasks()),
                            Arrays.first(arrays.targetMasks()));
            network.clear();
            return new INDArray[] {output};
        }

        @Override
        public int iterations() {
            return network.getLayerWiseConfigurations().getIterationCount();
        }

        @Override
        public int epochs() {
            return network.getLayerWiseConfigurations().getEpochCount();
        }

        @Override
        public void count(int iterations, int epochs) {
            network.getLayerWiseConfigurations().setIterationCount(iterations);
            network.getLayerWiseConfigurations().setEpochCount(epochs);
        }

        @Override
        public void clearState() {
            network.rnnClearPreviousState();
        }

        @Override
        public String toJson() {
            return network.getLayerWiseConfigurations().toJson();
        }
    }

    /** A graph. */
    record Graph(ComputationGraph network) implements Dl4jModel {
        @Override
        public Model model() {
            return network;
        }

        @Override
        public Layer[] layers() {
            return network.getLayers();
        }

        @Override
        public Collection<TrainingListener> listeners() {
            return network.getListeners();
        }

        @Override
        public ModelGraph graph() {
            return ModelGraph.of(network);
        }

        @Override
        public INDArray gradients() {
            if (network.getFlattenedGradients() == null) {
                network.initGradientsView();
            }
            return network.getFlattenedGradients();
        }

        @Override
        public double gradient(Arrays arrays) {
            network.setInputs(arrays.features());
            network.setLabels(arrays.targets());
            network.setLayerMaskArrays(arrays.featureMasks(), arrays.targetMasks());
            network.computeGradientAndScore();
            network.clear();
            network.clearLayerMaskArrays();
            return network.score();
        }

        @Override
        public double loss(Arrays arrays, boolean training) {
            double loss = network.score(arrays.multiDataSet(), training);
            network.clear();
            return loss;
        }

        @Override
        public INDArray[] output(Arrays arrays) {
            INDArray[] output =
                    network.output(
                            false, arrays.features(), arrays.featureMasks(), arrays.targetMasks());
            network.clear();
            return output;
        }

        @Override
        public int iterations() {
            return network.getConfiguration().getIterationCount();
        }

        @Override
        public int epochs() {
            return network.getConfiguration().getEpochCount();
        }

        @Override
        public void count(int iterations, int epochs) {
            network.getConfiguration().setIterationCount(iterations);
            network.getConfiguration().setEpochCount(epochs);
        }

        @Override
        public void setMasks(Arrays arrays) {
            if (arrays.featureMasks() != null) {
                network.setLayerMaskArrays(arrays.featureMasks(), arrays.targetMasks());
            }
        }

        @Override
        public void clearMasks() {
            network.clearLayerMaskArrays();
        }

        @Override
        public void clearState() {
            network.rnnClearPreviousState();
        }

        @Override
        public String toJson() {
            return network.getConfiguration().toJson();
        }
    }
}
