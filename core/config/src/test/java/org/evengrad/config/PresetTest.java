package org.evengrad.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.evengrad.config.LayerConfig.Padding;
import org.evengrad.config.plugins.Samples;
import org.evengrad.config.problem.InvalidInputException;
import org.evengrad.spi.Activation;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PresetTest {
    private static final Activation RELU = new Samples.Relu();

    @TempDir Path folder;
    private ConfigFixture configs;

    @BeforeEach
    void makeFixture() {
        configs = new ConfigFixture(folder);
    }

    private static String net(String model) {
        return "data { source = iris }\nmodel { " + model + " }";
    }

    private ModelConfig model(String model) throws Exception {
        return configs.load(net(model)).model();
    }

    private String refusal(String model) throws Exception {
        return configs.refusal(net(model));
    }

    /** Layers with weights along the main path, with the output layer. */
    private static int depth(List<LayerConfig> layers) {
        return 1 + weightLayers(layers);
    }

    private static int weightLayers(List<LayerConfig> layers) {
        int count = 0;
        for (LayerConfig layer : layers) {
            if (layer instanceof LayerConfig.Residual block) {
                count += weightLayers(block.body());
            } else if (layer instanceof LayerConfig.DenseBlock block) {
                count += weightLayers(block.body());
            } else if (layer instanceof LayerConfig.Weights) {
                count += layer.repeat();
            }
        }
        return count;
    }

    private static List<LayerConfig.Conv> convolutions(List<LayerConfig> layers) {
        return layers.stream()
                .flatMap(
                        layer ->
                                layer instanceof LayerConfig.Residual block
                                        ? convolutions(block.body()).stream()
                                        : java.util.stream.Stream.of(layer))
                .filter(LayerConfig.Conv.class::isInstance)
                .map(LayerConfig.Conv.class::cast)
                .toList();
    }

    @Test
    void aPresetStandsForItsLayers() throws Exception {
        ModelConfig model = model("preset = mlp, depth = 4, width = 32, l2 = 0.1");

        assertEquals(Optional.of(new Preset.Mlp(4, 32)), model.preset());
        assertEquals(Optional.empty(), model.layers());
        assertEquals(0.1, model.l2());
        LayerConfig.Dense dense =
                assertInstanceOf(LayerConfig.Dense.class, model.hiddenLayers().get(0));
        assertEquals(32, dense.units());
        assertEquals(4, dense.repeat());
    }

    @Test
    void takesDefaultsForWhatIsAbsent() throws Exception {
        String relu = ", block-activation = relu";
        assertEquals(new Preset.Mlp(3, 256), model("preset = mlp").preset().orElseThrow());
        assertEquals(new Preset.Lenet(6, 16), model("preset = lenet").preset().orElseThrow());
        assertEquals(
                new Preset.Resnet(20, 16, RELU),
                model("preset = resnet" + relu).preset().orElseThrow());
        assertEquals(
                new Preset.Densenet(40, 12), model("preset = densenet").preset().orElseThrow());
        assertEquals(
                new Preset.Resnext(29, 8, 8, RELU),
                model("preset = resnext" + relu).preset().orElseThrow());
        assertEquals(
                new Preset.Mobilenet(13, 32), model("preset = mobilenet").preset().orElseThrow());
        assertEquals(
                new Preset.Efficientnet(2, 16, 6, RELU, RELU),
                model("preset = efficientnet, activation = relu" + relu).preset().orElseThrow());
        assertEquals(
                new Preset.CharLstm(1, 128, Optional.empty()),
                model("preset = char-lstm").preset().orElseThrow());
        assertEquals(
                new Preset.CharGru(1, 128, Optional.of(16)),
                model("preset = char-gru, embedding = 16").preset().orElseThrow());
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 20, 56, 110})
    void theDepthOfAResnetCountsItsLayersWithWeights(int depth) {
        assertEquals(depth, depth(new Preset.Resnet(depth, 16, RELU).layers()));
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 29})
    void theDepthOfAResnextCountsItsLayersWithWeights(int depth) {
        assertEquals(depth, depth(new Preset.Resnext(depth, 4, 4, RELU).layers()));
    }

    @ParameterizedTest
    @ValueSource(ints = {7, 40, 100})
    void theDepthOfADensenetCountsItsLayersWithWeights(int depth) {
        assertEquals(depth, depth(new Preset.Densenet(depth, 12).layers()));
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 13})
    void theDepthOfAMobilenetCountsItsPairs(int depth) {
        assertEquals(2 + 2 * depth, depth(new Preset.Mobilenet(depth, 8).layers()));
    }

    /** The paper counts 0.27 million parameters, for three channels and ten classes. */
    @Test
    void theResnetOf20LayersHasTheWeightsOfThePaper() {
        int channels = 3;
        int weights = 0;
        for (LayerConfig.Conv conv : convolutions(new Preset.Resnet(20, 16, RELU).layers())) {
            weights += channels * conv.filters() * conv.kernel() * conv.kernel();
            channels = conv.filters();
        }
        assertEquals(267_696, weights);
    }

    @Test
    void stagesDoubleTheFiltersAndHalveTheImage() {
        List<LayerConfig.Conv> convolutions =
                convolutions(new Preset.Resnet(14, 16, RELU).layers());

        assertEquals(
                List.of(16, 16, 16, 16, 16, 32, 32, 32, 32, 64, 64, 64, 64),
                convolutions.stream().map(LayerConfig.Conv::filters).toList());
        assertEquals(
                List.of(1, 1, 1, 1, 1, 2, 1, 1, 1, 2, 1, 1, 1),
                convolutions.stream().map(LayerConfig.Conv::stride).toList());
    }

    @Test
    void thePathsOfAResnextAreGroups() {
        List<LayerConfig.Conv> convolutions =
                convolutions(new Preset.Resnext(11, 4, 8, RELU).layers());

        assertEquals(
                List.of(1, 1, 4, 1, 1, 4, 1, 1, 4, 1),
                convolutions.stream().map(LayerConfig.Conv::groups).toList());
        assertEquals(
                List.of(32, 32, 32, 64, 64, 64, 128, 128, 128, 256),
                convolutions.stream().map(LayerConfig.Conv::filters).toList());
    }

    /** Between the blocks, 24 and 24 + 12 * 12 channels go through a 1 x 1 convolution. */
    @Test
    void theTransitionsOfADensenetKeepItsChannels() {
        List<LayerConfig.Conv> convolutions = convolutions(new Preset.Densenet(40, 12).layers());

        assertEquals(
                List.of(24, 168, 312),
                convolutions.stream().map(LayerConfig.Conv::filters).toList());
        assertEquals(
                List.of(3, 1, 1), convolutions.stream().map(LayerConfig.Conv::kernel).toList());
    }

    @Test
    void theSqueezeOfAnEfficientnetIsAQuarterOfABlocksInput() {
        List<LayerConfig> layers = new Preset.Efficientnet(1, 16, 6, RELU, RELU).layers();
        LayerConfig.SqueezeExcite first =
                layers.stream()
                        .filter(LayerConfig.SqueezeExcite.class::isInstance)
                        .map(LayerConfig.SqueezeExcite.class::cast)
                        .findFirst()
                        .orElseThrow();

        int inside = 6 * 16;
        assertEquals(16 / 4, inside / first.ratio());
    }

    @Test
    void convolutionsArePadded() {
        for (Preset preset :
                List.of(
                        new Preset.Lenet(6, 16),
                        new Preset.Resnet(8, 4, RELU),
                        new Preset.Mobilenet(8, 4))) {
            for (LayerConfig.Conv conv : convolutions(preset.layers())) {
                assertEquals(Padding.SAME, conv.padding(), preset.toString());
            }
        }
    }

    @Test
    void anEmbeddingStandsFirst() {
        assertInstanceOf(
                LayerConfig.Embedding.class,
                new Preset.CharGru(2, 8, Optional.of(4)).layers().get(0));
        assertEquals(1, new Preset.CharLstm(2, 8, Optional.empty()).layers().size());
    }

    @Test
    void refusesADepthThatDoesNotShareOut() throws Exception {
        assertEquals(
                "model.depth (net.conf: 2): must be 6n + 2, such as 20 or 26; not 21\n",
                refusal("preset = resnet, depth = 21, block-activation = relu"));
        assertEquals(
                "model.depth (net.conf: 2): must be 3n + 4, such as 40 or 43; not 41\n",
                refusal("preset = densenet, depth = 41"));
        assertThrows(InvalidInputException.class, () -> new Preset.Resnext(30, 8, 8, RELU));
    }

    @Test
    void namesTheNearestPresetAndOption() throws Exception {
        assertEquals(
                "model.preset (net.conf: 2): must be one of mlp, lenet, resnet, densenet, resnext,"
                        + " mobilenet, efficientnet, char-lstm, char-gru, not the text \"resnt\"."
                        + " Did you mean resnet?\n",
                refusal("preset = resnt"));
        String unknown = refusal("preset = densenet, grwth = 3");
        assertEquals(
                "model.grwth (net.conf: 2): unknown key of model. Did you mean growth?",
                unknown.substring(0, unknown.indexOf(" Keys:")));
    }

    @Test
    void refusesAPresetsOptionWithoutThePreset() throws Exception {
        String refusal = refusal("layers = [], depth = 3");

        assertEquals(
                "model.depth (net.conf: 2): unknown key of model.",
                refusal.substring(0, refusal.indexOf(" Keys:")));
    }

    @Test
    void refusesLayersBesideAPreset() throws Exception {
        assertEquals(
                "model.preset (net.conf: 2): layers and preset are both given; keep one of them\n",
                refusal("layers = [], preset = mlp"));
    }

    @Test
    void saysWhichActivationAPresetLacks() throws Exception {
        String refusal = refusal("preset = resnet");

        assertEquals(
                "model.block-activation (reference): no activation 'identity' is installed.",
                refusal.substring(0, refusal.indexOf(" installed.") + 11)
                        .replaceFirst("\\(.*?\\)", "(reference)"));
    }
}
