package org.evengrad.config;

import static org.evengrad.config.ConfigFixture.MINIMAL;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Map;
import org.evengrad.config.plugins.Samples;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EffectiveTextTest {
    @TempDir Path folder;
    private ConfigFixture configs;

    @BeforeEach
    void makeFixture() {
        configs = new ConfigFixture(folder);
    }

    /** Loads the effective text from another folder, by another name. */
    private LoadedConfig reloaded(LoadedConfig loaded) throws Exception {
        Path elsewhere = configs.write("runs/net-001/config.conf", loaded.effectiveText());
        return new ConfigLoader(Samples.registry()).load(elsewhere, Map.of());
    }

    private void assertStandsOnItsOwn(LoadedConfig loaded) throws Exception {
        LoadedConfig again = reloaded(loaded);
        assertEquals(loaded.config(), again.config());
        assertEquals(loaded.effectiveText(), again.effectiveText());
        assertEquals(loaded.sha256(), again.sha256());
    }

    @Test
    void writesDefaultsOut() throws Exception {
        LoadedConfig loaded = configs.loaded(MINIMAL, Map.of());
        assertEquals(
                """
                activation=relu
                data {
                    batch-size=32
                    normalize-targets=none
                    shuffle=true
                    source=iris
                    test=0.2
                }
                guards=[
                    nonfinite
                ]
                health {
                    bad-batch=indices
                    budget="5%"
                    ignore=[]
                    on-verdict=warn
                }
                initializer=he
                model {
                    l1=0
                    l2=0
                    layers=[
                        {
                            dense=4
                        }
                    ]
                    normalization=none
                    output {
                        bias=true
                        match-loss=false
                    }
                    override {
                        layers=[]
                    }
                    residual=false
                }
                name=net
                optimizer=adam
                scheduler=constant
                seed=42
                training {
                    class-weights=none
                    keep=last
                }
                """,
                loaded.effectiveText());
        assertStandsOnItsOwn(loaded);
    }

    @Test
    void mergesIncludesAndOverridesAndMakesPathsAbsolute() throws Exception {
        configs.write("base/base.conf", "data { source = csv, file = table.csv }");
        LoadedConfig loaded =
                configs.loaded(
                        """
                        include "base/base.conf"
                        model.layers = [ { dense = 3, activation { use = leaky-relu, slope = 0.3 } } ]
                        scheduler { use = cosine, warmup = 5% }
                        training { checkpoint-every = 500 steps, early-stop { } }
                        data.test-fraction = 0.1
                        """,
                        Map.of("optimizer.learning-rate", "0.5", "name", "other"));
        assertStandsOnItsOwn(loaded);
        assertFalse(loaded.effectiveText().contains("include"));
        assertTrue(
                loaded.effectiveText().contains(folder.resolve("base/table.csv").toString()),
                loaded.effectiveText());
    }

    @Test
    void leavesReferencesToTheEnvironmentAsTheyAre() throws Exception {
        LoadedConfig loaded =
                configs.loaded(
                        MINIMAL
                                + """
                                optimizer { use = sgd, learning-rate = ${EVENGRAD_TEST_NUMBER} }
                                guards = [ { use = clip-global-norm, max-norm = ${EVENGRAD_TEST_NUMBER} } ]
                                model { l1 = 0.25, l2 = ${model.l1} }
                                """,
                        Map.of());
        assertTrue(
                loaded.effectiveText().contains("learning-rate=${EVENGRAD_TEST_NUMBER}"),
                loaded.effectiveText());
        assertTrue(
                loaded.effectiveText().contains("max-norm=${EVENGRAD_TEST_NUMBER}"),
                loaded.effectiveText());
        assertTrue(loaded.effectiveText().contains("l2=0.25"), loaded.effectiveText());
        assertStandsOnItsOwn(loaded);
    }

    @Test
    void writesTheValueOfAnOptionalReferenceThatReplacesAnother() throws Exception {
        LoadedConfig loaded =
                configs.loaded(
                        MINIMAL
                                + """
                                model.l1 = 0.25
                                model.l1 = ${?EVENGRAD_TEST_NUMBER}
                                guards = [ { use = clip-global-norm, max-norm = 2, max-norm = ${?EVENGRAD_TEST_NUMBER} } ]
                                """,
                        Map.of());
        assertEquals(0.5, loaded.config().model().l1());
        assertStandsOnItsOwn(loaded);
    }

    @Test
    void writesAPathFromTheEnvironmentOutIfItIsRelative() throws Exception {
        LoadedConfig loaded =
                configs.loaded(
                        """
                        data { source = csv, file = ${EVENGRAD_TEST_FOLDER}/a.csv }
                        model.layers = []
                        """,
                        Map.of());
        assertTrue(
                loaded.effectiveText().contains(folder.resolve("some/folder/a.csv").toString()),
                loaded.effectiveText());
        assertStandsOnItsOwn(loaded);
    }

    @Test
    void hashChangesWithTheMeaningAlone() throws Exception {
        String hash = configs.loaded(MINIMAL, Map.of()).sha256();
        assertEquals(64, hash.length());
        assertEquals(
                hash, configs.loaded("# comment\n" + MINIMAL + "seed = 42", Map.of()).sha256());
        assertNotEquals(hash, configs.loaded(MINIMAL, Map.of("seed", "43")).sha256());
    }
}
