package org.evengrad.diagnosis.repair;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.evengrad.config.LayerConfig;
import org.evengrad.config.ModelConfig;
import org.evengrad.config.ModelConfig.Loss;
import org.evengrad.config.RunConfig;
import org.evengrad.config.bind.StrategyWriter;
import org.evengrad.config.plugins.KebabCase;
import org.evengrad.config.plugins.Kind;
import org.evengrad.config.plugins.OptionType;
import org.evengrad.config.plugins.StrategyRegistry;
import org.evengrad.config.plugins.StrategyType;
import org.evengrad.engine.plan.TrainingPlan;
import org.evengrad.spi.Optimizer;
import org.evengrad.spi.Strategy;

/**
 * The edits that can be made of one plan, through strategies that are installed. Empty where
 * nothing would change, or the plan cannot take it.
 */
final class Changes {
    private static final int DIGITS = 3;
    private static final String RATE = "learning-rate";

    private final StrategyRegistry registry;
    private final StrategyWriter writer;
    private final Configured configured;

    Changes(StrategyRegistry registry, Configured configured) {
        this.registry = registry;
        this.configured = configured;
        writer = new StrategyWriter(registry);
    }

    private TrainingPlan plan() {
        return configured.plan();
    }

    /** The first weights. */
    Optional<Edit> initializer(String name, String reason) {
        if (!configured.hasHiddenWeights() || isAlready(configured.initializer(), name)) {
            return Optional.empty();
        }
        return installed(Kind.INITIALIZER, name)
                .map(
                        type ->
                                new Edit(
                                        Edit.Kind.INITIALIZER,
                                        configured.initializerKey(),
                                        name,
                                        configured.hasGivenWeights()
                                                ? reason + "; draws given weights anew"
                                                : reason,
                                        created(type)));
    }

    /** The first biases. */
    Optional<Edit> zeroBiases(String reason) {
        boolean already =
                configured
                        .config()
                        .map(of -> of.biasInitializer().isEmpty() || configured.isBrought())
                        .orElse(false);
        return already
                ? Optional.empty()
                : installed(Kind.INITIALIZER, "zeros")
                        .map(
                                type ->
                                        new Edit(
                                                Edit.Kind.INITIALIZER,
                                                "bias-initializer",
                                                "zeros",
                                                reason,
                                                ".biasInit(0)"));
    }

    /** What follows hidden layers. */
    Optional<Edit> activation(String name, String reason) {
        if (!configured.hasActivations()
                || isAlready(configured.activation(), name)
                || configured.activation().isEmpty() && configured.endsIn(name)) {
            return Optional.empty();
        }
        return installed(Kind.ACTIVATION, name)
                .map(
                        type ->
                                new Edit(
                                        Edit.Kind.ACTIVATION,
                                        configured.activationKey(),
                                        name,
                                        reason,
                                        created(type)));
    }

    /** What follows some hidden layers, whatever follows the others. */
    Optional<Edit> activationOf(List<String> layers, String name, String reason) {
        boolean overrides =
                configured
                        .config()
                        .map(of -> of.model().override())
                        .filter(of -> of.activation().isPresent() || of.initializer().isPresent())
                        .isPresent();
        if (layers.isEmpty() || configured.config().isEmpty() || overrides) {
            return Optional.empty();
        }
        String names = String.join(", ", layers.stream().map(layer -> '"' + layer + '"').toList());
        return installed(Kind.ACTIVATION, name)
                .map(
                        type ->
                                new Edit(
                                        Edit.Kind.ACTIVATION,
                                        "model.override",
                                        "{ activation = " + name + ", layers = [ " + names + " ] }",
                                        reason,
                                        created(type)));
    }

    /** What moves the parameters. */
    Optional<Edit> optimizer(String name, double rate, String reason) {
        boolean already =
                isAlready(Optional.of(plan().optimizer()), name)
                        && plan().optimizer().learningRate() == rate;
        return already
                ? Optional.empty()
                : installed(Kind.OPTIMIZER, name)
                        .map(
                                type ->
                                        new Edit(
                                                Edit.Kind.OPTIMIZER,
                                                "optimizer",
                                                "{ use = "
                                                        + name
                                                        + ", "
                                                        + RATE
                                                        + " = "
                                                        + number(rate)
                                                        + " }",
                                                reason,
                                                created(type) + withRate(rate)));
    }

