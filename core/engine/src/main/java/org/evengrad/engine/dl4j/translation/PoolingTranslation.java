package org.evengrad.engine.dl4j.translation;

import java.util.Arrays;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Pooling2D;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.evengrad.engine.dl4j.graph.ModelGraph.Node;
import org.evengrad.engine.executor.Value;
import org.evengrad.engine.executor.Value.Shape;
import org.evengrad.engine.executor.layers.Axis;
import org.evengrad.engine.executor.layers.GlobalPooling;
import org.evengrad.engine.executor.layers.Pooling;

/** Pooling of images: under a window, and of whole channels. */
final class PoolingTranslation implements LayerTranslation {
    @Override
    public boolean translate(Node node, Translation translation) throws NotCoveredException {
        if (node.layer() == null) {
            return false;
        }
        if (node.configuration() instanceof SubsamplingLayer layer
                && (layer.getClass() == SubsamplingLayer.class
                        || layer.getClass() == Pooling2D.class)) {
            window(node, layer, translation);
            return true;
        }
        if (node.configuration() instanceof GlobalPoolingLayer layer) {
            whole(node, layer, translation);
            return true;
        }
        return false;
    }

    private static void window(Node node, SubsamplingLayer layer, Translation translation)
            throws NotCoveredException {
        if (layer.getCnn2dDataFormat() != CNN2DFormat.NCHW) {
            throw new NotCoveredException("images with the channels last");
        }
        Pooling.Kind kind = kind(layer);
        Signal input = translation.groups(node);
        int[] sizes = {input.shape().height(), input.shape().imageWidth()};
        Axis[] axes = new Axis[2];
        for (int i = 0; i < 2; i++) {
            axes[i] =
                    ConvolutionTranslation.axis(
                            layer.getConvolutionMode(),
                            sizes[i],
                            layer.getKernelSize()[i],
                            layer.getStride()[i],
                            layer.getDilation()[i],
                            layer.getPadding()[i]);
        }
        Shape shape = Shape.image(input.shape().channels(), axes[0].output(), axes[1].output());
        Value output = translation.program().value(shape, input.value().isLearned());
        translation.program().add(new Pooling(input.use(), output, axes[0], axes[1], kind));
        translation.giveGroups(node, output);
    }

    private static Pooling.Kind kind(SubsamplingLayer layer) throws NotCoveredException {
        return switch (layer.getPoolingType()) {
            case MAX -> Pooling.Kind.MAXIMUM;
            case AVG ->
                    layer.isAvgPoolIncludePadInDivisor()
                            ? Pooling.Kind.PADDED_MEAN
                            : Pooling.Kind.MEAN;
            default -> throw new NotCoveredException("pooling " + layer.getPoolingType());
        };
    }

    private static void whole(Node node, GlobalPoolingLayer layer, Translation translation)
            throws NotCoveredException {
        int[] dimensions = layer.getPoolingDimensions();
        if (dimensions != null && !Arrays.equals(dimensions, new int[] {2, 3})) {
            throw new NotCoveredException("pooling of dimensions " + Arrays.toString(dimensions));
        }
        GlobalPooling.Kind kind = kind(layer.getPoolingType());
        Signal input = translation.groups(node);
        int channels = input.shape().channels();
        Shape shape =
                layer.isCollapseDimensions() ? Shape.flat(channels) : Shape.image(channels, 1, 1);
        Value output = translation.program().value(shape, input.value().isLearned());
        translation.program().add(new GlobalPooling(input.use(), output, kind));
        translation.give(node, output);
    }

    private static GlobalPooling.Kind kind(PoolingType type) throws NotCoveredException {
        return switch (type) {
            case MAX -> GlobalPooling.Kind.MAXIMUM;
            case AVG -> GlobalPooling.Kind.MEAN;
            case SUM -> GlobalPooling.Kind.SUM;
            default -> throw new NotCoveredException("pooling " + type);
        };
    }
}
