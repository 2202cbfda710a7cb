package org.evengrad.engine.dl4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.evengrad.config.DataConfig.Task;
import org.evengrad.config.ModelConfig.Loss;
import org.evengrad.engine.metrics.Scoring;
import org.evengrad.engine.network.LayerPlan;
import org.evengrad.engine.network.Network;
import org.evengrad.engine.network.Network.Batch;
import org.evengrad.engine.network.NetworkPlan;
import org.evengrad.spi.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

/** The gradient of each kind of layer against the step that DL4J's own {@code fit} takes. */
class LayerGradientTest {
    private static final int ROWS = 4;
    private static final int[] LENGTHS = {5, 2, 3, 1};

    static Stream<Arguments> plansAndMasks() {
        List<Arguments> all = new ArrayList<>();
        for (ModelPlans plan : ModelPlans.values()) {
            all.add(Arguments.of(plan, false));
            if (plan.isSequence()) {
                all.add(Arguments.of(plan, true));
            }
        }
        return all.stream();
    }

    /** Those for which DL4J draws nothing: fast layers draw otherwise. */
    static Stream<Arguments> plansThatDrawNothing() {
        return plansAndMasks().filter(each -> each.get()[0] != ModelPlans.DROPOUT);
    }

    /** Random weights; running statistics stay as they come. */
    static void fill(Network network) {
        float[] values = Networks.gaussians(1, network.parameters().limit(), 0.5);
        network.tensors()
                .forEach(
                        tensor -> {
                            int from = network.offset(tensor.index());
                            network.parameters().put(from, values, from, tensor.size());
                        });
    }

    /** A batch with random features and classes. */
    static Batch batch(Network network, ModelPlans plan, boolean masked, long seed) {
        Random random = new Random(seed);
        Batch batch = network.batch(ROWS, masked);
        FloatBuffer features = batch.features();
        for (int i = 0; i < features.limit(); i++) {
            features.put(
                    i,
                    plan == ModelPlans.EMBEDDING
                            ? random.nextInt(ModelPlans.SYMBOLS)
                            : (float) random.nextGaussian());
        }
        int outputs = network.outputs();
        int steps = batch.steps();
        for (int row = 0; row < ROWS; row++) {
            for (int step = 0; step < steps; step++) {
                int right = random.nextInt(outputs);
                for (int unit = 0; unit < outputs; unit++) {
                    batch.targets()
                            .put((row * outputs + unit) * steps + step, unit == right ? 1 : 0);
                }
            }
            for (int step = 0; masked && step < ModelPlans.STEPS; step++) {
                batch.mask()
                        .orElseThrow()
                        .put(row * ModelPlans.STEPS + step, step < LENGTHS[row] ? 1 : 0);
            }
        }
        return batch;
    }

    /** DL4J's own model after a step of plain gradient descent at a rate of 1. */
    private static float[] fitted(NetworkPlan plan, float[] from, Batch batch) {
        ModelAssembly assembly = new ModelAssembly(plan, new Activations(Networks.REGISTRY));
        Dl4jModel.Arrays arrays = ((ArrayBatch) batch).arrays();
        Dl4jModel model =
                plan.branches()
                        ? new Dl4jModel.Graph(assembly.graph())
                        : new Dl4jModel.Chain(assembly.chain());
        model.model().setParams(Nd4j.createFromArray(from).reshape(1, from.length));
        model.graph().nodes().stream()
                .filter(node -> node.layer() != null)
                .forEach(node -> rateOfOne(node.configuration()));
        DataSet data =
                new DataSet(
                        arrays.features()[0].dup(),
                        arrays.targets()[0].dup(),
                        arrays.featureMasks() == null ? null : arrays.featureMasks()[0].dup(),
                        arrays.targetMasks() == null ? null : arrays.targetMasks()[0].dup());
        Nd4j.getRandom().setSeed(3);
        if (model instanceof Dl4jModel.Graph graph) {
            graph.network().fit(data);
        } else if (model instanceof Dl4jModel.Chain chain) {
            chain.network().fit(data);
        }
        return model.parameters().toFloatVector();
    }

    private static void rateOfOne(Layer layer) {
        if (layer instanceof BaseWrapperLayer wrapper) {
            rateOfOne(wrapper.getUnderlying());
        } else if (layer instanceof Bidirectional both) {
            rateOfOne(both.getFwd());
            rateOfOne(both.getBwd());
        } else if (layer instanceof BaseLayer base) {
            base.setIUpdater(new Sgd(1));
        }
    }

