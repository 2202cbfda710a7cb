package org.evengrad.diagnosis;

import java.util.Optional;
import org.evengrad.engine.data.DataPart;
import org.evengrad.engine.network.Network;
import org.evengrad.engine.network.Network.Batch;
import org.evengrad.engine.plan.Batches;
import org.evengrad.engine.plan.DatasetBatches;
import org.evengrad.engine.plan.TrainingData;
import org.evengrad.engine.plan.TrainingPlan;
import org.evengrad.engine.train.Evaluator;

/** The training examples of a plan that health is measured on: the same each time. */
final class ProbeBatch {
    private static final int FEW = 128;

    /** Signals through time take so many: each has many time steps, which take long. */
    private static final int FEW_SEQUENCES = 64;

    /** Dimensions of a sequence. */
    private static final int SEQUENCE = 2;

    private final Network network;
    private final Batches batches;
    private final Batches forSignals;
    private final Evaluator evaluator;
    private final Evaluator few;
    private final double nullLoss;
    private final double zeroOutputsLoss;

    /** The examples that a plan sets aside for it. */
    ProbeBatch(TrainingPlan plan) {
        this(plan, plan.data().probe());
    }

    /**
     * Other examples.
     *
     * @param batches one batch
     */
    ProbeBatch(TrainingPlan plan, Batches batches) {
        network = plan.network();
        this.batches = batches;
        TrainingData data = plan.data();
        evaluator = new Evaluator(network, plan.loss(), data.task(), batches);
        few =
                spread(FEW)
                        .map(some -> new Evaluator(network, plan.loss(), data.task(), some))
                        .orElse(evaluator);
        forSignals =
                network.inputShape().size() == SEQUENCE
                        ? spread(FEW_SEQUENCES).orElse(batches)
                        : batches;
        if (network.scoresItself()) {
            // What a constant would score is not known.
            nullLoss = loss();
            zeroOutputsLoss = nullLoss;
        } else {
            NullLoss withoutInput =
                    new NullLoss(batch(), data.task(), plan.loss(), network.outputs());
            nullLoss = withoutInput.ofBestConstant();
            zeroOutputsLoss = withoutInput.ofZeroOutputs();
        }
    }

    /** The batch itself, until another one of the same size is asked for. */
    Batch batch() {
        return batches.get(0, 0);
    }

    /** The loss with the parameters that the network has now, in evaluation mode. */
    double loss() {
        return evaluator.loss();
    }

    /** The loss of some of the examples, for whoever asks in every step. */
    double lossOfFew() {
        return few.loss();
    }

    /** Some of the examples, spread evenly; empty if there are no more than so many. */
    private Optional<Batches> spread(int count) {
        return batches.rows(0, 0)
                .filter(part -> part.size() > count)
                .map(
                        part -> {
                            int[] rows = new int[count];
                            for (int i = 0; i < count; i++) {
                                rows[i] = part.rows()[(int) ((long) i * part.size() / count)];
                            }
                            return DatasetBatches.inOrder(
                                    network, new DataPart(part.dataset(), rows), count);
                        });
    }

    /** The loss of another batch with the parameters that the network has now. */
    double lossOf(Batch batch) {
        return network.loss(batch);
    }

    /** How many examples it has. */
    int rows() {
        return batches.examples();
    }

    /** Of the best constant prediction. */
    double nullLoss() {
        return nullLoss;
    }

    /** Of outputs that are all zero: about what a healthy network begins with. */
    double zeroOutputsLoss() {
        return zeroOutputsLoss;
    }

    /** Sends a random direction back through the network that is there now. */
    SignalPath signals(long seed) {
        return new SignalPath(network.signals(forSignals.get(0, 0), seed));
    }
}
