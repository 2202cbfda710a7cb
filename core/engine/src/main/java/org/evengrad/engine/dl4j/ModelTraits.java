package org.evengrad.engine.dl4j;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.layers.LayerConstraint;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.evengrad.engine.dl4j.graph.ModelGraph;
import org.evengrad.engine.dl4j.graph.ModelGraph.Node;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationRReLU;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossBinaryXENT;
import org.nd4j.linalg.lossfunctions.impl.LossKLD;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.lossfunctions.impl.LossMSLE;
import org.nd4j.linalg.lossfunctions.impl.LossPoisson;

/** What the layers of a model say about how it computes, read once. */
final class ModelTraits {
    /** Where layers of ours live. */
    private static final String OWN_PACKAGE = "org.evengrad.";

    private final Dl4jModel model;
    private final List<Node> nodes;
    private final Node output;
    private final boolean draws;
    private final boolean stopsGradients;
    private final boolean constrained;
    private final boolean penalized;

    private ModelTraits(Dl4jModel model) {
        this.model = model;
        ModelGraph graph = model.graph();
        nodes = graph.nodes();
        output = graph.output();
        List<Node> layers = nodes.stream().filter(node -> node.layer() != null).toList();
        // Every step asks.
        draws = layers.stream().anyMatch(ModelTraits::draws);
        stopsGradients = layers.stream().anyMatch(Node::isFrozen);
        constrained = layers.stream().anyMatch(ModelTraits::isConstrained);
        penalized = Stream.of(model.layers()).anyMatch(ModelTraits::isPenalized);
    }

    static ModelTraits of(Dl4jModel model) {
        return new ModelTraits(model);
    }

    /** The loss of the first output; null if it has none. */
    ILossFunction lossFunction() {
        Object layer = output.configuration();
        if (layer instanceof BaseOutputLayer base) {
            return base.getLossFn();
        }
        return layer instanceof LossLayer loss ? loss.getLossFn() : null;
    }

    /** What the numbers of the first output have come through last. */
    IActivation outputActivation() {
        return output.activation();
    }

    /** Whether the loss of the first output takes the logarithm of what is predicted. */
    boolean lossHasLogarithm() {
        ILossFunction loss = lossFunction();
        return loss instanceof LossMCXENT
                || loss instanceof LossBinaryXENT
                || loss instanceof LossKLD
                || loss instanceof LossPoisson
                || loss instanceof LossMSLE;
    }

    /** Units of the first output. */
    int outputs() {
        for (int i = nodes.indexOf(output); i >= 0; i--) {
            Node node = nodes.get(i);
            if (node.layer() != null
                    && node.configuration() instanceof FeedForwardLayer layer
                    && layer.getNOut() > 0) {
                return (int) layer.getNOut();
            }
        }
        throw new IllegalStateException("no layer says how many outputs there are");
    }

    /** Whether the first output is one for each time step. */
    boolean outputPerStep() {
        Object layer = output.configuration();
        return layer instanceof RnnOutputLayer || layer instanceof RnnLossLayer;
    }

    /** Whether a pass in training mode draws random numbers. */
    boolean draws() {
        return draws;
    }

    private static boolean draws(Node node) {
        return node.configuration().getIDropout() != null
                || node.configuration() instanceof BaseLayer base && base.getWeightNoise() != null
                || node.activation() instanceof ActivationRReLU;
    }

    /** Whether layers that are not frozen may get no gradient, for a frozen one behind them. */
    boolean stopsGradients() {
        return stopsGradients;
    }

    /** Whether a layer has constraints, which DL4J applies after each update. */
    boolean constrained() {
        return constrained;
    }

    private static boolean isConstrained(Node node) {
        List<LayerConstraint> constraints = node.configuration().getConstraints();
        return constraints != null && !constraints.isEmpty();
    }

    /** What DL4J adds to its score, at the parameters as they are. */
    double penalties() {
        double sum = 0;
        if (penalized) {
            for (Layer layer : model.layers()) {
                sum += layer.calcRegularizationScore(true);
            }
        }
        return sum;
    }

    private static boolean isPenalized(Layer layer) {
        if (layer.numParams() == 0) {
            return false;
        }
        org.deeplearning4j.nn.conf.layers.Layer configuration = layer.conf().getLayer();
        return layer.paramTable().keySet().stream()
                .map(configuration::getRegularizationByParam)
                .anyMatch(penalties -> penalties != null && !penalties.isEmpty());
    }

    /** Which layers and activations plain DL4J does not have. */
    List<String> needsEvengrad() {
        List<String> needs = new ArrayList<>();
        for (Node node : nodes) {
            if (node.activation() instanceof StrategyActivation strategy) {
                needs.add(node.name() + ": activation " + strategy.strategy());
            }
            Object kind = node.layer() == null ? node.vertex() : node.configuration();
            if (kind != null && kind.getClass().getName().startsWith(OWN_PACKAGE)) {
                needs.add(node.name() + ": layer " + kind.getClass().getSimpleName());
            }
        }
        if (lossFunction() != null && lossFunction().getClass().getName().startsWith(OWN_PACKAGE)) {
            needs.add(output.name() + ": loss " + lossFunction().getClass().getSimpleName());
        }
        return needs;
    }
}
