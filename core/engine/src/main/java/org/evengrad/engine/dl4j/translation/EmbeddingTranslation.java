package org.evengrad.engine.dl4j.translation;

import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.evengrad.engine.dl4j.graph.ModelGraph.Node;
import org.evengrad.engine.executor.Nonlinearity;
import org.evengrad.engine.executor.Value;
import org.evengrad.engine.executor.Value.Shape;
import org.evengrad.engine.executor.layers.Embedding;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Vectors for symbols. */
final class EmbeddingTranslation implements LayerTranslation {
    @Override
    public boolean translate(Node node, Translation translation) throws NotCoveredException {
        if (node.layer() == null) {
            return false;
        }
        boolean biased;
        if (node.configuration() instanceof EmbeddingSequenceLayer sequence) {
            if (sequence.getOutputFormat() == RNNFormat.NWC) {
                throw new NotCoveredException("features behind the time steps");
            }
            if (!translation.input(node).shape().sequence()) {
                throw new NotCoveredException("a sequence without time steps");
            }
            biased = sequence.hasBias();
        } else if (node.configuration() instanceof EmbeddingLayer embedding) {
            biased = embedding.hasBias();
        } else {
            return false;
        }
        FeedForwardLayer layer = (FeedForwardLayer) node.configuration();
        Signal input = translation.input(node);
        if (input.shape().width() != 1 || input.value().isLearned()) {
            throw new NotCoveredException("symbols that are no input of one number");
        }
        INDArray vectors = node.layer().getParam(DefaultParamInitializer.WEIGHT_KEY);
        Nonlinearity activation = translation.lastActivation(layer.getActivationFn());
        Value output =
                translation
                        .program()
                        .value(
                                new Shape((int) layer.getNOut(), 0, 0, input.shape().sequence()),
                                true);
        Embedding.Table table =
                new Embedding.Table(
                        Translation.offset(node, DefaultParamInitializer.WEIGHT_KEY),
                        biased ? Translation.offset(node, DefaultParamInitializer.BIAS_KEY) : -1,
                        (int) layer.getNIn(),
                        (int) layer.getNOut(),
                        vectors.ordering() == 'c');
        translation
                .program()
                .add(
                        new Embedding(
                                translation.program(), input.value(), output, table, activation));
        translation.give(node, output);
        return true;
    }
}
