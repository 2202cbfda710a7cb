package org.evengrad.engine.dl4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Arrays;
import java.util.List;
import org.evengrad.engine.network.Network;
import org.evengrad.engine.network.Network.Batch;
import org.evengrad.engine.step.Penalties;
import org.evengrad.engine.step.StepRecord;
import org.evengrad.engine.step.StepRecord.Outcome;
import org.evengrad.engine.step.TrainingState;
import org.evengrad.engine.step.TrainingStep;
import org.evengrad.guards.clipvalue.ClipValue;
import org.evengrad.guards.nonfinite.Nonfinite;
import org.evengrad.optimizers.adamw.AdamW;
import org.evengrad.optimizers.sam.Sam;
import org.evengrad.optimizers.sgd.Sgd;
import org.evengrad.spi.GradientGuard;
import org.evengrad.spi.Horizon;
import org.evengrad.spi.Optimizer;
import org.evengrad.spi.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** The running mean and variance of batch normalization: moved by passes, and by nothing else. */
class BatchNormalizationTest {
    private static final int STEPS = 50;

    /** What DL4J keeps of the old statistics in each step. */
    private static final double DECAY = 0.9;

    private static TrainingStep step(Network network, Optimizer optimizer, GradientGuard guard) {
        return new TrainingStep(
                network,
                optimizer,
                at -> 1,
                List.of(guard),
                Penalties.none(network.tensors().size()),
                new Horizon(STEPS, 5),
                1);
    }

    private static StepRecord record(Network network) {
        return new StepRecord(network.tensors().size(), 1);
    }

