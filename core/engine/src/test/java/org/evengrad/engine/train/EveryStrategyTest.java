package org.evengrad.engine.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.evengrad.config.ConfigLoader;
import org.evengrad.config.plugins.Kind;
import org.evengrad.config.plugins.OptionType;
import org.evengrad.config.plugins.PluginLoader;
import org.evengrad.config.plugins.StrategyRegistry;
import org.evengrad.config.plugins.StrategyType;
import org.evengrad.engine.dl4j.Dl4jNetworkBuilder;
import org.evengrad.engine.plan.Planner;
import org.evengrad.engine.plan.TrainingPlan;
import org.evengrad.engine.step.StepRecord;
import org.evengrad.engine.train.TrainingResult.Status;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each strategy that ships, inside a real run. */
class EveryStrategyTest {
    private static final StrategyRegistry REGISTRY =
            PluginLoader.load(EveryStrategyTest.class.getClassLoader(), List.of(), List.of());

    /** Seven batches an epoch, and a checkpoint in the second. */
    private static final int STEPS = 21;

    @TempDir private Path folder;

    static List<String> strategies() {
        return REGISTRY.all().stream()
                .map(type -> type.kind().singular() + " " + type.name())
                .toList();
    }

    @ParameterizedTest
    @EnumSource
    void everyKindIsInstalled(Kind kind) {
        assertTrue(REGISTRY.all(kind).size() > 10, kind + ": " + REGISTRY.all(kind).size());
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void trainsAndResumesBitByBit(String named) throws IOException {
        StrategyType type =
                REGISTRY.all().stream()
                        .filter(each -> named.equals(each.kind().singular() + " " + each.name()))
                        .findFirst()
                        .orElseThrow();
        Path config = Files.writeString(folder.resolve("net.conf"), config(type));
        Observed observed = new Observed();
        TrainingResult whole = train(config, observed, Optional.empty());
        assertEquals(Status.HEALTHY, whole.status(), () -> "" + whole.ending());
        assertEquals(STEPS, whole.ending().steps());
        assertTrue(Double.isFinite(whole.trainLoss()));
        assertTrue(observed.applied > STEPS / 2, "only " + observed.applied + " steps were taken");
        if (type.kind() == Kind.INITIALIZER || type.kind() == Kind.ACTIVATION) {
            // They remember nothing.
            return;
        }
        TrainingResult resumed = train(config, new Observed(), Optional.of(observed.checkpoint));
        assertEquals(whole.parametersSha256(), resumed.parametersSha256());
        assertEquals(whole.trainLoss(), resumed.trainLoss());
        assertEquals(whole.validation(), resumed.validation());
    }

    private static TrainingResult train(Path config, Observed observed, Optional<Checkpoint> from) {
        Planner planner = new Planner(REGISTRY, new Dl4jNetworkBuilder(REGISTRY));
        try (TrainingPlan plan = planner.plan(new ConfigLoader(REGISTRY).load(config, Map.of()))) {
            return new Trainer(plan, List.of(), List.of(observed), new StopRequest(), from).train();
        }
    }

    private static String config(StrategyType type) {
        String strategy = strategy(type);
        return """
        data { source = iris, batch-size = 16 }
        model { layers = [ { dense = 8, repeat = 2 } ] }
        initializer = %s
        activation = %s
        optimizer = %s
        scheduler = %s
        guards = [ nonfinite, %s ]
        training { epochs = 3, threads = 1, checkpoint-every = 9 steps }
        """
                .formatted(
                        type.kind() == Kind.INITIALIZER ? strategy : "xavier",
                        type.kind() == Kind.ACTIVATION ? strategy : "tanh",
                        type.kind() == Kind.OPTIMIZER ? strategy : "adam",
                        type.kind() == Kind.SCHEDULER ? strategy : "constant",
                        type.kind() == Kind.GUARD ? strategy : "clip-global-norm");
    }

    /** The strategy with its defaults, and a simple one inside where it wraps another. */
    private static String strategy(StrategyType type) {
        StringBuilder text = new StringBuilder("{ use = " + type.name());
        for (OptionType option : type.options()) {
            if (option.defaultValue() == null) {
                text.append(", ").append(option.key()).append(" = ").append(inside(option));
            }
        }
        return text.append(" }").toString();
    }

    private static String inside(OptionType option) {
        if (option.type() == Kind.OPTIMIZER.type()) {
            return "momentum";
        }
        if (option.type() == Kind.SCHEDULER.type()) {
            return "cosine";
        }
        throw new IllegalStateException("no value for the required option " + option.key());
    }

    /** Counts steps, and keeps the first checkpoint. */
    private static final class Observed implements TrainingListener {
        private Checkpoint checkpoint;
        private int applied;

        @Override
        public void stepped(StepRecord record) {
            applied += record.outcome() == StepRecord.Outcome.APPLIED ? 1 : 0;
        }

        @Override
        public void checkpoint(Checkpoint taken) {
            checkpoint = checkpoint == null ? taken : checkpoint;
        }
    }
}
