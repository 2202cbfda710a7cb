package org.evengrad.engine.dl4j.translation;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.Convolution2D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.params.ConvolutionParamInitializer;
import org.deeplearning4j.nn.params.SeparableConvolutionParamInitializer;
import org.evengrad.engine.dl4j.graph.ModelGraph.Node;
import org.evengrad.engine.executor.Nonlinearity;
import org.evengrad.engine.executor.Value;
import org.evengrad.engine.executor.Value.Shape;
import org.evengrad.engine.executor.layers.Axis;
import org.evengrad.engine.executor.layers.Convolution;
import org.evengrad.engine.executor.layers.DepthwiseConvolution;
import org.nd4j.linalg.activations.impl.ActivationIdentity;

/** Convolutions over images: of all channels, of each by itself, and of one behind the other. */
final class ConvolutionTranslation implements LayerTranslation {
    @Override
    public boolean translate(Node node, Translation translation) throws NotCoveredException {
        if (node.layer() == null || !(node.configuration() instanceof ConvolutionLayer layer)) {
            return false;
        }
        Class<?> kind = layer.getClass();
        if (kind == ConvolutionLayer.class || kind == Convolution2D.class) {
            Signal input = images(node, layer, translation);
            translation.giveGroups(
                    node,
                    convolution(
                            node,
                            input,
                            ConvolutionParamInitializer.WEIGHT_KEY,
                            window(layer, input.shape(), (int) layer.getNOut()),
                            layer,
                            translation));
            return true;
        }
        if (kind == DepthwiseConvolution2D.class) {
            Signal input = images(node, layer, translation);
            int multiplier = ((DepthwiseConvolution2D) layer).getDepthMultiplier();
            Convolution.Window window =
                    window(layer, input.shape(), input.shape().channels() * multiplier);
            Value output = output(window, translation);
            translation
                    .program()
                    .add(
                            new DepthwiseConvolution(
                                    translation.program(),
                                    input.use(),
                                    output,
                                    window,
                                    DepthwiseConvolution.Layout.tapsFirst(
                                            window,
                                            Translation.offset(
                                                    node, ConvolutionParamInitializer.WEIGHT_KEY)),
                                    biases(node, layer),
                                    translation.lastActivation(layer.getActivationFn())));
            translation.giveGroups(node, output);
            return true;
        }
        if (kind == SeparableConvolution2D.class) {
            translation.giveGroups(
                    node, separable(node, (SeparableConvolution2D) layer, translation));
            return true;
        }
        return false;
    }

    private static Signal images(Node node, ConvolutionLayer layer, Translation translation)
            throws NotCoveredException {
        if (layer.getCnn2dDataFormat() != CNN2DFormat.NCHW) {
            throw new NotCoveredException("images with the channels last");
        }
        return layer.getIDropout() == null
                ? translation.groups(node)
                : translation.groups(translation.input(node));
    }

    private static Value separable(Node node, SeparableConvolution2D layer, Translation translation)
            throws NotCoveredException {
        Signal input = images(node, layer, translation);
        int between = input.shape().channels() * layer.getDepthMultiplier();
        Convolution.Window window = window(layer, input.shape(), between);
        Value each = output(window, translation);
        Nonlinearity identity = translation.activation(new ActivationIdentity());
        translation
                .program()
                .add(
                        new DepthwiseConvolution(
                                translation.program(),
                                input.use(),
                                each,
                                window,
                                DepthwiseConvolution.Layout.multiplesFirst(
                                        window,
                                        Translation.offset(
                                                node,
                                                SeparableConvolutionParamInitializer
                                                        .DEPTH_WISE_WEIGHT_KEY)),
                                -1,
                                identity));
        Convolution.Window point =
                new Convolution.Window(
                        between,
                        (int) layer.getNOut(),
                        Axis.same(window.down().output(), 1, 1, 1),
                        Axis.same(window.across().output(), 1, 1, 1));
        return convolution(
                node,
                new Signal(each, each.shape()),
                SeparableConvolutionParamInitializer.POINT_WISE_WEIGHT_KEY,
                point,
                layer,
                translation);
    }

    private static Value convolution(
            Node node,
            Signal input,
            String weights,
            Convolution.Window window,
            ConvolutionLayer layer,
            Translation translation)
            throws NotCoveredException {
        Nonlinearity activation = translation.lastActivation(layer.getActivationFn());
        Value output = output(window, translation);
        translation
                .program()
                .add(
                        new Convolution(
                                translation.program(),
                                input.use(),
                                output,
                                window,
                                Translation.offset(node, weights),
                                biases(node, layer),
                                activation));
        return output;
    }

    private static Value output(Convolution.Window window, Translation translation) {
        return translation
                .program()
                .value(
                        Shape.image(
                                window.filters(), window.down().output(), window.across().output()),
                        true);
    }

    private static int biases(Node node, ConvolutionLayer layer) {
        return layer.hasBias()
                ? Translation.offset(node, ConvolutionParamInitializer.BIAS_KEY)
                : -1;
    }

    private static Convolution.Window window(ConvolutionLayer layer, Shape input, int filters)
            throws NotCoveredException {
        int[] sizes = {input.height(), input.imageWidth()};
        Axis[] axes = new Axis[2];
        for (int i = 0; i < 2; i++) {
            axes[i] =
                    axis(
                            layer.getConvolutionMode(),
                            sizes[i],
                            layer.getKernelSize()[i],
                            layer.getStride()[i],
                            layer.getDilation()[i],
                            layer.getPadding()[i]);
        }
        return new Convolution.Window(input.channels(), filters, axes[0], axes[1]);
    }

    /** How a window moves in one of DL4J's modes. */
    static Axis axis(
            ConvolutionMode mode, int input, int kernel, int stride, int dilation, int padding)
            throws NotCoveredException {
        if (mode == ConvolutionMode.Causal) {
            throw new NotCoveredException("causal convolution");
        }
        return mode == ConvolutionMode.Same
                ? Axis.same(input, kernel, stride, dilation)
                : Axis.truncated(input, kernel, stride, dilation, padding);
    }
}
