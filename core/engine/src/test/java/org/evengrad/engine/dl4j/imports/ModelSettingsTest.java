package org.evengrad.engine.dl4j.imports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.evengrad.config.bind.StrategyReader;
import org.evengrad.config.plugins.PluginLoader;
import org.evengrad.engine.dl4j.imports.ModelSettings.Truncation;
import org.evengrad.engine.dl4j.imports.TensorSettings.Motion;
import org.evengrad.spi.Horizon;
import org.evengrad.spi.Schedule;
import org.evengrad.spi.Scheduler;
import org.evengrad.spi.StepContext;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.AdaGrad;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.schedule.CycleSchedule;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.InverseSchedule;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.PolySchedule;
import org.nd4j.linalg.schedule.RampSchedule;
import org.nd4j.linalg.schedule.ScheduleType;
import org.nd4j.linalg.schedule.StepSchedule;

class ModelSettingsTest {
    private static NeuralNetConfiguration.Builder with(IUpdater updater) {
        return new NeuralNetConfiguration.Builder().updater(updater);
    }

    private static DenseLayer.Builder dense(String name) {
        return new DenseLayer.Builder().name(name).nIn(4).nOut(4);
    }

    private static OutputLayer output() {
        return new OutputLayer.Builder(LossFunction.MCXENT)
                .activation(Activation.SOFTMAX)
                .name("out")
                .nIn(4)
                .nOut(3)
                .build();
    }

    private static ModelSettings read(NeuralNetConfiguration.Builder builder, Layer... layers) {
        NeuralNetConfiguration.ListBuilder list = builder.list();
        for (Layer layer : layers) {
            list.layer(layer);
        }
        MultiLayerNetwork network = new MultiLayerNetwork(list.build());
        network.init();
        return ModelSettings.of(network);
    }

    private static ModelSettings read(NeuralNetConfiguration.Builder builder) {
        return read(builder, dense("hidden").build(), output());
    }

    private static TensorSettings tensor(ModelSettings settings, String name) {
        return settings.tensors().stream()
                .filter(tensor -> name.equals(tensor.layer() + "." + tensor.parameter()))
                .findFirst()
                .orElseThrow();
    }

    private static String scheduler(ISchedule schedule) {
        ModelSettings settings = read(with(new Sgd(schedule)));
        return settings.optimizer().orElseThrow().hocon()
                + " "
                + settings.scheduler().map(StrategySettings::hocon).orElse("constant");
    }

    @Test
    void readsTheUpdaterWithItsOptions() {
        ModelSettings settings = read(with(new Adam(0.002, 0.8, 0.99, 1e-7)));
        assertEquals(
                "{ use = adam, learning-rate = 0.002, beta1 = 0.8, beta2 = 0.99, epsilon = 1.0E-7"
                        + " }",
                settings.optimizer().orElseThrow().hocon());
        assertEquals(Optional.empty(), settings.scheduler());
        assertEquals(List.of(), settings.notes());
        assertEquals("adam 0.002, loss cross-entropy", settings.summary());
    }

    @Test
    void readsSchedulesThatHaveAnEqual() {
        ScheduleType step = ScheduleType.ITERATION;
        ScheduleType epoch = ScheduleType.EPOCH;
        String sgd = "{ use = sgd, learning-rate = 0.5 } ";
        assertEquals(sgd + "constant", scheduler(new FixedSchedule(0.5)));
        assertEquals(
                sgd + "{ use = step, decay = 0.1, every = 30 epochs }",
                scheduler(new StepSchedule(epoch, 0.5, 0.1, 30)));
        assertEquals(
                sgd + "{ use = exponential, decay = 0.99, every = 1 steps }",
                scheduler(new ExponentialSchedule(step, 0.5, 0.99)));
        assertEquals(
                sgd + "{ use = step, decay = 0.9, every = 1 epochs }",
                scheduler(new ExponentialSchedule(epoch, 0.5, 0.9)));
        assertEquals(
                sgd + "{ use = inverse-time, decay = 0.01, every = 1 steps, power = 0.75 }",
                scheduler(new InverseSchedule(step, 0.5, 0.01, 0.75)));
        assertEquals(
                sgd
                        + "{ use = piecewise, boundaries = [10, 20], unit = epochs,"
                        + " factors = [1, 0.5, 0.1] }",
                scheduler(new MapSchedule(epoch, Map.of(0, 0.5, 10, 0.25, 20, 0.05))));
        assertEquals(
                sgd
                        + "{ use = warmup, scheduler = { use = constant }, length = 8 steps,"
                        + " start = 0 }",
                scheduler(new RampSchedule(new FixedSchedule(0.5), 8)));
    }