    @ParameterizedTest
    @MethodSource("plansThatDrawNothing")
    void isTheSumOfWhatDl4jDividesByTheRows(ModelPlans kind, boolean masked) {
        try (Network network = Networks.build(kind.plan())) {
            fill(network);
            Batch batch = batch(network, kind, masked, 2);
            float[] before = Networks.copy(network.parameters());
            float[] after = fitted(kind.plan(), before, batch);
            network.drawFrom(3);
            network.gradient(batch);
            float[] sum = Networks.copy(network.gradient());
            double largest = 0;
            for (int tensor = 0; tensor < network.tensors().size(); tensor++) {
                int from = network.offset(tensor);
                double ofTensor = 0;
                for (int i = from; i < from + network.tensors().get(tensor).size(); i++) {
                    double expected = (double) before[i] - after[i];
                    assertEquals(
                            expected, sum[i] / ROWS, 2e-6, network.tensors().get(tensor).name());
                    ofTensor = Math.max(ofTensor, Math.abs(expected));
                }
                assertTrue(
                        ofTensor > 1e-4 || hasNoEffect(kind, tensor, network),
                        network.tensors().get(tensor).name());
                largest = Math.max(largest, ofTensor);
            }
            assertTrue(largest > 1e-2, "no gradient to speak of: " + largest);
        }
    }

    /** Batch normalization takes away what the bias in front of it adds. */
    private static boolean hasNoEffect(ModelPlans kind, int tensor, Network network) {
        String name = network.tensors().get(tensor).name();
        return kind.name().startsWith("NORMALIZED") && name.matches("(conv|dense)-1\\.b")
                // DL4J takes the last step of both walks, which is the first of the one back.
                || kind == ModelPlans.LAST_STEP_OF_BOTH_WAYS && name.equals("lstm-1.bRW")
                || kind == ModelPlans.PROJECTED_RESIDUAL && name.equals("residual-1/conv-2.b");
    }

    @ParameterizedTest
    @MethodSource("plansAndMasks")
    void isDividedByWhatTheMeanIsOver(ModelPlans kind, boolean masked) {
        try (Network network = Networks.build(kind.plan())) {
            Batch batch = batch(network, kind, masked, 2);
            boolean perStep = kind.plan().output().perStep();
            double counted = masked ? 5 + 2 + 3 + 1 : ROWS * ModelPlans.STEPS;
            boolean overSteps = perStep && !kind.plan().recurrence().sum();
            assertEquals(overSteps ? counted : ROWS, batch.terms());
            assertEquals(perStep ? ModelPlans.STEPS : 1, batch.steps());
        }
    }

    @ParameterizedTest
    @MethodSource("plansAndMasks")
    void theLossIsThatOfThePredictions(ModelPlans kind, boolean masked) {
        try (Network network = Networks.build(kind.plan())) {
            fill(network);
            Batch batch = batch(network, kind, masked, 2);
            float[] predictions = new float[ROWS * network.outputs() * batch.steps()];
            network.predict(batch, predictions);
            Scoring scoring =
                    new Scoring(Task.CLASSIFICATION, Loss.CROSS_ENTROPY, network.outputs());
            float[] mask =
                    batch.steps() == 1 ? null : batch.mask().map(Networks::copy).orElse(null);
            scoring.addLoss(predictions, Networks.copy(batch.targets()), ROWS, batch.steps(), mask);
            double answers = batch.steps() == 1 ? ROWS : masked ? 11 : ROWS * batch.steps();
            double expected = scoring.loss() * answers / batch.terms();
            assertEquals(expected, network.evaluationLoss(batch), 1e-5);
            boolean trainsAsItPredicts =
                    kind.plan().layers().stream().noneMatch(LayerGradientTest::differsInTraining)
                            && kind != ModelPlans.PROJECTED_RESIDUAL;
            network.drawFrom(5);
            double trained = network.loss(batch);
            if (trainsAsItPredicts) {
                assertEquals(expected, trained, 1e-5);
            }
            network.drawFrom(5);
            assertEquals(trained, network.gradient(batch), 1e-6);
        }
    }

    private static boolean differsInTraining(LayerPlan layer) {
        return layer instanceof LayerPlan.Dropout || layer instanceof LayerPlan.BatchNormalization;
    }

    @Test
    void theLastStepOfTheWalkBackIsTheFirstInTime() {
        try (Network network = Networks.build(ModelPlans.LAST_STEP_OF_BOTH_WAYS.plan())) {
            fill(network);
            network.gradient(batch(network, ModelPlans.LAST_STEP_OF_BOTH_WAYS, true, 2));
            for (Tensor tensor : network.tensors()) {
                if (tensor.name().equals("lstm-1/backward.RW")) {
                    int from = network.offset(tensor.index());
                    // A single step would leave the weights from step to step without a gradient.
                    assertNotEquals(0, network.gradient().get(from));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void paddingChangesNothing(ModelPlans kind) {
        if (!kind.isSequence()) {
            return;
        }
        try (Network network = Networks.build(kind.plan())) {
            fill(network);
            Batch batch = batch(network, kind, true, 2);
            double loss = network.gradient(batch);
            float[] gradient = Networks.copy(network.gradient());
            int features = kind.plan().inputShape().get(0);
            for (int row = 0; row < ROWS; row++) {
                for (int step = LENGTHS[row]; step < ModelPlans.STEPS; step++) {
                    for (int feature = 0; feature < features; feature++) {
                        int at = (row * features + feature) * ModelPlans.STEPS + step;
                        batch.features().put(at, kind == ModelPlans.EMBEDDING ? 1 : 7);
                    }
                }
            }
            assertEquals(loss, network.gradient(batch), 1e-6);
            assertArrayEquals(gradient, Networks.copy(network.gradient()), 1e-6f);
        }
    }
}
