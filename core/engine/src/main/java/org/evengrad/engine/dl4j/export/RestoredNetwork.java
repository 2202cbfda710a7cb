package org.evengrad.engine.dl4j.export;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.evengrad.engine.run.ModelDescription.Penalty;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.regularization.L1Regularization;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.Regularization;

/**
 * What an export changes in DL4J's two kinds of network, which have no such interface in common.
 */
sealed interface RestoredNetwork {
    /** Reads a configuration; throws whatever DL4J does if it is none. */
    static RestoredNetwork parse(String json, boolean graph) {
        return graph
                ? new Graph(ComputationGraphConfiguration.fromJson(json))
                : new Chain(MultiLayerConfiguration.fromJson(json));
    }

    /** The layers with their names. */
    List<NamedLayer> layers();

    /** Sets what DL4J counts; it corrects Adam's means by the number of iterations. */
    void counters(int iterations, int epochs);

    /** How many parameters its layers have. */
    long size();

    /**
     * The updater that DL4J makes for the layers.
     *
     * @param parameters flat
     */
    BaseMultiLayerUpdater<?> updater(INDArray parameters);

    /** The configuration. */
    String toJson();

    /**
     * Gives every layer that is trained the same updater, and penalties to those that have some.
     */
    default void train(IUpdater updater, Map<String, Penalty> penalties) {
        for (NamedLayer named : layers()) {
            Penalty penalty = penalties.get(named.name());
            for (BaseLayer layer : trained(named.layer())) {
                layer.setIUpdater(updater.clone());
                layer.setBiasUpdater(null);
                layer.setRegularization(penalty == null ? List.of() : regularization(penalty));
                layer.setRegularizationBias(List.of());
            }
        }
    }

    /** Whether a loss is summed over time steps. */
    default boolean hasOutputPerStep() {
        return layers().stream()
                .map(NamedLayer::layer)
                .anyMatch(l -> l instanceof RnnOutputLayer || l instanceof RnnLossLayer);
    }

    /** The layers with weights in a layer that may wrap others; none in a frozen one. */
    private static List<BaseLayer> trained(Layer layer) {
        if (layer instanceof BaseLayer base) {
            return List.of(base);
        }
        if (layer instanceof FrozenLayerWithBackprop) {
            return List.of();
        }
        if (layer instanceof BaseWrapperLayer wrapper) {
            return trained(wrapper.getUnderlying());
        }
        if (layer instanceof Bidirectional both) {
            List<BaseLayer> directions = new ArrayList<>(trained(both.getFwd()));
            directions.addAll(trained(both.getBwd()));
            return directions;
        }
        return List.of();
    }

    private static List<Regularization> regularization(Penalty penalty) {
        List<Regularization> regularization = new ArrayList<>();
        if (penalty.l1() != 0) {
            regularization.add(new L1Regularization(penalty.l1()));
        }
        if (penalty.l2() != 0) {
            regularization.add(new L2Regularization(penalty.l2()));
        }
        return regularization;
    }

    /** A layer of a configuration. */
    record NamedLayer(String name, Layer layer) {}

    /** A chain of layers. */
    record Chain(MultiLayerConfiguration configuration) implements RestoredNetwork {
        @Override
        public List<NamedLayer> layers() {
            return configuration.getConfs().stream()
                    .map(NeuralNetConfiguration::getLayer)
                    .map(layer -> new NamedLayer(layer.getLayerName(), layer))
                    .toList();
        }

        @Override
        public void counters(int iterations, int epochs) {
            configuration.setIterationCount(iterations);
            configuration.setEpochCount(epochs);
            for (NeuralNetConfiguration layer : configuration.getConfs()) {
                layer.setIterationCount(iterations);
                layer.setEpochCount(epochs);
            }
        }

        @Override
        public long size() {
            MultiLayerNetwork network = new MultiLayerNetwork(configuration.clone());
            network.init();
            return network.numParams();
        }

        @Override
        public BaseMultiLayerUpdater<?> updater(INDArray parameters) {
            MultiLayerNetwork network = new MultiLayerNetwork(configuration.clone());
            network.init(parameters, false);
            return (BaseMultiLayerUpdater<?>) network.getUpdater();
        }

        @Override
        public String toJson() {
            return configuration.toJson();
        }
    }

    /** A graph. */
    record Graph(ComputationGraphConfiguration configuration) implements RestoredNetwork {
        @Override
        public List<NamedLayer> layers() {
            List<NamedLayer> layers = new ArrayList<>();
            for (Map.Entry<String, GraphVertex> vertex : configuration.getVertices().entrySet()) {
                if (vertex.getValue() instanceof LayerVertex layer) {
                    layers.add(new NamedLayer(vertex.getKey(), layer.getLayerConf().getLayer()));
                }
            }
            return layers;
        }

        @Override
        public void counters(int iterations, int epochs) {
            configuration.setIterationCount(iterations);
            configuration.setEpochCount(epochs);
            for (GraphVertex vertex : configuration.getVertices().values()) {
                if (vertex instanceof LayerVertex layer) {
                    layer.getLayerConf().setIterationCount(iterations);
                    layer.getLayerConf().setEpochCount(epochs);
                }
            }
        }

        @Override
        public long size() {
            ComputationGraph network = new ComputationGraph(configuration.clone());
            network.init();
            return network.numParams();
        }

        @Override
        public BaseMultiLayerUpdater<?> updater(INDArray parameters) {
            ComputationGraph network = new ComputationGraph(configuration.clone());
            network.init(parameters, false);
            return network.getUpdater();
        }

        @Override
        public String toJson() {
            return configuration.toJson();
        }
    }
}