    /** Another strategy of a kind with its own options, that some plugin offers. */
    Optional<Edit> offered(StrategyType type, String reason) {
        String name = type.name();
        return switch (type.kind()) {
            case INITIALIZER -> initializer(name, reason);
            case ACTIVATION -> activation(name, reason);
            case OPTIMIZER ->
                    isAlready(Optional.of(plan().optimizer()), name)
                            ? Optional.empty()
                            : Optional.of(
                                    new Edit(
                                            Edit.Kind.OPTIMIZER,
                                            "optimizer",
                                            name,
                                            reason,
                                            created(type)));
            case SCHEDULER -> scheduler(name, reason);
            case GUARD -> guard(name, "", reason);
        };
    }

    /** The rate, some times as large. */
    Optional<Edit> rate(double factor, String reason) {
        return rateOf(rounded(plan().optimizer().learningRate() * factor), reason);
    }

    /** Another rate. */
    Optional<Edit> rateOf(double rate, String reason) {
        Optimizer optimizer = plan().optimizer();
        if (!(rate > 0) || rate == optimizer.learningRate()) {
            return Optional.empty();
        }
        boolean written = configured.config().map(of -> of.optimizer().isPresent()).orElse(true);
        // A model that was brought along has its optimizer in itself: all of it is written.
        return Optional.of(
                written
                        ? new Edit(
                                Edit.Kind.LEARNING_RATE,
                                "optimizer.learning-rate",
                                number(rate),
                                reason,
                                withRate(rate))
                        : new Edit(
                                Edit.Kind.LEARNING_RATE,
                                "optimizer",
                                written(optimizer, rate),
                                reason,
                                withRate(rate)));
    }

    /** How the rate changes over time. */
    Optional<Edit> scheduler(String name, String reason) {
        return isAlready(Optional.of(plan().scheduler()), name)
                ? Optional.empty()
                : installed(Kind.SCHEDULER, name)
                        .map(
                                type ->
                                        new Edit(
                                                Edit.Kind.SCHEDULER,
                                                "scheduler",
                                                name,
                                                reason,
                                                created(type)));
    }

    /** Another guard behind those that are there. */
    Optional<Edit> guard(String name, String options, String reason) {
        if (plan().guardNames().contains(name)) {
            return Optional.empty();
        }
        return installed(Kind.GUARD, name)
                .map(
                        type -> {
                            List<String> chain = new ArrayList<>();
                            configured
                                    .config()
                                    .flatMap(RunConfig::guards)
                                    .orElse(plan().guards())
                                    .forEach(guard -> chain.add(shortened(guard)));
                            chain.add(
                                    options.isEmpty()
                                            ? name
                                            : "{ use = " + name + ", " + options + " }");
                            return new Edit(
                                    Edit.Kind.GUARDS,
                                    "guards",
                                    "[ " + String.join(", ", chain) + " ]",
                                    reason,
                                    created(type));
                        });
    }

    /** A limit on the norm of each gradient. */
    Optional<Edit> clip(String reason) {
        return guard("clip-global-norm", "max-norm = 1.0", reason);
    }

    /** The chain without what cuts gradients. */
    Optional<Edit> onlyNonfinite(String reason) {
        return plan().guardNames().equals(List.of("nonfinite"))
                ? Optional.empty()
                : installed(Kind.GUARD, "nonfinite")
                        .map(
                                type ->
                                        new Edit(
                                                Edit.Kind.GUARDS,
                                                "guards",
                                                "[ nonfinite ]",
                                                reason,
                                                created(type)));
    }

    /** What follows hidden layers with weights, before their activation. */
    Optional<Edit> normalization(String how, String reason) {
        boolean possible =
                !configured.isBrought()
                        && !configured.isNormalized()
                        && (configured.isBuilt()
                                ? configured.hasHiddenWeights()
                                : configured.hasActivations());
        return possible
                ? Optional.of(
                        new Edit(
                                Edit.Kind.NORMALIZATION,
                                "model.normalization",
                                how,
                                reason,
                                how.equals("batch")
                                        ? "new BatchNormalization.Builder().build() behind each"
                                                + " hidden layer, before its activation"
                                        : ".hasLayerNorm(true)"))
                : Optional.empty();
    }

