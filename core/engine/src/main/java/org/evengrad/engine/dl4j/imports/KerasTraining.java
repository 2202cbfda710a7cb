package org.evengrad.engine.dl4j.imports;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.evengrad.engine.dl4j.imports.TrainableOutput.Output;
import org.evengrad.engine.dl4j.imports.TrainableOutput.Wanted;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.learning.regularization.L1Regularization;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossBinaryXENT;
import org.nd4j.linalg.lossfunctions.impl.LossMAE;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;

/** What a Keras file says about training, put into the network that DL4J made of it. */
final class KerasTraining {
    private final JsonNode loss;
    private final KerasOptimizer optimizer;
    private final Map<String, JsonNode> layers = new HashMap<>();
    private final List<String> notes = new ArrayList<>();
    private int outputs;

    private KerasTraining(JsonNode training, List<JsonNode> layers) {
        loss = training.path("loss");
        optimizer =
                training.path("optimizer_config").isObject()
                        ? KerasOptimizer.of(training.path("optimizer_config"))
                        : KerasOptimizer.NONE;
        notes.addAll(optimizer.notes());
        for (JsonNode layer : layers) {
            JsonNode config = layer.path("config");
            this.layers.put(config.path("name").asText(), config);
            // What DL4J makes of it may bear the name of the layer within.
            if (config.path("layer").isObject()) {
                this.layers.putIfAbsent(
                        config.path("layer").path("config").path("name").asText(), config);
            }
        }
    }

    /**
     * Reads both.
     *
     * @param training the entry {@code training_config}, or missing
     * @param layers of the model, with their options
     */
    static KerasTraining of(JsonNode training, List<JsonNode> layers) {
        return new KerasTraining(training, layers);
    }

    KerasOptimizer optimizer() {
        return optimizer;
    }

    List<String> notes() {
        return notes;
    }

    /** The same network with a loss, penalties and frozen layers. */
    Model prepare(Model imported) {
        Model withLoss = TrainableOutput.with(imported, this::wanted);
        return withLoss instanceof MultiLayerNetwork chain
                ? prepare(chain)
                : prepare((ComputationGraph) withLoss);
    }

    private Model prepare(MultiLayerNetwork chain) {
        MultiLayerConfiguration configuration = chain.getLayerWiseConfigurations().clone();
        configuration.getConfs().forEach(this::prepare);
        MultiLayerNetwork result = new MultiLayerNetwork(configuration);
        result.init();
        result.setParams(chain.params());
        return result;
    }

    private Model prepare(ComputationGraph graph) {
        ComputationGraphConfiguration configuration = graph.getConfiguration().clone();
        configuration
                .getVertices()
                .values()
                .forEach(
                        vertex -> {
                            if (vertex instanceof LayerVertex layer) {
                                prepare(layer.getLayerConf());
                            }
                        });
        ComputationGraph result = new ComputationGraph(configuration);
        result.init();
        result.setParams(graph.params());
        return result;
    }

    private void prepare(NeuralNetConfiguration configuration) {
        Layer layer = configuration.getLayer();
        // DL4J takes the time, which would be in every saved model.
        configuration.setSeed(0);
        Layer inner = Wrapped.innermost(layer);
        if (inner.getIDropout() instanceof Dropout dropout
                && dropout.getPSchedule() == null
                && dropout.getP() == 1) {
            inner.setIDropout(null);
        }
        JsonNode options = layers.get(layer.getLayerName());
        if (options == null) {
            return;
        }
        if (inner instanceof BaseLayer base) {
            penalties(base, options);
        }
        if (!options.path("trainable").asBoolean(true)) {
            freeze(configuration);
        }
    }

    private void freeze(NeuralNetConfiguration configuration) {
        Layer layer = configuration.getLayer();
        if (layer instanceof BaseOutputLayer) {
            notes.add(
                    layer.getLayerName()
                            + " is not trainable in Keras; as the output layer it is trained here");
        } else if (layer.initializer().numParams(configuration) > 0) {
            FrozenLayerWithBackprop frozen = new FrozenLayerWithBackprop(layer);
            frozen.setLayerName(layer.getLayerName());
            configuration.setLayer(frozen);
        }
    }

