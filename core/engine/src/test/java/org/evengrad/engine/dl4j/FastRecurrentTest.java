package org.evengrad.engine.dl4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.rnn.ReverseTimeSeriesVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.GravesLSTM;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.evengrad.engine.dl4j.layers.GruLayer;
import org.evengrad.engine.executor.Executor;
import org.evengrad.engine.parallel.Workers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Fast recurrent layers against DL4J's. */
class FastRecurrentTest {
    private static final int STEPS = 6;
    private static final int[] LENGTHS = {6, 1, 4, 5, 2};

    /** A kind of recurrent layer. */
    enum Kind {
        LSTM,
        GRU,
        SIMPLE;

        Layer of(int inputs, int units, Activation activation) {
            return switch (this) {
                case LSTM ->
                        new LSTM.Builder().nIn(inputs).nOut(units).activation(activation).build();
                case GRU ->
                        new GruLayer.Builder()
                                .nIn(inputs)
                                .nOut(units)
                                .activation(activation)
                                .build();
                case SIMPLE ->
                        new SimpleRnn.Builder()
                                .nIn(inputs)
                                .nOut(units)
                                .activation(activation)
                                .build();
            };
        }

        Layer of(int inputs, int units) {
            return of(inputs, units, Activation.TANH);
        }
    }

    private static RnnOutputLayer everyStep(int inputs) {
        return new RnnOutputLayer.Builder(LossFunction.MCXENT)
                .nIn(inputs)
                .nOut(3)
                .activation(Activation.SOFTMAX)
                .build();
    }

    private static OutputLayer once(int inputs) {
        return new OutputLayer.Builder(LossFunction.MCXENT)
                .nIn(inputs)
                .nOut(3)
                .activation(Activation.SOFTMAX)
                .build();
    }

    private static Agreement chain(Layer... layers) {
        NeuralNetConfiguration.ListBuilder list = new NeuralNetConfiguration.Builder().list();
        for (Layer layer : layers) {
            list.layer(layer);
        }
        list.setInputType(InputType.recurrent(2, STEPS));
        return Agreement.of(list.build(), 2, STEPS);
    }

    static Stream<Arguments> kinds() {
        return Stream.of(Kind.values())
                .flatMap(kind -> Stream.of(Arguments.of(kind, false), Arguments.of(kind, true)));
    }

    /** DL4J copies the last steps that count into floats, even for a model of doubles. */
    private static void lastStepHolds(Agreement agreement, boolean masked) {
        holds(masked ? agreement.onlyInFloats() : agreement, masked);
    }

