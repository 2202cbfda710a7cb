package org.evengrad.engine.dl4j.translation;

import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.evengrad.engine.dl4j.graph.ModelGraph.Node;
import org.evengrad.engine.dl4j.layers.GruLayer;
import org.evengrad.engine.dl4j.layers.LayerNormalizationLayer;
import org.evengrad.engine.executor.Value;
import org.evengrad.engine.executor.layers.Dropout;

/** Dropout in front of a layer, or as a layer of its own. */
final class DropoutTranslation implements LayerTranslation {
    @Override
    public boolean translate(Node node, Translation translation) throws NotCoveredException {
        if (node.configuration() instanceof DropoutLayer) {
            translation.give(node, translation.input(node));
            return true;
        }
        return false;
    }

    /** What is left of a layer's input. */
    static Signal drop(Node node, Signal input, Translation translation)
            throws NotCoveredException {
        if (translation.isApart()) {
            return input;
        }
        Layer layer = node.innermost();
        IDropout dropout =
                node.configuration().getIDropout() == null
                        ? layer.getIDropout()
                        : node.configuration().getIDropout();
        if (dropout == null || ignoresDropout(layer)) {
            return input;
        }
        if (!appliesDropout(layer)
                || dropout.getClass() != org.deeplearning4j.nn.conf.dropout.Dropout.class) {
            throw new NotCoveredException(dropout.getClass().getSimpleName());
        }
        org.deeplearning4j.nn.conf.dropout.Dropout inverted =
                (org.deeplearning4j.nn.conf.dropout.Dropout) dropout;
        if (inverted.getPSchedule() != null) {
            throw new NotCoveredException("dropout with a schedule");
        }
        if (inverted.getP() == 1) {
            return input;
        }
        Value output = translation.program().value(input.shape(), input.value().isLearned());
        long number = translation.numberOf(node);
        translation.program().add(new Dropout(input.use(), output, inverted.getP(), number));
        return new Signal(output, input.shape());
    }

    /** DL4J gives all layers the dropout of the model, but these take no notice of it. */
    private static boolean ignoresDropout(Layer layer) {
        return layer instanceof BatchNormalization
                || layer instanceof ActivationLayer
                || layer instanceof SubsamplingLayer
                || layer instanceof GlobalPoolingLayer
                || layer instanceof LossLayer
                || layer instanceof RnnLossLayer;
    }

    private static boolean appliesDropout(Layer layer) {
        return layer instanceof DropoutLayer
                || layer instanceof DenseLayer
                || layer instanceof BaseOutputLayer
                || layer instanceof ConvolutionLayer
                || layer instanceof LayerNormalizationLayer
                || layer instanceof LSTM
                || layer instanceof SimpleRnn
                || layer instanceof GruLayer;
    }
}
