package org.evengrad.engine.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.evengrad.config.LayerConfig;
import org.evengrad.config.LayerConfig.Padding;
import org.evengrad.config.ModelConfig;
import org.evengrad.config.ModelConfig.Normalization;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;
import org.evengrad.engine.network.LayerPlan;
import org.evengrad.engine.network.LayerPlan.Window;
import org.evengrad.spi.Activation;
import org.evengrad.spi.Initializer;

/**
 * Turns the layers of a configuration into those of a network: repeats and names them, puts
 * normalization before the activation, and follows the shape of the signal from layer to layer.
 */
final class LayerExpansion {
    private final ModelConfig model;
    private final Activation activation;
    private final Supplier<Activation> recurrentActivation;
    private final boolean perStep;
    private final Map<String, Integer> counts = new HashMap<>();
    private final Map<String, Settings> settings = new HashMap<>();
    private final List<Integer> inputShape;
    private final int symbols;
    private List<Integer> shape;

    /**
     * What a layer says about its weights.
     *
     * @param initializer empty: the network's
     * @param l1 empty: the model's
     * @param l2 empty: the model's
     */
    record Settings(Optional<Initializer> initializer, Optional<Double> l1, Optional<Double> l2) {
        static final Settings NONE =
                new Settings(Optional.empty(), Optional.empty(), Optional.empty());
    }

    /**
     * An expansion.
     *
     * @param activation follows each layer with weights that names no other
     * @param recurrentActivation that of recurrent layers that name no other
     * @param data what the layers are for
     */
    LayerExpansion(
            ModelConfig model,
            Activation activation,
            Supplier<Activation> recurrentActivation,
            Examples data) {
        this.model = model;
        this.activation = activation;
        this.recurrentActivation = recurrentActivation;
        perStep = data.targetPerStep();
        symbols = data.symbols();
        boolean oneHot = symbols > 0 && !(first(model) instanceof LayerConfig.Embedding);
        inputShape = oneHot ? List.of(symbols, data.shape().get(1)) : List.copyOf(data.shape());
        shape = inputShape;
    }

    /**
     * What one example looks like.
     *
     * @param shape {@code [features]}, {@code [channels, height, width]} or {@code [features,
     *     steps]}
     * @param symbols how many symbols a sequence is made of; 0 if it is made of numbers
     * @param targetPerStep whether each time step has a target
     */
    record Examples(List<Integer> shape, int symbols, boolean targetPerStep) {}

    private static LayerConfig first(ModelConfig model) {
        return model.hiddenLayers().stream()
                .filter(layer -> layer.repeat() > 0)
                .findFirst()
                .orElse(null);
    }

    /** What the network takes: symbols one-hot, unless an embedding reads them. */
    List<Integer> inputShape() {
        return inputShape;
    }

    /** The hidden layers, with activations that know how deep the network is. */
    List<LayerPlan> layers() {
        List<LayerConfig> hidden = model.hiddenLayers();
        List<LayerPlan> layers = expand(hidden, "", weightLayers(hidden) + 1);
        if (perStep && shape.size() != 2) {
            throw problem(
                    "each time step has a target, but the layers leave "
                            + size(shape)
                            + " for the whole sequence; leave global-avg-pool out");
        }
        if (!perStep && shape.size() == 2) {
            throw problem(
                    "each sequence has one target, but the layers leave "
                            + size(shape)
                            + "; add an lstm, gru or simple-rnn layer, whose last step counts, or"
                            + " global-avg-pool");
        }
        return layers;
    }

    /**
     * What the configuration says about the weights of a layer of this name, or of one around it.
     */
    Settings settings(String layer) {
        int slash = layer.lastIndexOf('/');
        return settings.containsKey(layer) || slash < 0
                ? settings.getOrDefault(layer, Settings.NONE)
                : settings(layer.substring(0, slash));
    }

    private static int weightLayers(List<LayerConfig> layers) {
        int count = 0;
        for (LayerConfig layer : layers) {
            if (layer instanceof LayerConfig.Residual residual) {
                count += residual.repeat() * weightLayers(residual.body());
            } else if (layer instanceof LayerConfig.DenseBlock block) {
                count += block.repeat() * weightLayers(block.body());
            } else if (hasWeights(layer)) {
                count += layer.repeat();
            }
        }
        return count;
    }