    private static void holds(Agreement agreement, boolean masked) {
        (masked ? agreement.lengths(LENGTHS) : agreement).holds();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void agreesForOneOutputAtEveryStep(Kind kind, boolean masked) {
        holds(chain(kind.of(2, 5), everyStep(5)), masked);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void agreesForTheLastStep(Kind kind, boolean masked) {
        lastStepHolds(chain(new LastTimeStep(kind.of(2, 5)), once(5)), masked);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void agreesForTwoLayersWithADenseOneBetween(Kind kind, boolean masked) {
        Layer between =
                new DenseLayer.Builder().nIn(5).nOut(4).activation(Activation.SIGMOID).build();
        holds(chain(kind.of(2, 5), between, kind.of(4, 3), everyStep(3)), masked);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void agreesForTwoLayersAndTheLastStep(Kind kind, boolean masked) {
        lastStepHolds(chain(kind.of(2, 5), new LastTimeStep(kind.of(5, 4)), once(4)), masked);
    }

    /** Wide enough, and with enough steps, for products on the heap. */
    @ParameterizedTest
    @EnumSource(Kind.class)
    void agreesForManyUnitsAndSteps(Kind kind) {
        Agreement.of(
                        new NeuralNetConfiguration.Builder()
                                .list(kind.of(2, 32), everyStep(32))
                                .setInputType(InputType.recurrent(2, 9))
                                .build(),
                        2,
                        9)
                .lengths(9, 4, 7)
                .scale(0.2, 1e-4)
                .onlyInFloats()
                .holds();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void agreesForOneHotFeatures(Kind kind, boolean masked) {
        Agreement agreement =
                Agreement.of(
                        new NeuralNetConfiguration.Builder()
                                .list(kind.of(4, 5), everyStep(5))
                                .setInputType(InputType.recurrent(4, STEPS))
                                .build(),
                        4,
                        STEPS);
        holds(agreement.oneAtATime(), masked);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void agreesForAnActivationWhoseSlopeNeedsItsInput(Kind kind) {
        chain(kind.of(2, 5, Activation.SWISH), everyStep(5)).onlyInFloats().holds();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void agreesOnReversedSequences(Kind kind, boolean masked) {
        ComputationGraphConfiguration both =
                new NeuralNetConfiguration.Builder()
                        .graphBuilder()
                        .addInputs("input")
                        .addLayer("forward", kind.of(2, 4), "input")
                        .addVertex("reversed", new ReverseTimeSeriesVertex("input"), "forward")
                        .addLayer("backward", kind.of(4, 4), "reversed")
                        .addVertex("in-time", new ReverseTimeSeriesVertex("input"), "backward")
                        .addLayer("output", everyStep(4), "in-time")
                        .setOutputs("output")
                        .setInputTypes(InputType.recurrent(2, STEPS))
                        .build();
        holds(Agreement.of(both, 2, STEPS), masked);
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"GRU", "SIMPLE"})
    void agreesForPaddingInFront(Kind kind) {
        Layer first =
                new DenseLayer.Builder().nIn(2).nOut(4).activation(Activation.SIGMOID).build();
        chain(first, kind.of(4, 4), new LastTimeStep(kind.of(4, 4)), once(4))
                .paddedInFront()
                .lengths(LENGTHS)
                .onlyInFloats()
                .holds();
    }

    /** DL4J's has the same loss, and another gradient: not that of the loss. */
    @Test
    void theGradientOfLstmBehindPaddingIsThatOfItsLoss() {
        MultiLayerNetwork network =
                new MultiLayerNetwork(
                        new NeuralNetConfiguration.Builder()
                                .list()
                                .layer(new LastTimeStep(Kind.LSTM.of(2, 4)))
                                .layer(once(4))
                                .build());
        network.init();
        Dl4jModel model = new Dl4jModel.Chain(network);
        FloatBuffer parameters = NativeFloats.of(model.parameters());
        parameters.put(0, Networks.gaussians(1, parameters.limit(), 0.5));
        ArrayBatch batch = ArrayBatch.allocate(3, new long[] {2, 6}, new long[] {3}, true, true);
        batch.features().put(0, Networks.gaussians(2, 3 * 2 * 6, 1));
        for (int row = 0; row < 3; row++) {
            batch.targets().put(row * 3 + row, 1);
            for (int step = row + 1; step < 6; step++) {
                batch.mask().orElseThrow().put(row * 6 + step, 1);
            }
        }
        try (Workers workers = new Workers(1)) {
            Executor executor =
                    new Executor(
                            Agreement.of(network, 2, 6).translated().program().orElseThrow(),
                            workers,
                            0);
            double loss = executor.gradient(batch.examples(), 0, -1);
            float[] gradient = Networks.copy(NativeFloats.of(model.gradients()));
            Execution reference =
                    new Dl4jExecution(
                            model,
                            ArrayLayout.OURS,
                            ModelTraits.of(model),
                            new ModelTensors(model.graph()),
                            model.gradients());
            assertEquals(loss / 3, reference.gradient(batch), 1e-5);
            float step = 0.01f;
            for (int i = 0; i < gradient.length; i++) {
                float value = parameters.get(i);
                parameters.put(i, value + step);
                double above = executor.trainingLoss(batch.examples(), 0, -1);
                parameters.put(i, value - step);
                double below = executor.trainingLoss(batch.examples(), 0, -1);
                parameters.put(i, value);
                assertEquals((above - below) / (2 * step), gradient[i], 2e-3, "at " + i);
            }
        }
    }

    static Stream<Arguments> poolings() {
        return Stream.of(PoolingType.AVG, PoolingType.MAX, PoolingType.SUM)
                .flatMap(type -> Stream.of(Arguments.of(type, false), Arguments.of(type, true)));
    }

    @ParameterizedTest
    @MethodSource("poolings")
    void agreesForPoolingOverTime(PoolingType type, boolean masked) {
        holds(
                chain(Kind.SIMPLE.of(2, 5), new GlobalPoolingLayer.Builder(type).build(), once(5)),
                masked);
    }

    @Test
    void agreesForOneStep() {
        Agreement.of(
                        new NeuralNetConfiguration.Builder()
                                .list(Kind.LSTM.of(2, 5), everyStep(5))
                                .build(),
                        2,
                        1)
                .holds();
    }

    @Test
    @SuppressWarnings("deprecation")
    void namesWhatItLeavesToDl4j() {
        Layer peepholes = new GravesLSTM.Builder().name("graves").nIn(2).nOut(4).build();
        Layer hard =
                new LSTM.Builder()
                        .name("hard")
                        .nIn(2)
                        .nOut(4)
                        .gateActivationFunction(Activation.HARDSIGMOID)
                        .build();
        assertEquals(
                List.of("graves: GravesLSTM"),
                chain(peepholes, everyStep(4)).translated().notCovered());
        assertEquals(
                List.of("hard: gates with ActivationHardSigmoid"),
                chain(hard, everyStep(4)).translated().notCovered());
    }

    /** A model, DL4J's way to compute it and ours, and a batch. */
    private record Segments(
            Dl4jModel model,
            Execution reference,
            Executor executor,
            Execution fast,
            ArrayBatch batch,
            int length) {
        static final int COUNT = 3;

        static Segments of(Workers workers, Kind... kinds) {
            return of(workers, 4, 3, kinds);
        }

        /** Three segments, the last one shorter. */
        static Segments of(Workers workers, int units, int length, Kind... kinds) {
            int steps = 2 * length + 1;
            ComputationGraphConfiguration.GraphBuilder graph =
                    new NeuralNetConfiguration.Builder().graphBuilder().addInputs("0");
            for (int i = 0; i < kinds.length; i++) {
                graph.addLayer("" + (i + 1), kinds[i].of(i == 0 ? 2 : units, units), "" + i);
            }
            graph.addLayer("output", everyStep(units), "" + kinds.length)
                    .setOutputs("output")
                    .setInputTypes(InputType.recurrent(2, steps))
                    .backpropType(BackpropType.TruncatedBPTT)
                    .tBPTTForwardLength(length)
                    .tBPTTBackwardLength(length);
            ComputationGraph network = new ComputationGraph(graph.build());
            network.init();
            Dl4jModel model = new Dl4jModel.Graph(network);
            float[] values = Networks.gaussians(1, (int) network.numParams(), 1 / Math.sqrt(units));
            NativeFloats.of(model.parameters()).put(0, values);
            ModelTensors tensors = new ModelTensors(model.graph());
            Executor executor =
                    new Executor(
                            Agreement.of(network, 2, steps).translated().program().orElseThrow(),
                            workers,
                            0);
            ArrayBatch batch =
                    ArrayBatch.allocate(
                            4, new long[] {2, steps}, new long[] {3, steps}, false, true);
            batch.features().put(0, Networks.gaussians(2, 4 * 2 * steps, 1));
            for (int i = 0; i < 4 * steps; i++) {
                batch.targets().put((i / steps * 3 + i % 3) * steps + i % steps, 1);
            }
            return new Segments(
                    model,
                    new Dl4jExecution(
                            model,
                            ArrayLayout.OURS,
                            ModelTraits.of(model),
                            tensors,
                            model.gradients()),
                    executor,
                    new FastExecution(executor, tensors),
                    batch,
                    length);
        }

        float[] gradient() {
            return Networks.copy(NativeFloats.of(model.gradients()));
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 4, 3", "2, 4, 3", "1, 32, 9", "2, 32, 9"})
    void losesOnSegmentsWhatDl4jDoes(int threads, int units, int length) {
        try (Workers workers = new Workers(threads)) {
            Segments both = Segments.of(workers, units, length, Kind.LSTM, Kind.GRU);
            for (int time = 0; time < 2; time++) {
                for (int segment = 0; segment < Segments.COUNT; segment++) {
                    ArrayBatch part = both.batch().segment(segment, both.length());
                    double loss = both.reference().gradient(part);
                    float[] gradient = both.gradient();
                    String name = "segment " + segment;
                    assertEquals(loss, both.fast().trainingLoss(part), 1e-5 * loss, name);
                    for (int pass = 0; pass < 2; pass++) {
                        assertEquals(loss, both.fast().gradient(part), 1e-5 * loss, name);
                        // Behind the first segment DL4J's way back begins at zeros.
                        if (segment == 0) {
                            assertArrayEquals(gradient, both.gradient(), 2e-5f, name);
                        }
                        assertEquals(loss, both.fast().trainingLoss(part), 1e-5 * loss, name);
                        both.fast().evaluationLoss(both.batch());
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "LSTM, 4, 3",
        "GRU, 4, 3",
        "SIMPLE, 4, 3",
        "LSTM, 32, 9",
        "GRU, 32, 9",
        "SIMPLE, 32, 9"
    })
    void theGradientOfASegmentIsThatOfItsLossFromWhereItBegan(Kind kind, int units, int length) {
        try (Workers workers = new Workers(2)) {
            Segments simple = Segments.of(workers, units, length, kind);
            ArrayBatch second = simple.batch().segment(1, simple.length());
            simple.fast().gradient(simple.batch().segment(0, simple.length()));
            double loss = simple.fast().gradient(second);
            assertEquals(loss, simple.fast().trainingLoss(second), 1e-6);
            float[] gradient = simple.gradient();
            FloatBuffer parameters = NativeFloats.of(simple.model().parameters());
            float step = 0.01f;
            for (int i = 0; i < gradient.length; i += units == 4 ? 1 : 31) {
                float value = parameters.get(i);
                parameters.put(i, value + step);
                double above = simple.executor().trainingLoss(second.examples(), 0, 1);
                parameters.put(i, value - step);
                double below = simple.executor().trainingLoss(second.examples(), 0, 1);
                parameters.put(i, value);
                assertEquals((above - below) / (2 * step), gradient[i], 2e-3, "at " + i);
            }
        }
    }
}