    @Test
    void writesSchedulesAndGuardsAsTheConfigurationReadsThem() {
        StrategyReader reader =
                new StrategyReader(
                        PluginLoader.load(getClass().getClassLoader(), List.of(), List.of()));
        List<ISchedule> schedules =
                List.of(
                        new StepSchedule(ScheduleType.EPOCH, 0.5, 0.1, 30),
                        new ExponentialSchedule(ScheduleType.ITERATION, 0.5, 0.99),
                        new InverseSchedule(ScheduleType.ITERATION, 0.5, 0.01, 0.75),
                        new MapSchedule(ScheduleType.EPOCH, Map.of(0, 0.5, 10, 0.25)),
                        new RampSchedule(new FixedSchedule(0.5), 8));
        for (ISchedule schedule : schedules) {
            StrategySettings settings = read(with(new Sgd(schedule))).scheduler().orElseThrow();
            Schedule ours =
                    ((Scheduler) reader.read(settings.kind(), settings.hocon(), Path.of("model")))
                            .start(new Horizon(400, 10));
            for (int step = 0; step < 400; step++) {
                assertEquals(
                        schedule.valueAt(step, step / 10) / 0.5,
                        ours.factor(new At(step)),
                        1e-9,
                        settings + " at " + step);
            }
        }
        for (GradientNormalization kind : GradientNormalization.values()) {
            for (StrategySettings guard :
                    read(with(new Sgd(0.1)).gradientNormalization(kind)).guards()) {
                reader.read(guard.kind(), guard.hocon(), Path.of("model"));
            }
        }
    }

    private record At(long step) implements StepContext {
        @Override
        public long updates() {
            return step;
        }

        @Override
        public int epoch() {
            return (int) step / 10;
        }

        @Override
        public int batchSize() {
            return 1;
        }

        @Override
        public double rate() {
            return 1;
        }

        @Override
        public double loss() {
            return 1;
        }

        @Override
        public double gradientNorm() {
            return 1;
        }

        @Override
        public Horizon horizon() {
            return new Horizon(400, 10);
        }
    }

    @Test
    void saysWhichScheduleIsLost() {
        for (ISchedule schedule :
                List.of(
                        new PolySchedule(ScheduleType.ITERATION, 0.5, 2, 100),
                        new CycleSchedule(ScheduleType.ITERATION, 0.5, 10),
                        new RampSchedule(
                                new ExponentialSchedule(ScheduleType.ITERATION, 0.5, 0.9), 4))) {
            ModelSettings settings = read(with(new Sgd(schedule)));
            assertEquals(Optional.empty(), settings.scheduler());
            assertTrue(
                    settings.notes().get(0).contains(schedule.getClass().getSimpleName()),
                    settings.notes().toString());
        }
    }

    @Test
    void readsOtherRatesAsFactorsOfTheMostCommon() {
        ModelSettings settings =
                read(
                        with(new Sgd(0.1)).biasUpdater(new Sgd(0.2)),
                        dense("hidden").build(),
                        dense("slow").updater(new Sgd(0.01)).build(),
                        dense("more").build(),
                        output());
        assertEquals(
                "{ use = sgd, learning-rate = 0.1 }", settings.optimizer().orElseThrow().hocon());
        assertEquals(1, tensor(settings, "hidden.W").rateFactor());
        assertEquals(2, tensor(settings, "hidden.b").rateFactor());
        assertEquals(0.1, tensor(settings, "slow.W").rateFactor(), 1e-12);
        assertEquals(2, tensor(settings, "out.b").rateFactor());
        assertEquals(List.of(), settings.notes());
    }

    @Test
    void namesTensorsWhoseUpdaterCannotBeKept() {
        ModelSettings settings =
                read(
                        with(new Adam(0.1)),
                        dense("hidden").build(),
                        dense("other").updater(new AdaGrad(0.1)).build(),
                        output());
        assertEquals("adam", settings.optimizer().orElseThrow().name());
        assertEquals(2, settings.notes().size());
        assertTrue(settings.notes().get(0).startsWith("other.W: its updater AdaGrad differs"));
    }

    @Test
    void readsAnUpdaterThatLeavesTheGradientAsARateOfOne() {
        assertEquals(
                "{ use = sgd, learning-rate = 1 }",
                read(with(new NoOp())).optimizer().orElseThrow().hocon());
    }