    private static boolean hasWeights(LayerConfig layer) {
        return layer instanceof LayerConfig.Weights;
    }

    /**
     * The place of the recurrent layer whose last step goes on, because the sequence has one target
     * and nothing behind it makes one of all steps; -1 if there is none.
     */
    private int lastStepAt(List<LayerConfig> layers) {
        for (int i = layers.size() - 1; i >= 0 && !perStep; i--) {
            if (layers.get(i) instanceof LayerConfig.GlobalAvgPool pool && pool.present()) {
                return -1;
            }
            if (layers.get(i) instanceof LayerConfig.Recurrent) {
                return i;
            }
        }
        return -1;
    }

    private static Optional<Normalization> normalizationOf(LayerConfig layer) {
        if (layer instanceof LayerConfig.BatchNorm norm && norm.present()) {
            return Optional.of(Normalization.BATCH);
        }
        if (layer instanceof LayerConfig.LayerNorm norm && norm.present()) {
            return Optional.of(Normalization.LAYER);
        }
        return Optional.empty();
    }

    /** What is written right behind a layer with weights, and so belongs to it. */
    private static Optional<Normalization> normalizationBehind(List<LayerConfig> layers, int at) {
        return at + 1 < layers.size() && hasWeights(layers.get(at))
                ? normalizationOf(layers.get(at + 1))
                : Optional.empty();
    }

    private List<LayerPlan> expand(List<LayerConfig> layers, String within, int depth) {
        List<LayerPlan> plans = new ArrayList<>();
        int lastStepAt = within.isEmpty() ? lastStepAt(layers) : -1;
        for (int i = 0; i < layers.size(); i++) {
            LayerConfig layer = layers.get(i);
            Optional<Normalization> written = normalizationBehind(layers, i);
            for (int n = 1; n <= layer.repeat(); n++) {
                // A norm that is written behind a repeated layer belongs to the last of them.
                Optional<Normalization> own = n == layer.repeat() ? written : Optional.empty();
                if (layer instanceof LayerConfig.Recurrent recurrent) {
                    boolean last = i == lastStepAt && n == layer.repeat();
                    addRecurrent(plans, recurrent, within, own, last);
                } else {
                    add(plans, layer, within, depth, own);
                }
            }
            if (written.isPresent()) {
                i++;
            }
        }
        return plans;
    }

    private void add(
            List<LayerPlan> plans,
            LayerConfig layer,
            String within,
            int depth,
            Optional<Normalization> written) {
        if (layer instanceof LayerConfig.Weights weights) {
            addWeights(plans, layer, weights, within, depth, written);
        } else if (layer instanceof LayerConfig.MaxPool pool) {
            LayerPlan.Pooling.Kind kind = LayerPlan.Pooling.Kind.MAX;
            plans.add(
                    pooling("max-pool", kind, pool.size(), pool.stride(), pool.padding(), within));
        } else if (layer instanceof LayerConfig.AvgPool pool) {
            LayerPlan.Pooling.Kind kind = LayerPlan.Pooling.Kind.AVERAGE;
            plans.add(
                    pooling("avg-pool", kind, pool.size(), pool.stride(), pool.padding(), within));
        } else if (layer instanceof LayerConfig.GlobalAvgPool) {
            String name = name("global-avg-pool", within);
            if (shape.size() == 1) {
                throw problem(
                        name + " needs images or sequences, and what reaches it is " + size(shape));
            }
            shape = List.of(shape.get(0));
            plans.add(new LayerPlan.GlobalAveragePooling(name));
        } else if (normalizationOf(layer).isPresent()) {
            plans.add(normalization(normalizationOf(layer).get(), within));
        } else if (layer instanceof LayerConfig.Dropout dropout) {
            plans.add(new LayerPlan.Dropout(name("dropout", within), dropout.rate()));
        } else if (layer instanceof LayerConfig.Embedding embedding) {
            plans.add(embedding(embedding, within));
        } else if (layer instanceof LayerConfig.SqueezeExcite squeeze) {
            String name = name("squeeze-excite", within);
            requireImage(name);
            int channels = shape.get(0);
            int units = Math.max(1, channels / squeeze.ratio());
            plans.add(new LayerPlan.SqueezeExcite(name, channels, units));
        } else if (layer instanceof LayerConfig.Residual residual) {
            plans.add(residual(residual, within, depth));
        } else if (layer instanceof LayerConfig.DenseBlock block) {
            plans.add(denseBlock(block, within, depth));
        } else {
            throw new IllegalStateException("no plan for " + layer);
        }
    }

