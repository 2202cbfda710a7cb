package org.evengrad.engine.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.evengrad.activations.relu.Relu;
import org.evengrad.activations.tanh.Tanh;
import org.evengrad.config.ConfigLoader;
import org.evengrad.config.RunConfig;
import org.evengrad.config.plugins.PluginLoader;
import org.evengrad.config.plugins.StrategyRegistry;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.engine.network.LayerPlan;
import org.evengrad.engine.plan.LayerExpansion.Examples;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LayerExpansionTest {
    private static final StrategyRegistry REGISTRY =
            PluginLoader.load(LayerExpansionTest.class.getClassLoader(), List.of(), List.of());

    private static final Examples FLAT = new Examples(List.of(5), 0, false);
    private static final Examples IMAGES = new Examples(List.of(3, 8, 8), 0, false);
    private static final Examples SEQUENCES = new Examples(List.of(2, 6), 0, false);
    private static final Examples LABELED_STEPS = new Examples(List.of(2, 6), 0, true);
    private static final Examples TEXT = new Examples(List.of(1, 6), 7, true);

    @TempDir private Path folder;

    private LayerExpansion expansion(Examples examples, String model) {
        try {
            Path file = folder.resolve("net.conf");
            Files.writeString(
                    file, "data.source = iris, activation = relu\nmodel { " + model + " }\n");
            RunConfig config = new ConfigLoader(REGISTRY).load(file, Map.of()).config();
            return new LayerExpansion(config.model(), config.activation(), Tanh::new, examples);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<LayerPlan> expand(Examples examples, String model) {
        return expansion(examples, model).layers();
    }

    private static List<String> names(List<LayerPlan> layers) {
        List<String> names = new ArrayList<>();
        for (LayerPlan layer : layers) {
            if (layer instanceof LayerPlan.Residual residual) {
                names.addAll(names(residual.body()));
                residual.projection().ifPresent(projection -> names.add(projection.name()));
            } else if (layer instanceof LayerPlan.DenseBlock block) {
                block.branches().forEach(branch -> names.addAll(names(branch)));
            }
            names.add(layer.name());
        }
        return names;
    }

    private static Examples examples(String of) {
        return switch (of) {
            case "flat" -> FLAT;
            case "images" -> IMAGES;
            case "sequences" -> SEQUENCES;
            case "steps" -> LABELED_STEPS;
            default -> TEXT;
        };
    }

    @Test
    void countsEachTypeAndRepeats() {
        assertEquals(
                List.of("conv-1", "max-pool-1", "conv-2", "conv-3", "dense-1", "dense-2"),
                names(
                        expand(
                                IMAGES,
                                "layers = [ { conv = 4 }, { max-pool = 2 }, { conv = 2, kernel = 1,"
                                        + " repeat = 2 }, { dense = 5, repeat = 2 } ]")));
    }

    @Test
    void namesBeginWithTheBlockInsideIt() {
        assertEquals(
                List.of(
                        "residual-1/dense-1",
                        "residual-1/dense-2",
                        "residual-1",
                        "residual-2/dense-1",
                        "residual-2/dense-2",
                        "residual-2",
                        "dense-1"),
                names(
                        expand(
                                FLAT,
                                "layers = [ { residual = [ { dense = 5, repeat = 2 } ], repeat = 2"
                                        + " }, { dense = 3 } ]")));
    }

    @Test
    void aBlockInABlockBearsBothNames() {
        assertEquals(
                List.of(
                        "residual-1/dense-block-1/dense-1",
                        "residual-1/dense-block-1",
                        "residual-1/projection",
                        "residual-1"),
                names(
                        expand(
                                FLAT,
                                "layers = [ { residual = [ { dense-block = [ { dense = 2 } ] } ] }"
                                        + " ]")));
    }

    @Test
    void aSwitchPutsNormalizationBetweenWeightsAndActivation() {
        List<LayerPlan> layers =
                expand(
                        FLAT,
                        "layers = [ { dense = 4 }, { dropout = 0.5 } ], normalization = batch");
        assertEquals(
                List.of("dense-1", "batch-norm-1", "activation-1", "dropout-1"), names(layers));
        assertEquals(
                Optional.empty(),
                assertInstanceOf(LayerPlan.Dense.class, layers.get(0)).activation());
        assertEquals(
                new Relu(), assertInstanceOf(LayerPlan.Activate.class, layers.get(2)).activation());
        assertEquals(
                List.of("conv-1", "layer-norm-1", "activation-1"),
                names(expand(IMAGES, "layers = [ { conv = 4 } ], normalization = layer")));
    }

    @Test
    void aNormBehindALayerStandsBeforeItsActivationAndOnceBehindRepeatedOnes() {
        List<LayerPlan> layers =
                expand(FLAT, "layers = [ { dense = 4, repeat = 2 }, { layer-norm = true } ]");
        assertEquals(List.of("dense-1", "dense-2", "layer-norm-1", "activation-1"), names(layers));
        assertEquals(
                Optional.of(new Relu()),
                assertInstanceOf(LayerPlan.Dense.class, layers.get(0)).activation());
        assertEquals(
                Optional.empty(),
                assertInstanceOf(LayerPlan.Dense.class, layers.get(1)).activation());
    }

    @Test
    void aNormThatIsWrittenWinsOverTheSwitch() {
        assertEquals(
                List.of("dense-1", "layer-norm-1", "activation-1"),
                names(
                        expand(
                                FLAT,
                                "layers = [ { dense = 4 }, { layer-norm = true } ], normalization ="
                                        + " batch")));
    }

    @Test
    void recurrentLayersGetLayerNormalizationBehindTheirActivation() {
        assertEquals(
                List.of("lstm-1", "layer-norm-1"),
                names(expand(SEQUENCES, "layers = [ { lstm = 4 } ], normalization = batch")));
    }

    @Test
    void aSwitchPutsAPathAroundLayersThatKeepTheWidth() {
        List<LayerPlan> layers =
                expand(FLAT, "layers = [ { dense = 4 }, { dense = 4 } ], residual = true");
        assertEquals(List.of("dense-1", "dense-2", "residual-1"), names(layers));
        LayerPlan.Residual residual = assertInstanceOf(LayerPlan.Residual.class, layers.get(1));
        assertEquals(Optional.empty(), residual.projection());
    }

    @Test
    void aProjectionBringsTheInputToTheShapeOfTheBody() {
        LayerPlan.Residual residual =
                assertInstanceOf(
                        LayerPlan.Residual.class,
                        expand(
                                        IMAGES,
                                        "layers = [ { residual = [ { conv = 6, stride = 2, padding"
                                                + " = same } ] } ]")
                                .get(0));
        assertEquals(
                new LayerPlan.Convolution(
                        "residual-1/projection",
                        3,
                        6,
                        new LayerPlan.Window(1, 2, true),
                        1,
                        Optional.empty()),
                residual.projection().orElseThrow());
    }

    @Test
    void symbolsComeOneHotUnlessAnEmbeddingReadsThem() {
        LayerExpansion oneHot = expansion(TEXT, "layers = [ { lstm = 4 } ]");
        assertEquals(List.of(7, 6), oneHot.inputShape());
        LayerExpansion embedded = expansion(TEXT, "layers = [ { embedding = 3 }, { lstm = 4 } ]");
        assertEquals(List.of(1, 6), embedded.inputShape());
        assertEquals(new LayerPlan.Embedding("embedding-1", 7, 3), embedded.layers().get(0));
    }

    @Test
    void theLastRecurrentLayerGivesItsLastStepIfASequenceHasOneTarget() {
        List<LayerPlan> layers =
                expand(SEQUENCES, "layers = [ { lstm = 4, repeat = 2 }, { dense = 3 } ]");
        assertEquals(List.of(false, true), lastSteps(layers));
        assertEquals(
                List.of(false, false),
                lastSteps(expand(LABELED_STEPS, "layers = [ { lstm = 4, repeat = 2 } ]")));
        assertEquals(
                List.of(false),
                lastSteps(
                        expand(
                                SEQUENCES,
                                "layers = [ { lstm = 4 }, { global-avg-pool = true } ]")));
    }

    private static List<Boolean> lastSteps(List<LayerPlan> layers) {
        return layers.stream()
                .filter(LayerPlan.Recurrent.class::isInstance)
                .map(layer -> ((LayerPlan.Recurrent) layer).lastStep())
                .toList();
    }

    @Test
    void aDenseBlockAppendsWhatItsLayersMake() {
        LayerPlan.DenseBlock block =
                assertInstanceOf(
                        LayerPlan.DenseBlock.class,
                        expand(
                                        IMAGES,
                                        "layers = [ { dense-block = [ { conv = 2, padding = same,"
                                                + " repeat = 2 } ] } ]")
                                .get(0));
        assertEquals(
                List.of(3, 5),
                block.branches().stream()
                        .flatMap(List::stream)
                        .map(layer -> ((LayerPlan.Convolution) layer).channels())
                        .toList());
    }

    @Test
    void whatALayerSaysOfItsWeightsHoldsForThePartsOfIt() {
        LayerExpansion expansion =
                expansion(
                        new Examples(List.of(4, 8, 8), 0, false),
                        "layers = [ { conv = 4, groups = 2, l2 = 0.5 }, { conv = 2 } ]");
        expansion.layers();
        assertEquals(Optional.of(0.5), expansion.settings("conv-1").l2());
        assertEquals(Optional.of(0.5), expansion.settings("conv-1/group-2").l2());
        assertEquals(Optional.empty(), expansion.settings("conv-2").l2());
        assertEquals(Optional.empty(), expansion.settings("residual-1/projection").l2());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "flat | { conv = 4 } | conv-1 needs images, and what reaches it is 5 numbers",
                "sequences | { max-pool = 2 } | max-pool-1 needs images, and what reaches it is 6"
                        + " time steps of 2 numbers",
                "images | { dense = 4 }, { conv = 2 } | conv-1 needs images, and what reaches it"
                        + " is 4 numbers",
                "images | { conv = 4, kernel = 9 } | conv-1: a window of 9 does not fit an image"
                        + " of 8 x 8; use padding = same",
                "images | { conv = 4 }, { max-pool = 7 } | max-pool-1: a window of 7 does not fit"
                        + " an image of 6 x 6",
                "images | { conv = 4, groups = 2 } | conv-1: 2 groups cannot share 3 channels and"
                        + " 4 filters evenly",
                "flat | { residual = [ { dense = 4 } ], projection = false } | residual-1 turns 5"
                        + " numbers into 4 numbers, so its input cannot be added; leave projection"
                        + " = false out",
                "images | { residual = [ { conv = 4 } ] } | residual-1 turns 3 channels of 8 x 8"
                        + " into 4 channels of 6 x 6, and no projection does that; use padding ="
                        + " same inside it",
                "flat | { residual = [ { dropout = 0.1 } ] } | residual-1 has no layer with"
                        + " weights",
                "images | { dense-block = [ { conv = 4 } ] } | dense-block-1 appends 4 channels of"
                        + " 6 x 6 to 3 channels of 8 x 8",
                "flat | { global-avg-pool = true } | global-avg-pool-1 needs images or sequences",
                "flat | { lstm = 4 } | lstm-1 walks along a sequence, and what reaches it is 5"
                        + " numbers; sequences come from",
                "flat | { embedding = 4 } | embedding-1 takes symbols, as the source text gives"
                        + " them, and stands first",
                "text | { lstm = 4 }, { embedding = 4 } | embedding-1 takes symbols",
                "steps | { dense = 4 }, { batch-norm = true }, { batch-norm = true } | batch-norm",
                "steps | { batch-norm = true } | batch-norm-1 takes no sequences, and what reaches"
                        + " it is 6 time steps of 2 numbers; use layer-norm",
                "steps | { lstm = 4 }, { global-avg-pool = true } | each time step has a target,"
                        + " but the layers leave 4 numbers for the whole sequence",
                "sequences | { dense = 4 } | each sequence has one target, but the layers leave 6"
                        + " time steps of 4 numbers; add an lstm, gru or simple-rnn layer"
            })
    void refuses(String of, String layers, String message) {
        InvalidInputException refusal =
                assertThrows(
                        InvalidInputException.class,
                        () -> expand(examples(of), "layers = [ " + layers + " ]"));
        assertEquals(1, refusal.problems().size());
        assertTrue(
                refusal.getMessage().startsWith("model.layers: " + message), refusal.getMessage());
    }
}
