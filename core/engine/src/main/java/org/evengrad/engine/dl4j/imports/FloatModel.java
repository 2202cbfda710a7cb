package org.evengrad.engine.dl4j.imports;

import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;

/** Networks of 32-bit floats, the only ones that are trained here. */
public final class FloatModel {
    private FloatModel() {}

    /**
     * The same network if it is one of 32-bit floats, else a converted copy without the state of
     * its updater.
     *
     * @throws IllegalArgumentException if it is neither a MultiLayerNetwork nor a ComputationGraph
     */
    public static Model of(Model model) {
        if (model instanceof MultiLayerNetwork chain) {
            return chain.getLayerWiseConfigurations().getDataType() == DataType.FLOAT
                    ? chain
                    : chain.convertDataType(DataType.FLOAT);
        }
        if (model instanceof ComputationGraph graph) {
            return graph.getConfiguration().getDataType() == DataType.FLOAT
                    ? graph
                    : graph.convertDataType(DataType.FLOAT);
        }
        throw Parts.unknown(model);
    }
}
