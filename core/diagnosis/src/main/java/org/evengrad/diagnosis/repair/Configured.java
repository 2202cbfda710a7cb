package org.evengrad.diagnosis.repair;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.evengrad.config.DataConfig.Normalize;
import org.evengrad.config.DataConfig.NormalizeTargets;
import org.evengrad.config.DataConfig.Source;
import org.evengrad.config.DataConfig.Task;
import org.evengrad.config.LayerConfig;
import org.evengrad.config.LoadedConfig;
import org.evengrad.config.ModelConfig;
import org.evengrad.config.ModelConfig.Normalization;
import org.evengrad.config.RunConfig;
import org.evengrad.engine.network.LayerEnding;
import org.evengrad.engine.plan.TrainingPlan;
import org.evengrad.spi.Activation;
import org.evengrad.spi.Initializer;
import org.evengrad.spi.Role;
import org.evengrad.spi.Tensor;

/** What an unchanged plan is like, as far as its configuration says. */
final class Configured {
    /** Far out, a bounded activation does not follow its input any more. */
    private static final float FAR = 40;

    private static final float FARTHER = 80;

    /** How far all layers together may move what the network gives, in one step. */
    private static final double MOST_MOVED = 1.2;

    /** Rates that Adam is used with, and where one ends and the next begins. */
    private static final double[] ADAM_RATES = {0.001, 0.003, 0.01};

    private static final double[] ADAM_LIMITS = {0.0017, 0.0055};

    private static final double LIKELY = 0.05;

    private final TrainingPlan plan;
    private final Optional<RunConfig> config;

    Configured(TrainingPlan plan) {
        this.plan = plan;
        config = plan.config().map(LoadedConfig::config);
    }

    TrainingPlan plan() {
        return plan;
    }

    /** Empty if a program built the model. */
    Optional<RunConfig> config() {
        return config;
    }

    /** Whether a file builds the model, layer by layer. */
    boolean isBuilt() {
        return config.filter(of -> !of.model().brings()).isPresent();
    }

    /** Whether a file names a model that was brought along. */
    boolean isBrought() {
        return config.filter(of -> of.model().brings()).isPresent();
    }

    /** Whether first weights came with the model, and are not drawn. */
    boolean hasGivenWeights() {
        return plan.firstWeights().isEmpty();
    }

    /** Whether some hidden layer, at any depth, is like that; not if the layers are not known. */
    boolean hasLayer(Predicate<LayerConfig> like) {
        return layers().anyMatch(like);
    }

    private Stream<LayerConfig> layers() {
        return isBuilt() ? all(config.get().model().hiddenLayers()) : Stream.empty();
    }

    private static Stream<LayerConfig> all(List<LayerConfig> layers) {
        return layers.stream()
                .flatMap(layer -> Stream.concat(Stream.of(layer), all(inside(layer))));
    }

    private static List<LayerConfig> inside(LayerConfig layer) {
        if (layer instanceof LayerConfig.Residual residual) {
            return residual.body();
        }
        return layer instanceof LayerConfig.DenseBlock block ? block.body() : List.of();
    }

    private static boolean takesActivation(LayerConfig layer) {
        return layer instanceof LayerConfig.Weights && !(layer instanceof LayerConfig.Recurrent);
    }

    /**
     * A rate for Adam. Its steps move each weight by the rate, and so what a layer gives by the
     * rate times its width (Yang and Hu, 2021, arXiv:2011.14522), and what the network gives by
     * that times the number of layers. Adam's usual 0.001 where the layers are not plain and dense.
     */
    double adamRate() {
        boolean plain = layers().allMatch(Configured::isPlain);
        int units = denseLayers().mapToInt(layer -> layer.units() * layer.repeat()).sum();
        int limit = 0;
        if (plain && units > 0) {
            double rate = MOST_MOVED / units;
            while (limit < ADAM_LIMITS.length && rate > ADAM_LIMITS[limit]) {
                limit++;
            }
        }
        return ADAM_RATES[limit];
    }