    @Test
    void saysThatAScheduleOfTheMomentumIsLost() {
        ISchedule falling = new ExponentialSchedule(ScheduleType.ITERATION, 0.9, 0.99);
        ModelSettings settings =
                read(
                        with(
                                Nesterovs.builder()
                                        .learningRate(0.1)
                                        .momentumISchedule(falling)
                                        .build()));
        assertEquals(
                "{ use = nesterov, learning-rate = 0.1, momentum = 0.9 }",
                settings.optimizer().orElseThrow().hocon());
        assertTrue(settings.notes().get(0).contains("momentum"));
    }

    @Test
    void marksTensorsThatNeverMove() {
        ModelSettings settings =
                read(
                        with(new Adam(0.1)).l2(0.5),
                        new FrozenLayer(dense("cold").build()),
                        new FrozenLayerWithBackprop(dense("icy").build()),
                        output());
        for (TensorSettings tensor : settings.tensors().subList(0, 4)) {
            assertEquals(Motion.FROZEN, tensor.motion(), tensor.toString());
            assertEquals(0, tensor.l2());
        }
        assertEquals(Motion.TRAINED, tensor(settings, "out.W").motion());
        assertTrue(settings.summary().contains("2 frozen layers"), settings.summary());
    }

    @Test
    void marksStatisticsOfBatchNormalization() {
        ModelSettings settings =
                read(
                        with(new Adam(0.1)),
                        dense("hidden").build(),
                        new BatchNormalization.Builder().name("norm").nIn(4).nOut(4).build(),
                        output());
        assertEquals(Motion.TRAINED, tensor(settings, "norm.gamma").motion());
        assertEquals(Motion.TRAINED, tensor(settings, "norm.beta").motion());
        assertEquals(Motion.STATISTIC, tensor(settings, "norm.mean").motion());
        assertEquals(Motion.STATISTIC, tensor(settings, "norm.log10stdev").motion());
    }

    @Test
    void readsPenaltiesOfWeightsAndBiases() {
        ModelSettings settings =
                read(
                        with(new Adam(0.1)).l1(0.25).l2(0.5).l2Bias(0.125),
                        dense("hidden").build(),
                        dense("other").l2(0.75).build(),
                        output());
        assertEquals(0.25, tensor(settings, "hidden.W").l1());
        assertEquals(0.5, tensor(settings, "hidden.W").l2());
        assertEquals(0, tensor(settings, "hidden.b").l1());
        assertEquals(0.125, tensor(settings, "hidden.b").l2());
        assertEquals(0.75, tensor(settings, "other.W").l2());
        assertTrue(settings.summary().contains("l1 0.25 on 3 layers"), settings.summary());
    }

    private static TensorSettings decayed(IUpdater updater, boolean followsRate) {
        return tensor(
                read(
                        with(updater),
                        dense("hidden").weightDecay(0.01, followsRate).build(),
                        output()),
                "hidden.W");
    }

    @Test
    void readsWeightDecayAndKnowsThatForPlainDescentItIsAPenalty() {
        TensorSettings adam = decayed(new Adam(0.1), true);
        assertEquals(0.01, adam.weightDecay());
        assertTrue(adam.decayFollowsRate());
        assertEquals(0, adam.l2());
        TensorSettings sgd = decayed(new Sgd(0.1), true);
        assertEquals(0, sgd.weightDecay());
        assertEquals(0.01, sgd.l2());
        TensorSettings fixed = decayed(new Sgd(0.1), false);
        assertEquals(0.01, fixed.weightDecay());
        assertFalse(fixed.decayFollowsRate());
    }

    @Test
    void takesAWeightDecayTwiceThatDl4jAppliesTwice() {
        ModelSettings settings = read(with(new Adam(0.1)).weightDecay(0.01, true));
        assertEquals(0.02, tensor(settings, "hidden.W").weightDecay());
        assertTrue(settings.notes().get(0).contains("twice"));
    }

