package org.evengrad.diagnosis.repair;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.evengrad.config.ConfigLoader;
import org.evengrad.config.plugins.PluginLoader;
import org.evengrad.config.plugins.StrategyRegistry;
import org.evengrad.diagnosis.repair.Edit.Kind;
import org.evengrad.engine.dl4j.Dl4jNetworkBuilder;
import org.evengrad.engine.plan.Planner;
import org.evengrad.engine.plan.TrainingPlan;
import org.evengrad.engine.train.Verdict;

/** Small patients, and remedies that are given by hand. */
final class Bench {
    static final String SICK =
            """
            data { source = blobs, samples = 400, classes = 4, features = 8, spread = 0.5 }
            model { layers = [ { dense = 16, repeat = 10 } ] }
            activation = sigmoid, initializer = xavier
            optimizer { use = sgd, learning-rate = 0.1 }
            training { steps = 200, threads = 1 }
            """;

    static final String HEALTHY =
            """
            data { source = blobs, samples = 400, classes = 4, features = 8, spread = 0.5 }
            model { layers = [ { dense = 16 } ] }
            activation = relu, initializer = he
            optimizer { use = adam, learning-rate = 0.01 }
            training { steps = 200, threads = 1 }
            """;

    /** The edits that help the sick one, and one that does not. */
    static final Patch RELU =
            patch(Kind.ACTIVATION, "activation", "relu")
                    .and(patch(Kind.INITIALIZER, "initializer", "he"));

    static final Patch ADAM =
            patch(Kind.OPTIMIZER, "optimizer", "{ use = adam, learning-rate = 0.01 }");
    static final Patch TANH = patch(Kind.ACTIVATION, "activation", "tanh");
    static final Patch USELESS = patch(Kind.SCHEDULER, "scheduler", "cosine");
    static final Patch IMPOSSIBLE = patch(Kind.ACTIVATION, "activation", "no-such-activation");

    private static final StrategyRegistry REGISTRY =
            PluginLoader.load(Bench.class.getClassLoader(), List.of(), List.of());

    private Bench() {}

    static Patch patch(Kind kind, String key, String value) {
        return Patch.of(new Edit(kind, key, value, "a test wants it", "none"));
    }

    static ConfigPatient patient(Path folder, String text) throws IOException {
        Path file = Files.writeString(folder.resolve("net.conf"), text);
        return new ConfigPatient(
                new ConfigLoader(REGISTRY),
                new Planner(REGISTRY, new Dl4jNetworkBuilder(REGISTRY)),
                file,
                Map.of());
    }

    static Remedies remedies(Patch recipe, Patch... singles) {
        return new Remedies() {
            @Override
            public List<Patch> singles(TrainingPlan control, List<Verdict> verdicts) {
                return Arrays.asList(singles);
            }

            @Override
            public Patch recipe(TrainingPlan control) {
                return recipe;
            }
        };
    }
}
