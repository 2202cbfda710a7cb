package org.evengrad.config;

import static org.evengrad.config.PresetLayers.conv;
import static org.evengrad.config.PresetLayers.dense;
import static org.evengrad.config.PresetLayers.depthwise;

import java.util.List;
import java.util.Optional;
import org.evengrad.config.LayerConfig.MaxPool;
import org.evengrad.config.LayerConfig.Padding;
import org.evengrad.config.bind.Key;
import org.evengrad.config.bind.Variants;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;
import org.evengrad.spi.Activation;

/**
 * A well-known network: the key {@code preset} names it, its own keys stand beside. It is short for
 * a list of layers, and everything else in the configuration holds for those: the network's
 * activation follows each layer with weights that needs no other, and the output layer follows from
 * data and loss.
 *
 * <p>The networks for images take any size and number of channels, down to 8 x 8.
 *
 * @since 0.1.0
 */
@Variants(noun = "preset", key = "preset")
public sealed interface Preset {
    /** The hidden layers, in order. */
    List<LayerConfig> layers();

    /**
     * Fully connected layers of the same width.
     *
     * @param depth hidden layers
     * @param width units of each
     */
    record Mlp(
            @Key(range = "[1, 10000]", absent = "3") int depth,
            @Key(range = "[1, 65536]", absent = "256") int width)
            implements Preset {
        @Override
        public List<LayerConfig> layers() {
            return List.of(dense(width, depth));
        }
    }

    /**
     * LeNet-5 for images: two convolutions, each with pooling, and two dense layers of 120 and 84
     * units. Both convolutions are padded, and the largest of each window is kept, not its mean.
     *
     * <p>LeCun, Bottou, Bengio and Haffner, <a
     * href="https://doi.org/10.1109/5.726791">Gradient-Based Learning Applied to Document
     * Recognition</a>, 1998.
     *
     * @param first filters of the first convolution
     * @param second filters of the second convolution
     */
    record Lenet(
            @Key(range = "[1, 4096]", absent = "6") int first,
            @Key(range = "[1, 4096]", absent = "16") int second)
            implements Preset {
        private static final int KERNEL = 5;

        @Override
        public List<LayerConfig> layers() {
            MaxPool halved = new MaxPool(2, Optional.empty(), Padding.VALID, 1);
            return PresetLayers.begin()
                    .add(conv(first, KERNEL, 1))
                    .add(halved)
                    .add(conv(second, KERNEL, 1))
                    .add(halved)
                    .add(dense(120, 1))
                    .add(dense(84, 1))
                    .toList();
        }
    }

    /**
     * A residual network for small images, as in the paper's section on CIFAR-10: a convolution,
     * three stages of blocks of two convolutions, each stage with twice the filters and half the
     * image of the one before, and the means of the channels. Where shapes differ a projection goes
     * around a block. No activation follows the sum of a block; the paper has a ReLU there.
     *
     * <p>He, Zhang, Ren and Sun, <a href="https://arxiv.org/abs/1512.03385">Deep Residual Learning
     * for Image Recognition</a>, 2015.
     *
     * @param depth layers with weights, projections not counted: 6n + 2 for n blocks in a stage
     * @param width filters of the first stage
     * @param blockActivation follows the last convolution of a block, before the sum
     */
    record Resnet(
            @Key(range = "[8, 1202]", absent = "20") int depth,
            @Key(range = "[1, 4096]", absent = "16") int width,
            @Key(absent = "identity") Activation blockActivation)
            implements Preset {
        private static final int STAGES = 3;

        /**
         * Checks the depth.
         *
         * @throws InvalidInputException if it is not 6n + 2
         */
        public Resnet {
            requireDepth(depth, 2 * STAGES, 2);
        }

        @Override
        public List<LayerConfig> layers() {
            PresetLayers layers = PresetLayers.begin().addNormalized(conv(width, 3, 1));
            int blocks = (depth - 2) / (2 * STAGES);
            for (int stage = 0; stage < STAGES; stage++) {
                int filters = width << stage;
                for (int block = 0; block < blocks; block++) {
                    int stride = stage > 0 && block == 0 ? 2 : 1;
                    layers.add(
                            PresetLayers.begin()
                                    .addNormalized(conv(filters, 3, stride))
                                    .addNormalized(conv(filters, 3, 1, 1, blockActivation))
                                    .toResidual());
                }
            }
            return layers.addGlobalAveragePool().toList();
        }
    }

