package org.evengrad.engine.dl4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.dropout.GaussianNoise;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.evengrad.engine.dl4j.translation.Translation;
import org.evengrad.engine.executor.Examples;
import org.evengrad.engine.executor.Executor;
import org.evengrad.engine.executor.Floats;
import org.evengrad.engine.parallel.Workers;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/** Fast dropout: what it drops, and the gradient of what is left. */
class FastDropoutTest {
    private static final int ROWS = 7;
    private static final int WIDTH = 5000;

    /** A program on parameters of its own. */
    private static final class Run implements AutoCloseable {
        private final Workers workers;
        private final Executor executor;
        private final Floats parameters;
        private final Floats gradient;

        Run(MultiLayerConfiguration configuration, int shards, Integer... inputShape) {
            MultiLayerNetwork network = new MultiLayerNetwork(configuration);
            network.init();
            Dl4jModel model = BroughtModels.wrap(network);
            int size = (int) Math.max(1, network.numParams());
            parameters = Floats.allocate(size);
            gradient = Floats.allocate(size);
            parameters.buffer().put(0, Networks.gaussians(3, size, 0.5), 0, size);
            workers = new Workers(shards);
            Translation.Result result =
                    Translation.of(
                            model.graph(),
                            List.of(inputShape),
                            parameters,
                            gradient,
                            new Activations(Networks.REGISTRY)::functionOf);
            assertTrue(result.program().isPresent(), result.notCovered()::toString);
            executor = new Executor(result.program().get(), workers, 0);
        }

        @Override
        public void close() {
            workers.close();
        }
    }

    /** The sum of squares of the input, dropped, so that its error shows what was kept. */
    private static MultiLayerConfiguration alone(double kept) {
        return new NeuralNetConfiguration.Builder()
                .list(
                        new DropoutLayer(new Dropout(kept)),
                        new LossLayer.Builder(LossFunction.L2)
                                .activation(Activation.IDENTITY)
                                .build())
                .build();
    }

    private static MultiLayerConfiguration deep() {
        return new NeuralNetConfiguration.Builder()
                .dropOut(0.7)
                .list(
                        new DenseLayer.Builder().nIn(4).nOut(6).activation(Activation.TANH).build(),
                        new DropoutLayer(0.5),
                        new DenseLayer.Builder().nIn(6).nOut(5).activation(Activation.TANH).build(),
                        new OutputLayer.Builder(LossFunction.MCXENT)
                                .nIn(5)
                                .nOut(3)
                                .activation(Activation.SOFTMAX)
                                .build())
                .build();
    }

    private static Examples examples(int width, int outputs, boolean ones) {
        return new Examples(
                ROWS,
                1,
                floats(ROWS * width, ones),
                targets(outputs, ones),
                java.util.Optional.empty(),
                java.util.Optional.empty());
    }

    private static Floats floats(int size, boolean ones) {
        float[] values = Networks.gaussians(4, size, 1);
        if (ones) {
            java.util.Arrays.fill(values, 1);
        }
        return Floats.of(new FloatPointer(values));
    }

    private static Floats targets(int outputs, boolean zeros) {
        float[] values = new float[ROWS * outputs];
        for (int row = 0; row < ROWS && !zeros; row++) {
            values[row * outputs + row % outputs] = 1;
        }
        return Floats.of(new FloatPointer(values));
    }

    /** Each kept one adds the square of 1 / kept to the loss. */
    private static double lossOfOnes(double kept, int shards, long seed) {
        try (Run run = new Run(alone(kept), shards, WIDTH)) {
            return run.executor.trainingLoss(examples(WIDTH, WIDTH, true), seed, -1);
        }
    }

    @Test
    void keepsTheShareThatItIsToldAndMakesUpForTheRest() {
        int size = ROWS * WIDTH;
        for (double kept : new double[] {0.1, 0.5, 0.8}) {
            double share = lossOfOnes(kept, 1, 11) * kept * kept / size;
            double deviation = Math.sqrt(kept * (1 - kept) / size);
            assertEquals(kept, share, 4 * deviation);
        }
    }