    /** All parameters that belong to no tensor. */
    private static float[] statistics(Network network) {
        float[] values = Networks.copy(network.parameters());
        boolean[] trained = new boolean[values.length];
        for (Tensor tensor : network.tensors()) {
            int from = network.offset(tensor.index());
            Arrays.fill(trained, from, from + tensor.size(), true);
        }
        int count = 0;
        float[] left = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            if (!trained[i]) {
                left[count++] = values[i];
            }
        }
        return Arrays.copyOf(left, count);
    }

    private static Batch batch(Network network, ModelPlans plan, int step) {
        return LayerGradientTest.batch(network, plan, false, 100 + step);
    }

    @ParameterizedTest
    @EnumSource(names = {"NORMALIZED_DENSE", "NORMALIZED_CONVOLUTION", "PROJECTED_RESIDUAL"})
    void equalThoseOfDl4jAfterFiftySteps(ModelPlans plan) {
        ModelAssembly assembly = new ModelAssembly(plan.plan(), new Activations(Networks.REGISTRY));
        Dl4jModel theirs =
                plan.plan().branches()
                        ? new Dl4jModel.Graph(assembly.graph())
                        : new Dl4jModel.Chain(assembly.chain());
        try (Network network = Networks.build(plan.plan())) {
            LayerGradientTest.fill(network);
            theirs.parameters().assign(Nd4j.createFromArray(Networks.copy(network.parameters())));
            float[] first = statistics(network);
            TrainingStep step = step(network, new Sgd(0.1), new Nonfinite());
            for (int i = 0; i < STEPS; i++) {
                Batch batch = batch(network, plan, i);
                Dl4jModel.Arrays arrays = ((ArrayBatch) batch).arrays();
                DataSet data = new DataSet(arrays.features()[0].dup(), arrays.targets()[0].dup());
                if (theirs instanceof Dl4jModel.Graph graph) {
                    graph.network().setLearningRate(0.1);
                    graph.network().fit(data);
                } else if (theirs instanceof Dl4jModel.Chain chain) {
                    chain.network().setLearningRate(0.1);
                    chain.network().fit(data);
                }
                assertEquals(Outcome.APPLIED, step.run(batch, 0, record(network)));
            }
            assertArrayEquals(
                    theirs.parameters().toFloatVector(),
                    Networks.copy(network.parameters()),
                    1e-5f);
            assertFalse(Arrays.equals(first, statistics(network)));
        }
    }

    /** Mean and variance of a channel, by hand. */
    @Test
    void moveByTheMeanOfTheBatch() {
        ModelPlans plan = ModelPlans.NORMALIZED_DENSE;
        try (Network network = Networks.build(plan.plan())) {
            LayerGradientTest.fill(network);
            Batch batch = batch(network, plan, 1);
            double[] mean = new double[4];
            int rows = batch.rows();
            for (int unit = 0; unit < 4; unit++) {
                for (int row = 0; row < rows; row++) {
                    double z = network.parameters().get(5 * 4 + unit);
                    for (int i = 0; i < 5; i++) {
                        z +=
                                (double) batch.features().get(row * 5 + i)
                                        * network.parameters().get(unit * 5 + i);
                    }
                    mean[unit] += z / rows;
                }
            }
            step(network, new Sgd(0.1), new Nonfinite()).run(batch, 0, record(network));
            float[] moved = statistics(network);
            for (int unit = 0; unit < 4; unit++) {
                assertEquals((1 - DECAY) * mean[unit], moved[unit], 1e-6);
            }
        }
    }

    @Test
    void areTouchedByNoGuardAndNoOptimizer() {
        ModelPlans plan = ModelPlans.NORMALIZED_CONVOLUTION;
        float[] plain;
        try (Network network = Networks.build(plan.plan())) {
            LayerGradientTest.fill(network);
            step(network, new Sgd(1e-30), new Nonfinite())
                    .run(batch(network, plan, 1), 0, record(network));
            plain = statistics(network);
        }
        try (Network network = Networks.build(plan.plan())) {
            LayerGradientTest.fill(network);
            AdamW decaying = new AdamW(0.1, 0.9, 0.999, 1e-8, 0.5);
            step(network, decaying, new ClipValue(1e-6))
                    .run(batch(network, plan, 1), 0, record(network));
            assertArrayEquals(plain, statistics(network));
        }
    }

    @Test
    void moveOnceInAStepOfTwoGradients() {
        ModelPlans plan = ModelPlans.NORMALIZED_CONVOLUTION;
        try (Network network = Networks.build(plan.plan())) {
            LayerGradientTest.fill(network);
            step(network, new Sam(0, new Sgd(), 0.05), new Nonfinite())
                    .run(batch(network, plan, 1), 0, record(network));
            float[] after = statistics(network);
            float[] once;
            try (Network other = Networks.build(plan.plan())) {
                LayerGradientTest.fill(other);
                step(other, new Sgd(), new Nonfinite())
                        .run(batch(other, plan, 1), 0, record(other));
                once = statistics(other);
            }
            // The second gradient is taken a small step away; moved twice, variances of 1 would
            // decay by 0.19 instead of 0.1.
            assertArrayEquals(once, after, 0.02f);
        }
    }

    @Test
    void stayWhenAStepIsSkipped() {
        ModelPlans plan = ModelPlans.NORMALIZED_CONVOLUTION;
        try (Network network = Networks.build(plan.plan())) {
            LayerGradientTest.fill(network);
            TrainingStep step = step(network, new Sgd(), new Nonfinite());
            step.run(batch(network, plan, 1), 0, record(network));
            float[] before = statistics(network);
            Batch bad = batch(network, plan, 2);
            bad.features().put(0, Float.NaN);
            assertEquals(Outcome.SKIPPED, step.run(bad, 0, record(network)));
            assertArrayEquals(before, statistics(network));
        }
    }

    @Test
    void areSavedAndRestored() {
        ModelPlans plan = ModelPlans.NORMALIZED_CONVOLUTION;
        try (Network network = Networks.build(plan.plan())) {
            LayerGradientTest.fill(network);
            TrainingStep step = step(network, new Sgd(), new Nonfinite());
            step.run(batch(network, plan, 1), 0, record(network));
            float[] then = statistics(network);
            TrainingState saved = step.save();
            step.run(batch(network, plan, 2), 0, record(network));
            assertFalse(Arrays.equals(then, statistics(network)));
            step.restore(saved);
            assertArrayEquals(then, statistics(network));
        }
    }

    @Test
    void areWhatPredictionsUse() {
        ModelPlans plan = ModelPlans.NORMALIZED_DENSE;
        try (Network network = Networks.build(plan.plan())) {
            LayerGradientTest.fill(network);
            Batch batch = batch(network, plan, 1);
            float[] before = new float[batch.rows() * 3];
            network.predict(batch, before);
            step(network, new Sgd(1e-30), new Nonfinite()).run(batch, 0, record(network));
            float[] after = new float[batch.rows() * 3];
            network.predict(batch, after);
            assertFalse(Arrays.equals(before, after));
        }
    }
}