    private LayerPlan normalization(Normalization kind, String within) {
        if (kind == Normalization.LAYER) {
            return new LayerPlan.LayerNormalization(name("layer-norm", within));
        }
        String name = name("batch-norm", within);
        if (shape.size() == 2) {
            throw problem(
                    name
                            + " takes no sequences, and what reaches it is "
                            + size(shape)
                            + "; use layer-norm");
        }
        return new LayerPlan.BatchNormalization(name);
    }

    /** Symbols to vectors. */
    private LayerPlan embedding(LayerConfig.Embedding embedding, String within) {
        String name = name("embedding", within);
        if (symbols == 0 || !shape.equals(inputShape) || shape.get(0) != 1) {
            throw problem(
                    name
                            + " takes symbols, as the source text gives them, and stands first;"
                            + " what reaches it is "
                            + size(shape));
        }
        settings.put(
                name, new Settings(embedding.initializer(), Optional.empty(), Optional.empty()));
        shape = List.of(embedding.size(), shape.get(1));
        return new LayerPlan.Embedding(name, symbols, embedding.size());
    }

    /** A recurrent layer ends in its own activation; a normalization follows it. */
    private void addRecurrent(
            List<LayerPlan> plans,
            LayerConfig.Recurrent layer,
            String within,
            Optional<Normalization> written,
            boolean lastStep) {
        LayerPlan.Recurrent.Kind kind = LayerPlan.Recurrent.Kind.LSTM;
        String type = "lstm";
        if (layer instanceof LayerConfig.Gru) {
            kind = LayerPlan.Recurrent.Kind.GRU;
            type = "gru";
        } else if (layer instanceof LayerConfig.SimpleRnn) {
            kind = LayerPlan.Recurrent.Kind.SIMPLE;
            type = "simple-rnn";
        }
        String name = name(type, within);
        if (shape.size() != 2) {
            throw problem(
                    name
                            + " walks along a sequence, and what reaches it is "
                            + size(shape)
                            + "; sequences come from the sources text, sequence-csv,"
                            + " adding-problem and copy-memory");
        }
        List<Integer> before = shape;
        int width = layer.bidirectional() ? 2 * layer.units() : layer.units();
        shape = lastStep ? List.of(width) : List.of(width, shape.get(1));
        settings.put(name, new Settings(layer.initializer(), layer.l1(), layer.l2()));
        List<LayerPlan> own = new ArrayList<>();
        own.add(
                new LayerPlan.Recurrent(
                        name,
                        kind,
                        layer.units(),
                        model.override()
                                .activation()
                                .filter(each -> model.override().names(name))
                                .or(layer::activation)
                                .orElseGet(recurrentActivation),
                        layer.bidirectional(),
                        lastStep));
        if (written.isPresent()) {
            own.add(normalization(written.get(), within));
        } else if (model.normalization() != Normalization.NONE) {
            own.add(normalization(Normalization.LAYER, within));
        }
        addOwn(plans, own, within, before);
    }