    /** Paths around layers. */
    Optional<Edit> residual(String reason) {
        return configured.takesResidual()
                ? Optional.of(
                        new Edit(
                                Edit.Kind.RESIDUAL,
                                "model.residual",
                                "true",
                                reason,
                                "new ElementWiseVertex(Op.Add) around each layer that keeps the"
                                        + " width"))
                : Optional.empty();
    }

    /** Features of mean 0 and standard deviation 1. */
    Optional<Edit> standardFeatures(String reason) {
        return configured.takesScaledFeatures()
                ? Optional.of(standard("data.normalize", reason, "new NormalizerStandardize()"))
                : Optional.empty();
    }

    /** Targets of mean 0 and standard deviation 1. */
    Optional<Edit> standardTargets(String reason) {
        return configured.takesScaledTargets()
                ? Optional.of(
                        standard(
                                "data.normalize-targets",
                                reason,
                                "NormalizerStandardize.fitLabel(true)"))
                : Optional.empty();
    }

    private static Edit standard(String key, String reason, String java) {
        return new Edit(Edit.Kind.SCALING, key, "standard", reason, java);
    }

    /** What is minimized. */
    Optional<Edit> loss(Loss loss, String reason) {
        String name = KebabCase.of(loss);
        String java =
                switch (loss) {
                    case CROSS_ENTROPY -> "LossFunction.MCXENT with Activation.SOFTMAX";
                    case BINARY_CROSS_ENTROPY -> "LossFunction.XENT with Activation.SIGMOID";
                    case MSE -> "LossFunction.MSE";
                    case MAE -> "LossFunction.L1";
                    case HUBER -> "LossFunction.MSE with clipped gradients";
                };
        return plan().loss() == loss
                ? Optional.empty()
                : Optional.of(new Edit(Edit.Kind.LOSS, "model.loss", name, reason, java));
    }

    /** How much each class counts. */
    Optional<Edit> balancedClasses(String reason) {
        return plan().loss() == Loss.CROSS_ENTROPY
                ? Optional.of(
                        new Edit(
                                Edit.Kind.LOSS,
                                "training.class-weights",
                                "balanced",
                                reason,
                                "new LossMCXENT(weights)"))
                : Optional.empty();
    }

    /** The activation that a loss expects, for a model that has another one. */
    Optional<Edit> matchLoss(Loss loss, String reason) {
        // In a program's network, another loss brings it along.
        boolean possible =
                configured
                        .config()
                        .map(of -> of.model().brings() && !of.model().output().matchLoss())
                        .orElse(loss == plan().loss());
        String expected = loss == Loss.CROSS_ENTROPY ? "SOFTMAX" : "SIGMOID";
        return possible
                ? Optional.of(
                        new Edit(
                                Edit.Kind.OUTPUT,
                                "model.output.match-loss",
                                "true",
                                reason,
                                ".activation(Activation." + expected + ")"))
                : Optional.empty();
    }

    /** What follows the output layer. */
    Optional<Edit> outputActivation(String name, String reason) {
        boolean already =
                configured
                        .config()
                        .flatMap(of -> of.model().output().activation())
                        .map(activation -> isAlready(Optional.of(activation), name))
                        .orElse(false);
        return already
                ? Optional.empty()
                : Optional.of(
                        new Edit(
                                Edit.Kind.OUTPUT,
                                "model.output.activation",
                                name,
                                reason,
                                ".activation(Activation."
                                        + name.toUpperCase(Locale.ROOT).replace("-", "")
                                        + ")"));
    }

    /** Gated layers of the same size in place of those without. */
    Optional<Edit> gated(boolean lstm, String reason) {
        return rewritten(
                Configured::isSimpleRecurrence,
                layer -> {
                    LayerConfig.SimpleRnn rnn = (LayerConfig.SimpleRnn) layer;
                    return lstm
                            ? new LayerConfig.Lstm(
                                    rnn.units(),
                                    rnn.bidirectional(),
                                    Optional.empty(),
                                    rnn.initializer(),
                                    rnn.l1(),
                                    rnn.l2(),
                                    rnn.repeat())
                            : new LayerConfig.Gru(
                                    rnn.units(),
                                    rnn.bidirectional(),
                                    Optional.empty(),
                                    rnn.initializer(),
                                    rnn.l1(),
                                    rnn.l2(),
                                    rnn.repeat());
                },
                reason,
                lstm ? "new LSTM.Builder()" : "new GRU.Builder()");
    }

