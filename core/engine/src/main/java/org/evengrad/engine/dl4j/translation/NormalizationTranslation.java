package org.evengrad.engine.dl4j.translation;

import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.evengrad.engine.dl4j.graph.ModelGraph.Node;
import org.evengrad.engine.dl4j.layers.LayerNormalizationLayer;
import org.evengrad.engine.executor.Value;
import org.evengrad.engine.executor.layers.BatchNormalization;
import org.evengrad.engine.executor.layers.LayerNormalization;

/** Batch and layer normalization. */
final class NormalizationTranslation implements LayerTranslation {
    @Override
    public boolean translate(Node node, Translation translation) throws NotCoveredException {
        if (node.configuration()
                instanceof org.deeplearning4j.nn.conf.layers.BatchNormalization batch) {
            Signal input = translation.input(node);
            if (input.shape().sequence()) {
                throw new NotCoveredException("BatchNormalization of time steps");
            }
            Value output = translation.program().value(input.shape(), true);
            translation
                    .program()
                    .add(
                            new BatchNormalization(
                                    translation.program(),
                                    input.use(),
                                    output,
                                    options(node, batch)));
            translation.give(node, output);
            return true;
        }
        if (node.configuration() instanceof LayerNormalizationLayer) {
            Signal input = translation.input(node);
            Value output = translation.program().value(input.shape(), true);
            translation
                    .program()
                    .add(
                            new LayerNormalization(
                                    translation.program(),
                                    input.use(),
                                    output,
                                    Translation.offset(node, LayerNormalizationLayer.GAIN),
                                    Translation.offset(node, LayerNormalizationLayer.BIAS),
                                    LayerNormalizationLayer.EPSILON));
            translation.give(node, output);
            return true;
        }
        return false;
    }

    private static BatchNormalization.Options options(
            Node node, org.deeplearning4j.nn.conf.layers.BatchNormalization batch)
            throws NotCoveredException {
        boolean fixed = batch.isLockGammaBeta();
        // DL4J leaves both out on the way forward unless both have been set.
        if (fixed && (batch.getGamma() != 1) != (batch.getBeta() != 0)) {
            throw new NotCoveredException("a locked gamma without a locked beta");
        }
        return new BatchNormalization.Options(
                fixed ? -1 : Translation.offset(node, BatchNormalizationParamInitializer.GAMMA),
                fixed ? -1 : Translation.offset(node, BatchNormalizationParamInitializer.BETA),
                batch.getGamma(),
                batch.getBeta(),
                Translation.offset(node, BatchNormalizationParamInitializer.GLOBAL_MEAN),
                Translation.offset(
                        node,
                        batch.isUseLogStd()
                                ? BatchNormalizationParamInitializer.GLOBAL_LOG_STD
                                : BatchNormalizationParamInitializer.GLOBAL_VAR),
                batch.isUseLogStd(),
                batch.getDecay(),
                batch.getEps());
    }
}