    private void penalties(BaseLayer layer, JsonNode options) {
        JsonNode inner =
                options.path("layer").isObject() ? options.path("layer").path("config") : options;
        List<Regularization> weights =
                penalties(layer, inner.path("kernel_regularizer"), "kernel_regularizer");
        if (!weights.isEmpty()) {
            layer.setRegularization(weights);
        }
        List<Regularization> bias =
                penalties(layer, inner.path("bias_regularizer"), "bias_regularizer");
        if (!bias.isEmpty()) {
            layer.setRegularizationBias(bias);
        }
        if (inner.path("recurrent_regularizer").isObject()
                && !inner.path("recurrent_regularizer").equals(inner.path("kernel_regularizer"))) {
            notes.add(
                    layer.getLayerName()
                            + ": recurrent_regularizer is not carried over; recurrent weights have"
                            + " that of the kernel");
        }
        if (inner.path("activity_regularizer").isObject()) {
            notes.add(layer.getLayerName() + ": activity_regularizer is not carried over");
        }
    }

    /** Keras takes the sum of squares, DL4J half of it. */
    private List<Regularization> penalties(Layer layer, JsonNode regularizer, String name) {
        List<Regularization> found = new ArrayList<>();
        if (!regularizer.isObject()) {
            return found;
        }
        JsonNode config = regularizer.path("config");
        double l1 = config.path("l1").asDouble(0);
        double l2 = config.path("l2").asDouble(0);
        if (l1 != 0) {
            found.add(new L1Regularization(l1));
        }
        if (l2 != 0) {
            found.add(new L2Regularization(2 * l2));
        }
        if (!config.has("l1") && !config.has("l2")) {
            notes.add(
                    layer.getLayerName()
                            + ": "
                            + name
                            + " "
                            + regularizer.path("class_name").asText()
                            + " is not carried over");
        }
        return found;
    }

    private Wanted wanted(Output output) {
        JsonNode own = own(output.layer());
        String name = own.isTextual() ? own.asText() : own.path("class_name").asText("");
        Optional<ILossFunction> known = known(name);
        if (known.isEmpty()) {
            ILossFunction fitting = fitting(output.activation());
            notes.add(
                    (name.isEmpty()
                                    ? "the file names no loss for "
                                    : "the loss " + name + " has no equal here for ")
                            + output.layer()
                            + ", so it is "
                            + fitting.name());
            return new Wanted(fitting, Optional.empty());
        }
        return new Wanted(
                known.orElseThrow(),
                own.path("config").path("from_logits").asBoolean()
                        ? activation(known.orElseThrow(), output)
                        : Optional.empty());
    }

    /** The loss of one output; they are told apart by name or by place. */
    private JsonNode own(String output) {
        int place = outputs++;
        if (loss.isArray()) {
            return loss.path(place);
        }
        return loss.isObject() && !loss.has("class_name") ? loss.path(output) : loss;
    }

    private static Optional<ILossFunction> known(String name) {
        return switch (name) {
            // The targets are one-hot here, whether the classes were numbers in Keras or not.
            case "categorical_crossentropy",
                    "CategoricalCrossentropy",
                    "sparse_categorical_crossentropy",
                    "SparseCategoricalCrossentropy" ->
                    Optional.of(new LossMCXENT());
            case "binary_crossentropy", "BinaryCrossentropy" -> Optional.of(new LossBinaryXENT());
            case "mse", "MSE", "mean_squared_error", "MeanSquaredError" ->
                    Optional.of(new LossMSE());
            case "mae", "MAE", "mean_absolute_error", "MeanAbsoluteError" ->
                    Optional.of(new LossMAE());
            default -> Optional.empty();
        };
    }

    /** Keras has the activation within the loss then, and the layer none. */
    private Optional<IActivation> activation(ILossFunction loss, Output output) {
        IActivation activation =
                loss instanceof LossMCXENT
                        ? new ActivationSoftmax()
                        : loss instanceof LossBinaryXENT ? new ActivationSigmoid() : null;
        if (activation != null) {
            notes.add(
                    output.layer()
                            + " gets the activation "
                            + activation
                            + ", which Keras has within its loss (from_logits)");
        }
        return Optional.ofNullable(activation);
    }

    private static ILossFunction fitting(IActivation activation) {
        if (activation instanceof ActivationSoftmax) {
            return new LossMCXENT();
        }
        return activation instanceof ActivationSigmoid ? new LossBinaryXENT() : new LossMSE();
    }
}
