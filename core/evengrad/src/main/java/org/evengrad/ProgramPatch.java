package org.evengrad;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.evengrad.config.ModelConfig.Loss;
import org.evengrad.config.bind.StrategyReader;
import org.evengrad.config.bind.StrategyWriter;
import org.evengrad.config.plugins.Kind;
import org.evengrad.config.plugins.StrategyRegistry;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.config.problem.Problem;
import org.evengrad.diagnosis.repair.Patch;
import org.evengrad.engine.network.ModelChanges;
import org.evengrad.spi.Activation;
import org.evengrad.spi.GradientGuard;
import org.evengrad.spi.Initializer;
import org.evengrad.spi.Optimizer;
import org.evengrad.spi.Scheduler;

/**
 * What a patch means for a network that a program builds.
 *
 * @param structure of the network
 * @param weights what draws its first weights; empty: the network itself
 * @param biases what draws its first biases
 * @param scalesFeatures whether features are standardized
 * @param scalesTargets whether targets are
 * @param optimizer in place of the original's
 * @param rate in place of that optimizer's
 * @param scheduler in place of the original's
 * @param guards in place of the original's
 * @param epochs in place of the original's
 */
record ProgramPatch(
        ModelChanges structure,
        Optional<Initializer> weights,
        Optional<Initializer> biases,
        boolean scalesFeatures,
        boolean scalesTargets,
        Optional<Optimizer> optimizer,
        Optional<String> rate,
        Optional<Scheduler> scheduler,
        Optional<List<GradientGuard>> guards,
        Optional<Integer> epochs) {
    static final String MATCH_LOSS = "model.output.match-loss";

    private static final Path PROGRAM = Path.of("program");

    /**
     * Reads a patch.
     *
     * @throws InvalidInputException if it changes what a program's network does not have
     */
    static ProgramPatch of(Patch patch, StrategyRegistry registry) {
        StrategyReader reader = new StrategyReader(registry);
        Map<String, String> values = patch.overrides();
        values.forEach((key, value) -> check(key, value));
        Optional<Activation> hidden =
                either(values, "activation", "model.override.activation")
                        .map(text -> (Activation) reader.read(Kind.ACTIVATION, text, PROGRAM));
        Optional<Activation> output =
                value(values, "model.output.activation")
                        .map(text -> (Activation) reader.read(Kind.ACTIVATION, text, PROGRAM));
        return new ProgramPatch(
                new ModelChanges(
                        hidden,
                        output,
                        value(values, "model.loss").map(ProgramPatch::loss),
                        values.containsKey(MATCH_LOSS),
                        values.containsKey("model.normalization")),
                either(values, "initializer", "model.override.initializer")
                        .map(text -> (Initializer) reader.read(Kind.INITIALIZER, text, PROGRAM)),
                value(values, "bias-initializer")
                        .map(text -> (Initializer) reader.read(Kind.INITIALIZER, text, PROGRAM)),
                values.containsKey("data.normalize"),
                values.containsKey("data.normalize-targets"),
                value(values, "optimizer")
                        .map(text -> (Optimizer) reader.read(Kind.OPTIMIZER, text, PROGRAM)),
                value(values, "optimizer.learning-rate"),
                value(values, "scheduler")
                        .map(text -> (Scheduler) reader.read(Kind.SCHEDULER, text, PROGRAM)),
                value(values, "guards").map(text -> reader.readGuards(text, PROGRAM)),
                value(values, "training.epochs").map(Integer::valueOf));
    }

    /**
     * The optimizer with the rate of this patch.
     *
     * @param original what moves parameters without the patch
     */
    Optimizer optimizerInPlaceOf(Optimizer original, StrategyRegistry registry) {
        Optimizer chosen = optimizer.orElse(original);
        return rate.map(
                        number ->
                                (Optimizer)
                                        new StrategyReader(registry)
                                                .read(
                                                        Kind.OPTIMIZER,
                                                        new StrategyWriter(registry).write(chosen)
                                                                + " { learning-rate = "
                                                                + number
                                                                + " }",
                                                        PROGRAM))
                .orElse(chosen);
    }

    private static Optional<String> value(Map<String, String> values, String key) {
        return Optional.ofNullable(values.get(key));
    }

    private static Optional<String> either(
            Map<String, String> values, String key, String otherwise) {
        return value(values, key).or(() -> value(values, otherwise));
    }

    private static Loss loss(String name) {
        return Loss.valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    private static void check(String key, String value) {
        boolean known =
                switch (key) {
                    case "activation",
                            "model.override.activation",
                            "model.output.activation",
                            "initializer",
                            "model.override.initializer",
                            "bias-initializer",
                            "optimizer",
                            "optimizer.learning-rate",
                            "scheduler",
                            "guards",
                            "training.epochs",
                            "model.loss" ->
                            true;
                    case MATCH_LOSS -> value.equals("true");
                    case "model.normalization" -> value.equals("batch");
                    case "data.normalize", "data.normalize-targets" -> value.equals("standard");
                    default -> false;
                };
        if (!known) {
            throw new InvalidInputException(
                    Problem.ofKey(key, "not tried: only the program can change it"));
        }
    }
}
