package org.evengrad.engine.dl4j.translation;

import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.evengrad.engine.dl4j.graph.ModelGraph.Node;
import org.evengrad.engine.executor.Nonlinearity;
import org.evengrad.engine.executor.Value;
import org.evengrad.engine.executor.Value.Shape;
import org.evengrad.engine.executor.layers.Activate;
import org.evengrad.engine.executor.layers.Dense;

/** Dense layers, and activations of their own. */
final class DenseTranslation implements LayerTranslation {
    @Override
    public boolean translate(Node node, Translation translation) throws NotCoveredException {
        if (node.configuration() instanceof DenseLayer dense) {
            if (dense.hasLayerNorm()) {
                throw new NotCoveredException("layer normalization inside a dense layer");
            }
            Signal input = translation.input(node);
            Nonlinearity activation = translation.lastActivation(dense.getActivationFn());
            translation.give(
                    node,
                    dense(
                            node,
                            input,
                            (int) dense.getNOut(),
                            dense.hasBias(),
                            activation,
                            true,
                            translation));
            return true;
        }
        if (node.configuration() instanceof ActivationLayer layer) {
            Signal input = translation.input(node);
            Value output = translation.program().value(input.shape(), input.value().isLearned());
            Nonlinearity activation = translation.lastActivation(layer.getActivationFn());
            translation.program().add(new Activate(input.use(), output, activation));
            translation.give(node, output);
            return true;
        }
        return false;
    }

    /** Weights, biases and an activation; those of an output layer too. */
    static Value dense(
            Node node,
            Signal input,
            int units,
            boolean biased,
            Nonlinearity activation,
            boolean clearsPadding,
            Translation translation) {
        Value output =
                translation.program().value(new Shape(units, 0, 0, input.shape().sequence()), true);
        Dense.Weights weights =
                new Dense.Weights(
                        Translation.offset(node, DefaultParamInitializer.WEIGHT_KEY),
                        biased ? Translation.offset(node, DefaultParamInitializer.BIAS_KEY) : -1,
                        input.shape().width(),
                        units);
        translation
                .program()
                .add(
                        new Dense(
                                translation.program(),
                                input.use(),
                                output,
                                weights,
                                activation,
                                clearsPadding));
        return output;
    }
}