    /** Weights, then normalization, then activation. */
    private void addWeights(
            List<LayerPlan> plans,
            LayerConfig layer,
            LayerConfig.Weights weights,
            String within,
            int depth,
            Optional<Normalization> written) {
        Normalization normalization = written.orElse(model.normalization());
        boolean normalized = normalization != Normalization.NONE;
        String name = name(type(layer), within);
        Activation follows =
                model.override()
                        .activation()
                        .filter(each -> model.override().covers(name))
                        .or(weights::activation)
                        .orElse(activation)
                        .tuned(depth);
        Optional<Activation> behindWeights = normalized ? Optional.empty() : Optional.of(follows);
        List<Integer> before = shape;
        List<LayerPlan> own = new ArrayList<>();
        if (layer instanceof LayerConfig.Dense dense) {
            own.add(new LayerPlan.Dense(name, dense.units(), behindWeights));
            shape =
                    shape.size() == 2
                            ? List.of(dense.units(), shape.get(1))
                            : List.of(dense.units());
        } else if (layer instanceof LayerConfig.Conv conv) {
            own.add(convolution(conv, name, behindWeights));
        } else if (layer instanceof LayerConfig.DepthwiseConv conv) {
            requireImage(name);
            Window window =
                    new Window(conv.kernel(), conv.stride(), conv.padding() == Padding.SAME);
            int channels = shape.get(0);
            slide(name, window, channels);
            own.add(new LayerPlan.DepthwiseConvolution(name, channels, window, behindWeights));
        } else {
            throw new IllegalStateException("no plan for " + layer);
        }
        settings.put(name, new Settings(weights.initializer(), weights.l1(), weights.l2()));
        if (normalized) {
            own.add(normalization(shape.size() == 2 ? Normalization.LAYER : normalization, within));
            own.add(new LayerPlan.Activate(name("activation", within), follows));
        }
        addOwn(plans, own, within, before);
    }

    private static String type(LayerConfig layer) {
        if (layer instanceof LayerConfig.Dense) {
            return "dense";
        }
        return layer instanceof LayerConfig.Conv ? "conv" : "depthwise-conv";
    }

    /** With a path around them if the switch says so and they keep the shape. */
    private void addOwn(
            List<LayerPlan> plans, List<LayerPlan> own, String within, List<Integer> before) {
        if (model.residual() && within.isEmpty() && shape.equals(before)) {
            plans.add(new LayerPlan.Residual(name("residual", within), own, Optional.empty()));
        } else {
            plans.addAll(own);
        }
    }

    private LayerPlan convolution(
            LayerConfig.Conv conv, String name, Optional<Activation> behindWeights) {
        requireImage(name);
        int channels = shape.get(0);
        if (channels % conv.groups() != 0 || conv.filters() % conv.groups() != 0) {
            throw problem(
                    name
                            + ": "
                            + conv.groups()
                            + " groups cannot share "
                            + channels
                            + " channels and "
                            + conv.filters()
                            + " filters evenly");
        }
        Window window = new Window(conv.kernel(), conv.stride(), conv.padding() == Padding.SAME);
        slide(name, window, conv.filters());
        return new LayerPlan.Convolution(
                name, channels, conv.filters(), window, conv.groups(), behindWeights);
    }

    private LayerPlan pooling(
            String type,
            LayerPlan.Pooling.Kind kind,
            int size,
            Optional<Integer> stride,
            Padding padding,
            String within) {
        String name = name(type, within);
        requireImage(name);
        Window window = new Window(size, stride.orElse(size), padding == Padding.SAME);
        slide(name, window, shape.get(0));
        return new LayerPlan.Pooling(name, kind, window);
    }

    /** Goes on with the image that a window leaves. */
    private void slide(String name, Window window, int channels) {
        int height = window.outputSize(shape.get(1));
        int width = window.outputSize(shape.get(2));
        if (height < 1 || width < 1) {
            throw problem(
                    name
                            + ": a window of "
                            + window.kernel()
                            + " does not fit an image of "
                            + shape.get(1)
                            + " x "
                            + shape.get(2)
                            + "; use padding = same, or fewer strides before it");
        }
        shape = List.of(channels, height, width);
    }

    private LayerPlan residual(LayerConfig.Residual residual, String within, int depth) {
        String name = name("residual", within);
        List<Integer> before = shape;
        List<LayerPlan> body = expand(residual.body(), name + "/", depth);
        if (body.stream().noneMatch(LayerExpansion::isTrained)) {
            throw problem(name + " has no layer with weights");
        }
        if (shape.equals(before)) {
            return new LayerPlan.Residual(name, body, Optional.empty());
        }
        if (!residual.projection()) {
            throw problem(
                    name
                            + " turns "
                            + size(before)
                            + " into "
                            + size(shape)
                            + ", so its input cannot be added; leave projection = false out, or"
                            + " keep the shape");
        }
        return new LayerPlan.Residual(
                name, body, Optional.of(projection(name, name + "/projection", before)));
    }