    @Test
    void readsGradientNormalizationAsAGuard() {
        Map<GradientNormalization, String> guards =
                Map.of(
                        GradientNormalization.ClipElementWiseAbsoluteValue,
                        "{ use = clip-value, limit = 0.5 }",
                        GradientNormalization.ClipL2PerLayer,
                        "{ use = clip-layer-norm, max-norm = 0.5 }",
                        GradientNormalization.ClipL2PerParamType,
                        "{ use = clip-norm, max-norm = 0.5 }",
                        GradientNormalization.RenormalizeL2PerLayer,
                        "{ use = normalize, scope = layer }",
                        GradientNormalization.RenormalizeL2PerParamType,
                        "{ use = normalize, scope = tensor }");
        guards.forEach(
                (kind, expected) -> {
                    ModelSettings settings =
                            read(
                                    with(new Sgd(0.1))
                                            .gradientNormalization(kind)
                                            .gradientNormalizationThreshold(0.5));
                    assertEquals(
                            List.of(expected),
                            settings.guards().stream().map(StrategySettings::hocon).toList());
                    assertEquals(List.of(), settings.notes());
                });
    }

    @Test
    void saysThatNormalizationOfSomeLayersOnlyIsLost() {
        ModelSettings settings =
                read(
                        with(new Sgd(0.1)),
                        dense("hidden")
                                .gradientNormalization(GradientNormalization.ClipL2PerLayer)
                                .build(),
                        output());
        assertEquals(List.of(), settings.guards());
        assertTrue(settings.notes().get(0).contains("is in hidden only"));
    }

    @Test
    void namesConstraintsDropoutAndNoise() {
        ModelSettings settings =
                read(
                        with(new Sgd(0.1)),
                        dense("hidden")
                                .constrainWeights(new MaxNormConstraint(2, 1))
                                .dropOut(0.5)
                                .weightNoise(new DropConnect(0.5))
                                .build(),
                        output());
        assertEquals(List.of(new LayerNote("hidden", "MaxNormConstraint")), settings.constraints());
        assertEquals(
                List.of("hidden", "hidden"),
                settings.noise().stream().map(LayerNote::layer).toList());
        assertTrue(settings.summary().contains("constraints in 1 layer"), settings.summary());
    }

    @Test
    void saysWhatElseDiffers() {
        List<String> notes = read(with(new Sgd(0.1)).miniBatch(false)).notes();
        assertEquals(1, notes.size());
        assertTrue(notes.get(0).startsWith("miniBatch = false"));
    }

    @Test
    void readsTruncationAndTheOutputOfEachTimeStep() {
        MultiLayerNetwork network =
                new MultiLayerNetwork(
                        with(new Sgd(0.1))
                                .list()
                                .layer(new Bidirectional(new LSTM.Builder().nIn(2).nOut(3).build()))
                                .layer(
                                        new RnnOutputLayer.Builder(LossFunction.MSE)
                                                .activation(Activation.IDENTITY)
                                                .nIn(6)
                                                .nOut(1)
                                                .build())
                                .backpropType(BackpropType.TruncatedBPTT)
                                .tBPTTForwardLength(20)
                                .tBPTTBackwardLength(10)
                                .build());
        network.init();
        ModelSettings settings = ModelSettings.of(network);
        assertEquals(Optional.of(new Truncation(20, 10)), settings.truncation());
        assertEquals(List.of(2, 0), settings.inputs().get(0).shape());
        assertTrue(settings.outputs().get(0).perTimeStep());
        assertEquals(Optional.of("mse"), settings.outputs().get(0).loss());
        assertEquals(
                network.numParams(),
                settings.tensors().stream().mapToLong(TensorSettings::elements).sum());
    }

    @Test
    void keepsTheNameOfALossThatIsNoneOfOurs() {
        ModelSettings settings =
                read(
                        with(new Sgd(0.1)),
                        new OutputLayer.Builder(LossFunction.L2)
                                .activation(Activation.IDENTITY)
                                .nIn(4)
                                .nOut(3)
                                .build());
        assertEquals(Optional.empty(), settings.outputs().get(0).loss());
        assertTrue(settings.outputs().get(0).dl4jLoss().orElseThrow().contains("L2"));
    }

    @Test
    void findsTheShapeOfTheInput() {
        assertEquals(List.of(4), read(with(new Sgd(0.1))).inputs().get(0).shape());
        ConvolutionLayer.Builder conv = new ConvolutionLayer.Builder(3, 3).nIn(2).nOut(4);
        assertEquals(
                List.of(2, 0, 0), read(with(new Sgd(0.1)), conv.build()).inputs().get(0).shape());
        MultiLayerNetwork flat =
                new MultiLayerNetwork(
                        with(new Sgd(0.1))
                                .list()
                                .layer(new ConvolutionLayer.Builder(3, 3).nOut(4).build())
                                .layer(new OutputLayer.Builder(LossFunction.MCXENT).nOut(3).build())
                                .setInputType(InputType.convolutionalFlat(6, 8, 2))
                                .build());
        flat.init();
        InputSettings image = ModelSettings.of(flat).inputs().get(0);
        assertEquals(List.of(2, 6, 8), image.shape());
        assertTrue(image.flattened() && image.complete());
        InputSettings words =
                read(
                                with(new Sgd(0.1)),
                                new EmbeddingSequenceLayer.Builder().nIn(65).nOut(4).build())
                        .inputs()
                        .get(0);
        assertEquals(OptionalInt.of(65), words.symbols());
        assertTrue(words.takes(List.of(1, 30)));
        assertFalse(words.takes(List.of(30)));
    }