    /**
     * A densely connected network for small images: three dense blocks, each of whose layers sees
     * what all before it made, with a 1 x 1 convolution and pooling between them, and the means of
     * the channels. Normalization and activation stand behind each convolution; the paper has them
     * before it.
     *
     * <p>Huang, Liu, van der Maaten and Weinberger, <a
     * href="https://arxiv.org/abs/1608.06993">Densely Connected Convolutional Networks</a>, 2016.
     *
     * @param depth layers with weights: 3n + 4 for n layers in a block
     * @param growth filters that each layer of a block adds; the first convolution has twice as
     *     many
     */
    record Densenet(
            @Key(range = "[7, 1000]", absent = "40") int depth,
            @Key(range = "[1, 1024]", absent = "12") int growth)
            implements Preset {
        private static final int BLOCKS = 3;

        /**
         * Checks the depth.
         *
         * @throws InvalidInputException if it is not 3n + 4
         */
        public Densenet {
            requireDepth(depth, BLOCKS, BLOCKS + 1);
        }

        @Override
        public List<LayerConfig> layers() {
            int perBlock = (depth - BLOCKS - 1) / BLOCKS;
            int channels = 2 * growth;
            PresetLayers layers = PresetLayers.begin().addNormalized(conv(channels, 3, 1));
            for (int block = 0; block < BLOCKS; block++) {
                if (block > 0) {
                    layers.addNormalized(conv(channels, 1, 1))
                            .add(new LayerConfig.AvgPool(2, Optional.empty(), Padding.VALID, 1));
                }
                PresetLayers body = PresetLayers.begin();
                for (int layer = 0; layer < perBlock; layer++) {
                    body.addNormalized(conv(growth, 3, 1));
                }
                layers.add(new LayerConfig.DenseBlock(body.toList(), 1));
                channels += perBlock * growth;
            }
            return layers.addGlobalAveragePool().toList();
        }
    }

    /**
     * A residual network whose blocks are split into paths, for small images: three stages of
     * blocks of a 1 x 1, a grouped 3 x 3 and a 1 x 1 convolution, and the means of the channels.
     * Each stage has twice the filters and half the image of the one before. No activation follows
     * the sum of a block; the paper has a ReLU there.
     *
     * <p>Xie, Girshick, Dollár, Tu and He, <a href="https://arxiv.org/abs/1611.05431">Aggregated
     * Residual Transformations for Deep Neural Networks</a>, 2016.
     *
     * @param depth layers with weights, projections not counted: 9n + 2 for n blocks in a stage
     * @param cardinality paths of a block: groups of its 3 x 3 convolution
     * @param width filters of each path in the first stage; a block ends in twice as many as all of
     *     its paths have
     * @param blockActivation follows the last convolution of a block, before the sum
     */
    record Resnext(
            @Key(range = "[11, 1001]", absent = "29") int depth,
            @Key(range = "[1, 256]", absent = "8") int cardinality,
            @Key(range = "[1, 1024]", absent = "8") int width,
            @Key(absent = "identity") Activation blockActivation)
            implements Preset {
        private static final int STAGES = 3;

        /**
         * Checks the depth.
         *
         * @throws InvalidInputException if it is not 9n + 2
         */
        public Resnext {
            requireDepth(depth, 3 * STAGES, 2);
        }

        @Override
        public List<LayerConfig> layers() {
            PresetLayers layers =
                    PresetLayers.begin().addNormalized(conv(cardinality * width, 3, 1));
            int blocks = (depth - 2) / (3 * STAGES);
            for (int stage = 0; stage < STAGES; stage++) {
                int inside = cardinality * width << stage;
                for (int block = 0; block < blocks; block++) {
                    int stride = stage > 0 && block == 0 ? 2 : 1;
                    layers.add(
                            PresetLayers.begin()
                                    .addNormalized(conv(inside, 1, 1))
                                    .addNormalized(
                                            conv(inside, 3, stride, cardinality, Optional.empty()))
                                    .addNormalized(conv(2 * inside, 1, 1, 1, blockActivation))
                                    .toResidual());
                }
            }
            return layers.addGlobalAveragePool().toList();
        }
    }

    /**
     * A network of convolutions of each channel by itself, each followed by one of 1 x 1, and the
     * means of the channels. It is that of the paper for smaller images: the first convolution does
     * not divide the image.
     *
     * <p>Howard and others, <a href="https://arxiv.org/abs/1704.04861">MobileNets: Efficient
     * Convolutional Neural Networks for Mobile Vision Applications</a>, 2017.
     *
     * @param depth pairs of convolutions; what exceeds 8 repeats the one of 16 times the width
     * @param width filters of the first convolution; the last has 32 times as many
     */
    record Mobilenet(
            @Key(range = "[8, 1000]", absent = "13") int depth,
            @Key(range = "[1, 1024]", absent = "32") int width)
            implements Preset {
        private static final int FIXED = 8;

        @Override
        public List<LayerConfig> layers() {
            PresetLayers layers = PresetLayers.begin().addNormalized(conv(width, 3, 1));
            addPair(layers, 2, 1);
            for (int factor = 4; factor <= 8; factor *= 2) {
                addPair(layers, factor, 2);
                addPair(layers, factor, 1);
            }
            addPair(layers, 16, 2);
            for (int repeated = 0; repeated < depth - FIXED; repeated++) {
                addPair(layers, 16, 1);
            }
            addPair(layers, 32, 2);
            addPair(layers, 32, 1);
            return layers.addGlobalAveragePool().toList();
        }

        private void addPair(PresetLayers layers, int factor, int stride) {
            layers.addNormalized(depthwise(3, stride, Optional.empty()))
                    .addNormalized(conv(factor * width, 1, 1));
        }
    }

