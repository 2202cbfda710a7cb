package org.evengrad.engine.dl4j.translation;

import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.evengrad.engine.dl4j.graph.ModelGraph.Node;
import org.evengrad.engine.dl4j.layers.HuberLoss;
import org.evengrad.engine.executor.Nonlinearity;
import org.evengrad.engine.executor.RowLoss;
import org.evengrad.engine.executor.Value;
import org.evengrad.engine.executor.layers.CrossEntropy;
import org.evengrad.engine.executor.layers.ElementLoss;
import org.evengrad.engine.executor.layers.NumberLoss;
import org.evengrad.engine.executor.layers.Output;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossBinaryXENT;
import org.nd4j.linalg.lossfunctions.impl.LossL1;
import org.nd4j.linalg.lossfunctions.impl.LossL2;
import org.nd4j.linalg.lossfunctions.impl.LossMAE;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;
import org.nd4j.linalg.lossfunctions.impl.LossNegativeLogLikelihood;

/** Output layers and their losses. */
final class OutputTranslation implements LayerTranslation {
    @Override
    public boolean translate(Node node, Translation translation) throws NotCoveredException {
        Layer layer = node.configuration();
        if (layer instanceof BaseOutputLayer output && isPlain(output)) {
            Signal input = input(node, layer instanceof RnnOutputLayer, translation);
            Nonlinearity identity = translation.lastActivation(new ActivationIdentity());
            int units = (int) output.getNOut();
            Value preActivation =
                    DenseTranslation.dense(
                            node, input, units, output.hasBias(), identity, false, translation);
            end(node, preActivation, output.getLossFn(), output.getActivationFn(), translation);
            return true;
        }
        if (layer instanceof LossLayer output && output.getClass() == LossLayer.class) {
            Signal input = input(node, false, translation);
            end(node, input.value(), output.getLossFn(), output.getActivationFn(), translation);
            return true;
        }
        if (layer instanceof RnnLossLayer output) {
            Signal input = input(node, true, translation);
            end(node, input.value(), output.getLossFn(), output.getActivationFn(), translation);
            return true;
        }
        return false;
    }

    private static boolean isPlain(BaseOutputLayer output) {
        return output.getClass() == OutputLayer.class || output.getClass() == RnnOutputLayer.class;
    }

    private static Signal input(Node node, boolean perStep, Translation translation)
            throws NotCoveredException {
        Signal input = translation.input(node);
        if (input.shape().sequence() != perStep || input.shape().isImage()) {
            throw new NotCoveredException(
                    node.configuration().getClass().getSimpleName()
                            + (perStep ? " without time steps" : " of time steps or an image"));
        }
        return input;
    }

    private static void end(
            Node node,
            Value preActivation,
            ILossFunction function,
            IActivation activation,
            Translation translation)
            throws NotCoveredException {
        if (translation.isApart()) {
            translation.give(node, preActivation);
            return;
        }
        RowLoss loss = loss(function, activation, translation);
        Value predictions = translation.program().value(preActivation.shape(), false);
        translation.program().end(new Output(preActivation.use(), predictions, loss));
    }

    private static RowLoss loss(
            ILossFunction function, IActivation activation, Translation translation)
            throws NotCoveredException {
        Class<?> kind = function.getClass();
        if (kind == LossMCXENT.class || kind == LossNegativeLogLikelihood.class) {
            LossMCXENT loss = (LossMCXENT) function;
            float[] weights = floats(loss.getWeights());
            return activation instanceof ActivationSoftmax
                    ? new CrossEntropy(weights, loss.getSoftmaxClipEps())
                    : new ElementLoss(
                            new NumberLoss.LogLikelihood(),
                            translation.activation(activation),
                            weights,
                            false);
        }
        NumberLoss loss;
        INDArray weights;
        if (kind == LossBinaryXENT.class) {
            loss = new NumberLoss.Binary((float) ((LossBinaryXENT) function).getClipEps());
            weights = ((LossBinaryXENT) function).getWeights();
        } else if (kind == LossMSE.class || kind == LossL2.class) {
            loss = new NumberLoss.Squared();
            weights = ((LossL2) function).getWeights();
        } else if (kind == LossMAE.class || kind == LossL1.class) {
            loss = new NumberLoss.Absolute();
            weights = ((LossL1) function).getWeights();
        } else if (function instanceof HuberLoss huber) {
            loss = new NumberLoss.Huber((float) huber.delta());
            weights = null;
        } else {
            throw new NotCoveredException(kind.getSimpleName());
        }
        boolean mean = kind == LossMSE.class || kind == LossMAE.class || kind == HuberLoss.class;
        return new ElementLoss(loss, translation.activation(activation), floats(weights), mean);
    }

    private static float[] floats(INDArray weights) {
        return weights == null ? new float[0] : weights.toFloatVector();
    }
}