    private LayerPlan projection(String block, String name, List<Integer> from) {
        boolean alongTime = from.size() == 2 && shape.size() == 2;
        if (from.size() == 1 && shape.size() == 1 || alongTime) {
            return new LayerPlan.Dense(name, shape.get(0), Optional.empty());
        }
        if (from.size() == 3 && shape.size() == 3) {
            int stride = (from.get(1) + shape.get(1) - 1) / shape.get(1);
            Window window = new Window(1, stride, true);
            if (window.outputSize(from.get(1)) == shape.get(1)
                    && window.outputSize(from.get(2)) == shape.get(2)) {
                return new LayerPlan.Convolution(
                        name, from.get(0), shape.get(0), window, 1, Optional.empty());
            }
        }
        throw problem(
                block
                        + " turns "
                        + size(from)
                        + " into "
                        + size(shape)
                        + ", and no projection does that; use padding = same inside it");
    }

    private LayerPlan denseBlock(LayerConfig.DenseBlock block, String within, int depth) {
        String name = name("dense-block", within);
        List<List<LayerPlan>> branches = new ArrayList<>();
        List<LayerConfig> layers = block.body();
        List<Integer> all = shape;
        for (int i = 0; i < layers.size(); i++) {
            LayerConfig layer = layers.get(i);
            Optional<Normalization> written = normalizationBehind(layers, i);
            for (int n = 1; n <= layer.repeat(); n++) {
                shape = all;
                Optional<Normalization> own = n == layer.repeat() ? written : Optional.empty();
                branches.add(branch(layer, name + "/", depth, own));
                all = appended(name, all);
            }
            if (written.isPresent()) {
                i++;
            }
        }
        shape = all;
        return new LayerPlan.DenseBlock(name, branches);
    }

    /** A layer of a dense block, with what belongs to it. */
    private List<LayerPlan> branch(
            LayerConfig layer, String within, int depth, Optional<Normalization> written) {
        List<LayerPlan> branch = new ArrayList<>();
        if (layer instanceof LayerConfig.Recurrent recurrent) {
            addRecurrent(branch, recurrent, within, written, false);
        } else {
            add(branch, layer, within, depth, written);
        }
        return branch;
    }

    /** What a dense block has so far, with the shape that its last layer left. */
    private List<Integer> appended(String name, List<Integer> all) {
        if (!shape.subList(1, shape.size()).equals(all.subList(1, all.size()))) {
            throw problem(
                    name
                            + " appends "
                            + size(shape)
                            + " to "
                            + size(all)
                            + "; its layers must keep the size of the image (padding = same)");
        }
        List<Integer> merged = new ArrayList<>(all);
        merged.set(0, all.get(0) + shape.get(0));
        return List.copyOf(merged);
    }

    private static boolean isTrained(LayerPlan layer) {
        return layer instanceof LayerPlan.Dense
                || layer instanceof LayerPlan.Convolution
                || layer instanceof LayerPlan.DepthwiseConvolution
                || layer instanceof LayerPlan.Recurrent
                || layer instanceof LayerPlan.Residual residual
                        && residual.body().stream().anyMatch(LayerExpansion::isTrained)
                || layer instanceof LayerPlan.DenseBlock block
                        && block.branches().stream()
                                .flatMap(List::stream)
                                .anyMatch(LayerExpansion::isTrained);
    }

    private void requireImage(String name) {
        if (shape.size() != 3) {
            throw problem(
                    name
                            + " needs images, and what reaches it is "
                            + size(shape)
                            + "; a convolution or pooling stands before the dense layers, on data"
                            + " with images");
        }
    }

    private static String size(List<Integer> shape) {
        return switch (shape.size()) {
            case 1 -> shape.get(0) + " numbers";
            case 2 -> shape.get(1) + " time steps of " + shape.get(0) + " numbers";
            default -> shape.get(0) + " channels of " + shape.get(1) + " x " + shape.get(2);
        };
    }

    private String name(String type, String within) {
        return within + type + "-" + counts.merge(within + type, 1, Integer::sum);
    }

    private InvalidInputException problem(String message) {
        String key = model.preset().isPresent() ? "model.preset" : "model.layers";
        return new InvalidInputException(Problem.ofKey(key, message));
    }
}