    /**
     * A small relative of EfficientNet for small images: a convolution, four stages of inverted
     * bottlenecks with squeeze and excitation, each stage with twice the filters and half the image
     * of the one before, a 1 x 1 convolution, and the means of the channels.
     *
     * <p>Tan and Le, <a href="https://arxiv.org/abs/1905.11946">EfficientNet: Rethinking Model
     * Scaling for Convolutional Neural Networks</a>, 2019.
     *
     * @param depth blocks in a stage; all but the first of a stage have a path around them
     * @param width filters of the first stage
     * @param expansion how many times wider a block is inside
     * @param activation follows the convolutions
     * @param blockActivation follows the last convolution of a block, before the sum
     */
    record Efficientnet(
            @Key(range = "[1, 100]", absent = "2") int depth,
            @Key(range = "[1, 1024]", absent = "16") int width,
            @Key(range = "[1, 64]", absent = "6") int expansion,
            @Key(absent = "swish") Activation activation,
            @Key(absent = "identity") Activation blockActivation)
            implements Preset {
        private static final int STAGES = 4;

        /** Units inside squeeze and excitation: a quarter of a block's input. */
        private static final int SQUEEZE = 4;

        @Override
        public List<LayerConfig> layers() {
            PresetLayers layers =
                    PresetLayers.begin().addNormalized(conv(width, 3, 1, 1, activation));
            for (int stage = 0; stage < STAGES; stage++) {
                int before = stage == 0 ? width : width << stage - 1;
                int filters = width << stage;
                addBlock(layers, before, filters, stage == 0 ? 1 : 2);
                for (int block = 1; block < depth; block++) {
                    PresetLayers body = PresetLayers.begin();
                    addBlock(body, filters, filters, 1);
                    layers.add(body.toResidual());
                }
            }
            int last = 4 * (width << STAGES - 1);
            return layers.addNormalized(conv(last, 1, 1, 1, activation))
                    .addGlobalAveragePool()
                    .toList();
        }

        private void addBlock(PresetLayers layers, int channels, int filters, int stride) {
            if (expansion > 1) {
                layers.addNormalized(conv(expansion * channels, 1, 1, 1, activation));
            }
            layers.addNormalized(depthwise(3, stride, Optional.of(activation)))
                    .add(new LayerConfig.SqueezeExcite(SQUEEZE * expansion, 1))
                    .addNormalized(conv(filters, 1, 1, 1, blockActivation));
        }
    }

    /**
     * A character model of long short-term memory, for the source {@code text}.
     *
     * @param depth layers
     * @param width units of each
     * @param embedding numbers that stand for a character; empty: it goes in one-hot
     */
    record CharLstm(
            @Key(range = "[1, 100]", absent = "1") int depth,
            @Key(range = "[1, 65536]", absent = "128") int width,
            @Key(range = "[1, 65536]") Optional<Integer> embedding)
            implements Preset {
        @Override
        public List<LayerConfig> layers() {
            LayerConfig lstm =
                    new LayerConfig.Lstm(
                            width,
                            false,
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty(),
                            depth);
            return characters(embedding, lstm);
        }
    }

    /**
     * A character model of gated recurrent units, for the source {@code text}.
     *
     * @param depth layers
     * @param width units of each
     * @param embedding numbers that stand for a character; empty: it goes in one-hot
     */
    record CharGru(
            @Key(range = "[1, 100]", absent = "1") int depth,
            @Key(range = "[1, 65536]", absent = "128") int width,
            @Key(range = "[1, 65536]") Optional<Integer> embedding)
            implements Preset {
        @Override
        public List<LayerConfig> layers() {
            LayerConfig gru =
                    new LayerConfig.Gru(
                            width,
                            false,
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty(),
                            depth);
            return characters(embedding, gru);
        }
    }

    private static List<LayerConfig> characters(
            Optional<Integer> embedding, LayerConfig recurrent) {
        PresetLayers layers = PresetLayers.begin();
        embedding.ifPresent(size -> layers.add(new LayerConfig.Embedding(size, Optional.empty())));
        return layers.add(recurrent).toList();
    }

    /** Refuses a depth that does not share out evenly, and names the nearest that do. */
    private static void requireDepth(int depth, int times, int plus) {
        if ((depth - plus) % times != 0) {
            int below = depth - (depth - plus) % times;
            String message = "must be %dn + %d, such as %d or %d; not %d";
            throw new InvalidInputException(
                    Problem.ofKey(
                            "depth", message.formatted(times, plus, below, below + times, depth)));
        }
    }
}
