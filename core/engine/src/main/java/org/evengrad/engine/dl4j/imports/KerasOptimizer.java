package org.evengrad.engine.dl4j.imports;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.evengrad.config.plugins.Kind;
import org.evengrad.spi.Span;

/**
 * The optimizer that a Keras model was compiled with.
 *
 * @param optimizer by our name; empty if it has no equal
 * @param scheduler of its learning rate
 * @param guards for its clipping
 * @param notes what is not carried over
 */
record KerasOptimizer(
        Optional<StrategySettings> optimizer,
        Optional<StrategySettings> scheduler,
        List<StrategySettings> guards,
        List<String> notes) {
    /** Nothing, for a model that was not compiled. */
    static final KerasOptimizer NONE =
            new KerasOptimizer(Optional.empty(), Optional.empty(), List.of(), List.of());

    /** Keras adds this where nothing else is said. */
    private static final double EPSILON = 1e-7;

    /**
     * Reads {@code { "class_name": "Adam", "config": { … } }}.
     *
     * @param node the entry {@code optimizer_config}
     */
    static KerasOptimizer of(JsonNode node) {
        String name = node.path("class_name").asText("");
        JsonNode config = node.path("config");
        List<String> notes = new ArrayList<>();
        // Some versions write "Custom>Adam".
        String plain = name.substring(name.lastIndexOf('>') + 1).toLowerCase(Locale.ROOT);
        Optional<StrategySettings> optimizer = optimizer(plain, config, notes);
        if (optimizer.isEmpty()) {
            notes.add("the optimizer " + name + " has no equal here; give an optimizer");
        }
        if (config.path("ema_momentum").isNumber() && config.path("use_ema").asBoolean()) {
            notes.add("use_ema is not carried over: the last parameters are the result");
        }
        return new KerasOptimizer(
                optimizer, scheduler(config, notes), guards(config), List.copyOf(notes));
    }

    private static Optional<StrategySettings> optimizer(
            String name, JsonNode config, List<String> notes) {
        double decay = config.path("weight_decay").asDouble(0);
        if (decay > 0 && !name.equals("adam") && !name.equals("adamw")) {
            notes.add("weight_decay is not carried over for " + name);
        }
        switch (name) {
            case "sgd":
                double momentum = config.path("momentum").asDouble(0);
                return Optional.of(
                        momentum == 0
                                ? rated("sgd", config, 0.01)
                                : rated(
                                                config.path("nesterov").asBoolean()
                                                        ? "nesterov"
                                                        : "momentum",
                                                config,
                                                0.01)
                                        .with("momentum", momentum));
            case "adam":
            case "adamw":
                boolean amsgrad = config.path("amsgrad").asBoolean();
                if (decay > 0 && !amsgrad) {
                    return Optional.of(adam("adamw", config).with("weight-decay", decay));
                }
                return Optional.of(adam(amsgrad ? "amsgrad" : "adam", config));
            case "adamax":
                return Optional.of(adam("adamax", config));
            case "nadam":
                return Optional.of(adam("nadam", config));
            case "adagrad":
                if (config.path("initial_accumulator_value").asDouble(0) > 0) {
                    notes.add("initial_accumulator_value is not carried over: sums begin at 0");
                }
                return Optional.of(
                        rated("adagrad", config, 0.001).with("epsilon", epsilon(config)));
            case "adadelta":
                return Optional.of(
                        rated("adadelta", config, 0.001)
                                .with("decay", config.path("rho").asDouble(0.95))
                                .with("epsilon", epsilon(config)));
            case "rmsprop":
                if (config.path("momentum").asDouble(0) > 0
                        || config.path("centered").asBoolean()) {
                    notes.add("momentum and centering of RMSprop are not carried over");
                }
                return Optional.of(
                        rated("rmsprop", config, 0.001)
                                .with("decay", config.path("rho").asDouble(0.9))
                                .with("epsilon", epsilon(config)));
            case "lion":
                return Optional.of(
                        rated("lion", config, 0.001)
                                .with("beta1", config.path("beta_1").asDouble(0.9))
                                .with("beta2", config.path("beta_2").asDouble(0.99)));
            default:
                return Optional.empty();
        }
    }

    private static StrategySettings adam(String name, JsonNode config) {
        return rated(name, config, 0.001)
                .with("beta1", config.path("beta_1").asDouble(0.9))
                .with("beta2", config.path("beta_2").asDouble(0.999))
                .with("epsilon", epsilon(config));
    }

    private static double epsilon(JsonNode config) {
        return config.path("epsilon").asDouble(EPSILON);
    }

    private static StrategySettings rated(String name, JsonNode config, double usual) {
        JsonNode rate = rate(config);
        double first =
                rate.isObject()
                        ? rate.path("config").path("initial_learning_rate").isNumber()
                                ? rate.path("config").path("initial_learning_rate").asDouble()
                                : rate.path("config").path("values").path(0).asDouble(usual)
                        : rate.asDouble(usual);
        return StrategySettings.of(Kind.OPTIMIZER, name).with("learning-rate", first);
    }

    private static JsonNode rate(JsonNode config) {
        return config.has("learning_rate") ? config.path("learning_rate") : config.path("lr");
    }

    private static Optional<StrategySettings> scheduler(JsonNode config, List<String> notes) {
        double decay = config.path("decay").asDouble(0);
        if (decay > 0) {
            return Optional.of(
                    scheduler("inverse-time")
                            .with("decay", decay)
                            .with("every", steps(1))
                            .with("power", 1.0));
        }
        JsonNode rate = rate(config);
        if (!rate.isObject()) {
            return Optional.empty();
        }
        JsonNode options = rate.path("config");
        double every = options.path("decay_steps").asDouble(1);
        boolean stairs = options.path("staircase").asBoolean();
        String name = rate.path("class_name").asText("");
        if (name.equals("ExponentialDecay")) {
            return Optional.of(
                    scheduler(stairs ? "step" : "exponential")
                            .with("decay", options.path("decay_rate").asDouble())
                            .with("every", steps(every)));
        }
        if (name.equals("InverseTimeDecay") && !stairs) {
            return Optional.of(
                    scheduler("inverse-time")
                            .with("decay", options.path("decay_rate").asDouble())
                            .with("every", steps(every))
                            .with("power", 1.0));
        }
        if (name.equals("PiecewiseConstantDecay")) {
            return Optional.of(piecewise(options));
        }
        notes.add(
                "the learning-rate schedule "
                        + name
                        + " is not carried over; the rate is constant unless scheduler is given");
        return Optional.empty();
    }

    private static StrategySettings piecewise(JsonNode options) {
        List<Double> boundaries = new ArrayList<>();
        List<Double> factors = new ArrayList<>();
        // In Keras a boundary is the last step with the rate before it.
        options.path("boundaries").forEach(boundary -> boundaries.add(boundary.asDouble() + 1));
        JsonNode values = options.path("values");
        values.forEach(value -> factors.add(value.asDouble() / values.path(0).asDouble()));
        return scheduler("piecewise")
                .with("boundaries", boundaries)
                .with("unit", "steps")
                .with("factors", factors);
    }

    private static List<StrategySettings> guards(JsonNode config) {
        List<StrategySettings> guards = new ArrayList<>();
        guard(guards, config.path("clipnorm"), "clip-norm", "max-norm");
        guard(guards, config.path("global_clipnorm"), "clip-global-norm", "max-norm");
        guard(guards, config.path("clipvalue"), "clip-value", "limit");
        return List.copyOf(guards);
    }

    private static void guard(
            List<StrategySettings> guards, JsonNode limit, String name, String option) {
        if (limit.isNumber() && limit.asDouble() > 0) {
            guards.add(StrategySettings.of(Kind.GUARD, name).with(option, limit.asDouble()));
        }
    }

    private static StrategySettings scheduler(String name) {
        return StrategySettings.of(Kind.SCHEDULER, name);
    }

    private static Span steps(double amount) {
        return new Span(amount, Span.Unit.STEPS);
    }
}
