package org.evengrad.engine.dl4j.imports;

import java.util.Optional;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.Cnn3DLossLayer;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.objdetect.Yolo2OutputLayer;
import org.evengrad.engine.dl4j.imports.Parts.Part;
import org.evengrad.engine.dl4j.layers.HuberLoss;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossBinaryXENT;
import org.nd4j.linalg.lossfunctions.impl.LossMAE;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;
import org.nd4j.linalg.lossfunctions.impl.LossSparseMCXENT;

/** Reads what an output layer says about its loss. */
final class OutputReader {
    private OutputReader() {}

    static OutputSettings read(Part part) {
        Layer layer = part.layer().map(Wrapped::innermost).orElse(null);
        Optional<ILossFunction> loss = loss(layer);
        return new OutputSettings(
                part.name(),
                loss.flatMap(function -> ours(function, ((BaseLayer) layer).getActivationFn())),
                layer instanceof Yolo2OutputLayer
                        ? Optional.of("Yolo2OutputLayer")
                        : loss.map(ILossFunction::name),
                layer instanceof RnnOutputLayer || layer instanceof RnnLossLayer,
                layer instanceof RnnOutputLayer output && output.getRnnDataFormat() == RNNFormat.NWC
                        || layer instanceof RnnLossLayer lossLayer
                                && lossLayer.getRnnDataFormat() == RNNFormat.NWC);
    }

    /** The loss of a layer that has one. */
    static Optional<ILossFunction> loss(Layer layer) {
        if (layer instanceof BaseOutputLayer output) {
            return Optional.ofNullable(output.getLossFn());
        }
        if (layer instanceof LossLayer output) {
            return Optional.ofNullable(output.getLossFn());
        }
        if (layer instanceof RnnLossLayer output) {
            return Optional.ofNullable(output.getLossFn());
        }
        if (layer instanceof CnnLossLayer output) {
            return Optional.ofNullable(output.getLossFn());
        }
        if (layer instanceof Cnn3DLossLayer output) {
            return Optional.ofNullable(output.getLossFn());
        }
        return Optional.empty();
    }

    /** Our name of a loss that is the same number, which weights of outputs would change. */
    private static Optional<String> ours(ILossFunction loss, IActivation activation) {
        if (loss instanceof LossMCXENT entropy
                && !(loss instanceof LossSparseMCXENT)
                && entropy.getWeights() == null
                && activation instanceof ActivationSoftmax) {
            return Optional.of("cross-entropy");
        }
        if (loss instanceof LossBinaryXENT entropy
                && entropy.getWeights() == null
                && activation instanceof ActivationSigmoid) {
            return Optional.of("binary-cross-entropy");
        }
        if (loss instanceof LossMSE squares && squares.getWeights() == null) {
            return Optional.of("mse");
        }
        if (loss instanceof LossMAE magnitudes && magnitudes.getWeights() == null) {
            return Optional.of("mae");
        }
        return loss instanceof HuberLoss ? Optional.of("huber") : Optional.empty();
    }
}