    /**
     * Whether the activation gives nothing for all negative inputs, and the layers are so narrow
     * that some layer is likely to give nothing at all: of so many units each is silent half the
     * time (Lu et al., 2019, arXiv:1903.06733).
     */
    boolean diesByChance() {
        double silent =
                denseLayers()
                        .mapToDouble(layer -> layer.repeat() * Math.pow(2, -layer.units()))
                        .sum();
        return silent > LIKELY && outputs(-FAR, -1).map(y -> y[0] == 0 && y[1] == 0).orElse(false);
    }

    private Stream<LayerConfig.Dense> denseLayers() {
        return layers().filter(layer -> layer instanceof LayerConfig.Dense)
                .map(LayerConfig.Dense.class::cast);
    }

    /** What the activation makes of some numbers; empty if it is not known. */
    private Optional<float[]> outputs(float... numbers) {
        return activation()
                .map(
                        activation -> {
                            float[] outputs = new float[numbers.length];
                            activation.forward(numbers, outputs, numbers.length);
                            return outputs;
                        });
    }

    private static boolean isPlain(LayerConfig layer) {
        return layer instanceof LayerConfig.Dense
                || layer instanceof LayerConfig.Dropout
                || layer instanceof LayerConfig.BatchNorm
                || layer instanceof LayerConfig.LayerNorm;
    }

    /** Whether an activation follows some layer: recurrent ones have their own. */
    boolean hasActivations() {
        return isBuilt() ? hasLayer(Configured::takesActivation) : !plainLayers().isEmpty();
    }

    /** The names of hidden layers with weights that are not recurrent, as the network has them. */
    private Set<String> plainLayers() {
        Set<String> plain = new HashSet<>();
        Set<String> recurrent = new HashSet<>();
        for (Tensor tensor : plan.network().tensors()) {
            String layer = plan.network().layers().get(tensor.layer());
            if (tensor.role() == Role.RECURRENT) {
                recurrent.add(layer);
            } else if (tensor.role() == Role.WEIGHT || tensor.role() == Role.BRANCH_END) {
                plain.add(layer);
            }
        }
        plain.removeAll(recurrent);
        return plain;
    }

    /** What hidden layers of a network end in that no file builds; those that are recurrent not. */
    private List<LayerEnding> hiddenEndings() {
        List<LayerEnding> all = isBuilt() ? List.of() : plan.network().endings();
        Set<String> plain = plainLayers();
        return all.stream()
                .limit(Math.max(0, all.size() - 1))
                .filter(ending -> !ending.weights() || plain.contains(ending.layer()))
                .filter(ending -> !ending.activation().equals("identity"))
                .toList();
    }

    /** Whether hidden layers have an activation of that name already. */
    boolean endsIn(String activation) {
        String name = activation.replace("-", "");
        List<LayerEnding> endings = hiddenEndings();
        return !endings.isEmpty()
                && endings.stream()
                        .allMatch(
                                ending -> {
                                    String own = ending.activation();
                                    int options = own.indexOf('(');
                                    return name.equals(
                                            options < 0 ? own : own.substring(0, options));
                                });
    }

    /** Whether there are layers with weights, or there may be. */
    boolean hasHiddenWeights() {
        return !isBuilt()
                || hasLayer(layer -> layer instanceof LayerConfig.Weights)
                || hasLayer(layer -> layer instanceof LayerConfig.Embedding);
    }

    /** Whether a recurrent layer without gates is there. */
    boolean hasSimpleRecurrence() {
        return hasLayer(Configured::isSimpleRecurrence);
    }

    static boolean isSimpleRecurrence(LayerConfig layer) {
        return layer instanceof LayerConfig.SimpleRnn;
    }

    /** What wins: what layers say, or the key for all of them. */
    String activationKey() {
        boolean own =
                layers().filter(Configured::takesActivation)
                        .map(LayerConfig.Weights.class::cast)
                        .anyMatch(layer -> layer.activation().isPresent());
        return own || isBrought() || override().flatMap(o -> o.activation()).isPresent()
                ? "model.override.activation"
                : "activation";
    }

    /** What wins: what layers say, or the key for all of them. */
    String initializerKey() {
        boolean own =
                layers().anyMatch(
                                layer ->
                                        layer instanceof LayerConfig.Weights weights
                                                        && weights.initializer().isPresent()
                                                || layer instanceof LayerConfig.Embedding embedding
                                                        && embedding.initializer().isPresent());
        return own || isBrought() || override().flatMap(o -> o.initializer()).isPresent()
                ? "model.override.initializer"
                : "initializer";
    }

