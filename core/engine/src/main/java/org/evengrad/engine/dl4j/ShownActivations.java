package org.evengrad.engine.dl4j;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.evengrad.engine.dl4j.graph.ModelGraph;
import org.evengrad.engine.dl4j.graph.ModelGraph.Node;
import org.evengrad.engine.executor.PassObserver;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Shows what the layers of a model give in a pass of DL4J's own. DL4J tells nobody what goes on on
 * its way back.
 */
final class ShownActivations extends BaseTrainingListener {
    private static final LayerWorkspaceMgr HEAP = LayerWorkspaceMgr.noWorkspaces();

    private final ModelGraph graph;
    private final PassObserver observer;
    private final Map<String, INDArray> read = new HashMap<>();

    ShownActivations(ModelGraph graph, PassObserver observer) {
        this.graph = graph;
        this.observer = observer;
    }

    @Override
    public void onForwardPass(Model model, List<INDArray> activations) {
        Map<String, INDArray> byName = new HashMap<>();
        for (int i = 0; i < activations.size(); i++) {
            byName.put(graph.nodes().get(i).name(), activations.get(i));
        }
        onForwardPass(model, byName);
    }

    @Override
    public void onForwardPass(Model model, Map<String, INDArray> activations) {
        for (Node node : graph.nodes()) {
            INDArray given = activations.get(node.name());
            if (given != null && !node.isOutput()) {
                observer.output(node.name(), PassTracer.numbers(given));
            }
            if (node.isOutput()) {
                String before = graph.nodes().get(node.inputs().get(0)).name();
                // The memory is another's behind this call.
                read.put(node.name(), activations.get(before).dup('c').detach());
            }
        }
    }

    /** Computes what the outputs gave, which the pass keeps to itself. */
    void showPredictions(int rows) {
        for (Node node : graph.nodes()) {
            INDArray in = read.get(node.name());
            if (in != null) {
                if (node.preprocessor() != null) {
                    in = node.preprocessor().preProcess(in, rows, HEAP);
                }
                INDArray predicted = node.layer().activate(in, false, HEAP);
                observer.predictions(node.name(), PassTracer.numbers(predicted));
                node.layer().clear();
            }
        }
    }
}
