package org.evengrad.diagnosis.repair;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.evengrad.config.ConfigLoader;
import org.evengrad.config.RunConfig;
import org.evengrad.config.plugins.PluginLoader;
import org.evengrad.config.plugins.StrategyRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PatchFileTest {
    private static final StrategyRegistry REGISTRY =
            PluginLoader.load(PatchFileTest.class.getClassLoader(), List.of(), List.of());
    private static final String ORIGINAL =
            """
            name = net
            data { source = csv, file = rows.csv, normalize = none }
            model {
              layers = [ { simple-rnn = 3, repeat = 2 } ]
              override.activation { use = leaky-relu, slope = 0.3 }
            }
            activation { use = leaky-relu, slope = 0.2 }
            initializer { use = variance-scaling, scale = 0.5 }
            optimizer { use = sgd, learning-rate = 0.1 }
            scheduler { use = warmup, length = 20%, scheduler { use = step, every = 10 steps } }
            guards = [ { use = clip-value, limit = 3 }, nonfinite ]
            training.epochs = 3
            """;

    @TempDir Path folder;

    private static Edit edit(String key, String value) {
        return new Edit(Edit.Kind.OPTIMIZER, key, value, "because", "new Adam()");
    }

    private Path original() throws IOException {
        return Files.writeString(folder.resolve("my net.conf"), ORIGINAL);
    }

    private RunConfig repaired(Map<String, String> overrides, Patch patch) throws IOException {
        String text = PatchFile.repaired(original(), overrides, patch);
        Path file = Files.writeString(folder.resolve("my net.repaired.conf"), text);
        return new ConfigLoader(REGISTRY).load(file, Map.of()).config();
    }

    private RunConfig overridden(Map<String, String> overrides, Patch patch) throws IOException {
        return new ConfigLoader(REGISTRY).load(original(), patch.over(overrides)).config();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "optimizer | { use = adam, learning-rate = 0.001 }",
                "optimizer | adam",
                "optimizer.learning-rate | 0.01",
                "initializer | he",
                "bias-initializer | zeros",
                "activation | elu",
                "model.override.activation | elu",
                "model.override.initializer | { use = he, distribution = uniform }",
                "scheduler | cosine",
                "guards | [ nonfinite, { use = clip-global-norm, max-norm = 1.0 } ]",
                "model.normalization | batch",
                "model.residual | true",
                "data.normalize | standard",
                "model.loss | huber",
                "model.output.activation | identity",
                "model.layers | [ { gru = 3, repeat = 2 } ]",
                "training.epochs | 6",
                "training.class-weights | balanced"
            })
    void saysTheSameAsAnOverride(String key, String value) throws IOException {
        Patch patch = Patch.of(edit(key, value));
        assertEquals(overridden(Map.of(), patch), repaired(Map.of(), patch));
    }

    @Test
    void keepsWhatTheCommandLineChanged() throws IOException {
        Map<String, String> overrides = new LinkedHashMap<>();
        overrides.put("optimizer.learning-rate", "0.5");
        overrides.put("training.epochs", "2");
        overrides.put("activation.use", "tanh");
        overrides.put("model.l2", "1e+2");
        overrides.put("data.label", "a, b#c");
        Patch rate = Patch.of(edit("optimizer.learning-rate", "0.01"));
        assertEquals(overridden(overrides, rate), repaired(overrides, rate));
    }

    @Test
    void takesNoOptionOfAnOldStrategyFromTheCommandLine() throws IOException {
        Map<String, String> overrides = Map.of("optimizer.learning-rate", "0.5");
        Patch adam = Patch.of(edit("optimizer", "{ use = adam, beta1 = 0.8 }"));
        assertEquals(0.001, repaired(overrides, adam).optimizer().get().learningRate());
        assertEquals(overridden(overrides, adam), repaired(overrides, adam));
    }

    @Test
    void aSectionComesBeforeWhatIsInsideIt() throws IOException {
        Patch patch =
                Patch.of(
                        edit("model.override.initializer", "he"),
                        edit("model.override", "{ activation = elu }"),
                        edit("training.epochs", "4"));
        assertEquals(overridden(Map.of(), patch), repaired(Map.of(), patch));
        String text = PatchFile.repaired(original(), Map.of("model.l2", "0.1"), patch);
        assertTrue(text.endsWith("\nmodel.l2 = 0.1\n" + PatchFile.text(patch)), text);
    }

    @Test
    void givesAReasonForEachLine() {
        assertEquals(
                """
                initializer = he                                # because
                optimizer = null, optimizer = { use = adam }    # because
                """,
                PatchFile.text(
                        Patch.of(edit("initializer", "he"), edit("optimizer", "{ use = adam }"))));
    }
}
