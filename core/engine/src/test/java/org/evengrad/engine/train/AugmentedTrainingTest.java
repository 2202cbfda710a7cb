package org.evengrad.engine.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.evengrad.config.TrainingConfig.Keep;
import org.evengrad.engine.data.Augmentation;
import org.evengrad.engine.data.SplitData;
import org.evengrad.engine.plan.TrainingPlan;
import org.evengrad.engine.step.HeapNetwork;
import org.evengrad.engine.step.StepRecord;
import org.evengrad.optimizers.sgd.Sgd;
import org.junit.jupiter.api.Test;

/** Ten training rows, whose feature is their index, in three batches an epoch. */
class AugmentedTrainingTest {
    private final List<Float> seen = new ArrayList<>();
    private final TreeSet<Integer> varied = new TreeSet<>();

    /** Adds 100 in the first epoch, 200 in the second, and so on. */
    private final Augmentation hundreds =
            (epoch, row, features) -> {
                varied.add(row);
                features[0] += 100 * (epoch + 1);
            };

    @Test
    void variesTheRowsOfTrainingBatchesByTheirEpoch() {
        train(plan(hundreds), 0, Optional.empty());

        assertEquals(20, seen.size());
        assertEquals(
                List.of(100f, 101f, 102f, 103f, 104f, 105f, 106f, 107f, 108f, 109f),
                seen.subList(0, 10).stream().sorted().toList());
        assertEquals(
                List.of(200f, 201f, 202f, 203f, 204f, 205f, 206f, 207f, 208f, 209f),
                seen.subList(10, 20).stream().sorted().toList());
    }

    @Test
    void neverVariesValidationOrTest() {
        train(plan(hundreds), 0, Optional.empty());

        assertEquals(10, varied.size());
        assertTrue(varied.last() < 10, varied::toString);
    }

    @Test
    void aResumedRunSeesTheSameRows() {
        train(plan(hundreds), 0, Optional.empty());
        List<Float> whole = List.copyOf(seen);
        seen.clear();

        Checkpoint checkpoint = train(plan(hundreds), 4, Optional.empty()).orElseThrow();
        train(plan(hundreds), 0, Optional.of(checkpoint));

        assertEquals(whole, seen);
    }

    private TrainingPlan plan(Augmentation augmentation) {
        SplitData zeros = Plans.zeros();
        SplitData data =
                new SplitData(
                        zeros.dataset(),
                        zeros.train(),
                        zeros.validation(),
                        zeros.test(),
                        zeros.normalizer(),
                        zeros.targetScale(),
                        zeros.sha256(),
                        Optional.of(augmentation));
        HeapNetwork network = new HeapNetwork(HeapNetwork.constant(1, 1), 1, 1);
        network.rule(
                (parameters, batch, gradient) -> {
                    for (int i = 0; i < batch.rows(); i++) {
                        seen.add(batch.features().get(i));
                    }
                    return 0;
                });
        return Plans.plan(network, data, new Sgd(), 6, Plans.training(Keep.LAST, null));
    }

    /** Trains until the end, or until a step after which it is interrupted. */
    private static Optional<Checkpoint> train(
            TrainingPlan plan, int interruptAfter, Optional<Checkpoint> from) {
        StopRequest stop = new StopRequest();
        List<Checkpoint> checkpoints = new ArrayList<>();
        TrainingListener listener =
                new TrainingListener() {
                    @Override
                    public void stepped(StepRecord record) {
                        if (record.step() == interruptAfter) {
                            stop.request();
                        }
                    }

                    @Override
                    public void checkpoint(Checkpoint checkpoint) {
                        checkpoints.add(checkpoint);
                    }
                };
        new Trainer(plan, List.of(), List.of(listener), stop, from).train();
        return checkpoints.stream().findFirst();
    }
}