    private Optional<ModelConfig.OverrideConfig> override() {
        return config.map(of -> of.model().override());
    }

    /** What follows all hidden layers; empty if it is not known or not the same everywhere. */
    Optional<Activation> activation() {
        Optional<Activation> wins = override().flatMap(ModelConfig.OverrideConfig::activation);
        boolean fromRoot = isBuilt() && activationKey().equals("activation");
        return wins.or(() -> fromRoot ? config.map(RunConfig::activation) : Optional.empty());
    }

    /** What sets all first weights; empty if it is not known or not the same everywhere. */
    Optional<Initializer> initializer() {
        Optional<Initializer> wins = override().flatMap(ModelConfig.OverrideConfig::initializer);
        boolean fromRoot = isBuilt() && initializerKey().equals("initializer");
        return wins.or(() -> fromRoot ? config.map(RunConfig::initializer) : Optional.empty());
    }

    /** Whether its outputs end somewhere on both sides, as those of all sigmoids do. */
    boolean isBounded() {
        if (!isBuilt() && activation().isEmpty()) {
            List<LayerEnding> endings = hiddenEndings();
            return !endings.isEmpty()
                    && endings.stream()
                            .allMatch(
                                    ending ->
                                            Double.isFinite(ending.lowest())
                                                    && Double.isFinite(ending.highest()));
        }
        return outputs(-FARTHER, -FAR, FAR, FARTHER)
                .map(y -> Math.abs(y[0] - y[1]) < 1 && Math.abs(y[3] - y[2]) < 1)
                .orElse(false);
    }

    /** Whether its outputs grow faster than its inputs. */
    boolean isRunaway() {
        return outputs(FAR).map(y -> !(y[0] <= FARTHER)).orElse(false);
    }

    boolean isNormalized() {
        return !isBuilt()
                        && plan.network().tensors().stream()
                                .anyMatch(tensor -> tensor.role() == Role.NORM)
                || config.map(of -> of.model().normalization() != Normalization.NONE).orElse(false)
                || hasLayer(
                        layer ->
                                layer instanceof LayerConfig.BatchNorm
                                        || layer instanceof LayerConfig.LayerNorm);
    }

    /** Whether paths around layers are there already, or there is nothing to put one around. */
    boolean takesResidual() {
        if (!isBuilt() || config.get().model().residual()) {
            return false;
        }
        List<LayerConfig> hidden = config.get().model().hiddenLayers();
        boolean keepsWidth = false;
        for (int i = 0; i < hidden.size(); i++) {
            LayerConfig layer = hidden.get(i);
            boolean again = layer.repeat() > 1 || i > 0 && sameWidth(hidden.get(i - 1), layer);
            keepsWidth |= layer instanceof LayerConfig.Weights && again;
        }
        return keepsWidth && !hasLayer(layer -> layer instanceof LayerConfig.Residual);
    }

    private static boolean sameWidth(LayerConfig one, LayerConfig next) {
        return one instanceof LayerConfig.Dense before
                && next instanceof LayerConfig.Dense after
                && before.units() == after.units();
    }

    /** Whether features can be scaled, and are not. */
    boolean takesScaledFeatures() {
        return config.map(of -> of.data().source())
                .flatMap(Configured::normalize)
                .map(how -> how != Normalize.STANDARD)
                .orElse(config.isEmpty());
    }

    /** Whether targets are numbers, which can be scaled, and are not. */
    boolean takesScaledTargets() {
        return plan.data().task() == Task.REGRESSION
                && config.map(of -> of.data().normalizeTargets() == NormalizeTargets.NONE)
                        .orElse(true);
    }

    private static Optional<Normalize> normalize(Source source) {
        if (source instanceof Source.Csv csv) {
            return Optional.of(csv.normalize());
        }
        if (source instanceof Source.SequenceCsv csv) {
            return Optional.of(csv.normalize());
        }
        if (source instanceof Source.ImageFolder folder) {
            return Optional.of(folder.normalize());
        }
        return source instanceof Source.Iris iris
                ? Optional.of(iris.normalize())
                : Optional.empty();
    }
}
