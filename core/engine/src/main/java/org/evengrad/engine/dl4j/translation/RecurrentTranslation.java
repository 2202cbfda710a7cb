package org.evengrad.engine.dl4j.translation;

import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.graph.vertex.impl.rnn.ReverseTimeSeriesVertex;
import org.deeplearning4j.nn.params.LSTMParamInitializer;
import org.evengrad.engine.dl4j.graph.ModelGraph.Node;
import org.evengrad.engine.dl4j.layers.GruLayer;
import org.evengrad.engine.executor.Nonlinearity;
import org.evengrad.engine.executor.Value;
import org.evengrad.engine.executor.Value.Shape;
import org.evengrad.engine.executor.layers.LastStep;
import org.evengrad.engine.executor.layers.Recurrent;
import org.evengrad.engine.executor.layers.Recurrent.Padding;
import org.evengrad.engine.executor.layers.ReverseSteps;
import org.evengrad.engine.executor.layers.SequencePooling;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;

/** Layers that walk over time steps, and what ends or turns sequences. */
final class RecurrentTranslation implements LayerTranslation {
    @Override
    public boolean translate(Node node, Translation translation) throws NotCoveredException {
        if (node.vertex() instanceof ReverseTimeSeriesVertex reverse) {
            Signal input = translation.inputs(node).get(0);
            Value output = translation.program().value(input.shape(), input.value().isLearned());
            translation.program().add(new ReverseSteps(input.use(), output, reads(reverse)));
            translation.give(node, output);
            return true;
        }
        if (node.layer() == null) {
            return false;
        }
        if (node.configuration() instanceof LastTimeStep last) {
            if (!(last.getUnderlying() instanceof BaseRecurrentLayer layer)) {
                throw new NotCoveredException(
                        "the last step of " + last.getUnderlying().getClass().getSimpleName());
            }
            Value steps = recurrent(node, layer, true, translation);
            Value output = translation.program().value(Shape.flat(steps.width()), true);
            translation.program().add(new LastStep(steps.use(), output));
            translation.give(node, output);
            return true;
        }
        if (node.configuration() instanceof BaseRecurrentLayer layer) {
            translation.give(node, recurrent(node, layer, false, translation));
            return true;
        }
        if (node.configuration() instanceof GlobalPoolingLayer pooling
                && translation.input(node).shape().sequence()) {
            translation.give(node, pooled(pooling, translation.input(node), translation));
            return true;
        }
        return false;
    }

    /** Whether a vertex spares padding; without an input's name it does not. */
    private static boolean reads(ReverseTimeSeriesVertex reverse) {
        return !reverse.toString().endsWith("()");
    }

    private static Value recurrent(
            Node node, BaseRecurrentLayer layer, boolean last, Translation translation)
            throws NotCoveredException {
        if (layer.getRnnDataFormat() == RNNFormat.NWC) {
            throw new NotCoveredException("features behind the time steps");
        }
        if (layer.getIDropout() != null && !translation.isApart()) {
            throw new NotCoveredException(layer.getIDropout().getClass().getSimpleName());
        }
        Signal input = translation.input(node);
        Nonlinearity activation = translation.activation(layer.getActivationFn());
        Value output = translation.program().value(Shape.sequence((int) layer.getNOut()), true);
        Recurrent.Weights weights =
                new Recurrent.Weights(
                        Translation.offset(node, LSTMParamInitializer.INPUT_WEIGHT_KEY),
                        Translation.offset(node, LSTMParamInitializer.RECURRENT_WEIGHT_KEY),
                        Translation.offset(node, LSTMParamInitializer.BIAS_KEY),
                        input.shape().width(),
                        (int) layer.getNOut());
        Recurrent.Kind kind = kind(layer);
        // DL4J hands an LSTM layer the mask only inside of another layer.
        Padding padding =
                kind == Recurrent.Kind.LSTM && !last ? Padding.COUNTS : Padding.CLEARS_STATE;
        translation
                .program()
                .add(
                        new Recurrent(
                                translation.program(),
                                kind,
                                input.use(),
                                output,
                                weights,
                                activation,
                                padding));
        return output;
    }

    private static Recurrent.Kind kind(BaseRecurrentLayer layer) throws NotCoveredException {
        if (layer.getClass() == LSTM.class) {
            IActivation gates = ((LSTM) layer).getGateActivationFn();
            if (!(gates instanceof ActivationSigmoid)) {
                throw new NotCoveredException("gates with " + gates.getClass().getSimpleName());
            }
            return Recurrent.Kind.LSTM;
        }
        if (layer instanceof GruLayer) {
            return Recurrent.Kind.GRU;
        }
        if (layer instanceof SimpleRnn simple) {
            if (simple.hasLayerNorm()) {
                throw new NotCoveredException("layer normalization inside a recurrent layer");
            }
            return Recurrent.Kind.SIMPLE;
        }
        throw new NotCoveredException(layer.getClass().getSimpleName());
    }

    private static Value pooled(GlobalPoolingLayer pooling, Signal input, Translation translation)
            throws NotCoveredException {
        SequencePooling.Kind kind =
                switch (pooling.getPoolingType()) {
                    case AVG -> SequencePooling.Kind.MEAN;
                    case MAX -> SequencePooling.Kind.LARGEST;
                    case SUM -> SequencePooling.Kind.SUM;
                    default -> throw new NotCoveredException("pooling " + pooling.getPoolingType());
                };
        if (!pooling.isCollapseDimensions()) {
            throw new NotCoveredException("pooling that keeps dimensions");
        }
        Value output =
                translation
                        .program()
                        .value(Shape.flat(input.shape().width()), input.value().isLearned());
        translation.program().add(new SequencePooling(input.use(), output, kind));
        return output;
    }
}