    @Test
    void dropsNothingInEvaluation() {
        try (Run run = new Run(alone(0.3), 1, WIDTH)) {
            Examples examples = examples(WIDTH, WIDTH, true);
            assertEquals(ROWS * WIDTH, run.executor.evaluationLoss(examples), 1e-3);
            float[] predictions = new float[ROWS * WIDTH];
            run.executor.predict(examples, predictions);
            assertArrayEquals(Networks.copy(examples.features().buffer()), predictions);
        }
    }

    @Test
    void keepsEverythingIfNothingIsToBeDropped() {
        assertEquals(ROWS * WIDTH, lossOfOnes(1, 1, 11), 1e-3);
    }

    @Test
    void dropsTheSameHoweverTheBatchIsCut() {
        assertEquals(lossOfOnes(0.5, 1, 11), lossOfOnes(0.5, 2, 11), 1e-3);
        assertEquals(lossOfOnes(0.5, 1, 11), lossOfOnes(0.5, 3, 11), 1e-3);
        float[] whole = gradient(1, 5);
        assertArrayEquals(whole, gradient(3, 5), 1e-5f);
    }

    @Test
    void dropsOthersInAnotherStep() {
        assertNotEquals(lossOfOnes(0.5, 1, 11), lossOfOnes(0.5, 1, 12));
        assertEquals(lossOfOnes(0.5, 1, 12), lossOfOnes(0.5, 1, 12));
    }

    @Test
    void dropsOthersInEachRowAndLayer() {
        MultiLayerConfiguration twice =
                new NeuralNetConfiguration.Builder()
                        .list(
                                new DropoutLayer(new Dropout(0.5)),
                                new DropoutLayer(new Dropout(0.5)),
                                new LossLayer.Builder(LossFunction.L2)
                                        .activation(Activation.IDENTITY)
                                        .build())
                        .build();
        int size = ROWS * WIDTH;
        try (Run run = new Run(twice, 1, WIDTH)) {
            double loss = run.executor.trainingLoss(examples(WIDTH, WIDTH, true), 3, -1);
            // The same mask twice would keep a half, and not a quarter.
            assertEquals(0.25, loss / 16 / size, 4 * Math.sqrt(0.25 * 0.75 / size));
        }
    }

    private static float[] gradient(int shards, long seed) {
        try (Run run = new Run(deep(), shards, 4)) {
            run.executor.gradient(examples(4, 3, false), seed, -1);
            return Networks.copy(run.gradient.buffer());
        }
    }

    @Test
    void theGradientIsThatOfWhatWasKept() {
        try (Run run = new Run(deep(), 2, 4)) {
            Examples examples = examples(4, 3, false);
            double loss = run.executor.gradient(examples, 5, -1);
            assertEquals(loss, run.executor.trainingLoss(examples, 5, -1), 1e-5);
            float[] gradient = Networks.copy(run.gradient.buffer());
            int zeros = 0;
            for (int i = 0; i < gradient.length; i++) {
                float value = run.parameters.buffer().get(i);
                run.parameters.buffer().put(i, value + 0.01f);
                double above = run.executor.trainingLoss(examples, 5, -1);
                run.parameters.buffer().put(i, value - 0.01f);
                double below = run.executor.trainingLoss(examples, 5, -1);
                run.parameters.buffer().put(i, value);
                assertEquals((above - below) / 0.02, gradient[i], 5e-3, "at " + i);
                zeros += gradient[i] == 0 ? 1 : 0;
            }
            assertTrue(zeros < gradient.length / 4, "only " + zeros + " gradients are zero");
        }
    }

    private static List<String> notCovered(IDropout dropout) {
        return Agreement.of(
                        new NeuralNetConfiguration.Builder()
                                .list(
                                        new DenseLayer.Builder()
                                                .name("first")
                                                .nIn(4)
                                                .nOut(5)
                                                .dropOut(dropout)
                                                .build(),
                                        new OutputLayer.Builder(LossFunction.MCXENT)
                                                .nIn(5)
                                                .nOut(3)
                                                .activation(Activation.SOFTMAX)
                                                .build())
                                .build(),
                        4)
                .translated()
                .notCovered();
    }

    @Test
    void namesWhatItLeavesToDl4j() {
        assertEquals(List.of("first: GaussianNoise"), notCovered(new GaussianNoise(0.1)));
        assertEquals(
                List.of("first: dropout with a schedule"),
                notCovered(new Dropout(new ExponentialSchedule(ScheduleType.EPOCH, 0.5, 0.9))));
    }
}