    /** Dense layers of some times the width. */
    Optional<Edit> wider(int times, String reason) {
        return rewritten(
                layer -> layer instanceof LayerConfig.Dense,
                layer -> {
                    LayerConfig.Dense dense = (LayerConfig.Dense) layer;
                    return new LayerConfig.Dense(
                            dense.units() * times,
                            dense.activation(),
                            dense.initializer(),
                            dense.l1(),
                            dense.l2(),
                            dense.repeat());
                },
                reason,
                ".nOut(" + times + " * units) in the dense layers");
    }

    private Optional<Edit> rewritten(
            Predicate<LayerConfig> which,
            UnaryOperator<LayerConfig> how,
            String reason,
            String java) {
        Optional<List<LayerConfig>> layers =
                configured.config().map(RunConfig::model).flatMap(ModelConfig::layers);
        if (layers.isEmpty() || !configured.hasLayer(which)) {
            return Optional.empty();
        }
        String value = new LayerText(registry).of(rewritten(layers.get(), which, how));
        return Optional.of(new Edit(Edit.Kind.LAYERS, "model.layers", value, reason, java));
    }

    private static List<LayerConfig> rewritten(
            List<LayerConfig> layers,
            Predicate<LayerConfig> which,
            UnaryOperator<LayerConfig> how) {
        return layers.stream()
                .map(
                        layer -> {
                            if (layer instanceof LayerConfig.Residual block) {
                                return new LayerConfig.Residual(
                                        rewritten(block.body(), which, how),
                                        block.projection(),
                                        block.repeat());
                            }
                            if (layer instanceof LayerConfig.DenseBlock block) {
                                return new LayerConfig.DenseBlock(
                                        rewritten(block.body(), which, how), block.repeat());
                            }
                            return which.test(layer) ? how.apply(layer) : layer;
                        })
                .toList();
    }

    /** Training that lasts twice as long. */
    Optional<Edit> longer(String reason) {
        Optional<Integer> epochs = plan().training().epochs();
        String key = epochs.isPresent() ? "training.epochs" : "training.steps";
        long twice = 2 * (epochs.isPresent() ? epochs.get() : plan().horizon().steps());
        return Optional.of(
                new Edit(
                        Edit.Kind.LENGTH,
                        key,
                        Long.toString(twice),
                        reason,
                        epochs.isPresent() ? ".epochs(" + twice + ")" : ".steps(" + twice + ")"));
    }

    /** Whether all of these activations and initializers are installed. */
    boolean has(String activation, String initializer) {
        return installed(Kind.ACTIVATION, activation).isPresent()
                && installed(Kind.INITIALIZER, initializer).isPresent();
    }

    private Optional<StrategyType> installed(Kind kind, String name) {
        return registry.find(kind, name);
    }

    /** Whether what is in use is that strategy as it is without a word. */
    private static boolean isAlready(Optional<?> inUse, String name) {
        return inUse.map(strategy -> strategy.getClass().getAnnotation(Strategy.class))
                .map(strategy -> strategy.name().equals(name))
                .orElse(false);
    }

    /** By its name alone if all of its options are at their defaults. */
    private String shortened(Object strategy) {
        StrategyType type = registry.typeOf(strategy);
        return strategy.equals(type.defaults()) ? type.name() : writer.write(strategy);
    }

    /** An optimizer with another rate, and with those options that are not at their defaults. */
    private String written(Optimizer optimizer, double rate) {
        StrategyType type = registry.typeOf(optimizer);
        StringBuilder text = new StringBuilder("{ use = ").append(type.name());
        text.append(", ").append(RATE).append(" = ").append(number(rate));
        for (OptionType option : type.options()) {
            Object value = option.value((Record) optimizer);
            boolean other = value != null && !value.equals(option.value(type.defaults()));
            if (other && !option.key().equals(RATE)) {
                text.append(", ").append(option.key()).append(" = ").append(writer.value(value));
            }
        }
        return text.append(" }").toString();
    }

    private static String created(StrategyType type) {
        return "new " + type.type().getSimpleName() + "()";
    }

    private static String withRate(double rate) {
        return ".withLearningRate(" + number(rate) + ")";
    }

    private static double rounded(double value) {
        return new BigDecimal(value).round(new MathContext(DIGITS)).doubleValue();
    }

    private static String number(double value) {
        return new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
    }
}