    @Test
    void readsAGraphWithSeveralInputsAndOutputs() {
        ComputationGraph graph =
                new ComputationGraph(
                        with(new Adam(0.01))
                                .graphBuilder()
                                .addInputs("a", "b")
                                .addLayer("left", dense("left").build(), "a")
                                .addLayer(
                                        "right",
                                        new FrozenLayer(
                                                new DenseLayer.Builder().nIn(2).nOut(4).build()),
                                        "b")
                                .addVertex("both", new MergeVertex(), "left", "right")
                                .addLayer(
                                        "class",
                                        new OutputLayer.Builder(LossFunction.MCXENT)
                                                .activation(Activation.SOFTMAX)
                                                .nIn(8)
                                                .nOut(3)
                                                .build(),
                                        "both")
                                .addLayer(
                                        "number",
                                        new OutputLayer.Builder(LossFunction.MSE)
                                                .activation(Activation.IDENTITY)
                                                .nIn(8)
                                                .nOut(1)
                                                .build(),
                                        "both")
                                .setOutputs("number", "class")
                                .build());
        graph.init();
        ModelSettings settings = ModelSettings.of(graph);
        assertEquals(
                List.of(List.of(4), List.of(2)),
                settings.inputs().stream().map(InputSettings::shape).toList());
        assertEquals(
                List.of("number", "class"),
                settings.outputs().stream().map(OutputSettings::layer).toList());
        assertEquals(Motion.FROZEN, tensor(settings, "right.W").motion());
        assertEquals(
                graph.numParams(),
                settings.tensors().stream().mapToLong(TensorSettings::elements).sum());
        long place = 0;
        for (TensorSettings tensor : settings.tensors()) {
            graph.params().assign(0);
            graph.getVertex(tensor.layer()).paramTable(false).get(tensor.parameter()).assign(1);
            assertEquals(1, graph.params().getDouble(place), tensor.toString());
            place += tensor.elements();
        }
    }

    @Test
    void convertsOtherNumbersToFloats() {
        MultiLayerNetwork network =
                new MultiLayerNetwork(
                        with(new Sgd(0.1))
                                .dataType(DataType.DOUBLE)
                                .list()
                                .layer(output())
                                .build());
        network.init();
        ModelSettings settings = ModelSettings.of(network);
        assertEquals("DOUBLE", settings.dataType());
        assertTrue(settings.notes().get(0).contains("32-bit"));
        Model floats = FloatModel.of(network);
        assertEquals(DataType.FLOAT, floats.params().dataType());
        assertEquals(network.params().getDouble(3), floats.params().getDouble(3), 1e-6);
        assertSame(floats, FloatModel.of(floats));
    }

    @Test
    void saysThatEarlierTrainingLeavesNoMemory() {
        MultiLayerNetwork network =
                new MultiLayerNetwork(with(new Adam(0.1)).list().layer(output()).build());
        network.init();
        network.fit(Nd4j.ones(2, 4), Nd4j.createFromArray(new float[][] {{1, 0, 0}, {0, 1, 0}}));
        ModelSettings settings = ModelSettings.of(network);
        assertEquals(1, settings.iterations());
        assertTrue(settings.notes().get(0).contains("for 1 iterations"));
    }

    @Test
    void givesAllOutputsAnotherLoss() {
        MultiLayerNetwork network =
                new MultiLayerNetwork(with(new Adam(0.1)).list().layer(output()).build());
        network.init();
        Model other = TrainableOutput.withLoss(network, LossFunction.MSE.getILossFunction());
        assertEquals(Optional.of("mse"), ModelSettings.of(other).outputs().get(0).loss());
        assertEquals(network.params(), other.params());
        assertEquals(
                Optional.of("cross-entropy"),
                ModelSettings.of(network).outputs().get(0).loss(),
                "the network itself stays");
    }
}
